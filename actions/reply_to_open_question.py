"""A reply that means something only under the question that it answers."""

from __future__ import annotations

import re
from typing import Any

from actions.case import Facts, follows_a_filing, going_by_costs, problems_of
from actions.entries import exact_yen
from actions.message import Message
from actions.narrowing import named_in, names_apart
from actions.replies import (
    Reply,
    adds_to_reply,
    denies_a_part,
    hesitates,
    is_bare,
    reply_to,
    says_of_earlier_filing,
    says_unknown,
    speaks_of_costs,
    speaks_of_else,
    tells_of,
    value_of,
)
from knowledge import load_knowledge

LONGEST_ENDING = 4
"""Characters that may follow a label that is written out, such as "です"."""
_OF_SIZE = ("is_sme", "employees")


def reply_update(message: Message, facts: Facts, question: dict[str, Any]) -> Facts:
    """A reply that means something only under the open question."""
    fact = load_knowledge().facts[question["fact"]]
    by_label = _by_label(message.text, question)
    if by_label is not None:
        return by_label
    value = value_of(fact.id, message.text)
    if value is not None and not message.is_digression:
        return {fact.id: value}
    applicant = value_of("applicant", message.text) if fact.id == "is_sme" else None
    if applicant is not None and reply_to(fact.id, message.text) is None:
        # That it is a company is half of the answer, however much it sounds like a yes.
        return {}
    if fact.id in _OF_SIZE and message.values("people"):
        # Whose heads were counted is clear under a question of the company's size.
        return {"employees": message.values("people")[-1]}
    if fact.type == "integer":
        number = _whole_number(message, fact.id)
        if number:
            return number
    options = {option["id"].rsplit(".", 1)[-1]: option["set"] for option in question["options"]}
    is_examined = fact.id == "spent_already" and follows_a_filing(problems_of(facts))
    if is_examined and says_of_earlier_filing(message.text):
        # The filing that is examined now was paid for long ago: that answers nothing here.
        return {}
    others = [problem for problem in load_knowledge().programmes if problem not in problems_of(facts)]
    labels = [option["label"] for option in question["options"]]
    asked = "".join([question["text"], question["help"], *labels])
    said = _said_of(message, fact.id, fact.type, others, asked)
    if said == "unknown" and question["part"] == "default" and speaks_of_costs(message.text):
        # "No idea what it will cost" while something else is asked.
        return _costs_unknown(facts) if fact.type in ("boolean", "choice", "countries") else {}
    if said == "unknown":
        return options.get("unknown", {})
    if said is None or fact.type != "boolean":
        return {}
    # Where a yes/no question lists other answers, its first is the plain yes.
    return options.get(said, question["options"][0]["set"] if said == "yes" else {})


def _costs_unknown(facts: Facts) -> Facts:
    by_cost = going_by_costs(problems_of(facts))
    return {"costs": dict.fromkeys(by_cost)} if len(by_cost) == 1 else {}


def _said_of(message: Message, fact: str, fact_type: str, others: list[str], asked: str) -> Reply | None:
    """Yes, no or not known: from the words, or else from the act.

    Args:
        message: The message.
        fact: Name of the fact asked for.
        fact_type: Its type.
        others: Problems that are not the case's.
        asked: The words of the question.
    """
    if message.is_digression and message.intent != "already_paid":
        return None
    if denies_a_part(fact, message.text) or (
        reply_to(fact, message.text) == "no" and names_apart(message.text, others)
    ):
        return None
    acts: dict[str, Reply] = {"affirm": "yes", "deny": "no", "dont_know": "unknown"}
    if acts.get(message.intent) == "unknown" or says_unknown(message.text):
        # "Perhaps they are fakes" is of another matter.
        return None if fact_type == "boolean" and named_in(message.text, others) else "unknown"
    by_words = reply_to(fact, message.text) if fact_type == "boolean" else None
    reply = by_words or (None if speaks_of_else(message.text, asked) else acts.get(message.intent))
    if reply == "no" and _tells_of_others(message, fact) and not tells_of(fact, "no", message.text):
        return None
    rest = message.without_other_facts(fact, value=reply == "yes")
    if rest == message.text:
        return reply
    # "We have paid nothing yet" tells of payments: it does not deny what is asked. A "yes" before such words
    # is theirs.
    return None if is_bare(rest) and not adds_to_reply(message.text) else reply_to(fact, rest)


def _tells_of_others(message: Message, fact: str) -> bool:
    """Whether a message only begins like a denial, and goes on with other facts."""
    others = load_knowledge().facts.keys() - {fact, "problems"}
    return hesitates(message.text) and any(item["entity"] in others for item in message.entities)


def _whole_number(message: Message, fact: str) -> Facts:
    if fact == "capital_yen":
        amounts = [amount for amount in message.values("amount") if amount.get("role") in (None, "capital")]
        exact = [yen for yen in map(exact_yen, amounts) if yen is not None]
        return {fact: exact[-1]} if exact else {}
    numbers = message.values("number") + message.values("count")
    return {fact: numbers[-1]} if numbers else {}


def _by_label(text: str, question: dict[str, Any]) -> Facts | None:
    """An option written out, by its number in the list, or by a word that only its label has."""
    said = text.strip(" 。、.!！")
    for place, option in enumerate(question["options"], start=1):
        written = said.startswith(option["label"]) and len(said) - len(option["label"]) <= LONGEST_ENDING
        if written or (said.rstrip("番") == str(place) and _takes_place(question)):
            return option["set"]
    if load_knowledge().facts[question["fact"]].type not in ("choice", "integer"):
        return None
    named = [
        option for option in question["options"] if any(word in said for word in _words(option["label"]))
    ]
    return named[0]["set"] if len(named) == 1 else None


def _words(label: str) -> list[str]:
    """`初年度（はじめて）` is also said as either of its two words."""
    return [word for word in re.split(r"[（）・、]", label) if len(word) > 1]


def _takes_place(question: dict[str, Any]) -> bool:
    """Whether a bare number means a place in the list and not the answer itself."""
    fact = load_knowledge().facts[question["fact"]]
    return fact.type not in ("integer", "costs") and question["part"] != "cost_yen"


def taken_back(message: Message, facts: Facts, latest: list[str | None]) -> Facts:
    """Another answer to what was asked or told last, where nothing is asked any more.

    Only words of that very question count: a bare "no" after the advice may be about anything.
    """
    for name in latest:
        fact = load_knowledge().facts.get(name or "")
        if fact is None or fact.type != "boolean" or facts.get(fact.id) is None or message.is_digression:
            continue
        said = reply_to(fact.id, message.text)
        if said in ("yes", "no") and tells_of(fact.id, said, message.text):
            return {fact.id: said == "yes"}
    return {}
