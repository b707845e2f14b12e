"""From one message to facts: the answer to the open question, and whatever else was said in passing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from actions.case import Facts, follows_a_filing, going_by_costs
from actions.data_files import data
from actions.entries import (
    added,
    entries_of,
    filled,
    kinds_of,
    notes_on,
    several,
    sum_of,
    with_bare_amount,
    with_costs,
    without,
    yen_of,
)
from actions.message import ANSWER, Message
from actions.narrowing import has_purpose, is_part, named_in, ruled_out
from actions.replies import (
    is_vague,
    says_besides,
    says_more,
    tells_of_filing_only,
    tells_of_filing_to_come,
    tells_of_past_filing,
    value_of,
)
from actions.reply_to_open_question import reply_update, taken_back
from knowledge import FactsError, check_facts, load_knowledge, merge_facts, option_facts

FIRST = 0.5
"""Least confidence of a problem in a first message (docs/nlu.md)."""
MARGIN = 0.15
"""Two problems nearer than this, neither of them sure, are asked back."""
LATER = 0.75
"""Least confidence of a further problem inside a conversation: replies resemble problems."""
LONG_ENOUGH = 10
"""Characters below which a reply to a question never opens a further problem."""
TELLING = 0.3
"""Chance of telling of a problem from which a first message in the form of another act is read for one."""

_OPEN_ACTS = frozenset(
    {"inform", "correct", "ask_question", "what_if", "urgent", "already_paid", "nlu_fallback"}
)
"""Acts whose words may tell of a problem in passing."""
_PLAIN = ("boolean", "choice", "integer")
"""Types of facts that one word of a message can give whole."""
_NO_MARKS = frozenset({"patent", "utility_model", "design"})


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
        told=bool(update) or message.intent in _known(facts),
        answered=question is not None and _is_answered(question, facts, after),
        # Who drops a problem goes on with the case, however it sounds.
        is_digression=message.is_digression and not set(_known(facts)) - set(_known(after)),
        notes=_notes(message, facts, after) if changed else [],
    )


def _notes(message: Message, before: Facts, after: Facts) -> list[str]:
    if _is_other_right(message, _known(before)) and _known(before) != _known(after):
        return ["no_programme_for_right"]
    return notes_on(message)


def recall(earlier: list[Message], facts: Facts) -> Facts:
    """Facts with the entries and costs that were told before the problem was known which they belong to."""
    problems = _known(facts)
    for message in earlier:
        found = _entries(message, facts, problems, None) | _costs(message, problems, None)
        try:
            facts = check_facts(merge_facts(found, facts), load_knowledge())
        except FactsError:
            continue
    return facts


def _update(message: Message, facts: Facts, question: dict[str, Any] | None, before: Before) -> Facts:
    if message.intent == ANSWER:
        return _chosen(message, facts)
    dropped = ruled_out(message.text, _known(facts), before.joined)
    if dropped:
        return {"problems": _without(dropped, message, facts)}
    if _is_other_right(message, _known(facts)):
        return {"problems": ["desk_consultation"]}
    update = _said(message, facts, question)
    if question is None:
        return update or taken_back(message, facts, [before.asked, *before.told])
    if question["fact"] == "is_sme" and "applicant" not in facts:
        # Asked whether it is a small company: that it is a company is half of the answer.
        applicant = value_of("applicant", message.text)
        update = ({"applicant": applicant} if applicant else {}) | update
    if question["fact"] in update or "problems" in update:
        return update
    return update | _joined(reply_update(message, facts, question), facts)


def _without(dropped: list[str], message: Message, facts: Facts) -> list[str]:
    """The problems left, and those that the message tells of instead."""
    told = _told(message) if message.is_problem else []
    return [problem for problem in _known(facts) if problem not in dropped] + [
        problem for problem in told if problem not in (*dropped, *_known(facts))
    ]


def _is_other_right(message: Message, problems: list[str]) -> bool:
    """Whether what others took turns out to be no trade mark, for which there is no programme."""
    rights = set(message.values("right_type"))
    of_marks = data("matters")["marks_only"]
    is_alone = bool(set(problems) & set(of_marks)) and not set(problems) & _by_entries().keys()
    return is_alone and message.intent == "correct" and bool(rights) and rights <= _NO_MARKS


def _tells_of_abroad(update: Facts) -> bool:
    """Whether a fact of some programme's matter is told: who tells it is asked back, not sent away."""
    known = load_knowledge().facts
    return any(known[name].abroad for name in update)


