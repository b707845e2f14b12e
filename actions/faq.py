"""Finds the entry of `faq.yml` that a question asks for.

What people ask most (rate, cap, costs, where, until when) is told by a cue and answered for the programme
that the question names, or else for the case's own. Everything else goes to the nearest wording of an entry.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from actions.data_files import data
from knowledge import load_knowledge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.schema import FaqEntry

LIKE_ENOUGH = 0.28
"""Cosine below which a question counts as none of the entries: a wrong answer is worse than none."""
VERY_LIKE = 0.6
"""The same for a question with a word that no entry has."""
OWN, OTHER = 1.15, 0.8
"""What an entry of the case's own programme, or of another one, counts more or less."""
_KANA = 0.3
"""Weight of a gram of hiragana alone, which is grammar more often than matter."""


def find_answer(question: str, problems: Sequence[str] = ()) -> FaqEntry | None:
    """The entry that answers a question, or None where none does.

    Args:
        question: What was asked.
        problems: Problems of the case, which a question that names no programme is about.
    """
    asked = _spelled(question)
    entries = _entries()
    own = _named(question) or [problem for problem in problems if problem in load_knowledge().programmes]
    if asks_for_meaning(question):
        found = _nearest(asked, [], only=data("faq")["meanings"])
        if found:
            return entries[found]
    return entries.get(_by_topic(asked, own) or _nearest(asked, own) or "")


def asks_for_meaning(question: str) -> bool:
    """Whether a question asks what a word means."""
    return bool(re.search(data("faq")["meaning"], question))


def asks_about_the_case(question: str) -> str | None:
    """What a question asks of the case at hand (`amount`, `next`), or None where it asks about the rules."""
    asked = _spelled(question)
    cues = data("faq")["case"]
    return next((about for about, cue in cues.items() if re.search(cue, asked)), None)


def _by_topic(asked: str, programmes: list[str]) -> str | None:
    """The entry of a topic that a cue tells, for one programme or for all."""
    for topic in data("faq")["topics"]:
        if re.search(topic["cue"], asked) and not re.search(topic["unless"], asked):
            rest = re.sub(topic["cue"], "", asked)
            return None if _strange(rest) else _of_programme(topic, programmes)
    return None


def _of_programme(topic: dict[str, Any], programmes: list[str]) -> str:
    if len(programmes) != 1:
        return str(topic["all"])
    own = topic.get("own", {}).get(programmes[0]) or f"{topic.get('entry')}_{programmes[0]}"
    return str(own if own in _entries() else topic["all"])


def _nearest(asked: str, programmes: list[str], only: str = "") -> str | None:
    """The entry, of those whose id matches `only`, with the wording most like the question."""
    weights, rows = _index()
    grams = _grams(asked)
    scores: dict[str, float] = {}
    for row, norm, entry in rows:
        if not re.search(only, entry):
            continue
        shared = sum(grams[gram] * row[gram] * weights[gram] ** 2 for gram in grams.keys() & row.keys())
        own = _programme_of(entry)
        favour = 1.0 if not own or not programmes else OWN if own in programmes else OTHER
        scores[entry] = max(scores.get(entry, 0.0), favour * shared / norm)
    best = max(scores, key=lambda entry: (scores[entry], entry))
    enough = VERY_LIKE if _strange(asked) else LIKE_ENOUGH
    if scores[best] < enough * (_norm(grams, weights) or 1.0):
        return None
    own_topic = next((topic for topic in data("faq")["topics"] if best in _entries_of(topic)), None)
    # What is like another programme's entry of a topic is asked about the case's own.
    return _of_programme(own_topic, programmes) if own_topic and programmes else best


def _entries_of(topic: dict[str, Any]) -> set[str]:
    return {topic["all"], *(_of_programme(topic, [id_]) for id_ in load_knowledge().programmes)}


@cache
def _programme_of(entry: str) -> str | None:
    """The programme that an entry is about, where it is about one."""
    about = data("faq")["about"]
    ending = next((id_ for id_ in about if entry.endswith(f"_{id_}")), None)
    return ending or next((id_ for id_, entries in about.items() if re.search(entries, entry)), None)


def _strange(spelled: str) -> bool:
    """Whether a text has a word of matter that stands in no entry."""
    known, _ = _index()
    words = re.findall("[一-龠々]{2,}|[ァ-ヶー]{2,}", spelled)
    return any(all(word[at : at + 2] not in known for at in range(len(word) - 1)) for word in words)


def _named(question: str) -> list[str]:
    """Programmes that a question names."""
    return [id_ for id_, words in data("faq")["programmes"].items() if re.search(words, question)]


def _spelled(text: str) -> str:
    """A text with one spelling for what people call differently, without what every question has."""
    plain = re.sub(r"[\s、。!！「」]", "", text.lower()).replace("？", "?")
    for pattern, spelling in data("faq")["same"]:
        plain = re.sub(pattern, spelling, plain)
    return re.sub(data("faq")["empty"], "", plain) or plain


def _grams(spelled: str) -> Counter[str]:
    return Counter(
        spelled[start : start + size] for size in (1, 2, 3) for start in range(len(spelled) - size + 1)
    )


@lru_cache(maxsize=1)
def _entries() -> dict[str, FaqEntry]:
    return {entry.id: entry for entry in load_knowledge().faq}


@lru_cache(maxsize=1)
def _index() -> tuple[dict[str, float], list[tuple[Counter[str], float, str]]]:
    """The weight of each gram, and each wording with its norm and entry."""
    rows = [
        (_grams(_spelled(wording)), entry.id)
        for entry in load_knowledge().faq
        for wording in (entry.question, *entry.variants)
    ]
    seen = Counter(gram for row, _ in rows for gram in row)
    weights = {gram: _weight(gram, math.log(len(rows) / count)) for gram, count in seen.items()}
    return weights, [(row, _norm(row, weights) or 1.0, entry) for row, entry in rows]


def _weight(gram: str, rarity: float) -> float:
    return rarity * (_KANA if re.fullmatch("[ぁ-んー?]+", gram) else 1.0)


def _norm(row: Counter[str], weights: dict[str, float]) -> float:
    # A gram that no entry has counts fully: a question about something else must stay far from all.
    rarest = math.log(max(len(weights), 2))
    unseen = min(max(weights.values(), default=rarest), rarest)
    return math.sqrt(
        sum((count * weights.get(gram, _weight(gram, unseen))) ** 2 for gram, count in row.items())
    )
