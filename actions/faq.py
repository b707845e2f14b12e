"""Finds the entry of `faq.yml` that a question asks for, by shared character n-grams."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from knowledge import load_knowledge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.schema import FaqEntry

LIKE_ENOUGH = 0.3
"""Cosine below which a question counts as none of the entries."""


NEAR_THE_BEST = 0.5
"""Share of the best score from which another entry of its topic may be meant as well."""


def find_answer(question: str, problems: Sequence[str] = ()) -> FaqEntry | None:
    """The entry nearest to a question, or None where none is near.

    Args:
        question: What was asked.
        problems: Problems of the case, which a question that names no programme is about. Entries of a topic
            are named `<topic>_<programme>`, the one on all programmes `<topic>s_all`.
    """
    asked = _grams(question)
    weights, rows = _index()
    scores: dict[str, float] = {}
    for row, index in rows:
        id_ = load_knowledge().faq[index].id
        scores[id_] = max(scores.get(id_, 0.0), _cosine(asked, row, weights))
    best = max(scores, key=lambda id_: scores[id_])
    if scores[best] < LIKE_ENOUGH:
        return None
    chosen = _about_the_case(best, scores, problems)
    return next(entry for entry in load_knowledge().faq if entry.id == chosen)


def _about_the_case(best: str, scores: dict[str, float], problems: Sequence[str]) -> str:
    """The entry of the same topic on the case's own programme, unless the question plainly means another."""
    topic = next(
        (best.removesuffix(f"_{id_}") for id_ in load_knowledge().programmes if best.endswith(f"_{id_}")),
        None,
    )
    if topic is None or any(best == f"{topic}_{problem}" for problem in problems):
        return best
    own = f"{topic}_{problems[0]}" if len(problems) == 1 else f"{topic}s_all"
    return own if scores.get(own, 0.0) >= NEAR_THE_BEST * scores[best] else best


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
