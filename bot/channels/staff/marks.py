"""The caller's words with what was read from them, as pieces of text with the names of what stands there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.channels.staff.texts import load_staff_texts
from knowledge import load_knowledge

SURE, LIKELY = 0.85, 0.6
"""From which chance on a problem counts as sure, or as likely."""


@dataclass(frozen=True)
class Piece:
    """A piece of text; marked if something was read from it."""

    text: str
    names: list[str]


def pieces(understanding: dict[str, Any]) -> list[Piece]:
    """The text cut where marks begin or end. A problem is read from whole clauses and is not marked."""
    text = understanding["text"]
    spans = [
        (start, end, _label(found["fact"]))
        for found in understanding["facts"]
        if found["fact"] != "problems"
        for start, end in found["spans"]
        if 0 <= start < end <= len(text)
    ]
    cuts = sorted({0, len(text), *(cut for start, end, _ in spans for cut in (start, end))})
    return [
        Piece(text[start:end], [name for low, high, name in spans if low <= start and end <= high])
        for start, end in pairwise(cuts)
    ]


def answered(understanding: dict[str, Any]) -> list[str]:
    """Facts that the words as a whole answered."""
    return [_label(found["fact"]) for found in understanding["facts"] if not found["spans"]]


def confidence(chance: float) -> str:
    """A chance in words: 高, 中 or 低."""
    words = load_staff_texts().confidence
    return words["high" if chance >= SURE else "middle" if chance >= LIKELY else "low"]


def _label(fact: str) -> str:
    return load_knowledge().facts[fact].label
