"""Subsidies in whole yen, exact, as an interval where a fact is missing or itself an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from knowledge.facts import interval
from knowledge.scenarios import Case, Scenarios

if TYPE_CHECKING:
    from fractions import Fraction

    from knowledge.facts import Facts
    from knowledge.scenarios import Extremes, Outcome
    from knowledge.schema import Programme


class Estimate(NamedTuple):
    """The interval of outcomes; `low` and `high` are the scenarios at its ends.

    Attributes:
        low: The least outcome.
        high: The greatest outcome.
        cost_low_yen: Eligible cost that is known at the low end.
        cost_high_yen: Eligible cost at the high end, or None while a cost is not known.
        self_burden_low_yen: Least cost less subsidy, or None while a cost is not known.
        self_burden_high_yen: Greatest cost less subsidy, or None while a cost is not known.
        rates: Rates that may apply, rising.
        narrowed_by: The fact that would narrow the interval most, or None for a figure.
        open_inputs: Why the interval is wide: `cost_range`, `cost_unknown`, `right_type`, `kind`,
            `policy_year`, `granted`.
    """

    low: Outcome
    high: Outcome
    cost_low_yen: int
    cost_high_yen: int | None
    self_burden_low_yen: int | None
    self_burden_high_yen: int | None
    rates: tuple[Fraction, ...]
    narrowed_by: str | None
    open_inputs: tuple[str, ...]


class Ceiling(NamedTuple):
    """The most that the caps allow for the known cases, and the cost that reaches it, yen."""

    subsidy_yen: int
    cost_yen: int


class Amounts(NamedTuple):
    """What a programme comes to: an estimate, unless no cost is known; a ceiling, unless no cap is stated."""

    estimate: Estimate | None
    ceiling: Ceiling | None


def amounts_of(programme: Programme, facts: Facts) -> Amounts:
    """Interval of the subsidy, and what the caps allow for the known cases (or a company)."""
    cases = _cases_of(programme, facts)
    found = None
    if not all(case.cost is None for case in cases):
        found = _estimate(programme, _scenarios(programme, cases, facts))
    return Amounts(found, _ceiling(programme, cases, facts))


def figures(amounts: Amounts) -> tuple[int | None, ...]:
    """Every figure of the amounts, to see whether an answer changes any."""
    found, limit = amounts
    ends = found and (
        found.low.subsidy,
        found.high.subsidy,
        found.self_burden_low_yen,
        found.self_burden_high_yen,
    )
    return (*(ends or ()), *(limit or ()))


def _estimate(programme: Programme, scenarios: Scenarios) -> Estimate:
    cases = scenarios.cases
    at_low = at_high = scenarios.extremes("low")
    if any(case.cost is None or case.cost[0] < case.cost[1] for case in cases):
        at_high = scenarios.extremes("high")
    low, high = at_low.least, at_high.greatest
    known = all(case.cost is not None for case in cases)
    burdens = [outcome.cost - outcome.subsidy for outcome in (*at_low, *at_high)] if known else []
    wide = low.subsidy != high.subsidy
    return Estimate(
        low=low,
        high=high,
        cost_low_yen=low.cost,
        cost_high_yen=high.cost if known else None,
        self_burden_low_yen=min(burdens, default=None),
        self_burden_high_yen=max(burdens, default=None),
        rates=scenarios.rates,
        narrowed_by=_narrowed_by(programme, scenarios, at_low, at_high) if wide else None,
        open_inputs=_open_inputs(scenarios) if wide else (),
    )


def _ceiling(programme: Programme, cases: list[Case], facts: Facts) -> Ceiling | None:
    budgets = programme.amount.budgets
    pots = [budgets[pot] for case in cases for pot in case.pots] or budgets
    if any(pot.company_cap is None and not (cases and pot.case_caps) for pot in pots):
        return None
    scenarios = _scenarios(programme, [Case(*case[:3], None) for case in cases], facts)
    if cases:
        best = scenarios.most()
    else:
        caps = [pot.company_cap.yen for pot in pots if pot.company_cap]
        best = max(sum(amount for _, amount in paid) for paid in scenarios.within_company_caps(caps))
    # Rounded up to the yen: one yen less of cost would not reach it.
    rate = max(scenarios.rates)
    return Ceiling(best, -(-best * rate.denominator // rate.numerator))


def _scenarios(programme: Programme, cases: list[Case], facts: Facts) -> Scenarios:
    granted = (facts.get("granted") or {}).get(programme.id) or 0
    return Scenarios(programme.amount.budgets, cases, granted=granted, policy_year=facts.get("policy_year"))


def _cases_of(programme: Programme, facts: Facts) -> list[Case]:
    """The cases that the facts name; empty where a list fact is not known."""
    amount = programme.amount
    if amount.input == "costs":
        cost = (facts.get("costs") or {}).get(programme.id)
        return [Case((0,), None, 1, None if cost is None else interval(cost))]
    cases = []
    for entry in facts.get(amount.input) or []:
        kind, cost = entry.get("kind"), entry.get("cost_yen")
        pots = [
            pot for pot, budget in enumerate(amount.budgets) if kind is None or budget.kind in (None, kind)
        ]
        case = Case(
            pots=tuple(pots),
            right_type=entry.get("right_type"),
            times=entry.get("count") or 1,
            cost=None if cost is None else interval(cost),
        )
        cases.append(case)
    return cases


def _open_inputs(scenarios: Scenarios) -> tuple[str, ...]:
    """Names of the inputs that span scenarios."""
    cases = scenarios.cases
    checks = {
        "cost_unknown": any(case.cost is None for case in cases),
        "cost_range": any(case.cost and case.cost[0] < case.cost[1] for case in cases),
        "right_type": scenarios.open_rights(),
        "kind": any(len(case.pots) > 1 for case in cases),
        "policy_year": len(scenarios.rates) > 1,
        "granted": scenarios.granted > 0 and len(scenarios.budgets) > 1,
    }
    return tuple(name for name, is_open in checks.items() if is_open)


def _narrowed_by(programme: Programme, scenarios: Scenarios, at_low: Extremes, at_high: Extremes) -> str:
    """The one fact that leaves the least width when it becomes known."""
    open_inputs = set(_open_inputs(scenarios))
    if open_inputs <= {"granted"}:
        return "granted"
    widths: dict[str, int] = {}
    if open_inputs - {"policy_year", "granted"}:
        widths[programme.amount.input] = max(at_low.width, at_high.width)
    if "policy_year" in open_inputs:
        widths["policy_year"] = max(
            scenarios.extremes("high", rate).greatest.subsidy - scenarios.extremes("low", rate).least.subsidy
            for rate in scenarios.rates
        )
    return min(widths, key=lambda fact: widths[fact])
