"""The consultation sheet of a call: it fills itself from the facts, and the operator writes over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.channels.conversations import JAPAN
from bot.channels.staff.cases import WRITTEN, Case, Sheet, Step
from bot.channels.staff.texts import load_staff_texts
from bot.channels.staff.warnings import Warning
from bot.channels.texts import Texts
from bot.channels.web.sheet import open_facts, places_of
from bot.channels.web.wording import Wording
from knowledge import Knowledge
from knowledge.schema import Year

Advice = dict[str, Any]
Content = dict[str, Any]

CHOSEN = {"consent": ("", "yes", "no"), "urgency": ("", "high", "middle", "low")}
LONGEST_FIELD = 4000
MOST_ROWS = 30


@dataclass(frozen=True)
class Source:
    """What a sheet is made from."""

    case: Case
    steps: list[Step]
    advice: Advice
    warnings: list[Warning]
    sheets: list[Sheet]
    names: dict[str, str]
    """Names to show, by account."""
    knowledge: Knowledge
    texts: Texts
    desk: dict[str, str]
    fiscal_year: int


def content(source: Source) -> Content:
    """The sheet as it stands now, by field; it is kept so when it is confirmed.

    Args:
        source: The case and all that belongs to it.
    """
    words, fields = load_staff_texts(), source.case.fields
    wording = Wording(source.knowledge, source.texts, source.fiscal_year)
    facts, advice = source.advice.get("facts", {}), source.advice
    year = source.knowledge.year(source.fiscal_year).year
    filled = _filled(source, wording)
    return {
        "number": source.case.number,
        "time": {"begun": shown_time(source.case.created_at), "changed": shown_time(source.case.updated_at)},
        "operator": source.names.get(source.case.owner, source.case.owner),
        **{name: fields.get(name, filled.get(name, "")) for name in WRITTEN},
        **{name: fields.get(name, filled.get(name, "")) for name in CHOSEN},
        "problems": wording.value("problems", facts.get("problems") or []),
        "countries": wording.value("countries", facts.get("countries") or []),
        "known": [
            [wording.label(name), wording.value(name, value)]
            for name, value in facts.items()
            if value is not None
        ],
        "open": [wording.label(name) for name in open_facts(advice)],
        "checked": [
            [f"{route['number']} {route['name']}", source.texts.verdicts[route["verdict"]]]
            for route in advice.get("routes", [])
        ],
        "amounts": _amounts(source, wording),
        "assumptions": [*advice.get("assumptions", []), *notes(source.steps)],
        "told": _told(source, wording),
        "sources": _sources(source),
        "desk": [source.desk["desk_name"], source.desk["desk_phone"], source.desk["desk_email"]],
        "desk_reason": advice.get("desk", {}).get("reason"),
        "steps": fields.get("steps", _next_steps(source, wording)),
        "revisions": [
            {
                "version": sheet.version,
                "at": shown_time(sheet.confirmed_at),
                "by": source.names.get(sheet.confirmed_by, sheet.confirmed_by),
            }
            for sheet in source.sheets
        ],
        "year": words.year.format(
            label=year.label,
            version=advice.get("knowledge_version", source.knowledge.version),
            provisional=year.provisional.text,
        ),
        "written": [name for name in (*WRITTEN, *CHOSEN, "steps") if name in fields],
        "filled": filled,
    }


def about_year(year: Year, advice: Advice) -> str:
    """Whose conditions the figures follow, and that its calls are over where they are."""
    is_over = date.fromisoformat(advice["as_of"]) > year.ends_on
    return load_staff_texts().told["year_over" if is_over else "year"].format(label=year.label)


def shown_time(seconds: int) -> str:
    """A time as people read it, in Japan."""
    return datetime.fromtimestamp(seconds, JAPAN).strftime("%Y-%m-%d %H:%M")


def searchable(found: Content) -> str:
    """The words that a search of the history looks through."""
    parts = [found[name] for name in WRITTEN]
    parts += [*found["problems"], *found["countries"], found["number"], found["operator"]]
    return "\n".join(part for part in parts if part)


def changed_fields(before: Content, after: Content) -> list[str]:
    """Names of the fields that differ between two confirmed sheets."""
    labels = load_staff_texts().sheet
    ignored = ("time", "revisions")
    return [name for name in labels if name not in ignored and before.get(name) != after.get(name)]


def own_words(steps: list[Step]) -> list[str]:
    """What the caller said and was not taken back."""
    return [step.text for step in steps if step.kind == "said" and not step.undone]


def notes(steps: list[Step]) -> list[str]:
    """What was assumed in reading the caller's words, each once."""
    told = [step.understanding.get("notes", []) for step in steps if step.understanding and not step.undone]
    return list(dict.fromkeys(note for some in told for note in some))


def _filled(source: Source, wording: Wording) -> dict[str, str]:
    words, facts = load_staff_texts(), source.advice.get("facts", {})
    known = source.knowledge.problems
    done = [name for name in source.texts.done_facts if facts.get(name) is not None]
    heard = [warning for warning in source.warnings if warning.id == "deadline" and warning.heard]
    return {
        "means": words.origins[source.case.origin],
        "request": "\n".join(own_words(source.steps)),
        "wants": "、".join(
            words.wants.format(situation=known[problem].situation) for problem in facts.get("problems") or []
        ),
        "done": "\n".join(
            f"{wording.label(name)}：{'、'.join(wording.value(name, facts[name]))}" for name in done
        ),
        "deadline": "、".join(warning.heard or "" for warning in heard),
        "urgency": "high" if heard or facts.get("accused") else "",
    }


