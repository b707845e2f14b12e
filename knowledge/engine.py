"""The one seam: `assess(facts, fiscal_year, as_of)` says what the programmes mean for a case."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from knowledge.advice import Advice, Route
from knowledge.amounts import amounts_of
from knowledge.conditions import findings, verdict
from knowledge.errors import YearError
from knowledge.facts import check_facts
from knowledge.load import load_knowledge
from knowledge.notes import assumptions
from knowledge.questions import next_question

if TYPE_CHECKING:
    from knowledge.facts import Facts
    from knowledge.load import Knowledge, YearData
    from knowledge.schema import Programme

DEFAULT_FISCAL_YEAR = 2022
_VERDICTS = ("likely", "unclear", "unlikely")


def assess(
    facts: object,
    fiscal_year: int = DEFAULT_FISCAL_YEAR,
    as_of: date | str | None = None,
    *,
    knowledge: Knowledge | None = None,
) -> Advice:
    """Assesses one case: the same input gives the same advice.

    Args:
        facts: A JSON object of facts (`data/facts.yml`); an absent or null fact is unknown.
        fiscal_year: Japanese fiscal year whose programmes are applied.
        as_of: The day that the advice is of; the fiscal year's first day where not given.
        knowledge: Other data than the package's own, for tests and comparisons.

    Returns:
        The advice with a route for each programme that the problems name.

    Raises:
        FactsError: If a fact is not what it may be.
        YearError: If the fiscal year is not in the data, or the date lies before it.
    """
    known = knowledge or load_knowledge()
    year = known.year(_whole_year(fiscal_year, known))
    day = _day(as_of, year, known)
    checked = check_facts(facts, known)
    problems = checked.get("problems") or []
    chosen = [programme for id_, programme in year.programmes.items() if id_ in problems]
    routes = sorted((_route(programme, checked, year) for programme in chosen), key=_rank)
    question = next_question([(route.programme, route.findings) for route in routes], checked, known, year)
    return Advice(
        knowledge=known,
        year=year,
        as_of=day,
        facts=checked,
        status=_status(problems, asking=question is not None),
        assumptions=assumptions(routes, checked, known, year, day),
        routes=routes,
        desk_reason=_desk_reason(problems, routes),
        next=question,
    )


def _whole_year(value: object, knowledge: Knowledge) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise YearError(knowledge.text("error_year_type", value=repr(value)[:60]))
    return value


def _day(value: date | str | None, year: YearData, knowledge: Knowledge) -> date:
    starts_on = year.year.starts_on
    if value is None:
        return starts_on
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise YearError(knowledge.text("error_as_of_type", value=repr(value)[:60])) from None
    if isinstance(day, datetime):
        day = day.date()
    if day < starts_on:
        message = knowledge.text(
            "error_as_of", value=day, fiscal_year=year.year.fiscal_year, starts_on=starts_on
        )
        raise YearError(message)
    return day


def _route(programme: Programme, facts: Facts, year: YearData) -> Route:
    found = findings(programme, facts, year)
    result = verdict(finding.result for finding in found)
    if result == "unlikely":
        # Not covered is not 0 yen: there is no amount at all.
        return Route(programme, found, result, None, None)
    return Route(programme, found, result, *amounts_of(programme, facts))


def _rank(route: Route) -> tuple[int, int, str]:
    high = route.estimate.high.subsidy if route.estimate else -1
    return (_VERDICTS.index(route.verdict), -high, route.programme.number)


def _status(problems: list[str], *, asking: bool) -> str:
    if problems == ["out_of_scope"]:
        return "out_of_scope"
    return "asking" if asking else "complete"


def _desk_reason(problems: list[str], routes: list[Route]) -> str:
    """Key of the sentence why the desk is the right door, or may be."""
    if "desk_consultation" in problems:
        return "desk_problem"
    if any(route.verdict == "likely" for route in routes):
        return "available"
    if problems == ["out_of_scope"]:
        return "out_of_scope"
    return "no_likely" if routes else "unknown_problem"
