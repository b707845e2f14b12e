"""Holds an assessment against what a table or an oracle says; used by tests and by `mutation`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from knowledge import assess

if TYPE_CHECKING:
    from knowledge import Knowledge
    from tests.knowledge.cases import Row

AS_OF = "2022-08-01"


def route_of(facts: dict[str, Any], programme: str, knowledge: Knowledge | None = None) -> dict[str, Any]:
    """The route of one programme in the advice for fiscal year 2022."""
    advice = assess(facts, 2022, AS_OF, knowledge=knowledge).to_json()
    (route,) = [route for route in advice["routes"] if route["program"] == programme]
    return route


def expected(row: Row) -> dict[str, Any]:
    """What a row of a table says, in the shape of `found`."""
    return {
        "verdict": row.verdict,
        "conditions": row.conditions,
        "subsidy": row.subsidy,
        "self_burden": row.self_burden,
        "binding_cap": row.binding_cap,
        "ceiling": row.ceiling,
    }


def found(row: Row, knowledge: Knowledge | None = None) -> dict[str, Any]:
    """What the engine says of a row."""
    return said(route_of(row.facts, row.programme, knowledge))


def said(route: dict[str, Any]) -> dict[str, Any]:
    """The parts of a route that tables speak of."""
    estimate, ceiling = route["estimate"], route["ceiling"]
    return {
        "verdict": route["verdict"],
        "conditions": {c["id"]: c["result"] for c in route["conditions"] if c["result"] != "met"},
        "subsidy": ends(estimate, "low_yen", "high_yen"),
        "self_burden": ends(estimate, "self_burden_low_yen", "self_burden_high_yen"),
        "binding_cap": estimate and estimate["binding_cap"],
        "ceiling": ends(ceiling, "subsidy_yen", "cost_yen"),
    }


def ends(amount: dict[str, Any] | None, low: str, high: str) -> tuple[int, int] | None:
    """Two figures of an estimate or a ceiling, or None where it or they are not known."""
    if amount is None or amount[low] is None:
        return None
    return amount[low], amount[high]
