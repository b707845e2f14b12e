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
_CONDITIONS = ("unless", "require", "told", "untold")
_SHORT = 16  # a message of so few characters is an answer about oneself


def find_terms(doc: Doc) -> list[Fact]:
    """Facts that single words carry, in order."""
    text, clauses = doc.text, split_clauses(doc)
    hits = [(word, hit) for words in _WORDS for hit in words.find(doc) for word in hit.value]
    facts = [_fact(word, hit) for word, hit in hits if _holds(word, hit, text, clauses)]
    named = {fact.entity for fact in facts if fact.entity == "right_type"}
    weak = [_fact(word, hit) for words in _WEAK for hit in words.find(doc) for word in hit.value]
    return sorted([*facts, *(fact for fact in weak if fact.entity not in named)], key=lambda fact: fact.start)


def _fact(word: _Word, hit: Hit[_Words]) -> Fact:
    return Fact(word.entity, word.value, hit.start, hit.end)


@dataclass(frozen=True)
class _Word:
    """What a word stands for, and when."""

    entity: str
    value: str
    unless: re.Pattern[str] | None
    require: re.Pattern[str] | None
    told: re.Pattern[str] | None
    untold: re.Pattern[str] | None
    own: bool

    @classmethod
    def of(cls, entity: str, value: str, row: dict[str, Any]) -> _Word:
        patterns = (re.compile(row[key]) if key in row else None for key in _CONDITIONS)
        return cls(entity, value, *patterns, row.get("require_self", False))


_Words = tuple[_Word, ...]


def _gazetteers(field: str) -> list[Gazetteer[_Words]]:
    """One for each entity, so that 商標を買い取る is both a kind of right and a measure."""
    gazetteers = []
    for entity in _ENTITIES:
        words: dict[str, _Words | None] = dict.fromkeys(_DATA["guards"])
        for value, rows in _DATA[entity].items():
            for row in rows if isinstance(rows, list) else [rows]:
                word = _Word.of(entity, value, row)
                for name in dict.fromkeys(row.get(field, [])):
                    words[name] = (*(words.get(name) or ()), word)
        gazetteers.append(Gazetteer(words))
    return gazetteers


_DATA = load("terms")
_ENTITIES = ("right_type", "procedure_kind", "measure", "dispute_type", "applicant", "industry")
_SELF, _OTHER = re.compile(_DATA["self_words"]), re.compile(_DATA["other_words"])
_SELF_AFTER = re.compile(_DATA["self_after"])
_OTHER_AFTER = re.compile(_DATA["other_after"])
_WORDS, _WEAK = _gazetteers("words"), _gazetteers("weak")


def _holds(word: _Word, hit: Hit[_Words], text: str, clauses: list[Clause]) -> bool:
    sentence = next(m.group() for m in _SENTENCE.finditer(text) if m.start() <= hit.start < m.end())
    if (word.unless and word.unless.search(sentence)) or (word.require and not word.require.search(sentence)):
        return False
    if (word.told and not word.told.search(text)) or (word.untold and word.untold.search(text)):
        return False
    return not word.own or _is_about_oneself(hit, text, clauses)


def _is_about_oneself(hit: Hit[_Words], text: str, clauses: list[Clause]) -> bool:
    doc = clauses[0].doc
    clause = next(c for c in clauses if c.end == len(doc) or doc[c.end].idx > hit.start)
    behind = len(text) if clause.end == len(doc) else doc[clause.end].idx
    said, after = text[doc[clause.start].idx : behind], text[hit.end :]
    if clause.asked or _OTHER.search(said) or _OTHER_AFTER.match(after):
        return False
    return bool(len(text) <= _SHORT or _SELF.search(said) or _SELF_AFTER.match(after))
