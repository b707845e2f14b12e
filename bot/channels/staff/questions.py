"""The questions to put to a caller: the next one, and at most three others that would help as well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from knowledge import assess, load_knowledge, merge_facts, option_facts

Facts = dict[str, Any]
Question = dict[str, Any]

_UNKNOWN = "unknown"


def questions(
    facts: Facts, fiscal_year: int, as_of: date, most: int = 4, later: Iterable[str] = ()
) -> list[Question]:
    """Questions in the order that the engine would ask them, if each were passed over.

    Args:
        facts: Checked facts.
        fiscal_year: Whose programmes apply.
        as_of: The day.
        most: How many.
        later: Topics that were put off: they come last.
    """
    found: list[Question] = []
    put_off = set(later)
    seen: set[str] = set()
    while len(found) < most + len(put_off):
        following = assess(facts, fiscal_year, as_of).next
        if following is None:
            break
        question = following.to_json()
        if topic(question) in seen:
            break
        seen.add(topic(question))
        found.append(question)
        facts = merge_facts(facts, not_known(question, facts))
    first = [question for question in found if topic(question) not in put_off]
    return (first + [question for question in found if topic(question) in put_off])[:most]


def topic(question: Question) -> str:
    """`fact` or `fact.part`: what a question asks for."""
    return str(
        question["fact"] if question["part"] == "default" else f"{question['fact']}.{question['part']}"
    )


def not_known(question: Question, facts: Facts) -> Facts:
    """What is put where the caller cannot or will not say."""
    for option in question["options"]:
        if option["id"].rsplit(".", 1)[-1] == _UNKNOWN:
            found: Facts = option["set"]
            return found
    return {question["fact"]: None}


def with_option(facts: Facts, option: str) -> Facts:
    """All facts after a ready answer; a problem joins those that are known.

    Raises:
        KeyError: If there is no such answer.
    """
    update = option_facts(option, facts, load_knowledge())
    known = facts.get("problems") or []
    if update.get("problems") and known:
        both = [*known, *(problem for problem in update["problems"] if problem not in known)]
        covered = [problem for problem in both if problem != "out_of_scope"]
        update = update | {"problems": covered or both}
    return merge_facts(facts, update)


def label_of(question: Question, option: str) -> str:
    """The words of a ready answer."""
    return next((str(item["label"]) for item in question["options"] if item["id"] == option), option)
