"""What a route still hangs on: only facts whose answer can change its verdict or its amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.amounts import amounts_of, figures
from knowledge.conditions import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from knowledge.conditions import Finding
    from knowledge.facts import Facts
    from knowledge.load import YearData
    from knowledge.schema import Programme


@dataclass(frozen=True)
class Topic:
    """One thing to ask: a fact, and which part of it (a programme's cost, a field of an entry)."""

    fact: str
    part: str = "default"

    @property
    def key(self) -> str:
        """How `facts.yml` orders topics: `fact` or `fact.part`."""
        return self.fact if self.part == "default" else f"{self.fact}.{self.part}"


def open_topics(programme: Programme, found: list[Finding], facts: Facts, year: YearData) -> set[Topic]:
    """The topics that one route hangs on; empty where nothing can change any more."""
    unmet = [finding for finding in found if finding.result == "unmet"]
    by_applicant = "applicant" not in facts and any(finding.rule.test.kind == "sme" for finding in found)
    if unmet:
        # Too large a size is overturned by another kind of applicant, every other failure is final.
        only_size = all(finding.rule.test.kind == "sme" for finding in unmet)
        return {Topic("applicant")} if by_applicant and only_size else set()
    topics = {
        topic
        for finding in found
        if finding.result == "unknown"
        for topic in _of_condition(finding, facts, year)
    }
    if by_applicant:
        topics.add(Topic("applicant"))
    return topics | set(_of_amount(programme, found, facts, year))


def _of_condition(finding: Finding, facts: Facts, year: YearData) -> Iterator[Topic]:
    fact, test = finding.rule.condition.id, finding.rule.test
    if test.kind == "sme":
        if facts.get("applicant") not in test.applicant:
            yield from _of_size(finding, facts, year)
    elif test.kind == "every":
        entries = facts.get(fact)
        if _is_open(fact, facts) or any(test.field not in entry for entry in entries or []):
            yield Topic(fact)
    elif _is_open(fact, facts):
        yield Topic(fact)


def _of_size(finding: Finding, facts: Facts, year: YearData) -> Iterator[Topic]:
    """First whether it is a small company at all; who does not know is asked for the size, easiest first."""
    sizes = ("employees", "industry", "capital_yen")
    plain = Topic("is_sme", "default" if facts.get("applicant") is None else "applicant_known")
    if "is_sme" not in facts and all(facts.get(name) is None for name in sizes):
        yield plain
        return
    for name in sizes:
        if name not in facts and (name != "industry" or _industry_matters(finding, facts, year)):
            yield Topic(name)
            return
    # Where the whole size is known and the tables still differ, nobody's own word settles it.
    if "is_sme" not in facts and any(facts[name] is None for name in sizes if name in facts):
        yield plain


def _industry_matters(finding: Finding, facts: Facts, year: YearData) -> bool:
    industries = next(iter(year.year.size_tables.values()))
    results = {evaluate(finding.rule, facts | {"industry": name}, year) for name in industries}
    return len(results) > 1


def _of_amount(programme: Programme, found: list[Finding], facts: Facts, year: YearData) -> Iterator[Topic]:
    source, budgets = programme.amount.input, programme.amount.budgets
    if source == "costs":
        years = {rate.from_policy_year for budget in budgets for rate in budget.rates}
        if _is_open("costs", facts) or programme.id not in (facts["costs"] or {programme.id: None}):
            yield Topic("costs", programme.id)
        elif (
            len(years) > 1
            and "policy_year" not in facts
            and _differ(programme, found, (facts | {"policy_year": each} for each in years), year)
        ):
            yield Topic("policy_year")
        return
    if _is_open(source, facts):
        yield Topic(source)
        return
    entries = facts[source] or []
    # The kind tells the pots apart, the kind of right the caps within one.
    field = "kind" if len(budgets) > 1 else "right_type"
    values = {budget.kind for budget in budgets} if field == "kind" else set(budgets[0].case_caps)
    if any(field not in entry for entry in entries) and _differ(
        programme,
        found,
        (facts | {source: [{field: value} | entry for entry in entries]} for value in values),
        year,
    ):
        yield Topic(source)
    elif any("cost_yen" not in entry for entry in entries):
        yield Topic(source, "cost_yen")


def _differ(programme: Programme, found: list[Finding], cases: Iterable[Facts], year: YearData) -> bool:
    """Whether these cases differ in a condition or in a figure."""
    outcomes = {
        (
            tuple(evaluate(finding.rule, facts, year) for finding in found),
            figures(amounts_of(programme, facts)),
        )
        for facts in cases
    }
    return len(outcomes) > 1


def _is_open(fact: str, facts: Facts) -> bool:
    """Never asked, or an empty list or map; an explicit None is asked and not known."""
    return fact not in facts or facts[fact] in ([], {})
