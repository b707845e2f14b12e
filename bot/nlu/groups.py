"""Puts a kind of right together with the count and the cost said of it: 特許2件(1件150万)と商標3件."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.nlu.fact import Fact

_ANCHORS = ("right_type", "procedure_kind")
_SENTENCE_END = re.compile("[。!?！？]")


@dataclass
class _Segment:
    """Facts that belong together so far."""

    facts: list[Fact] = field(default_factory=list)

    def has(self, entity: str) -> bool:
        return any(fact.entity == entity for fact in self.facts)


def grouped(text: str, facts: list[Fact]) -> list[Fact]:
    """``facts`` with a `group` where kinds of right, counts and amounts belong together.

    Args:
        text: What was said.
        facts: What was found in it, in order.
    """
    segments = _segments(text, facts)
    with_amount = sum(segment.has("amount") for segment in segments)
    meant = [s for s in segments if s.has("count") or (s.has("amount") and with_amount > 1)]
    numbers = {
        id(fact): str(number) for number, s in enumerate(meant, 1) for fact in s.facts if len(s.facts) > 1
    }
    return [replace(fact, group=numbers[id(fact)]) if id(fact) in numbers else fact for fact in facts]


def _segments(text: str, facts: list[Fact]) -> list[_Segment]:
    relevant = [fact for fact in facts if fact.entity in (*_ANCHORS, "count", "amount") and _is_cost(fact)]
    segments: list[_Segment] = []
    waiting: list[Fact] = []
    for index, fact in enumerate(relevant):
        if fact.entity in _ANCHORS:
            if not segments or not _joins(text, segments[-1], fact, waiting):
                segments.append(_Segment())
            segments[-1].facts += [*waiting, fact]
            waiting = []
        elif _belongs_to_next(text, fact, relevant[index + 1 :]):
            waiting.append(fact)
        elif segments and _fits(text, segments, fact):
            segments[-1].facts.append(fact)
    return segments


def _is_cost(fact: Fact) -> bool:
    return fact.entity != "amount" or fact.value["role"] in (None, "cost")


def _joins(text: str, segment: _Segment, anchor: Fact, waiting: list[Fact]) -> bool:
    """特許の審査請求 is one thing; so is 商標 said twice before anything is counted."""
    if waiting or segment.has("count") or segment.has("amount"):
        return False
    last = segment.facts[-1]
    gap = text[last.end : anchor.start]
    same = any(f.entity == anchor.entity and f.value == anchor.value for f in segment.facts)
    return same or (not segment.has(anchor.entity) and len(gap) <= 3 and not re.search("[、と。]", gap))


def _belongs_to_next(text: str, fact: Fact, following: list[Fact]) -> bool:
    """3件の特許, 150万円の商標出願."""
    return (
        bool(following)
        and following[0].entity in _ANCHORS
        and text[fact.end : following[0].start] in ("の", "分の", "")
    )


def _fits(text: str, segments: list[_Segment], fact: Fact) -> bool:
    segment = segments[-1]
    if segment.has(fact.entity):
        return False
    if fact.entity == "count":
        return not _SENTENCE_END.search(text[segment.facts[-1].end : fact.start])
    # 特許2件と商標3件で全部で400万: a total is said of all of them.
    is_for_all = (
        fact.value["per"] == "total" and len(segments) > 1 and not _counted_total(text, segments, fact)
    )
    between = text[segment.facts[-1].end : fact.start]
    return not is_for_all and (len(segments) == 1 or not _SENTENCE_END.search(between))


def _counted_total(text: str, segments: list[_Segment], fact: Fact) -> bool:
    """特許2件で300万、商標3件で90万: each count has its own total."""
    counts = [f for f in segments[-1].facts if f.entity == "count"]
    others = all(s.has("amount") for s in segments[:-1] if s.has("count"))
    return bool(counts) and others and len(text[counts[-1].end : fact.start]) <= 4