def _by_entries() -> dict[str, str]:
    """The programmes that go by a list of cases, each with its fact."""
    programmes = load_knowledge().programmes
    return {id_: one.amount.input for id_, one in programmes.items() if one.amount.input != "costs"}


def _known(facts: Facts) -> list[str]:
    return facts.get("problems") or []


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
        return update | {"problems": _problems(facts["problems"], update["problems"])}
    return update


def _problems(known: list[str], found: list[str]) -> list[str]:
    """Both together; a programme's problem displaces 'nothing we cover'."""
    both = [*known, *found]
    covered = [problem for problem in both if problem != "out_of_scope"]
    return covered or both


def _said(message: Message, facts: Facts, question: dict[str, Any] | None) -> Facts:
    """Facts that the words themselves carry, asked for or not."""
    update = _plain_facts(message, facts, question["fact"] if question else None)
    if tells_of_filing_only(message.text) and follows_a_filing([*message.problems(), *_known(facts)]):
        # What is examined was filed before: that is not yet a cost of the examination.
        update.pop("spent_already", None)
    problems = _new_problems(message, facts, question)
    if problems and not (problems == ["out_of_scope"] and _tells_of_abroad(update)):
        update["problems"] = _problems(_known(facts), problems)
    if message.intent == "ask_question" and facts.get("problems"):
        # "And in Thailand?" asks about the rules; it does not change the case.
        return update
    left = [one for one in facts.get("countries") or [] if one not in message.values("countries_left_out")]
    if left and left != facts.get("countries"):
        # Nobody said which cases were of that country: how many are left, and what each costs, is asked anew.
        update |= {"countries": left} | {
            fact: kinds_of(facts[fact]) for fact in _by_entries().values() if several(facts.get(fact))
        }
    countries = list(dict.fromkeys(message.values("countries")))
    if countries:
        replaces = message.intent == "correct" and not says_more(message.text)
        kept = [] if replaces else left
        update["countries"] = [*kept, *countries]
    active = update.get("problems") or _known(facts)
    # What is told along with a further problem is about that one.
    told = problems or active
    return update | _entries(message, facts, told, question) | _costs(message, active, question)


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


def _new_problems(message: Message, facts: Facts, question: dict[str, Any] | None) -> list[str]:
    known = _known(facts)
    if set(known) - {"out_of_scope"}:
        return _joining(message, known, question["fact"] if question else None)
    if unsure_between(message) or is_vague(message.text):
        return []
    found = message.problems()
    if message.is_problem or message.problem_share >= TELLING:
        return _told(message)
    if message.intent not in _OPEN_ACTS:
        return []
    # Most of the message is something else: only a clear word of a programme's matter counts.
    return [
        problem
        for problem, confidence in found.items()
        if confidence >= LATER and problem in load_knowledge().programmes
    ]


def _told(message: Message) -> list[str]:
    """Problems of a message that tells of some; beside a programme's the desk must be meant clearly."""
    found = message.problems()
    likely = {
        problem: confidence
        for problem, confidence in found.items()
        if confidence >= FIRST and not _is_past_filing(problem, list(found), message)
    }
    covered = [problem for problem in likely if problem in load_knowledge().programmes]
    return [
        problem
        for problem, confidence in likely.items()
        if not covered or problem in covered or (problem != "out_of_scope" and confidence >= LATER)
    ]


def _joining(message: Message, known: list[str], asked: str | None) -> list[str]:
    """Problems that a message in the middle of a case adds to it."""
    if not message.is_problem or len(message.text) < LONG_ENOUGH:
        return []
    besides = says_besides(message.text)
    if asked and value_of(asked, message.text) is not None and not besides:
        return []
    # Talk about the case resembles a question to the desk; only programmes join in later.
    return [
        problem
        for problem, confidence in message.problems().items()
        if problem not in known
        and problem in load_knowledge().programmes
        and confidence >= LATER
        and not _is_past_filing(problem, known, message)
        and (besides or not message.says_within(asked, problem))
    ]


def _is_past_filing(problem: str, others: list[str], message: Message) -> bool:
    """Whether a filing is only told of because it is examined now, or because the right is held."""
    if set(others) - {problem} and not tells_of_filing_to_come(message.text):
        held = [fact for fact, filing in data("matters")["held"].items() if filing == problem]
        if any(True in message.values(fact) and message.says_within(fact, problem) for fact in held):
            return True
    if problem not in [before for later, before in data("matters")["after"].items() if later in others]:
        return False
    return bool(message.values("prior_grant")) or tells_of_past_filing(message.text)


