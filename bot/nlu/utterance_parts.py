"""Cuts an utterance where another matter may begin, and knows the parts that only rule a matter out."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.nlu.patterns import load

_SHORTEST = 5
_PATTERNS = load("parts")
_CUT = re.compile(
    "|".join([*(f"(?:{p})" for p in _PATTERNS["cut_after"]), *(f"(?={p})" for p in _PATTERNS["cut_before"])])
)
_RULED_OUT = re.compile("|".join(_PATTERNS["ruled_out"]))
_BACK = re.compile(_PATTERNS["back"])


class Part(NamedTuple):
    """``text[start:end]`` of an utterance.

    Attributes:
        start: Its first character.
        end: The character behind it.
        ruled_out: Whether it says that something is *not* the matter, or no longer.
    """

    start: int
    end: int
    ruled_out: bool


def parts(text: str) -> list[Part]:
    """Parts in order, together the whole text; a cut that would leave a scrap is not made.

    Args:
        text: Any text.
    """
    cuts = [0]
    for match in _CUT.finditer(text):
        if match.end() - cuts[-1] >= _SHORTEST and len(text) - match.end() >= _SHORTEST:
            cuts.append(match.end())
    bounds = [(start, end) for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True) if start < end]
    out = [bool(_RULED_OUT.search(text, start, end)) for start, end in bounds]
    for index, (start, end) in enumerate(bounds[1:]):
        # 警告状の件ですが、それは片付いたので、: the second part says what the first is about.
        out[index] |= out[index + 1] and bool(_BACK.match(text[start:end]))
    return [Part(start, end, ruled_out) for (start, end), ruled_out in zip(bounds, out, strict=True)]
