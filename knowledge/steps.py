"""An estimate as lines of a calculation that a person can follow, each with its basis."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from knowledge.notes import fraction_text, yen_text

if TYPE_CHECKING:
    from knowledge.amounts import Estimate
    from knowledge.load import Knowledge
    from knowledge.scenarios import BudgetResult, CaseResult, Outcome
    from knowledge.schema import Basis, Budget


class Step(NamedTuple):
    """One line: what it is, how it is reckoned, what comes out (yen), and on which basis."""

    label: str
    expression: str
    result_yen: int
    basis: Basis


def steps_of(estimate: Estimate, knowledge: Knowledge) -> list[Step]:
    """The calculation; for a range first its low end, then its high end."""
    if estimate.low.subsidy == estimate.high.subsidy:
        return _outcome(estimate.low, knowledge, "")
    low = _outcome(estimate.low, knowledge, knowledge.text("end_low"))
    return low + _outcome(estimate.high, knowledge, knowledge.text("end_high"))


def _outcome(outcome: Outcome, knowledge: Knowledge, prefix: str) -> list[Step]:
    steps: list[Step] = []
    for pot in outcome.budgets:
        for case in pot.cases:
            steps += _case(case, pot.budget, knowledge, prefix)
        steps += _pot(pot, knowledge, prefix)
    if len(outcome.budgets) > 1:
        expression = knowledge.text("plus").join([yen_text(pot.amount, knowledge) for pot in outcome.budgets])
        basis = outcome.budgets[-1].cases[-1].rate.basis
        steps.append(Step(prefix + knowledge.text("step_total"), expression, outcome.subsidy, basis))
    return steps


def _case(case: CaseResult, budget: Budget, knowledge: Knowledge, prefix: str) -> list[Step]:
    steps, basis, rate = [], case.rate.basis, case.rate.value
    label = prefix + _case_label(case, budget, knowledge)
    if case.cost is None:
        key = "step_unknown_high" if case.amount else "step_unknown_low"
        steps.append(Step(label, knowledge.text(key), case.amount, case.cap.basis if case.cap else basis))
    else:
        expression = f"{yen_text(case.cost, knowledge)} × {fraction_text(rate)}"
        if rate.numerator * case.cost != rate.denominator * case.before_cap:
            expression += knowledge.text("rounded", unit=f"{budget.unit.yen:,}")
        steps.append(Step(label, expression, case.before_cap, basis))
        if case.cap:
            cap, before = yen_text(case.cap.yen, knowledge), yen_text(case.before_cap, knowledge)
            expression = knowledge.text("over_cap", amount=before, cap=cap)
            label = prefix + knowledge.text("step_case_cap")
            steps.append(Step(label, expression, case.cap.yen, case.cap.basis))
    times = case.case.times
    if times > 1:
        expression = knowledge.text("times", amount=yen_text(case.amount, knowledge), count=times)
        steps.append(Step(prefix + knowledge.text("step_count"), expression, case.total, basis))
    return steps


def _case_label(case: CaseResult, budget: Budget, knowledge: Knowledge) -> str:
    right = knowledge.vocabulary.right_types.get(case.case.right_type or "")
    return f"{budget.label}{knowledge.text('dot')}{right}" if right else budget.label


def _pot(pot: BudgetResult, knowledge: Knowledge, prefix: str) -> list[Step]:
    steps = []
    if len(pot.cases) > 1:
        expression = knowledge.text("plus").join([yen_text(case.total, knowledge) for case in pot.cases])
        basis = pot.cases[-1].rate.basis
        steps.append(Step(prefix + knowledge.text("step_sum"), expression, pot.total, basis))
    cap = pot.budget.company_cap
    if cap:
        limit = yen_text(cap.yen, knowledge)
        if pot.granted:
            limit = knowledge.text("less_granted", cap=limit, granted=yen_text(pot.granted, knowledge))
        key = "over_cap" if pot.amount < pot.total else "within_cap"
        expression = knowledge.text(key, amount=yen_text(pot.total, knowledge), cap=limit)
        steps.append(Step(prefix + knowledge.text("step_company_cap"), expression, pot.amount, cap.basis))
    return steps
