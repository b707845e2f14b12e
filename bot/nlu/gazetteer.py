"""Looks up many words at once; the longest wins, and a word inside another word does not count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from spacy.tokens import Doc

T = TypeVar("T")


@dataclass(frozen=True)
class Hit(Generic[T]):
    """A word found: what it stands for, and where."""

    value: T
    start: int
    end: int


class Gazetteer(Generic[T]):
    """Words and what they stand for.

    Args:
        words: Value of each word; None marks a word that only keeps others from being found inside it.
        suffixes: What may follow a word directly although the tokenizer takes both for one word.
    """

    def __init__(self, words: Mapping[str, T | None], suffixes: Collection[str] = ()) -> None:
        self._words = dict(words)
        self._regex = re.compile(
            "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"
        )
        self._suffixes = tuple(suffixes)

    def find(self, doc: Doc, text: str | None = None) -> list[Hit[T]]:
        """Words of the gazetteer in ``doc``, in order, none overlapping.

        Args:
            doc: The words of the text (of `FugashiWords.doc`), which decide where a word may begin and end.
            text: What to search instead of the text of ``doc``; of the same length.
        """
        text = doc.user_data["text"] if text is None else text
        edges = doc.user_data["edges"]
        found: list[Hit[T]] = []
        position = 0
        while match := self._regex.search(text, position):
            value = self._words[match.group()]
            if self._is_word(text, match.start(), match.end(), edges):
                position = match.end()
                if value is not None:
                    found.append(Hit(value, match.start(), match.end()))
            else:
                position = match.start() + 1
        return found

    def _is_word(self, text: str, start: int, end: int, edges: set[int]) -> bool:
        begins = start == 0 or start in edges or _script(text[start - 1]) != _script(text[start])
        # A stem may end in hiragana: 取り消 and 取り消せ both begin 取り消せます.
        ends = (
            end == len(text)
            or end in edges
            or _script(text[end - 1]) in ("HIRAGANA", "")
            or _script(text[end - 1]) != _script(text[end])
        )
        return begins and (ends or text.startswith(self._suffixes, end))


def _script(char: str) -> str:
    """KATAKANA, HIRAGANA, CJK, LATIN, or "" for what is no letter."""
    if char == "ー":
        return "KATAKANA"
    return unicodedata.name(char, "").split(" ")[0] if char.isalpha() else ""
