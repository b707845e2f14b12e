"""From one message to facts: the answer to the open question, and whatever else was said in passing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from actions.case import Facts, follows_a_filing, going_by_cases, problems_of
from actions.costs import costs_told
from actions.entries import entries_told, left_of, notes_on, several, with_bare_amount
from actions.message import ANSWER, Message
from actions.narrowing import ruled_out
from actions.problems import is_introduction, is_other_right, new_problems, problems_left, together
from actions.replies import says_more, says_only, tells_of_filing_only, value_of
from actions.reply_to_open_question import reply_update, taken_back
from knowledge import FactsError, check_facts, load_knowledge, merge_facts, option_facts

_PLAIN = ("boolean", "choice", "integer")
"""Types of facts that one word of a message can give whole."""


@dataclass(frozen=True)
class Before:
    """What the conversation was about before a message.

    Attributes:
        asked: Fact asked for last, be it answered since.
        joined: Problems that the message before joined to the case.
        told: Facts that the message before changed.
    """

    asked: str | None = None
    joined: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Understanding:
    """What a message changes.

    Attributes:
        facts: All facts afterwards, checked.
        changed: Names of the facts that the message set or changed.
        told: Whether the message named any fact, be it one that was known already.
        answered: Whether the open question was answered, be it by "I don't know".
        is_digression: Whether the message asks for something else than going on.
        error: A sentence for the person where what was said cannot be taken as it is.
        notes: Keys of texts that say how the message was taken.
    """

    facts: Facts
    changed: list[str] = field(default_factory=list)
    told: bool = False
    answered: bool = False
    is_digression: bool = False
    error: str | None = None
    notes: list[str] = field(default_factory=list)


def understand(
    message: Message, facts: Facts, question: dict[str, Any] | None, before: Before | None = None
) -> Understanding:
    """Reads one message.

    Args:
        message: The message.
        facts: Facts before it, checked.
        question: `next` of the advice before it: the open question, or None.
        before: What was talked of before it.
    """
    if question and (question["fact"] == "costs" or question["part"] == "cost_yen"):
        message = with_bare_amount(message)
    try:
        update = _update(message, facts, question, before or Before())
        after = check_facts(merge_facts(facts, update), load_knowledge())
    except FactsError as error:
        return Understanding(facts, error=str(error))
    changed = [
        name for name in update if after.get(name) != facts.get(name) or (name in after) != (name in facts)
    ]
    return Understanding(
        after,
        changed,
        # Who tells of the same matter again has been understood.
        told=bool(update) or message.intent in problems_of(facts),
        answered=question is not None and _is_answered(question, facts, after),
        # Who drops a problem goes on with the case, however it sounds.
        is_digression=message.is_digression and not set(problems_of(facts)) - set(problems_of(after)),
        notes=_notes(message, facts, after) if changed else [],
    )


def _notes(message: Message, before: Facts, after: Facts) -> list[str]:
    if is_other_right(message, problems_of(before)) and problems_of(before) != problems_of(after):
        return ["no_programme_for_right"]
    return notes_on(message)


def recall(earlier: list[Message], facts: Facts) -> Facts:
    """Facts with the entries and costs that were told before the problem was known which they belong to."""
    problems = problems_of(facts)
    for message in earlier:
        found = entries_told(message, facts, problems, None) | costs_told(message, problems, None)
        try:
            facts = check_facts(merge_facts(found, facts), load_knowledge())
        except FactsError:
            continue
    return facts


def _update(message: Message, facts: Facts, question: dict[str, Any] | None, before: Before) -> Facts:
    if message.intent == ANSWER:
        return _chosen(message, facts)
    dropped = ruled_out(message.text, problems_of(facts), before.joined)
    if dropped:
        return {"problems": problems_left(problems_of(facts), dropped, message)}
    if is_other_right(message, problems_of(facts)):
        return {"problems": ["desk_consultation"]}
    update = _said(message, facts, question)
    if question is None:
        return update or taken_back(message, facts, [before.asked, *before.told])
    if question["fact"] == "is_sme" and "applicant" not in facts:
        # Asked whether it is a small company: that it is a company is half of the answer.
        applicant = value_of("applicant", message.text)
        update = ({"applicant": applicant} if applicant else {}) | update
    if question["fact"] in update or "problems" in update or (update and message.intent == "correct"):
        # いや、応答は50万でした: its no is to what was said before.
        return update
    return update | _joined(reply_update(message, facts, question), facts)


def _is_of_another_matter(message: Message, facts: Facts, problems: list[str]) -> bool:
    """Whether only what joins the case is still to come: 来年タイでも出願したい says nothing of the rest."""
    matters = [problem for problem in problems_of(facts) if problem in load_knowledge().programmes]
    return (
        bool(matters)
        and message.values("spent_already") == [False]
        and any(message.says_within("spent_already", problem) for problem in problems)
    )


def _tells_of_abroad(update: Facts) -> bool:
    """Whether a fact of some programme's matter is told: who tells it is asked back, not sent away."""
    known = load_knowledge().facts
    return any(known[name].abroad for name in update)


