"""A text with the endings of its verbs as the standard language has them, for whoever reads facts by rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bot.nlu.patterns import load


@dataclass(frozen=True)
class Standard:
    """A text in standard endings.

    Attributes:
        text: The text.
        starts: For each character of it, where the words that it stands for begin in the text as said.
        ends: The same, where they end.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of this text stands in the text as said.

        Args:
            start: Its first character.
            end: Behind its last one; a stretch is not empty.
        """
        return self.starts[start], self.ends[end - 1]


def in_standard(text: str) -> Standard:
    """The text with standard endings in place of those of dialects and of courtesy.

    Args:
        text: What a person said, normalised.
    """
    standard = Standard(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    for said, ending in _endings():
        standard = _replaced(standard, said, ending)
    return standard


def _replaced(old: Standard, said: re.Pattern[str], ending: str) -> Standard:
    found = list(said.finditer(old.text))
    if not found:
        return old
    text, starts, ends, cursor = "", list[int](), list[int](), 0
    for match in found:
        start, end = match.span()
        text += old.text[cursor:start] + ending
        starts += [*old.starts[cursor:start], *[old.starts[start]] * len(ending)]
        ends += [*old.ends[cursor:start], *[old.ends[end - 1]] * len(ending)]
        cursor = end
    return Standard(text + old.text[cursor:], (*starts, *old.starts[cursor:]), (*ends, *old.ends[cursor:]))


@cache
def _endings() -> list[tuple[re.Pattern[str], str]]:
    data = load("dialect")
    return [(re.compile(_filled(rule["said"], data["parts"])), rule["standard"]) for rule in data["endings"]]


def _filled(pattern: str, parts: dict[str, str]) -> str:
    for name, part in parts.items():
        pattern = pattern.replace(f"{{{name}}}", part)
    return pattern
