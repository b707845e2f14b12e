"""What the console shows of a case, panel by panel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from bot.channels.conversations import today
from bot.channels.services import Services
from bot.channels.staff import marks
from bot.channels.staff.accounts import Account, Accounts
from bot.channels.staff.cases import Case, Cases, Earlier, History, Sheet, Step
from bot.channels.staff.questions import questions, topic
from bot.channels.staff.rendering import part, rendered
from bot.channels.staff.sheet import Content, Source, about_year, content, own_words
from bot.channels.staff.warnings import Warning, warnings
from bot.channels.texts import load_texts
from bot.channels.web.sheet import open_facts
from bot.channels.web.wording import Wording
from knowledge import assess, load_knowledge
from knowledge.schema import Fact

Facts = dict[str, Any]
SUGGESTIONS = ("log", "question", "routes")
"""Panels that somebody on the phone waits for."""
PANELS = (*SUGGESTIONS, "facts", "sheet", "head")
_OUTSIDE = "out_of_scope"


@dataclass(frozen=True)
class Shown:
    """A case with everything that was worked out of it."""

    case: Case
    steps: list[Step]
    sheets: list[Sheet]
    earlier: list[Earlier]
    facts: Facts
    advice: dict[str, Any]
    names: dict[str, str]
    warnings: list[Warning]
    account: Account
    ask: str | None = None
    """The topic that the operator chose to ask, out of order."""
    whatif: dict[str, Any] | None = None
    """The advice on facts that are only tried out."""


def read(
    services: Services,
    cases: Cases,
    accounts: Accounts,
    case: Case,
    account: Account,
    history: History | None = None,
) -> Shown:
    """Everything of a case. Blocking."""
    history = history or cases.history(case.id)
    steps, sheets, earlier, facts = history.steps, history.sheets, history.earlier, history.facts
    advice = assess(facts, services.settings.fiscal_year, today()).to_json()
    people = {case.owner, case.updated_by, *(step.account for step in steps)}
    people |= {sheet.confirmed_by for sheet in sheets} | {item.account for item in earlier}
    others = people - {account.name}
    names = {account.name: account.display} | (accounts.display(others) if others else {})
    found = warnings(own_words(steps), facts)
    return Shown(case, steps, sheets, earlier, facts, advice, names, found, account)


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
    values = _values(services, shown) | _values_below(services, shown)
    return _rendered(names or PANELS, services, values)


def panels_in_turn(services: Services, shown: Shown) -> Iterator[dict[str, str]]:
    """The suggestions as HTML, and when they are sent all other panels."""
    values = _values(services, shown)
    yield _rendered(SUGGESTIONS, services, values)
    values |= _values_below(services, shown)
    yield _rendered([name for name in PANELS if name not in SUGGESTIONS], services, values)


def _rendered(names: Iterable[str], services: Services, values: dict[str, Any]) -> dict[str, str]:
    return {name: rendered(f"panel_{name}.html", services, **values) for name in names}


def _values(services: Services, shown: Shown) -> dict[str, Any]:
    """What the suggestions show, and each other panel too."""
    knowledge, year = services.knowledge, services.settings.fiscal_year
    later = shown.case.fields.get("later", [])
    asked = questions(_asked_about(shown), year, today(), later=later)
    asked.sort(key=lambda question: topic(question) != shown.ask)
    newest = next((step for step in reversed(shown.steps) if step.understanding), None)
    return {
        "shown": shown,
        "case": shown.case,
        "steps": shown.steps,
        "account": shown.account,
        "name": lambda account: shown.names.get(account, account),
        "about_year": about_year(knowledge.year(year).year, shown.advice),
        "told": lambda: sheet_of(services, shown)["told"],
        "wording": Wording(knowledge, services.texts, year),
        "knowledge": knowledge,
        "advice": shown.whatif or shown.advice,
        "now": {route["program"]: route for route in shown.advice["routes"]} if shown.whatif else {},
        "question": asked[0] if asked else None,
        "others": asked[1:4],
        "topic": topic,
        "asking": _asking(shown.steps),
        "problems": _problems(shown, newest),
        "newest": newest,
        "pieces": marks.pieces,
        "answered": marks.answered,
        "confidence": marks.confidence,
        "warnings": shown.warnings,
    }


def _values_below(services: Services, shown: Shown) -> dict[str, Any]:
    """What the facts and the sheet show besides."""
    fields, other_fields = _fields(services, shown)
    return {
        "fields": fields,
        "other_fields": other_fields,
        "sheet": sheet_of(services, shown),
        "earlier": _by_field(shown.earlier),
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
        {"id": id_, "chance": sure.get(id_), "known": id_ in known and not _goes_on(shown)}
        for id_ in listed
        if id_ not in rejected or id_ in known
    ]


def _asking(steps: list[Step]) -> Step | None:
    """The last step, if the caller asked something in it that is to be answered now."""
    last = next((step for step in reversed(steps) if not step.undone and step.kind != "undo"), None)
    return last if last and last.understanding and last.understanding.get("answer") else None


def _asked_about(shown: Shown) -> Facts:
    """The facts to ask on from. A call is not over because its first words sound like no matter of ours."""
    if not _goes_on(shown):
        return shown.facts
    return {name: value for name, value in shown.facts.items() if name != "problems"}


def _goes_on(shown: Shown) -> bool:
    """Whether nobody but the program takes the matter for none of ours."""
    return shown.facts.get("problems") == [_OUTSIDE] and not any(map(_puts_outside, shown.steps))


def _puts_outside(step: Step) -> bool:
    """Whether the operator says that the matter is none of ours."""
    if step.undone or step.after.get("problems") != [_OUTSIDE]:
        return False
    return step.kind == "answer" or (step.kind == "put" and step.before.get("problems") != [_OUTSIDE])


def _heard(steps: list[Step]) -> dict[str, str]:
    """By fact: the words that it was read from; of a list that grew, those of each of its parts."""
    heard: dict[str, list[str]] = {}
    for step in steps:
        if step.undone:
            continue
        if step.kind in ("put", "answer", "skip"):
            # What the operator put there was read from no words.
            for name in [name for name in heard if step.before.get(name) != step.after.get(name)]:
                del heard[name]
        for found in (step.understanding or {"facts": []})["facts"]:
            name = found["fact"]
            before, after = step.before.get(name), step.after.get(name)
            grew = isinstance(before, list) and all(item in (after or []) for item in before)
            heard[name] = [
                *(heard.get(name, []) if grew else []),
                *(marks.words(step, found["spans"]) or [step.text]),
            ]
    return {name: " … ".join(dict.fromkeys(words)) for name, words in heard.items()}


@dataclass(frozen=True)
class Field:
    """The form in which one fact is read and corrected."""

    id: str
    known: bool
    missing: bool
    heard: str | None
    """The words that it was read from last."""
    control: Markup


def _fields(services: Services, shown: Shown) -> tuple[list[Field], list[Field]]:
    """Forms of the facts that matter to the case, and of all others."""
    facts = shown.whatif["facts"] if shown.whatif else shown.facts
    missing = open_facts(shown.advice) if shown.facts else []
    heard = {} if shown.whatif else _heard(shown.steps)
    known = services.knowledge.facts
    first = [*dict.fromkeys([*facts, *missing])]
    made = [
        [_field(services, known[id_], facts, heard.get(id_), missing=id_ in missing) for id_ in ids]
        for ids in (first, [id_ for id_ in known if id_ not in first])
    ]
    return made[0], made[1]


def _by_field(texts: list[Earlier]) -> dict[str, list[Earlier]]:
    found: dict[str, list[Earlier]] = {}
    for text in texts:
        found.setdefault(text.field, []).append(text)
    return found


def _field(services: Services, fact: Fact, facts: Facts, heard: str | None, *, missing: bool) -> Field:
    programmes = tuple(_programmes(services, fact, facts)) if fact.type in ("costs", "granted") else ()
    known = facts.get(fact.id) is not None
    value = json.dumps(facts[fact.id]) if fact.id in facts else None
    control = _control(fact.id, value, programmes, services.settings.fiscal_year, missing=missing)
    return Field(fact.id, known, missing, heard if known else None, control)


@lru_cache(maxsize=1024)
def _control(
    fact: str, value: str | None, programmes: tuple[str, ...], fiscal_year: int, *, missing: bool
) -> Markup:
    """Label and controls of a fact. Most stay the same from step to step, and many in every call.

    Args:
        fact: Its id.
        value: Its value as JSON, or None where nobody asked.
        programmes: Those that an amount can be put in for.
        fiscal_year: Whose programmes they are.
        missing: Whether it is to be asked yet.
    """
    return part(
        "fact.html",
        fact=load_knowledge().facts[fact],
        asked=value is not None,
        value=json.loads(value or "null"),
        missing=missing,
        programmes=programmes,
        knowledge=load_knowledge(),
        wording=Wording(load_knowledge(), load_texts(), fiscal_year),
    )


def _programmes(services: Services, fact: Fact, facts: Facts) -> list[str]:
    """Programmes that a cost or a grant can be put in for: those of the case, and those that have one."""
    year = services.knowledge.year(services.settings.fiscal_year)
    fitting = [
        id_ for id_, item in year.programmes.items() if fact.type == "granted" or item.amount.input == "costs"
    ]
    wanted = {*(facts.get("problems") or []), *(facts.get(fact.id) or {})}
    return [id_ for id_ in fitting if id_ in wanted]
