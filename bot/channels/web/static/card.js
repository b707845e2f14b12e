import { el, fill } from "./dom.js";

const ORDER = { met: "✓", unknown: "？", unmet: "×" };

/**
 * The advice as elements.
 * @param {object} advice Version 1 of the advice JSON.
 * @param {object} texts From /texts.json.
 */
export function adviceCards(advice, texts) {
  const { page } = texts;
  const head = advice.status === "asking" ? page.in_progress : page.advice;
  return [
    el("h2", { text: head }),
    el("p", { class: "year", text: `${fill(page.fiscal_year, { year: advice.fiscal_year })} ${fill(page.as_of, { date: advice.as_of })}` }),
    ...advice.routes.map((route) => routeCard(route, advice, texts)),
    list(page.assumptions, advice.assumptions),
    deskCard(advice.desk, page),
  ].filter(Boolean);
}

function routeCard(route, advice, texts) {
  const { page } = texts;
  return el(
    "article",
    { class: `card ${route.verdict}` },
    el("p", { class: "verdict", text: texts.verdicts[route.verdict] }),
    el("h3", { text: `${route.number} ${route.name}` }),
    el("p", { class: "year", text: fill(page.fiscal_year, { year: advice.fiscal_year }) }),
    amount(route, texts),
    conditions(route.conditions, texts),
    steps(route.estimate, page),
    details(page.self_checks, bullets(route.self_checks)),
    details(page.eligible_costs, bullets(route.eligible_costs)),
    details(page.ineligible_costs, bullets(route.ineligible_costs)),
    details(page.apply_at, bullets((route.apply_at ?? []).map(place))),
    details(page.later_changes, bullets((route.later_changes ?? []).map((change) => laterChange(change, page)))),
    details(page.sources, bullets(sources(route), "li", "source")),
  );
}

function amount(route, { page, caps, facts }) {
  const { estimate, ceiling, verdict } = route;
  if (verdict === "unlikely") return null;
  if (!estimate) {
    const most = ceiling && fill(page.ceiling, { subsidy: yen(ceiling.subsidy_yen, page), cost: yen(ceiling.cost_yen, page) });
    return el("div", { class: "amount" }, most && el("p", { text: most }), el("p", { class: "hint", text: page.no_amount }));
  }
  const rows = el("dl", {}, ...row(page.amount, range(estimate.low_yen, estimate.high_yen, page), "figure"));
  if (estimate.self_burden_low_yen != null) {
    const own = range(estimate.self_burden_low_yen, estimate.self_burden_high_yen ?? estimate.self_burden_low_yen, page);
    rows.append(...row(page.own_share, own));
  }
  rows.append(...row(page.rate, estimate.rate));
  return el(
    "div",
    { class: "amount" },
    rows,
    estimate.binding_cap && el("p", { text: caps[estimate.binding_cap] }),
    estimate.narrowed_by && el("p", { text: `${page.narrowed_by}：${facts[estimate.narrowed_by] ?? estimate.narrowed_by}` }),
    estimate.provisional && el("p", { class: "hint", text: page.provisional }),
  );
}

function conditions(all, { page, results }) {
  const items = all.map((condition) =>
    el(
      "li",
      { class: condition.result },
      el("span", { class: "result" }, el("span", { "aria-hidden": "true", text: ORDER[condition.result] }), el("span", { text: results[condition.result] })),
      el("span", { text: condition.text }),
      condition.explanation && el("span", { class: "hint", text: condition.explanation }),
    ),
  );
  return details(page.conditions, el("ul", { class: "conditions" }, ...items), true);
}

function steps(estimate, page) {
  if (!estimate?.steps?.length) return null;
  const items = estimate.steps.map((step) =>
    el("li", {}, el("span", { text: step.label }), el("span", { class: "sum", text: `${step.expression} = ${yen(step.result_yen, page)}` })),
  );
  return details(page.steps, el("ol", { class: "steps" }, ...items));
}

/** Every source of a programme once. */
function sources(route) {
  const bases = [...route.conditions, ...(route.estimate?.steps ?? []), ...(route.apply_at ?? [])].map((part) => part.basis);
  return [...new Set(bases.filter(Boolean).map((basis) => [basis.document, basis.locator].filter(Boolean).join(" ")))].filter(Boolean);
}

function deskCard(desk, page) {
  return el(
    "article",
    { class: "card desk" },
    el("h3", { text: `${page.desk}：${desk.name}` }),
    desk.reason && el("p", { text: desk.reason }),
    el("p", {}, el("a", { class: "phone", href: `tel:${/^[0-9-]*/.exec(desk.phone)[0]}`, text: `${page.phone} ${desk.phone}` })),
    el("p", {}, el("a", { href: `mailto:${desk.email}`, text: `${page.email} ${desk.email}` })),
  );
}

function place(entry) {
  return [entry.name, entry.text, entry.window].filter(Boolean).join(" ");
}

function laterChange(change, page) {
  return `${fill(page.fiscal_year, { year: change.fiscal_year })}：${change.text}`;
}

function details(summary, content, open = false) {
  return content && el("details", { open }, el("summary", { text: summary }), content);
}

function list(title, entries) {
  const items = bullets(entries);
  return items && el("section", { class: "card" }, el("h3", { text: title }), items);
}

function bullets(entries, tag = "li", kind = false) {
  return entries?.length ? el("ul", {}, ...entries.map((text) => el(tag, { class: kind, text }))) : null;
}

function row(name, value, kind = false) {
  return [el("dt", { text: name }), el("dd", { class: kind, text: value })];
}

function yen(value, page) {
  return fill(page.yen, { amount: value.toLocaleString("ja-JP") });
}

function range(low, high, page) {
  return low === high ? yen(low, page) : fill(page.range, { low: yen(low, page), high: yen(high, page) });
}
