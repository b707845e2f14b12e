"""What to ask next: the fact that blocks most, and only while it can change a verdict or an amount."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.options import offered_options, places
from knowledge.topics import Topic, open_topics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.conditions import Finding
    from knowledge.facts import Facts
    from knowledge.load import Knowledge, YearData
    from knowledge.schema import Programme, Variant


@dataclass(frozen=True)
class NextQuestion:
    """The question to ask, as the advice carries it."""

    topic: Topic
    text: str
    spoken: str
    reason: str
    help: str
    options: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """`next` of the advice JSON; `part` says which part of the fact is asked for."""
        return {
            "fact": self.topic.fact,
            "part": self.topic.part,
            "text": self.text,
            "spoken": self.spoken,
            "reason": self.reason,
            "help": self.help,
            "options": self.options,
        }


def next_question(
    routes: Iterable[tuple[Programme, list[Finding]]], facts: Facts, knowledge: Knowledge, year: YearData
) -> NextQuestion | None:
    """The question that unblocks most routes, in the natural order of `facts.yml`, or None.

    Args:
        routes: The programmes in question, each with its findings.
        facts: Checked facts.
        knowledge: For the questions.
        year: For the size tables.
    """
    if not facts.get("problems"):
        asked = "problems" in facts and facts["problems"] is None
        return None if asked else _question(Topic("problems"), facts, knowledge, year)
    votes = Counter(
        topic for programme, found in routes for topic in open_topics(programme, found, facts, year)
    )
    if not votes:
        return None
    order = {key: place for place, key in enumerate(knowledge.vocabulary.order)}
    best = min(votes, key=lambda topic: (-votes[topic], order[topic.key]))
    return _question(best, facts, knowledge, year)


def _question(topic: Topic, facts: Facts, knowledge: Knowledge, year: YearData) -> NextQuestion:
    question = knowledge.facts[topic.fact].questions[topic.part]
    asked = next((one for one in question.variants if _fits(one, facts, knowledge)), question)
    words = places(topic, facts, knowledge, year)
    return NextQuestion(
        topic=topic,
        text=asked.text.format(**words),
        spoken=asked.spoken.format(**words),
        reason=question.reason,
        help=asked.help,
        options=[
            option | {"label": option["label"].format(**words)}
            for option in offered_options(topic, facts, knowledge)
        ],
    )


def _fits(variant: Variant, facts: Facts, knowledge: Knowledge) -> bool:
    """Whether a variant is worded for this case."""
    problems = [problem for problem in facts.get("problems") or [] if problem in knowledge.programmes]
    return all((facts | {"problems": problems}).get(name) == value for name, value in variant.when.items())
