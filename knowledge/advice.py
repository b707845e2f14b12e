"""What `assess` returns, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.notes import estimate_reason, fraction_text
from knowledge.steps import steps_of

if TYPE_CHECKING:
    from datetime import date

    from knowledge.amounts import Ceiling, Estimate
    from knowledge.conditions import Finding
    from knowledge.facts import Facts
    from knowledge.load import Knowledge, YearData
    from knowledge.questions import NextQuestion
    from knowledge.schema import Change, Place, Programme, Sourced

VERSION = 1


@dataclass(frozen=True)
class Route:
    """One programme applied to the case."""

    programme: Programme
    findings: list[Finding]
    verdict: str
    estimate: Estimate | None
    ceiling: Ceiling | None


@dataclass(frozen=True)
class Advice:
    """An assessment, with all that is needed to run it again."""

    knowledge: Knowledge
    year: YearData
    as_of: date
    facts: Facts
    status: str
    assumptions: list[str]
    routes: list[Route]
    desk_reason: str
    next: NextQuestion | None

    def to_json(self) -> dict[str, Any]:
        """The advice JSON, version 1."""
        return {
            "type": "advice",
            "version": VERSION,
            "fiscal_year": self.year.year.fiscal_year,
            "as_of": self.as_of.isoformat(),
            "knowledge_version": self.knowledge.version,
            "status": self.status,
            "facts": self.facts,
            "assumptions": self.assumptions,
            "routes": [self._route(route) for route in self.routes],
            "desk": self._desk(),
            "next": self.next.to_json() if self.next else None,
        }

    def _route(self, route: Route) -> dict[str, Any]:
        programme = route.programme
        fixed = self._fixed(programme)
        return {
            "program": programme.id,
            "number": programme.number,
            "name": programme.name,
            "verdict": route.verdict,
            "conditions": [self._condition(finding) for finding in route.findings],
            "estimate": self._estimate(route),
            "ceiling": route.ceiling
            and {"subsidy_yen": route.ceiling.subsidy_yen, "cost_yen": route.ceiling.cost_yen},
            "self_checks": self._applicant_checks() + fixed["self_checks"],
            "eligible_costs": fixed["eligible_costs"].copy(),
            "ineligible_costs": fixed["ineligible_costs"].copy(),
            "apply_at": [place | {"basis": place["basis"].copy()} for place in fixed["apply_at"]],
            "combinations": fixed["combinations"].copy(),
            "later_changes": [
                change | {"basis": change["basis"].copy()} for change in fixed["later_changes"]
            ],
        }

    def _fixed(self, programme: Programme) -> dict[str, Any]:
        """What a route says whatever the facts: put together once a year and programme, copied out."""
        kept = self.year.fixed_json.get(programme.id)
        if kept is None:
            year = self.year.year
            kept = self.year.fixed_json[programme.id] = {
                "self_checks": _texts([*programme.self_checks, *year.common_self_checks]),
                "eligible_costs": _texts(programme.eligible_costs),
                "ineligible_costs": _texts(programme.ineligible_costs),
                "apply_at": [self._place(place) for place in programme.apply_at],
                "combinations": _texts([*programme.combinations, *year.combinations]),
                "later_changes": [
                    self._change(change)
                    for change in programme.later_changes
                    if change.fiscal_year > year.fiscal_year
                ],
            }
        return kept

    def _condition(self, finding: Finding) -> dict[str, Any]:
        condition = finding.rule.condition
        return {
            "id": condition.id,
            "text": condition.text,
            "result": finding.result,
            "explanation": finding.explanation,
            "change": finding.change,
            "basis": self.knowledge.basis_json(finding.rule.basis),
        }

    def _applicant_checks(self) -> list[str]:
        check = self.year.year.applicant_self_checks.get(self.facts.get("applicant") or "")
        return [check.text] if check else []

    def _estimate(self, route: Route) -> dict[str, Any] | None:
        found = route.estimate
        if found is None:
            return None
        return {
            "low_yen": found.low.subsidy,
            "high_yen": found.high.subsidy,
            "cost_low_yen": found.cost_low_yen,
            "cost_high_yen": found.cost_high_yen,
            "self_burden_low_yen": found.self_burden_low_yen,
            "self_burden_high_yen": found.self_burden_high_yen,
            "rate": self.knowledge.text("between").join(fraction_text(rate) for rate in found.rates),
            "binding_cap": found.high.binding_cap,
            "provisional": True,
            "narrowed_by": found.narrowed_by,
            "reason": estimate_reason(found, self.knowledge),
            "steps": [
                {
                    "label": step.label,
                    "expression": step.expression,
                    "result_yen": step.result_yen,
                    "basis": self.knowledge.basis_json(step.basis),
                }
                for step in steps_of(found, self.knowledge)
            ],
        }

    def _place(self, place: Place) -> dict[str, Any]:
        return {
            "name": place.name,
            "text": place.text,
            "window": place.window,
            "basis": self.knowledge.basis_json(place.basis),
        }

    def _change(self, change: Change) -> dict[str, Any]:
        return {
            "fiscal_year": change.fiscal_year,
            "text": change.text,
            "basis": self.knowledge.basis_json(change.basis),
        }

    def _desk(self) -> dict[str, Any]:
        desk = self.knowledge.desk
        return {
            "recommended": self.desk_reason != "available",
            "reason": desk.reasons[self.desk_reason],
            "name": desk.name,
            "phone": desk.phone,
            "email": desk.email,
            "basis": self.knowledge.basis_json(desk.basis),
            "others": [
                {
                    "name": other.name,
                    "phone": other.phone,
                    "email": other.email,
                    "basis": self.knowledge.basis_json(other.basis),
                }
                for other in desk.others
            ],
        }


def _texts(items: list[Sourced]) -> list[str]:
    return [item.text for item in items]
