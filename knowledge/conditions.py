"""Conditions in three-valued logic: met, unmet, or unknown - never guessed from what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from knowledge.facts import Facts
    from knowledge.load import YearData
    from knowledge.schema import (
        Basis,
        Condition,
        EveryTest,
        OfficesTest,
        Programme,
        Result,
        SizeLimit,
        SmeTest,
        Test,
        ValueTest,
    )


class Rule(NamedTuple):
    """One condition of a programme with its own test and basis, the year's common ones resolved."""

    condition: Condition
    test: Test
    basis: Basis


class Finding(NamedTuple):
    """What the facts say about one condition; where it is not met, why and the nearest change that would."""

    rule: Rule
    result: Result
    explanation: str | None
    change: str | None


def findings(programme: Programme, facts: Facts, year: YearData) -> list[Finding]:
    """Every condition of a programme with its result, in the order of the data."""
    found = []
    for rule in year.rules[programme.id]:
        result = evaluate(rule, facts, year)
        if result == "met":
            found.append(Finding(rule, result, None, None))
        else:
            why, change = _explanation(rule, result, facts, year), _change(rule, result, facts)
            found.append(Finding(rule, result, why, change))
    return found


def rules_of(programme: Programme, year: YearData) -> Iterator[Rule]:
    """A programme's conditions, the common ones resolved; `YearData.rules` keeps them."""
    for item in programme.conditions:
        if item.kind == "common":
            common = year.common_conditions[item.use]
            yield Rule(common, item.test or common.test, item.basis or common.basis)
        else:
            yield Rule(item, item.test, item.basis)


def evaluate(rule: Rule, facts: Facts, year: YearData) -> Result:
    """Result of one condition on the facts."""
    test, fact = rule.test, rule.condition.id
    if test.kind == "sme":
        return _sme(test, facts, year)
    if test.kind == "every":
        return _every(test, facts.get(fact))
    if test.kind == "offices":
        return _offices(test, facts)
    return _value(test, facts.get(fact))


def verdict(results: Iterable[Result]) -> str:
    """`unlikely` if any condition is unmet, `likely` if all are met, else `unclear`."""
    found = set(results)
    if "unmet" in found:
        return "unlikely"
    return "unclear" if "unknown" in found else "likely"


def small_company(facts: Facts, table: dict[str, SizeLimit]) -> bool | None:
    """Whether the company is small by one size table, from industry, capital and head count.

    An industry that is not known stands for every industry of the table.
    """
    industry, capital, employees = (facts.get(name) for name in ("industry", "capital_yen", "employees"))
    limits = table.values() if industry is None else [table[industry]]
    return _agreed(_within(limit, capital, employees) for limit in limits)


def _within(limit: SizeLimit, capital: int | None, employees: int | None) -> bool | None:
    by_capital = None if capital is None else capital <= limit.capital_yen
    by_employees = None if employees is None else employees <= limit.employees
    # Kleene "or": one test passed is enough, both failed is no
    if by_capital or by_employees:
        return True
    return None if by_capital is None or by_employees is None else False


def _agreed(values: Iterable[bool | None]) -> bool | None:
    """The one value that all completions share, or None."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _value(test: ValueTest, value: Any) -> Result:
    if value is None:
        return "unknown"
    if value in test.met:
        return "met"
    return "unmet" if value in test.unmet else "unknown"


def _sme(test: SmeTest, facts: Facts, year: YearData) -> Result:
    applicant = facts.get("applicant")
    if applicant in test.applicant:
        return test.applicant[applicant]
    small = facts.get("is_sme")
    if small is None:
        small = _agreed(_by_table(test, facts, year))
    return "unknown" if small is None else "met" if small else "unmet"


def _by_table(test: SmeTest, facts: Facts, year: YearData) -> list[bool | None]:
    return [small_company(facts, year.year.size_tables[name]) for name in test.tables]


def _every(test: EveryTest, entries: list[dict[str, Any]] | None) -> Result:
    if not entries:
        return "unknown"
    values = [entry.get(test.field) for entry in entries]
    if any(value is not None and value not in test.met for value in values):
        return "unmet"
    return "unknown" if None in values else "met"


def _offices(test: OfficesTest, facts: Facts) -> Result:
    """All inside: met; none: unmet; some, or a kind of procedure not known that matters: unknown."""
    countries = facts.get("countries")
    if not countries:
        return "unknown"
    kinds = {entry.get("kind") for entry in facts.get("procedures") or []}
    known = kinds - {None}
    if kinds and kinds == known:
        return _inside(test, countries, known)
    # A kind that is not known can be any one, or all of them.
    guesses = [known | {kind} for kind in test.allowed] + [known | set(test.allowed)]
    results = {_inside(test, countries, guess) for guess in guesses}
    return results.pop() if len(results) == 1 else "unknown"


def _inside(test: OfficesTest, countries: list[str], kinds: set[Any]) -> Result:
    pairs = [country in test.allowed[kind] for country in countries for kind in kinds]
    return "met" if all(pairs) else "unknown" if any(pairs) else "unmet"


def _explanation(rule: Rule, result: Result, facts: Facts, year: YearData) -> str | None:
    """Why the condition is not met, where the data says something about this value."""
    explanations = rule.condition.explanations
    if rule.test.kind == "sme":
        return explanations.get(_sme_key(rule.test, result, facts, year))
    value = facts.get(rule.condition.id)
    if value is None:
        return None
    key = str(value).lower() if isinstance(value, bool | str) else "any"
    return explanations.get(key, explanations.get("any"))


def _change(rule: Rule, result: Result, facts: Facts) -> str | None:
    # What would make a company small is no advice to one that is judged by its kind.
    by_kind = rule.test.kind == "sme" and facts.get("applicant") in rule.test.applicant
    return rule.condition.change if result == "unmet" and not by_kind else None


def _sme_key(test: SmeTest, result: Result, facts: Facts, year: YearData) -> str:
    """Key of the explanation: the kind of applicant first, then what the size says."""
    applicant = facts.get("applicant")
    if applicant in test.applicant:
        return str(applicant)
    if result == "unmet":
        return "false"
    return "tables" if {True, False} <= set(_by_table(test, facts, year)) else "unknown"
