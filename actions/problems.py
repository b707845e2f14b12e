"""Which problems a message tells of, and which of a case it leaves."""

from __future__ import annotations

from actions.case import going_by_cases
from actions.data_files import data
from actions.faq import asks_for_meaning
from actions.message import Message
from actions.narrowing import named_in, wanted_too
from actions.replies import (
    is_vague,
    says_besides,
    says_more_of_it,
    tells_of_filing_to_come,
    tells_of_past_filing,
    value_of,
)
from knowledge import load_knowledge

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
_NO_MARKS = frozenset({"patent", "utility_model", "design"})


def new_problems(message: Message, known: list[str], asked: str | None) -> list[str]:
    """Problems that a message opens, or adds to those that a case has.

    Args:
        message: The message.
        known: Problems of the case so far.
        asked: Fact of the open question, or None.
    """
    if set(known) - {"out_of_scope"}:
        return _joining(message, known, asked)
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


def problems_left(known: list[str], dropped: list[str], message: Message) -> list[str]:
    """The problems that are not dropped, and those that the message tells of instead."""
    told = _told(message) if message.is_problem else []
    return [problem for problem in known if problem not in dropped] + [
        problem for problem in told if problem not in (*dropped, *known)
    ]


def is_other_right(message: Message, problems: list[str]) -> bool:
    """Whether what others took turns out to be no trade mark, for which there is no programme."""
    rights = set(message.values("right_type"))
    of_marks = data("matters")["marks_only"]
    is_alone = bool(set(problems) & set(of_marks)) and not set(problems) & going_by_cases().keys()
    return is_alone and message.intent == "correct" and bool(rights) and rights <= _NO_MARKS


def is_introduction(message: Message) -> bool:
    """Whether the words that sound like no matter of ours say who is speaking, and nothing else."""
    found = [item for item in message.entities if item["entity"] != "problems"]
    told = [
        {item["entity"] for item in found if part["start"] <= item["start"] < part["end"]}
        for part in message.entities
        if part.get("value") == "out_of_scope"
    ]
    return bool(told) and all(facts and facts <= set(data("matters")["who"]) for facts in told)


def together(known: list[str], found: list[str]) -> list[str]:
    """Both together; a programme's problem displaces 'nothing we cover'."""
    both = [*known, *found]
    covered = [problem for problem in both if problem != "out_of_scope"]
    return covered or both


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
    wanted = wanted_too(message.text, [id_ for id_ in load_knowledge().programmes if id_ not in known])
    if wanted:
        return wanted
    if not message.is_problem or len(message.text) < LONG_ENOUGH or asks_for_meaning(message.text):
        return []
    if message.problem_share < FIRST:
        # Of a problem if of any, but more likely of none: タイではまだ出していません.
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
        and not _is_more_of_the_same(problem, known, message.text)
        and (besides or not message.says_within(asked, problem))
    ]


def _is_more_of_the_same(problem: str, known: list[str], text: str) -> bool:
    """Whether a problem is not named at all by who adds to the case: じゃあ韓国の分もある."""
    is_named = tells_of_filing_to_come(text) or bool(named_in(text, [problem]))
    return (_came_before(problem, known) or says_more_of_it(text)) and not is_named


def _is_past_filing(problem: str, others: list[str], message: Message) -> bool:
    """Whether a filing is only told of because it is examined now, or because the right is held."""
    if set(others) - {problem} and not tells_of_filing_to_come(message.text):
        held = [fact for fact, filing in data("matters")["held"].items() if filing == problem]
        if any(True in message.values(fact) and message.says_within(fact, problem) for fact in held):
            return True
    return _came_before(problem, others) and (
        bool(message.values("prior_grant")) or tells_of_past_filing(message.text)
    )


def _came_before(problem: str, others: list[str]) -> bool:
    """Whether one of the others has this one behind it."""
    return problem in [before for later, before in data("matters")["after"].items() if later in others]
