import { el, fill, sign } from "./dom.js";

const SIGNS = { met: "✓", unknown: "？", unmet: "×" };

/**
 * Advice as elements.
 * @param {object} advice Version 1 of the advice JSON.
 * @param {object} texts
 * @param {{server: string, roomy: boolean}} place Whose pages to link to; whether there is room for all conditions.
 */
export function adviceCards(advice, texts, place) {
  const { words } = texts;
  const head = advice.status === "asking" ? words.in_progress : words.advice;
  return [
    el("h3", { text: head }),
    el("p", { class: "hint", text: `${year(advice, words)} ${fill(words.as_of, { date: advice.as_of })}` }),
    ...advice.routes.map((route) => routeCard(route, advice, texts, place)),
    details(words.assumptions, bullets(advice.assumptions)),
    deskCard(advice.desk, words),
  ].filter(Boolean);
}

function routeCard(route, advice, texts, { server, roomy }) {
  const { words } = texts;
  const open = roomy || (advice.status !== "asking" && route.verdict !== "likely");
  return el(
    "article",
    { class: `card ${route.verdict}` },
    el("p", { class: "verdict", text: texts.verdicts[route.verdict] }),
    el("h4", { text: `${route.number} ${route.name}` }),
    el("p", { class: "hint", text: year(advice, words) }),
    amount(route, texts),
    details(words.conditions, conditions(route.conditions, texts), open),
    details(words.steps, steps(route.estimate, words)),
    details(words.self_checks, bullets(route.self_checks)),
    details(words.costs, costs(route, words)),
    details(words.apply_at, bullets(route.apply_at?.map((entry) => [entry.name, entry.text, entry.window].filter(Boolean).join(" ")))),
    details(words.later_changes, bullets(route.later_changes?.map((change) => `${year(change, words)}：${change.text}`))),
    details(words.combinations, bullets(route.combinations)),
    details(words.sources, bullets(sources(route, texts))),
    el("p", {}, el("a", { href: `${server}/programs/${route.program}`, target: "_blank", rel: "noopener", text: words.about_program })),
  );
}

function amount(route, { words, caps, facts }) {
  const { estimate, ceiling, verdict } = route;
  if (verdict === "unlikely") return null;
  if (!estimate) {
    const most = ceiling && fill(words.ceiling, { subsidy: yen(ceiling.subsidy_yen, words), cost: yen(ceiling.cost_yen, words) });
    return el("div", { class: "amount" }, most && el("p", { class: "most", text: most }), el("p", { class: "hint", text: words.no_amount }));
  }
  const rows = el("dl", {}, ...row(words.amount, range(estimate.low_yen, estimate.high_yen, words), "figure"));
  const { self_burden_low_yen: least, self_burden_high_yen: most } = estimate;
  if (least != null) rows.append(...row(words.own_share, range(least, most ?? least, words)));
  rows.append(...row(words.rate, estimate.rate));
  return el(
    "div",
    { class: "amount" },
    rows,
    ...bars(estimate, words),
    estimate.binding_cap && el("p", { class: "cap", text: caps[estimate.binding_cap] }),
    estimate.reason && el("p", { text: estimate.reason }),
    estimate.narrowed_by && el("p", { text: `${words.narrowed_by}：${facts[estimate.narrowed_by] ?? estimate.narrowed_by}` }),
    estimate.provisional && el("p", { class: "hint", text: words.provisional }),
  );
}

/** Subsidy against own share, a bar for each end where they differ. */
function bars(estimate, words) {
  const ends = [
    [words.bar_low, estimate.low_yen, estimate.cost_low_yen],
    [words.bar_high, estimate.high_yen, estimate.cost_high_yen],
  ].filter(([, , cost]) => cost > 0);
  const same = ends.length === 2 && ends[0][1] === ends[1][1] && ends[0][2] === ends[1][2];
  return (same ? [["", ...ends[0].slice(1)]] : ends).map(([end, subsidy, cost]) => bar(end, subsidy, cost - subsidy, words));
}

function bar(end, subsidy, own, words) {
  const said = `${end}${fill(words.bar, { cost: yen(subsidy + own, words), subsidy: yen(subsidy, words), own: yen(own, words) })}`;
  const parts = [["subsidy", subsidy], ["own", own]].map(([kind, share]) => {
    const part = el("span", { class: kind });
    // Not an attribute: a page's rules may forbid those.
    part.style.flexGrow = String(share / (subsidy + own));
    return part;
  });
  return el("figure", {}, el("div", { class: "bar", "aria-hidden": "true" }, ...parts), el("figcaption", { text: said }));
}

function conditions(all, { results }) {
  const items = all.map((condition) =>
    el(
      "li",
      { class: condition.result },
      el("span", { class: "result" }, sign(SIGNS[condition.result]), results[condition.result]),
      el("span", { text: condition.text }),
      condition.explanation && el("span", { class: "hint", text: condition.explanation }),
      condition.change && el("span", { class: "hint", text: condition.change }),
    ),
  );
  return el("ul", { class: "conditions" }, ...items);
}

function steps(estimate, words) {
  const items = estimate?.steps?.map((step) =>
    el("li", { text: step.label }, el("span", { class: "sum", text: `${step.expression} = ${yen(step.result_yen, words)}` })),
  );
  return items?.length && el("ol", {}, ...items);
}

function costs(route, words) {
  return el(
    "div",
    {},
    el("p", { class: "label", text: words.eligible_costs }),
    bullets(route.eligible_costs),
    el("p", { class: "label", text: words.ineligible_costs }),
    bullets(route.ineligible_costs),
  );
}

/** Every source of a programme once. */
function sources(route, { basis_kinds: kinds }) {
  const parts = [...route.conditions, ...(route.estimate?.steps ?? []), ...(route.apply_at ?? [])];
  const said = parts.map(({ basis }) => basis && [kinds[basis.kind], basis.document, basis.locator].filter(Boolean).join(" "));
  return [...new Set(said.filter(Boolean))];
}

function deskCard(desk, words) {
  const dialled = /^[0-9-]*/.exec(desk.phone)[0];
  return el(
    "article",
    { class: "card desk" },
    el("h4", { text: `${words.desk}：${desk.name}` }),
    desk.reason && el("p", { text: desk.reason }),
    el("p", {}, el("a", { class: "phone", href: `tel:${dialled}`, text: `${words.phone} ${desk.phone}` })),
    el("p", {}, el("a", { href: `mailto:${desk.email}`, text: `${words.email} ${desk.email}` })),
  );
}

function details(summary, content, open = false) {
  return content && el("details", { open }, el("summary", { text: summary }), content);
}

function bullets(entries) {
  return entries?.length ? el("ul", {}, ...entries.map((text) => el("li", { text }))) : null;
}

function row(name, value, kind = false) {
  return [el("dt", { text: name }), el("dd", { class: kind, text: value })];
}

function year({ fiscal_year: number }, words) {
  return fill(words.fiscal_year, { year: number });
}

function yen(value, words) {
  return fill(words.yen, { amount: value.toLocaleString("ja-JP") });
}

function range(low, high, words) {
  return low === high ? yen(low, words) : fill(words.range, { low: yen(low, words), high: yen(high, words) });
}
