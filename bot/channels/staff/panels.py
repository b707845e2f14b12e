"""What the console shows of a case, panel by panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.channels.conversations import today
from bot.channels.services import Services
from bot.channels.staff import marks
from bot.channels.staff.accounts import Account, Accounts
from bot.channels.staff.cases import Case, Cases, Sheet, Step
from bot.channels.staff.questions import questions, topic
from bot.channels.staff.rendering import rendered
from bot.channels.staff.sheet import Content, Source, content, own_words
from bot.channels.staff.warnings import Warning, warnings
from bot.channels.web.sheet import open_facts
from bot.channels.web.wording import Wording
from knowledge import assess
from knowledge.schema import Fact

Facts = dict[str, Any]
PANELS = ("log", "question", "facts", "routes", "sheet", "head")


@dataclass(frozen=True)
class Shown:
    """A case with everything that was worked out of it."""

    case: Case
    steps: list[Step]
    sheets: list[Sheet]
    facts: Facts
    advice: dict[str, Any]
    names: dict[str, str]
    warnings: list[Warning]
    account: Account
    ask: str | None
    """The topic that the operator chose to ask, out of order."""
    whatif: dict[str, Any] | None = None
    """The advice on facts that are only tried out."""


def read(
    services: Services, cases: Cases, accounts: Accounts, case: Case, account: Account, ask: str | None = None
) -> Shown:
    """Everything of a case. Blocking."""
    steps, sheets = cases.steps(case.id), cases.sheets(case.id)
    facts = steps[-1].after if steps else {}
    advice = assess(facts, services.settings.fiscal_year, today()).to_json()
    people = {case.owner, case.updated_by, *(step.account for step in steps)}
    names = accounts.display(people | {sheet.confirmed_by for sheet in sheets})
    found = warnings(own_words(steps), facts)
    return Shown(case, steps, sheets, facts, advice, names, found, account, ask)


def sheet_of(services: Services, shown: Shown) -> Content:
    """The sheet of a case as it stands."""
    return content(
        Source(
            shown.case,
            shown.steps,
            shown.advice if shown.facts else {},
            shown.warnings,
            shown.sheets,
            shown.names,
            services.knowledge,
            services.texts,
            services.desk,
            services.settings.fiscal_year,
        )
    )


def panels(services: Services, shown: Shown, *names: str) -> dict[str, str]:
    """Panels as HTML, all or those that are named."""
    values = _values(services, shown)
    return {name: rendered(f"panel_{name}.html", services, **values) for name in names or PANELS}


def _values(services: Services, shown: Shown) -> dict[str, Any]:
    knowledge, year = services.knowledge, services.settings.fiscal_year
    facts = shown.whatif["facts"] if shown.whatif else shown.facts
    later = shown.case.fields.get("later", [])
    asked = questions(shown.facts, year, today(), later=later)
    asked.sort(key=lambda question: topic(question) != shown.ask)
    newest = next((step for step in reversed(shown.steps) if step.understanding), None)
    missing = open_facts(shown.advice) if shown.facts else []
    order = list(dict.fromkeys([*facts, *missing, *knowledge.facts]))
    return {
        "shown": shown,
        "case": shown.case,
        "steps": shown.steps,
        "account": shown.account,
        "name": lambda account: shown.names.get(account, account),
        "facts": facts,
        "fields": [knowledge.facts[fact] for fact in order if fact in facts or fact in missing],
        "other_fields": [
            knowledge.facts[fact] for fact in order if fact not in facts and fact not in missing
        ],
        "missing": missing,
        "heard": _heard(shown.steps),
        "rows": _rows,
        "programmes": lambda fact: _programmes(services, fact, facts),
        "wording": Wording(knowledge, services.texts, year),
        "knowledge": knowledge,
        "advice": shown.whatif or shown.advice,
        "now": {route["program"]: route for route in shown.advice["routes"]} if shown.whatif else {},
        "question": asked[0] if asked else None,
        "others": asked[1:4],
        "topic": topic,
        "problems": _problems(shown, newest),
        "newest": newest,
        "pieces": marks.pieces,
        "answered": marks.answered,
        "confidence": marks.confidence,
        "warnings": shown.warnings,
        "sheet": sheet_of(services, shown),
    }


def _problems(shown: Shown, newest: Step | None) -> list[dict[str, Any]]:
    """Problems of the case with how sure each was when it was heard, and what was heard beside them."""
    sure: dict[str, float] = {}
    for step in shown.steps:
        if step.understanding and not step.undone:
            for found in step.understanding["problems"]:
                sure[found["id"]] = max(sure.get(found["id"], 0.0), found["confidence"])
    known = shown.facts.get("problems") or []
    beside = (
        [found["id"] for found in newest.understanding["problems"]] if newest and newest.understanding else []
    )
    rejected = shown.case.fields.get("rejected", [])
    listed = dict.fromkeys([*known, *(id_ for id_ in beside if not known)])
    return [
        {"id": id_, "chance": sure.get(id_), "known": id_ in known}
        for id_ in listed
        if id_ not in rejected or id_ in known
    ]


def _heard(steps: list[Step]) -> dict[str, str]:
    """By fact: the words that it was read from last."""
    heard: dict[str, str] = {}
    for step in steps:
        if not step.understanding or step.undone:
            continue
        for found in step.understanding["facts"]:
            text = step.understanding["text"]
            words = " … ".join(text[start:end] for start, end in found["spans"])
            heard[found["fact"]] = words or text
    return heard


def _rows(value: Any) -> list[dict[str, Any]]:
    """Entries of a list fact to edit, with one empty row at the end."""
    return [*(value or []), {}]


def _programmes(services: Services, fact: Fact, facts: Facts) -> list[str]:
    """Programmes that a cost or a grant can be put in for: those of the case, and those that have one."""
    year = services.knowledge.year(services.settings.fiscal_year)
    fitting = [
        id_ for id_, item in year.programmes.items() if fact.type == "granted" or item.amount.input == "costs"
    ]
    wanted = {*(facts.get("problems") or []), *(facts.get(fact.id) or {})}
    return [id_ for id_ in fitting if id_ in wanted]
