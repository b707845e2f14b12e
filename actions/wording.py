"""Sentences around the questions and the advice, from `data/texts.yml` and `templates/`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from actions.case import problems_of
from actions.data_files import data
from actions.faq import find_answer
from knowledge import load_knowledge

_HERE = Path(__file__).parent


def text(key: str, **values: object) -> str:
    """A sentence with its places filled."""
    return str(data("texts")[key]).format(**values)


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    # Plain text for terminals and messengers: nothing here is HTML.
    return jinja2.Environment(  # noqa: S701
        loader=jinja2.FileSystemLoader(_HERE / "templates"), undefined=jinja2.StrictUndefined
    )


def advice_text(advice: dict[str, Any]) -> str:
    """An advice as plain text, for channels without cards."""
    return _rendered("advice", advice=advice, year_label=_year_label(advice))


def advice_stands(advice: dict[str, Any]) -> str:
    """In place of an advice that says again what was said before."""
    desk = advice["desk"]
    return text(
        "advice_stands",
        year=_year_label(advice),
        name=desk["name"],
        phone=desk["phone"],
        phone_of=text("phone_of"),
    )


def case_answer(about: str, advice: dict[str, Any]) -> str:
    """What the case comes to so far (`amount`), or what to do now (`next`)."""
    return _rendered(about, advice=advice, year_label=_year_label(advice))


def what_if_text(advice: dict[str, Any], supposed: dict[str, Any]) -> str:
    """What would be if the facts were as supposed, beside what is."""
    facts, names = supposed["facts"], _differing(advice["facts"], supposed["facts"])
    return _rendered("what_if", advice=advice, supposed=supposed, changed=told_text(facts, names))


def changed_text(earlier: dict[str, Any], advice: dict[str, Any]) -> str:
    """What a correction changed in the advice that was given before."""
    return _rendered("changed", earlier=earlier, advice=advice)


def handover_text(advice: dict[str, Any]) -> str:
    """What was learnt, to send or to read to the desk."""
    labels = {name: fact.label for name, fact in load_knowledge().facts.items()}
    facts = advice["facts"]
    return _rendered(
        "handover",
        advice=advice,
        year=load_knowledge().year(advice["fiscal_year"]).year,
        known=[(labels[name], value_text(name, value)) for name, value in facts.items() if value is not None],
        unknown=[labels[name] for name, value in facts.items() if value is None],
    )


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name in load_knowledge().facts if before.get(name) != after.get(name)]


def _year_label(advice: dict[str, Any]) -> str:
    return load_knowledge().year(advice["fiscal_year"]).year.label


def _rendered(name: str, **values: Any) -> str:
    return _without_blanks(_templates().get_template(f"{name}.txt.j2").render(**values))


def _without_blanks(said: str) -> str:
    # Rasa's REST channel splits a message at blank lines.
    return "\n".join(line for line in said.splitlines() if line.strip())


def desk_text() -> str:
    """The doors to a person."""
    desk = load_knowledge().desk
    others = [
        text("desk_other", name=other.name, phone=other.phone) for other in desk.others[:1] if other.phone
    ]
    told = text("desk", name=desk.name, phone=desk.phone, email=desk.email, phone_of=text("phone_of"))
    return "\n".join([told, *others])


def handover_offer(channel: str | None) -> str | None:
    """How to let an operator see the conversation, where the channel has a way."""
    told: dict[str, str] = data("texts")["handover_offers"]
    return told.get(channel or "")


def not_understood(what: str, count: int, advice: dict[str, Any], channel: str | None) -> str:
    """What is said where a message was not understood: each time in a row in other words.

    Args:
        what: `question`, `after_advice` or `without_case`.
        count: How many messages in a row were not understood, 1 or more.
        advice: The advice as it stands.
        channel: Where the message was said.
    """
    wordings = data("texts")["misunderstood"][what]
    place = count - 1 if count <= len(wordings) else 1 + (count - 2) % (len(wordings) - 1)
    desk, question = advice["desk"], advice["next"]
    said = wordings[place].format(
        name=desk["name"],
        phone=desk["phone"],
        phone_of=text("phone_of"),
        help=question["help"] if question else "",
        handover=(advice["facts"] and handover_offer(channel)) or "",
        examples=_examples("corrections", advice["facts"]),
        suppositions=_examples("suppositions", advice["facts"]),
        questions=text("questions"),
    )
    return _without_blanks(said)


def _examples(kind: str, facts: dict[str, Any]) -> str:
    """The first two of the sentences that may be said of these facts."""
    return "".join([said for fact, said in data("texts")[kind].items() if fact in facts][:2])


def faq_text(question: str, facts: dict[str, Any]) -> str | None:
    """The answer of `faq.yml` to a question in a case, with source and year, or None."""
    entry = find_answer(question, problems_of(facts))
    if entry is None:
        return None
    titles = (load_knowledge().sources[basis.source].title for basis in entry.basis)
    key = "faq_answer_year" if entry.fiscal_year else "faq_answer"
    answer = " ".join(entry.answer.split())
    return text(key, answer=answer, sources="、".join(dict.fromkeys(titles)), year=entry.fiscal_year)


def acknowledgement(
    facts: dict[str, Any], changed: list[str], *, echo: bool, presses: bool = False
) -> list[str]:
    """Sentences on what a message changed.

    Args:
        facts: Facts after it.
        changed: Names of those that it changed.
        echo: Whether to repeat the facts: not where an option was chosen, which shows them itself.
        presses: Whether the message tells of a deadline.
    """
    knowledge = load_knowledge()
    lines = [noticed_text(facts, changed)] if echo else []
    problems = problems_of(facts)
    if "problems" in changed:
        lines += _overlaps(problems)
    is_sued = "sued_abroad" in problems if "problems" in changed else False
    is_sued = is_sued or (
        "accused" in changed and bool(facts.get("accused")) and "sued_abroad" not in problems
    )
    if is_sued or (presses and "problems" in changed):
        # An answer to a suit has a deadline: the door comes before the next question.
        lines += [knowledge.desk.reasons["accused" if is_sued else "deadline"], desk_text()]
    return [line for line in lines if line]


def _overlaps(problems: list[str]) -> list[str]:
    """What tells problems apart that are easily taken for one another."""
    known = load_knowledge().problems
    found = (known[one].overlaps.get(other) for one in problems for other in problems)
    return [sentence for sentence in found if sentence][:1]


def noticed_text(facts: dict[str, Any], names: list[str]) -> str:
    """What was taken from free words, so that a person can correct it; empty where nothing was."""
    told = told_text(facts, names)
    return text("noticed", facts=told) if told else ""


def told_text(facts: dict[str, Any], names: list[str]) -> str:
    """Facts of these names in a person's words, in one line."""
    return text("list").join(_told(name, facts[name]) for name in names if name in facts)


