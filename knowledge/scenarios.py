"""Every way in which the open inputs of an amount can turn out, and the least and greatest of them.

Open are a kind of right or procedure that is not known, the policy year, and from which pot an earlier grant
came. Costs are taken at one end: amounts rise with the cost, so both ends of an interval are reached there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction

    from knowledge.schema import Budget, RateFigure, YenFigure

Side = Literal["low", "high"]
Cap = Literal["case", "company"]


class Case(NamedTuple):
    """Costs that are judged together: one entry of a list fact, or all costs of a programme.

    Attributes:
        pots: Which budgets of the programme may pay the case; several while its kind is not known.
        right_type: Kind of right, or None while it is not known.
        times: Number of like cases; `cost` is of one of them.
        cost: Low and high eligible cost, yen, or None where not known.
    """

    pots: tuple[int, ...]
    right_type: str | None
    times: int
    cost: tuple[int, int] | None


class CaseResult(NamedTuple):
    """One case at fixed inputs: `amount` is the subsidy of one like case; `cap` is given where it binds."""

    case: Case
    pot: int
    rate: RateFigure
    cost: int | None
    before_cap: int
    cap: YenFigure | None
    amount: int

    @property
    def total(self) -> int:
        """Subsidy of all like cases, yen."""
        return self.amount * self.case.times


class BudgetResult(NamedTuple):
    """The cases of one pot against its company cap, less what was granted before."""

    budget: Budget
    cases: tuple[CaseResult, ...]
    total: int
    granted: int
    amount: int


class Outcome(NamedTuple):
    """All pots that pay something at fixed inputs: what one scenario comes to, yen."""

    budgets: tuple[BudgetResult, ...]
    subsidy: int
    cost: int

    @property
    def binding_cap(self) -> Cap | None:
        """The cap that limits the sum: the company's before a case's."""
        cases = [case for pot in self.budgets for case in pot.cases]
        # A cost that is not known and has no cap of its own is held at the company's.
        if any(case.cost is None and case.amount and not case.cap for case in cases):
            return "company"
        if any(pot.amount < pot.total for pot in self.budgets):
            return "company"
        return "case" if any(case.cap for case in cases) else None


class Extremes(NamedTuple):
    """The least and the greatest outcome with all costs at one end."""

    least: Outcome
    greatest: Outcome

    @property
    def width(self) -> int:
        """How far the open inputs leave the subsidy, yen."""
        return self.greatest.subsidy - self.least.subsidy


_Paid = list[tuple[int, int]]
"""Of each pot, what was granted from it and what it pays now."""
_Scenario = tuple[int, tuple[int, ...], _Paid, tuple[CaseResult, ...]]
"""The subsidy, the sums of the pots, what they pay, and the cases."""


def subsidy(cost: int, rate: Fraction, *, unit: int, cap: int | None) -> int:
    """Subsidy for one case.

    Args:
        cost: Eligible cost of the case, yen, tax excluded.
        rate: Share of the cost that is paid, exact.
        unit: The result is cut down to a multiple of this many yen.
        cap: Most that one case can get, yen, or None where no cap is stated.

    Raises:
        ValueError: If the cost is negative.
    """
    if cost < 0:
        raise ValueError(f"cost must be >= 0 yen: {cost}")
    # Rounded once, before the cap: caps are published as round figures. Floors of floors are exact.
    amount = rate.numerator * cost // rate.denominator // unit * unit
    return amount if cap is None else min(amount, cap)


class Scenarios:
    """All scenarios of one programme's cases."""

    def __init__(
        self, budgets: Sequence[Budget], cases: list[Case], *, granted: int, policy_year: int | None
    ) -> None:
        """Sets the inputs.

        Args:
            budgets: The programme's pots.
            cases: The cases that the facts name.
            granted: What the company got from the programme in the same year, yen.
            policy_year: Year of the insurance, or None while not known.
        """
        self.budgets = budgets
        self.cases = cases
        self.granted = granted
        self._caps = [budget.company_cap.yen if budget.company_cap else None for budget in budgets]
        self._rates = [_rates_in(budget, policy_year) for budget in budgets]

    @property
    def rates(self) -> tuple[Fraction, ...]:
        """Rates that may apply, rising."""
        # compared as pairs: hashing a fraction is slow
        found = {
            (each.value.numerator, each.value.denominator): each.value
            for rates in self._rates
            for each in rates
        }
        return tuple(found.values()) if len(found) == 1 else tuple(sorted(found.values()))

    def extremes(self, side: Side, rate: Fraction | None = None) -> Extremes:
        """The least and greatest outcome with every cost at one end; at one rate only, where given."""
        choices = list(product(*self._rates))
        if rate is not None:
            choices = [choice for choice in choices if all(each.value == rate for each in choice)]
        found = self._all(choices, side, generous=False)
        open_rights = self.open_rights()
        if len(found) == 1 and not open_rights:
            only = self._outcome(found[0])
            return Extremes(only, only)
        least = min(found, key=_by_subsidy)
        if open_rights:
            found = self._all(choices, side, generous=True)
        return Extremes(self._outcome(least), self._outcome(max(found, key=_by_subsidy)))

    def most(self) -> int:
        """The greatest subsidy with every cost at its high end, yen."""
        return max(self._all(list(product(*self._rates)), "high", generous=True), key=_by_subsidy)[0]

    def open_rights(self) -> bool:
        """Whether a kind of right is not known that decides a cap."""
        for case in self.cases:
            if case.right_type is None:
                for pot in case.pots:
                    caps = self.budgets[pot].case_caps
                    if len(caps) > 1 and len({cap.yen for cap in caps.values()}) > 1:
                        return True
        return False

    def within_company_caps(self, totals: Sequence[int]) -> list[_Paid]:
        """What was granted from each pot and what it can still pay of these totals, for every sharing out."""
        return [
            [
                (share, total if cap is None else min(total, max(0, cap - share)))
                for share, total, cap in zip(shares, totals, self._caps)  # noqa: B905 - all one length, and hot
            ]
            for shares in self._granted_shares(totals)
        ]

    def _all(self, choices: list[tuple[RateFigure, ...]], side: Side, *, generous: bool) -> list[_Scenario]:
        """Every scenario; what it consists of is put together only for the one that is wanted."""
        return [
            (sum([amount for _, amount in paid]), totals, paid, results)
            for rates in choices
            for totals, results in self._totals(rates, side, generous=generous).items()
            for paid in self.within_company_caps(totals)
        ]

    def _totals(
        self, rates: tuple[RateFigure, ...], side: Side, *, generous: bool
    ) -> dict[tuple[int, ...], tuple[CaseResult, ...]]:
        """Each sum that the pots can come to, with cases that make it up: equal sums pay the same."""
        found: dict[tuple[int, ...], tuple[CaseResult, ...]] = {(0,) * len(rates): ()}
        for case in self.cases:
            options = [self._result(case, pot, rates[pot], side, generous=generous) for pot in case.pots]
            found = {
                (*totals[: each.pot], totals[each.pot] + each.total, *totals[each.pot + 1 :]): (*before, each)
                for totals, before in found.items()
                for each in options
            }
        return found

    def _result(self, case: Case, pot: int, rate: RateFigure, side: Side, *, generous: bool) -> CaseResult:
        budget = self.budgets[pot]
        cap = _case_cap(budget, case.right_type, generous=generous)
        if case.cost is None:
            # Not known: nothing at the low end, all that the caps allow at the high end.
            limit = cap or budget.company_cap
            amount = limit.yen if limit and side == "high" else 0
            return CaseResult(case, pot, rate, None, amount, cap if side == "high" else None, amount)
        cost = case.cost[0 if side == "low" else 1]
        before = subsidy(cost, rate.value, unit=budget.unit.yen, cap=None)
        amount = before if cap is None else min(before, cap.yen)
        return CaseResult(case, pot, rate, cost, before, cap if amount < before else None, amount)

    def _outcome(self, scenario: _Scenario) -> Outcome:
        amount, totals, paid, results = scenario
        pots = []
        for pot, budget in enumerate(self.budgets):
            cases = tuple([result for result in results if result.pot == pot])
            if cases:
                pots.append(BudgetResult(budget, cases, totals[pot], *paid[pot]))
        cost = sum([result.cost * result.case.times for result in results if result.cost])
        return Outcome(tuple(pots), amount, cost)

    def _granted_shares(self, totals: Sequence[int]) -> list[list[int]]:
        """Ways in which the grant may have come out of the pots: one sum is known for all of them."""
        if len(self._caps) == 1 or not self.granted:
            return [[self.granted] * len(self._caps)]
        caps = [cap or 0 for cap in self._caps]
        low = min(caps[0], max(0, self.granted - sum(caps[1:])))
        high = min(caps[0], self.granted)
        # The sum is concave in the first share: least at an end, greatest where the first slack is used up.
        slack = min(max(caps[0] - totals[0], low), high)
        return [[first, *_poured(self.granted - first, caps[1:])] for first in sorted({low, high, slack})]


def _rates_in(budget: Budget, policy_year: int | None) -> list[RateFigure]:
    if policy_year is None or len(budget.rates) == 1:
        return budget.rates
    return [rate for rate in budget.rates if rate.from_policy_year <= policy_year][-1:]


def _case_cap(budget: Budget, right_type: str | None, *, generous: bool) -> YenFigure | None:
    """The cap of a case; of an unknown kind of right the largest or the smallest."""
    caps = budget.case_caps
    if not caps or "any" in caps:
        return caps.get("any")
    if right_type is not None:
        return caps[right_type]
    return (max if generous else min)(caps.values(), key=lambda cap: cap.yen)


def _poured(amount: int, caps: list[int]) -> Iterator[int]:
    for cap in caps:
        share = min(amount, cap)
        amount -= share
        yield share


def _by_subsidy(scenario: _Scenario) -> int:
    return scenario[0]
