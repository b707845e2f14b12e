"""People correct themselves: 中国、あ、いや台湾 / 商標じゃなくて意匠 / 240万、じゃない、250万."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.nlu.patterns import load

if TYPE_CHECKING:
    from bot.nlu.fact import Fact

LEFT_OUT = "countries_left_out"
"""Entity: a country taken off the list."""

_DATA = load("corrections")
_NOT = re.compile(_DATA["not_this"])
_RATHER = re.compile(_DATA["rather"])
_RETRACTED = re.compile(_DATA["retracted"])
_REMOVED = re.compile(_DATA["removed"])
_KEPT = re.compile(_DATA["kept"])
_BREAK = re.compile("[。!?！？]")


def without_replaced(text: str, facts: list[Fact]) -> list[Fact]:
    """``facts`` less those that the speaker takes back.

    Args:
        text: What was said.
        facts: What was found in it, in order.
    """
    plain = [fact for fact in facts if not isinstance(fact.value, bool)]
    places = [fact for fact in facts if fact.entity == "countries"]
    replaced: list[Fact] = []
    for pattern, affected in ((_NOT, plain), (_RETRACTED, facts), (_REMOVED, places)):
        for match in pattern.finditer(text):
            replaced += _denied(text, match, affected)
    for match in _RATHER.finditer(text):
        replaced += _exchanged(text, match, facts)
    kept = [fact for fact in facts if not any(_is_said_again(fact, other) for other in replaced)]
    dropped = [replace(fact, entity=LEFT_OUT) for fact in _left_out(text, places)]
    return sorted([*(_heir(fact, replaced) for fact in kept), *dropped], key=lambda fact: fact.start)


def _left_out(text: str, places: list[Fact]) -> list[Fact]:
    """Countries that are taken off the list."""
    return [fact for match in _REMOVED.finditer(text) for fact in _denied(text, match, places)]


def _is_said_again(fact: Fact, replaced: Fact) -> bool:
    """What is taken back is taken back wherever it was said before."""
    same = (fact.entity, fact.value) == (replaced.entity, replaced.value)
    return fact is replaced or (same and fact.start <= replaced.start)


def _heir(fact: Fact, replaced: list[Fact]) -> Fact:
    """資本金1000万じゃなくて2000万: the new figure is capital as well, although only the old one says so."""
    is_bare = fact.entity == "number" or (fact.entity == "amount" and fact.value["role"] is None)
    before = [old for old in replaced if old.end <= fact.start]
    if not is_bare or not before:
        return fact
    old = before[-1]
    if old.entity == "amount" and fact.entity == "amount":
        return replace(
            fact, value=fact.value | {"role": old.value["role"], "per": fact.value["per"] or old.value["per"]}
        )
    figure = fact.value if fact.entity == "number" else fact.value["low"]
    exact = fact.entity == "number" or fact.value["low"] == fact.value["high"]
    suits = old.entity == "capital_yen" or (fact.entity == "number" and old.entity in ("employees", "count"))
    return replace(fact, entity=old.entity, value=figure) if suits and exact else fact


def _denied(text: str, match: re.Match[str], facts: list[Fact]) -> list[Fact]:
    """What stands directly before じゃなくて."""
    before = [f for f in facts if f.end <= match.start() and not _KEPT.search(text[f.end : match.start()])]
    if not before:
        return []
    last = max(f.end for f in before)
    gap = text[last : match.start()]
    if len(gap) > _DATA["reach_not"] or _BREAK.search(gap):
        return []
    return _listed_with(text, [f for f in before if f.end == last], before)


def _listed_with(text: str, denied: list[Fact], before: list[Fact]) -> list[Fact]:
    """中国と韓国じゃなくて denies both."""
    first = min(f.start for f in denied)
    for fact in sorted(before, key=lambda f: -f.end):
        if (
            fact.entity == denied[0].entity
            and fact.end < first
            and text[fact.end : first] in ("と", "や", "・")
        ):
            denied = [*denied, fact]
            first = fact.start
    return denied


def _exchanged(text: str, match: re.Match[str], facts: list[Fact]) -> list[Fact]:
    """What an いや takes back: the last fact before it of the kind that comes after it."""
    reach = _DATA["reach_rather"]
    after = [f for f in facts if match.end() <= f.start <= match.end() + reach]
    taken: list[Fact] = []
    for entity in dict.fromkeys(f.entity for f in after):
        before = [f for f in facts if f.entity == entity and match.start() - reach <= f.end <= match.start()]
        if before and before[-1].value != next(f.value for f in after if f.entity == entity):
            taken.append(before[-1])
    return taken
