"""Takes personal data out of free text: telephone numbers, mail addresses, names, numbers of rights.

For text that is kept or handed on for another purpose than the conversation itself. Where that is, and why
the transcript is not among it, stands in docs/security.md.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

DATA = Path(__file__).parent / "data" / "masking.yml"

HIDDEN = "***"
"""In the place of personal data where a program reads on: it means nothing to the understanding."""

_PERSONAL = "personal"


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    pattern: str
    instead: str


class _NotNames(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    whole: frozenset[str]
    endings: tuple[str, ...]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    classes: dict[str, str]
    rules: list[_Rule]
    not_names: _NotNames


def mask(text: str, instead: str | None = None) -> str:
    """The text without the personal data that the rules know.

    Args:
        text: As it was typed, of any width.
        instead: What stands in the place of all of it, also where it was masked for a reader before. Default:
            what it was, for a reader (〔電話番号〕).
    """
    rules, not_names = _load()
    for rule, pattern in rules:

        def hidden(found: re.Match[str], rule: _Rule = rule) -> str:
            group = _PERSONAL if _PERSONAL in found.re.groupindex else 0
            personal = found[group]
            if rule.kind == "name" and (personal in not_names.whole or personal.endswith(not_names.endings)):
                return found[0]
            start, end = (place - found.start() for place in found.span(group))
            return found[0][:start] + (rule.instead if instead is None else instead) + found[0][end:]

        text = pattern.sub(hidden, text)
    if instead is not None:
        for rule, _ in rules:
            text = text.replace(rule.instead, instead)
    return text


@lru_cache(maxsize=1)
def _load() -> tuple[list[tuple[_Rule, re.Pattern[str]]], _NotNames]:
    """Read the rules, once."""
    read = _Rules.model_validate(yaml.safe_load(DATA.read_text(encoding="utf-8")))
    compiled = [(rule, re.compile(rule.pattern.format(**read.classes))) for rule in read.rules]
    return compiled, read.not_names
