"""Sentences that go with an advice: what was assumed, why an amount is a range, that a year is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.conditions import small_company

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from fractions import Fraction

    from knowledge.advice import Route
    from knowledge.amounts import Estimate
    from knowledge.facts import Facts
    from knowledge.load import Knowledge, YearData


def yen_text(value: int, knowledge: Knowledge) -> str:
    """`2400000` as people read it: `2,400,000円`."""
    return knowledge.texts["yen"].replace("{value}", f"{value:,}")


def fraction_text(value: Fraction) -> str:
    """A rate as it is published, such as `2/3`."""
    return f"{value.numerator}/{value.denominator}"


def estimate_reason(estimate: Estimate, knowledge: Knowledge) -> str | None:
    """Why the estimate is a range, or None for a figure."""
    return "".join(knowledge.text(f"wide_{name}") for name in estimate.open_inputs) or None


def assumptions(
    routes: list[Route], facts: Facts, knowledge: Knowledge, year: YearData, as_of: date
) -> list[str]:
    """What the advice takes for granted, in sentences."""
    return list(dict.fromkeys(_assumptions(routes, facts, knowledge, year, as_of)))


def _assumptions(
    routes: list[Route], facts: Facts, knowledge: Knowledge, year: YearData, as_of: date
) -> Iterator[str]:
    label = year.year.label
    yield year.year.provisional.text
    if as_of > year.year.ends_on:
        yield knowledge.text("year_over", label=label, as_of=as_of.isoformat())
    estimated = [route for route in routes if route.estimate]
    if estimated:
        yield knowledge.text("tax_excluded")
    for name in ("applications", "procedures"):
        inputs = {route.programme.amount.input for route in estimated}
        if name in inputs and any(entry.get("count") is None for entry in facts.get(name) or []):
            yield knowledge.text("count_one", label=knowledge.facts[name].label)
    granted = facts.get("granted") or {}
    capped = [route for route in estimated if any(pot.company_cap for pot in route.programme.amount.budgets)]
    if any(granted.get(route.programme.id) is None for route in capped):
        yield knowledge.text("nothing_granted", label=label)
    if facts.get("is_sme") is not None and _contradicts_size(facts, year):
        yield knowledge.text("size_contradicts")
    if {"out_of_scope"} < set(facts.get("problems") or []):
        yield knowledge.text("part_out_of_scope")


def _contradicts_size(facts: Facts, year: YearData) -> bool:
    by_size = small_company(facts, year.year.size_tables["standard"])
    return by_size is not None and by_size != facts["is_sme"]
