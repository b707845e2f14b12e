"""Words that stand for a value by themselves: kinds of right, procedures, measures, companies, trades."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.nlu.clauses import split_clauses
from bot.nlu.fact import Fact
from bot.nlu.gazetteer import Gazetteer, Hit
from bot.nlu.patterns import load

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from bot.nlu.clauses import Clause

_SENTENCE = re.compile("[^。!?！？]*[。!?！？]?")
_SHORT = 16  # a message of so few characters is an answer about oneself


def find_terms(doc: Doc) -> list[Fact]:
    """Facts that single words carry, in order."""
    text, clauses = doc.text, split_clauses(doc)
    hits = [hit for words in _WORDS for hit in words.find(doc)]
    facts = [_fact(hit) for hit in hits if _holds(hit.value, hit, text, clauses)]
    named = {fact.entity for fact in facts if fact.entity == "right_type"}
    weak = [_fact(hit) for words in _WEAK for hit in words.find(doc)]
    return sorted([*facts, *(fact for fact in weak if fact.entity not in named)], key=lambda fact: fact.start)


def _fact(hit: Hit[_Word]) -> Fact:
    return Fact(hit.value.entity, hit.value.value, hit.start, hit.end)


@dataclass(frozen=True)
class _Word:
    """What a word stands for, and when."""

    entity: str
    value: str
    unless: re.Pattern[str] | None
    require: re.Pattern[str] | None
    own: bool

    @classmethod
    def of(cls, entity: str, value: str, row: dict[str, Any]) -> _Word:
        unless, require = (re.compile(row[key]) if key in row else None for key in ("unless", "require"))
        return cls(entity, value, unless, require, row.get("require_self", False))


def _gazetteers(field: str) -> list[Gazetteer[_Word]]:
    """One for each entity, so that 商標を買い取る is both a kind of right and a measure."""
    gazetteers = []
    for entity in _ENTITIES:
        words: dict[str, _Word | None] = dict.fromkeys(_DATA["guards"])
        for value, rows in _DATA[entity].items():
            for row in rows if isinstance(rows, list) else [rows]:
                words |= dict.fromkeys(row.get(field, []), _Word.of(entity, value, row))
        gazetteers.append(Gazetteer(words))
    return gazetteers


_DATA = load("terms")
_ENTITIES = ("right_type", "procedure_kind", "measure", "dispute_type", "applicant", "industry")
_SELF, _OTHER = re.compile(_DATA["self_words"]), re.compile(_DATA["other_words"])
_SELF_AFTER = re.compile(_DATA["self_after"])
_OTHER_AFTER = re.compile(_DATA["other_after"])
_WORDS, _WEAK = _gazetteers("words"), _gazetteers("weak")


def _holds(word: _Word, hit: Hit[_Word], text: str, clauses: list[Clause]) -> bool:
    sentence = next(m.group() for m in _SENTENCE.finditer(text) if m.start() <= hit.start < m.end())
    if (word.unless and word.unless.search(sentence)) or (word.require and not word.require.search(sentence)):
        return False
    return not word.own or _is_about_oneself(hit, text, clauses)


def _is_about_oneself(hit: Hit[_Word], text: str, clauses: list[Clause]) -> bool:
    doc = clauses[0].doc
    clause = next(c for c in clauses if c.end == len(doc) or doc[c.end].idx > hit.start)
    behind = len(text) if clause.end == len(doc) else doc[clause.end].idx
    said, after = text[doc[clause.start].idx : behind], text[hit.end :]
    if clause.asked or _OTHER.search(said) or _OTHER_AFTER.match(after):
        return False
    return bool(len(text) <= _SHORT or _SELF.search(said) or _SELF_AFTER.match(after))
