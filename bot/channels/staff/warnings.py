"""What an operator must not miss in a call: deadlines, spending before the grant decision, exhibitions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from bot.channels.staff.answers import sources_of
from bot.text import normalise
from knowledge import load_knowledge

_MARKS = "、。,.!?「」 "

DATA = Path(__file__).parent / "data" / "warnings.yml"


class Rule(BaseModel):
    """When a warning stands, and where its words are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: str
    words: str | None = None
    facts: dict[str, list[bool | str]] = {}
    reason: str | None = None
    faq: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Rule:
        if (self.reason is None) == (self.faq is None):
            raise ValueError("give either `reason` or `faq`")
        if self.words is None and not self.facts:
            raise ValueError("give `words` or `facts`")
        return self


@dataclass(frozen=True)
class Warning:
    """One warning of a call."""

    id: str
    label: str
    question: str | None
    """What the text answers, where it is an answer."""
    text: str
    sources: list[str]
    heard: str | None
    """The caller's words that raised it, if it was words."""


def warnings(said: list[str], facts: dict[str, Any]) -> list[Warning]:
    """The warnings of a call, in the order of the data.

    Args:
        said: What the caller said.
        facts: What is known.
    """
    spoken = [normalise(text) for text in said]
    found = []
    for rule in rules():
        heard = _heard(rule, spoken)
        if heard is not None or _holds(rule, facts):
            found.append(_warning(rule, heard))
    return found


@lru_cache(maxsize=1)
def rules() -> list[Rule]:
    """The rules, read once."""
    return TypeAdapter(list[Rule]).validate_python(yaml.safe_load(DATA.read_text(encoding="utf-8")))


def _heard(rule: Rule, spoken: list[str]) -> str | None:
    if rule.words is None:
        return None
    for text in spoken:
        form = re.search(rule.words, text)
        if form:
            return _clause(text, form.start(), form.end())
    return None


def _clause(text: str, start: int, end: int) -> str:
    """The words around a place, as far as the clause goes."""
    before = max(text.rfind(mark, 0, start) for mark in _MARKS) + 1
    after = min((place for mark in _MARKS if (place := text.find(mark, end)) >= 0), default=len(text))
    return text[before:after].strip()


def _holds(rule: Rule, facts: dict[str, Any]) -> bool:
    for name, values in rule.facts.items():
        known = facts.get(name)
        if known is not None and any(
            value in (known if isinstance(known, list) else [known]) for value in values
        ):
            return True
    return False


def _warning(rule: Rule, heard: str | None) -> Warning:
    knowledge = load_knowledge()
    if rule.reason is not None:
        return Warning(rule.id, rule.label, None, knowledge.desk.reasons[rule.reason], [], heard)
    entry = next(entry for entry in knowledge.faq if entry.id == rule.faq)
    return Warning(rule.id, rule.label, entry.question, entry.answer, sources_of(entry.basis), heard)