def _chosen(message: Message, facts: Facts) -> Facts:
    """An option by its id, or facts that an operator put in."""
    knowledge = load_knowledge()
    for given in message.values("facts"):
        if isinstance(given, dict):
            return given
    option = next(iter(message.values("option")), None)
    try:
        return _joined(option_facts(str(option), facts, knowledge), facts)
    except KeyError:
        return {}


def _joined(update: Facts, facts: Facts) -> Facts:
    """A problem chosen later joins the earlier ones."""
    if "problems" in update and facts.get("problems"):
        return update | {"problems": together(facts["problems"], update["problems"])}
    return update


def _said(message: Message, facts: Facts, question: dict[str, Any] | None) -> Facts:
    """Facts that the words themselves carry, asked for or not."""
    update = _plain_facts(message, facts, question["fact"] if question else None)
    if tells_of_filing_only(message.text) and follows_a_filing([*message.problems(), *problems_of(facts)]):
        # What is examined was filed before: that is not yet a cost of the examination.
        update.pop("spent_already", None)
    problems = new_problems(message, problems_of(facts), question["fact"] if question else None)
    is_matter = not (_tells_of_abroad(update) or is_introduction(message))
    if problems and (is_matter or problems != ["out_of_scope"]):
        update["problems"] = together(problems_of(facts), problems)
    if _is_of_another_matter(message, facts, problems):
        update.pop("spent_already", None)
    if message.intent == "ask_question" and facts.get("problems"):
        # "And in Thailand?" asks about the rules; it does not change the case.
        return update
    before = facts.get("countries") or []
    after = _countries_after(message, before)
    if after != before or message.values("countries"):
        update["countries"] = after
    if len(after) < len(before):
        update |= {
            fact: left_of(facts[fact], len(before), len(after))
            for fact in going_by_cases().values()
            if several(facts.get(fact))
        }
    active = update.get("problems") or problems_of(facts)
    # What is told along with a further problem is about that one.
    told = problems or active
    update |= entries_told(message, facts, told, question) | costs_told(message, active, question)
    return _filed_by(update, facts | update) | update


def _countries_after(message: Message, before: list[str]) -> list[str]:
    """The countries as a message leaves them; one taken off, or all but those named, for the last ones."""
    named, off = message.values("countries"), message.values("countries_left_out")
    last = max(
        (item.get("end") or 0 for item in message.entities if item["entity"] == "countries"), default=0
    )
    replaces = message.intent == "correct" and not off and not says_more(message.text)
    replaces = replaces or says_only(message.text, last)
    # Without any country there is no case: the last one stays.
    left = [one for one in before if one not in off] or ([] if named else before)
    return list(dict.fromkeys([*([] if named and replaces else left), *named]))


def _filed_by(update: Facts, facts: Facts) -> Facts:
    """A mark that is registered at home was filed there."""
    marks = {one.get("right_type") for one in facts.get("applications") or []} == {"trademark"}
    told = update.get("jp_trademark") is True and "foreign_filing" in problems_of(facts)
    return {"jp_application": True} if marks and told and "jp_application" not in facts else {}


def _plain_facts(message: Message, facts: Facts, asked: str | None) -> Facts:
    """Facts that one word of the message gives whole."""
    found: Facts = {}
    for name, fact in load_knowledge().facts.items():
        values = message.values(name) if fact.type in _PLAIN else []
        # "An independent company" says nothing new about who applies: a choice made takes a correction.
        is_settled = fact.type == "choice" and facts.get(name) is not None
        if values and not (is_settled and asked != name and message.intent not in ("correct", "what_if")):
            found[name] = values[-1]
    return found


def _is_answered(question: dict[str, Any], before: Facts, after: Facts) -> bool:
    name = question["fact"]
    return name in after and (name not in before or before[name] != after[name])