def unsure_between(message: Message) -> list[str]:
    """Problems of a first message that had better be asked back; empty where one is clear or none is told."""
    found = message.problems()
    if (not message.is_problem and message.problem_share < TELLING) or is_vague(message.text):
        return []
    likely = sorted(
        ((message.ranking.get(problem, 0.0), problem) for problem in load_knowledge().problems), reverse=True
    )
    (first, one), (second, other) = likely[:2]
    several = [problem for problem, confidence in found.items() if confidence >= FIRST]
    if len(several) > 1 or first >= FIRST or first - second >= MARGIN:
        return []
    return [one, other]


def _entries(message: Message, facts: Facts, problems: list[str], question: dict[str, Any] | None) -> Facts:
    asked = question["fact"] if question else None
    by_entries = _by_entries()
    listed = [fact for problem, fact in by_entries.items() if problem in problems]
    # With several problems "商標" may be about another one: only an open question says which.
    others = (load_knowledge().programmes.keys() & set(problems)) - by_entries.keys()
    alone = listed[0] if len(listed) == 1 and not others else None
    if (
        len(listed) == 1
        and facts.get(listed[0])
        and any(one.get("per") == "case" for one in message.values("amount"))
    ):
        # A cost of each case is for the one programme that goes by cases.
        alone = listed[0]
    fact = asked if asked in by_entries.values() else alone
    if fact is None:
        return {}
    old = facts.get(fact) or []
    other = (added(old, message, fact) or without(old, message)) if old else None
    if other is not None:
        new = other
    elif old and message.intent != "correct":
        new = filled(old, message, fact)
        new = with_costs(new, message) if asked == fact or message.values("amount") else new
    elif old:
        new = _corrected(old, message, fact)
    else:
        new = entries_of(message, fact)
    return {fact: new} if new and new != old else {}


def _corrected(old: list[dict[str, Any]], message: Message, fact: str) -> list[dict[str, Any]]:
    """A correction of the kind keeps the costs, one of the cost keeps the kind."""
    fresh = entries_of(message, fact)
    if fresh and len(fresh) == len(old):
        return [before | after for before, after in zip(old, fresh, strict=True)]
    if fresh:
        return fresh
    without = [{key: value for key, value in entry.items() if key != "cost_yen"} for entry in old]
    changed = with_costs(without, message)
    return [before | after for before, after in zip(old, changed, strict=True)]


def _costs(message: Message, problems: list[str], question: dict[str, Any] | None) -> Facts:
    """Amounts for the programmes that go by total cost, and what was granted before."""
    by_cost = going_by_costs(problems)
    update: Facts = {}
    costs: dict[str, Any] = {}
    for amount, before in message.amounts():
        role, value = amount.get("role"), yen_of(amount)
        if value is None or is_part(before) or (amount.get("per") == "case" and len(by_cost) < len(problems)):
            # What is said of each case is for a programme that goes by cases.
            continue
        if role == "granted" and len(problems) == 1 and isinstance(value, int):
            update["granted"] = {problems[0]: value}
        # 取消に200万、偽物の調査に100万: each is for the matter that is named with it.
        own = named_in(before, by_cost) if role in (None, "cost") else []
        target = own[0] if len(own) == 1 else _cost_target(role, by_cost, question)
        if target:
            costs[target] = sum_of(costs[target], value) if target in costs and has_purpose(before) else value
    return update | ({"costs": costs} if costs else {})


def _cost_target(role: str | None, by_cost: list[str], question: dict[str, Any] | None) -> str | None:
    if question and question["fact"] == "costs" and role in (None, "cost", "premium"):
        return question["part"]
    premiums = [id_ for id_, one in load_knowledge().programmes.items() if one.amount.premium]
    if role == "premium":
        return next((problem for problem in by_cost if problem in premiums), None)
    others = [problem for problem in by_cost if problem not in premiums] or by_cost
    is_cost = role == "cost" or (role is None and (question is None or _is_closed(question)))
    return others[0] if is_cost and len(others) == 1 else None


def _is_closed(question: dict[str, Any]) -> bool:
    """Whether no amount can be the answer: one that is said all the same is what the matter costs."""
    return load_knowledge().facts[question["fact"]].type in ("boolean", "choice")


def _is_answered(question: dict[str, Any], before: Facts, after: Facts) -> bool:
    name = question["fact"]
    return name in after and (name not in before or before[name] != after[name])