def _told(name: str, value: Any) -> str:
    return text("noticed_fact", label=load_knowledge().facts[name].label, value=value_text(name, value))


def value_text(name: str, value: Any) -> str:
    """A fact's value in a person's words."""
    knowledge = load_knowledge()
    fact = knowledge.facts[name]
    if value is None:
        return text("not_known")
    if fact.type == "boolean":
        return text("yes" if value else "no")
    if fact.type == "choice":
        return fact.values[value]
    if value == []:
        return text("none")
    if fact.type == "problems":
        return "・".join(knowledge.problems[problem].label for problem in value)
    if fact.type == "countries":
        return "・".join(knowledge.vocabulary.countries[country] for country in value)
    if fact.type in ("applications", "procedures"):
        return "、".join(_entry_text(entry) for entry in value)
    if fact.type in ("costs", "granted"):
        return _costs_text(value)
    keys = {"employees": "people", "policy_year": "policy_year"}
    return text(keys[name], value=f"{value:,}") if name in keys else _yen_text(value)


def _costs_text(costs: dict[str, Any]) -> str:
    """One amount plainly, several each with what it is for."""
    if len(costs) == 1:
        return "".join(_yen_text(cost) for cost in costs.values())
    problems = load_knowledge().problems
    return "、".join(f"{problems[name].label} {_yen_text(cost)}" for name, cost in costs.items())


def _entry_text(entry: dict[str, Any]) -> str:
    vocabulary = load_knowledge().vocabulary
    labels = [
        vocabulary.right_types.get(entry.get("right_type") or ""),
        vocabulary.procedure_kinds.get(entry.get("kind") or ""),
    ]
    said = text(
        "entry", label=text("of").join(label for label in labels if label), count=entry.get("count") or 1
    )
    return said if entry.get("cost_yen") is None else f"{said} {_yen_text(entry['cost_yen'])}"


def _yen_text(value: Any) -> str:
    if value is None:
        return text("not_known")
    if isinstance(value, list):
        return text("interval", low=_yen_text(value[0]), high=_yen_text(value[1]))
    return f"{value:,}円"