def _amounts(source: Source, wording: Wording) -> list[dict[str, Any]]:
    """Every programme with its rates and caps, the figures for this case and the way to them."""
    words, year = load_staff_texts(), source.knowledge.year(source.fiscal_year)
    found = []
    for route in source.advice.get("routes", []):
        estimate, ceiling = route["estimate"], route["ceiling"]
        if estimate:
            amount = words.amount["estimate"].format(
                rate=estimate["rate"],
                amount=wording.yen([estimate["low_yen"], estimate["high_yen"]]),
                own=wording.own_share(estimate) or words.unknown_own,
            )
        elif ceiling:
            amount = words.amount["ceiling"].format(
                subsidy=wording.yen(ceiling["subsidy_yen"]), cost=wording.yen(ceiling["cost_yen"])
            )
        else:
            amount = words.amount["none"]
        steps = estimate["steps"] if estimate else []
        found.append(
            {
                "program": route["program"],
                "line": words.amount["line"].format(
                    number=route["number"],
                    name=route["name"],
                    verdict=source.texts.verdicts[route["verdict"]],
                    amount=amount,
                ),
                "caps": [
                    _budget(budget, wording) for budget in year.programmes[route["program"]].amount.budgets
                ],
                "steps": [
                    f"{step['label']}：{step['expression']} = {wording.yen(step['result_yen'])}"
                    for step in steps
                ],
            }
        )
    return found


def _budget(budget: Any, wording: Wording) -> str:
    rates = "・".join(f"{rate.value.numerator}/{rate.value.denominator}" for rate in budget.rates)
    caps = [wording.yen(cap.yen) for cap in budget.case_caps.values()]
    company = wording.yen(budget.company_cap.yen) if budget.company_cap else budget.no_company_cap.text
    return " / ".join([budget.label, rates, *caps, company])


def _told(source: Source, wording: Wording) -> list[dict[str, Any]]:
    """Sentences to read out, each with whether it was read; a tick stays with its sentence."""
    words = load_staff_texts()
    ticked = {row["text"]: row for row in source.case.fields.get("told", [])}
    lines: list[str] = []
    for route in source.advice.get("routes", []):
        verdict = source.texts.verdicts[route["verdict"]]
        lines.append(
            words.told["verdict"].format(number=route["number"], name=route["name"], verdict=verdict)
        )
        lines += [
            words.told["unmet"].format(condition=condition["text"])
            for condition in route["conditions"]
            if condition["result"] == "unmet"
        ]
        lines += _amount_told(route, wording)
    if lines:
        lines.append(about_year(source.knowledge.year(source.fiscal_year).year, source.advice))
    lines += [warning.text for warning in source.warnings]
    if source.advice:
        desk = source.advice["desk"]
        if desk["recommended"]:
            lines.append(desk["reason"])
        lines.append(words.told["desk"].format(**source.desk))
        if source.advice["status"] == "out_of_scope":
            lines += [words.told["other"].format(**other) for other in desk["others"] if other["phone"]]
    # What was read out stays, also where the figures have changed since.
    kept = [text for text, row in ticked.items() if row.get("read") and text not in lines]
    return [
        {"text": text, "read": bool(ticked.get(text, {}).get("read"))}
        for text in dict.fromkeys([*kept, *lines])
    ]


def _amount_told(route: dict[str, Any], wording: Wording) -> list[str]:
    words, estimate, ceiling = load_staff_texts().told, route["estimate"], route["ceiling"]
    if estimate:
        amount = wording.yen([estimate["low_yen"], estimate["high_yen"]])
        own = wording.own_share(estimate)
        told = words["amount" if own else "amount_only"]
        return [told.format(amount=amount, own=own)]
    if ceiling:
        subsidy, cost = wording.yen(ceiling["subsidy_yen"]), wording.yen(ceiling["cost_yen"])
        return [words["ceiling"].format(subsidy=subsidy, cost=cost)]
    return []


def _sources(source: Source) -> list[str]:
    bases = [
        item["basis"]
        for route in source.advice.get("routes", [])
        for item in [*route["conditions"], *(route["estimate"] or {"steps": []})["steps"]]
        if item.get("basis")
    ]
    found = [basis["document"] for basis in bases if basis["document"]]
    found += [text for warning in source.warnings for text in warning.sources]
    return list(dict.fromkeys(found))


def _next_steps(source: Source, wording: Wording) -> list[dict[str, str]]:
    words, advice = load_staff_texts().next_steps, source.advice
    if not advice:
        return []
    lines = [words["check"].format(fact=wording.label(name)) for name in open_facts(advice)[:3]]
    lines += [words["apply"].format(place=place["name"]) for place in places_of(advice)]
    if advice["desk"]["recommended"]:
        lines.append(words["desk"].format(**source.desk))
    return [{"text": line, "date": ""} for line in dict.fromkeys(lines)]
