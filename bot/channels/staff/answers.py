"""Search over questions and programmes: what an operator can read out, with its sources."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from bot.channels.staff.texts import load_staff_texts
from bot.text import normalise
from knowledge import load_knowledge
from knowledge.schema import Basis, Programme, Sourced

_LIKE_ENOUGH = 0.16
_MOST = 8


@dataclass(frozen=True)
class Found:
    """One thing to read out."""

    id: str
    title: str
    text: str
    sources: list[str]
    year: int | None


def search(words: str, fiscal_year: int) -> list[Found]:
    """Answers nearest to what was typed, the nearest first; empty where none is near.

    Args:
        words: As typed: a word, or a whole question.
        fiscal_year: Whose programmes are searched.
    """
    asked = _grams(words)
    if not asked:
        return []
    weights, entries = _index(fiscal_year)
    plain = normalise(words).lower()
    scores: dict[int, float] = {}
    length = _norm(asked, weights)
    for grams, norm, place in entries:
        scores[place] = max(scores.get(place, 0.0), _shared(asked, grams, weights) / (length * norm or 1.0))
    found = _found(fiscal_year)
    for place, item in enumerate(found):
        # A word that stands in the answer itself counts, however long the answer is.
        if len(plain) > 1 and plain in normalise(f"{item.title}{item.text}").lower():
            scores[place] = scores.get(place, 0.0) + 0.3
    best = sorted(scores, key=lambda place: -scores[place])[:_MOST]
    return [found[place] for place in best if scores[place] >= _LIKE_ENOUGH]


def sources_of(basis: list[Basis]) -> list[str]:
    """Documents with the place in them, each once."""
    shown = []
    for item in basis:
        known = load_knowledge().basis_json(item)
        shown.append(" ".join(filter(None, [known["document"], known["locator"]])))
    return list(dict.fromkeys(shown))


@lru_cache(maxsize=4)
def _found(fiscal_year: int) -> list[Found]:
    knowledge = load_knowledge()
    # A question of another year is not read out as if it were of this one.
    faq = [
        Found(entry.id, entry.question, entry.answer, sources_of(entry.basis), entry.fiscal_year)
        for entry in knowledge.faq
    ]
    programmes = [
        item
        for programme in knowledge.year(fiscal_year).programmes.values()
        for item in _of(programme, fiscal_year)
    ]
    return [*faq, *programmes]


def _of(programme: Programme, year: int) -> list[Found]:
    name = f"{programme.number}{programme.name}"
    parts: dict[str, list[Sourced]] = {
        part: list(getattr(programme, part)) for part in load_staff_texts().programme_parts
    }
    return [
        Found(
            f"{programme.id}.{part}",
            f"{name} {load_staff_texts().programme_parts[part]}",
            "\n".join(item.text for item in items),
            sources_of([item.basis for item in items]),
            year,
        )
        for part, items in parts.items()
        if items
    ]


@lru_cache(maxsize=4)
def _index(fiscal_year: int) -> tuple[dict[str, float], list[tuple[Counter[str], float, int]]]:
    """What each pair and triple of characters weighs, and every title with its own."""
    faq = load_knowledge().faq
    rows = [
        (_grams(title), place)
        for place, item in enumerate(_found(fiscal_year))
        for title in ([item.title, *faq[place].variants] if place < len(faq) else [item.title])
    ]
    seen = Counter(gram for grams, _ in rows for gram in grams)
    weights = {gram: math.log(1 + len(rows) / count) for gram, count in seen.items()}
    return weights, [(grams, _norm(grams, weights), place) for grams, place in rows]


def _grams(text: str) -> Counter[str]:
    plain = "".join(char for char in normalise(text).lower() if char.isalnum())
    return Counter(
        plain[start : start + size] for size in (1, 2, 3) for start in range(len(plain) - size + 1)
    )


def _shared(asked: Counter[str], grams: Counter[str], weights: dict[str, float]) -> float:
    return sum(count * grams[gram] * weights[gram] ** 2 for gram, count in asked.items() if gram in grams)


def _norm(grams: Counter[str], weights: dict[str, float]) -> float:
    unseen = max(weights.values(), default=1.0)
    return math.sqrt(sum((count * weights.get(gram, unseen)) ** 2 for gram, count in grams.items()))
