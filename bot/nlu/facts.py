"""Everything a text says about the case: the one function that both extractors stand on."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.nlu.corrections import without_replaced
from bot.nlu.countries import EUROPE, find_places
from bot.nlu.dialect import in_standard
from bot.nlu.fact import Fact
from bot.nlu.groups import grouped
from bot.nlu.patterns import load
from bot.nlu.quantities import Quantity, read_quantities
from bot.nlu.statements import find_statements
from bot.nlu.terms import find_terms
from bot.nlu.tokens import FugashiWords, passing_words

QUANTITIES = frozenset(
    ["capital_yen", "employees", "people", "policy_year", "count", "amount", "foreign_money", "number"]
)
"""The entities that come from quantities."""
_OF_SIZE = ("capital_yen", "employees", "people")

_WORDS = FugashiWords()
_CACHED = 64  # both extractors read the same message, one after the other
_PATENT_WORDS = re.compile(load("countries")["patent_words"])
_OTHER = re.compile(load("terms")["other_words"])


@lru_cache(maxsize=_CACHED)
@passing_words()
def read_facts(text: str) -> tuple[Fact, ...]:
    """All facts of a text in order, corrections applied, what belongs together in groups.

    Args:
        text: What a person said, normalised.
    """
    standard = in_standard(text)
    read = _read(standard.text)
    if standard.text == text:
        return read
    places = [standard.span(fact.start, fact.end) for fact in read]
    return tuple(replace(fact, start=start, end=end) for fact, (start, end) in zip(read, places, strict=True))


def _read(text: str) -> tuple[Fact, ...]:
    doc = _WORDS.doc(text)
    terms = find_terms(doc)
    places = [_with_office(place, terms, text) for place in find_places(doc)]
    quantities = [fact for quantity in read_quantities(text) if (fact := _fact_of(quantity, text))]
    named = sorted([*terms, *places, *quantities], key=lambda fact: fact.start)
    named = without_replaced(text, named)
    statements = without_replaced(text, _distinct(find_statements(doc, named)))
    facts = grouped(
        text, sorted([*named, *_consistent(statements)], key=lambda fact: (fact.start, fact.entity))
    )
    return tuple(_distinct(facts))


def _with_office(place: Fact, terms: list[Fact], text: str) -> Fact:
    """Europe is the EPO where patents are spoken of, else the EUIPO."""
    if place.value != EUROPE:
        return place
    rights = [fact for fact in terms if fact.entity in ("right_type", "procedure_kind")]
    nearest = min(rights, key=lambda fact: abs(fact.start - place.start), default=None)
    is_patent = nearest is not None and (nearest.value == "patent" or nearest.entity == "procedure_kind")
    is_patent |= nearest is None and bool(_PATENT_WORDS.search(text))
    return replace(place, value="EP" if is_patent else "EU")


def _fact_of(quantity: Quantity, text: str) -> Fact | None:
    """A quantity as an entity; None where the fact needs one figure and there is none, or it is another's."""
    if quantity.kind == "yen":
        if quantity.role != "capital":
            return Fact("amount", _amount(quantity), quantity.start, quantity.end)
        name = "capital_yen"
    else:
        name = quantity.kind
    if quantity.kind == "foreign_money":
        ends = {"currency": quantity.currency, "low": quantity.low, "high": quantity.high}
        return Fact(name, ends, quantity.start, quantity.end)
    if name in _OF_SIZE and _is_anothers(quantity, text):
        return None
    value = _one_figure(quantity, name)
    return None if value is None else Fact(name, value, quantity.start, quantity.end)


def _amount(quantity: Quantity) -> dict[str, Any]:
    return {
        "low": quantity.low,
        "high": quantity.high,
        "per": quantity.per,
        "role": quantity.role,
        "approx": quantity.approx,
    }


def _one_figure(quantity: Quantity, name: str) -> int | None:
    if quantity.low == quantity.high:
        return quantity.low
    # Of a range the upper end is the careful one: a larger company has fewer rights.
    return quantity.high if name in _OF_SIZE and quantity.low is not None else None


def _is_anothers(quantity: Quantity, text: str) -> bool:
    clause = re.split("[。!?！？、]", text[: quantity.start])[-1]
    return bool(_OTHER.search(clause))


def _consistent(statements: list[Fact]) -> list[Fact]:
    """A fact stated both ways in one message is not relied on."""
    values: dict[str, set[Any]] = {}
    for fact in statements:
        values.setdefault(fact.entity, set()).add(fact.value)
    return [fact for fact in statements if len(values[fact.entity]) == 1]


def _distinct(facts: list[Fact]) -> list[Fact]:
    """The first of equal facts; an ungrouped one says nothing beside a grouped one."""
    in_groups = {(fact.entity, repr(fact.value)) for fact in facts if fact.group}
    kept: dict[tuple[str, str, str | None], Fact] = {}
    for fact in facts:
        key = (fact.entity, repr(fact.value))
        if fact.group or key not in in_groups:
            kept.setdefault((*key, fact.group), fact)
    return list(kept.values())
