"""The caller's words with what was read from them, as pieces of text with the names of what stands there."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Any

from bot.channels.staff.cases import Step
from bot.channels.staff.texts import load_staff_texts
from knowledge import load_knowledge

SURE, LIKELY = 0.85, 0.6
"""From which chance on a problem counts as sure, or as likely."""


@dataclass(frozen=True)
class Piece:
    """A piece of text; marked if something was read from it."""

    text: str
    names: list[str]
    """What was read from the words that end here."""
    marked: bool


def pieces(step: Step) -> list[Piece]:
    """The words of a step as they were typed, cut where marks begin or end.

    A problem is read from whole clauses and is not marked.
    """
    understood = step.understanding or {"facts": []}
    spans = [
        (start, end, _label(found["fact"]))
        for found in understood["facts"]
        if found["fact"] != "problems"
        for start, end in _typed_spans(step, found["spans"])
    ]
    text = step.text
    cuts = sorted({0, len(text), *(cut for start, end, _ in spans for cut in (start, end))})
    return [
        Piece(
            text[start:end],
            # Once, however many marks begin within.
            [name for _, high, name in spans if high == end],
            any(low <= start and end <= high for low, high, _ in spans),
        )
        for start, end in pairwise(cuts)
    ]


def words(step: Step, spans: list[list[int]]) -> list[str]:
    """The words of a step at some places of its understanding, as they were typed."""
    return [step.text[start:end] for start, end in _typed_spans(step, spans)]


def answered(understanding: dict[str, Any]) -> list[str]:
    """Facts that the words as a whole answered."""
    return [_label(found["fact"]) for found in understanding["facts"] if not found["spans"]]


def confidence(chance: float) -> str:
    """A chance in words: 高, 中 or 低."""
    words = load_staff_texts().confidence
    return words["high" if chance >= SURE else "middle" if chance >= LIKELY else "low"]


def _label(fact: str) -> str:
    return load_knowledge().facts[fact].label


def _typed_spans(step: Step, spans: list[list[int]]) -> list[tuple[int, int]]:
    understood = step.understanding["text"] if step.understanding else ""
    at = _places(understood, step.text)
    found = [(at[start], at[end]) for start, end in spans if 0 <= start < end < len(at)]
    return [(start, end) for start, end in found if start < end]


@lru_cache(maxsize=1024)
def _places(understood: str, typed: str) -> list[int]:
    """Where each place of the understood text is in the typed one: names were masked, forms folded."""
    if understood == typed:
        return list(range(len(typed) + 1))
    places = [0] * (len(understood) + 1)
    compared = SequenceMatcher(None, understood, typed, autojunk=False)
    for _, start, end, low, high in compared.get_opcodes():
        for place in range(start, end):
            places[place] = min(low + place - start, high)
    places[-1] = len(typed)
    return places
