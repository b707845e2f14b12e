"""Finds the entry of `faq.yml` that a question asks for, by shared character n-grams."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from knowledge import load_knowledge

if TYPE_CHECKING:
    from knowledge.schema import FaqEntry

LIKE_ENOUGH = 0.3
"""Cosine below which a question counts as none of the entries; chosen on tests/actions/faq_questions.tsv."""


def find_answer(question: str) -> FaqEntry | None:
    """The entry nearest to a question, or None where none is near."""
    asked = _grams(question)
    weights, rows = _index()
    scores = [(_cosine(asked, row, weights), index) for row, index in rows]
    score, index = max(scores, default=(0.0, 0))
    return load_knowledge().faq[index] if score >= LIKE_ENOUGH else None


def _grams(text: str) -> Counter[str]:
    plain = re.sub(r"[\s、。?!？！「」]", "", text.lower())
    return Counter(
        plain[start : start + size] for size in (1, 2, 3) for start in range(len(plain) - size + 1)
    )


@lru_cache(maxsize=1)
def _index() -> tuple[dict[str, float], list[tuple[Counter[str], int]]]:
    rows = [
        (_grams(variant), index)
        for index, entry in enumerate(load_knowledge().faq)
        for variant in (entry.question, *entry.variants)
    ]
    seen = Counter(gram for row, _ in rows for gram in row)
    # Grams of every question, such as "ですか", say nothing about which one it is.
    return {gram: math.log(len(rows) / count) for gram, count in seen.items()}, rows


def _cosine(one: Counter[str], other: Counter[str], weights: dict[str, float]) -> float:
    shared = sum(one[gram] * other[gram] * weights.get(gram, 0.0) ** 2 for gram in one.keys() & other.keys())
    return shared / (_norm(one, weights) * _norm(other, weights) or 1.0)


def _norm(row: Counter[str], weights: dict[str, float]) -> float:
    # A gram that no entry has counts fully: a question about something else must stay far from all.
    unseen = max(weights.values(), default=1.0)
    return math.sqrt(sum((count * weights.get(gram, unseen)) ** 2 for gram, count in row.items()))
