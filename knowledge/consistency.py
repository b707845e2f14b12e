"""Checks that the data files agree with one another, beyond what each one's types say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from knowledge.conditions import rules_of
from knowledge.errors import FactsError
from knowledge.facts import check_facts

if TYPE_CHECKING:
    from knowledge.conditions import Rule
    from knowledge.load import Knowledge, YearData
    from knowledge.schema import Programme

Inconsistency = tuple[str, tuple[Any, ...], str]
"""File, path in it, and what is wrong."""


def inconsistencies(knowledge: Knowledge, contents: dict[str, Any]) -> Iterator[Inconsistency]:
    """Every disagreement between files.

    Args:
        knowledge: What was read.
        contents: The raw content by file name, to find sources in.
    """
    yield from _sources(knowledge, contents)
    yield from _questions(knowledge)
    for year in knowledge.years.values():
        folder = f"fy{year.year.fiscal_year}"
        for programme in year.programmes.values():
            name = f"{folder}/{programme.id}.yml"
            if name not in contents:
                yield _misnamed(folder, programme, contents)
                continue
            for path, reason in _programme(programme, year, knowledge):
                yield name, path, reason


def _misnamed(folder: str, programme: Programme, contents: dict[str, Any]) -> Inconsistency:
    for name, content in contents.items():
        if name.startswith(folder) and content.get("id") == programme.id:
            return name, ("id",), "a programme's file has the name of its id"
    raise LookupError(programme.id)


def _sources(knowledge: Knowledge, contents: dict[str, Any]) -> Iterator[Inconsistency]:
    for name, content in contents.items():
        for path, source in _find(content, "source"):
            if source not in knowledge.sources:
                yield name, path, f"the source is not in sources.yml: {source}"


def bases(content: Any) -> Iterator[dict[str, Any]]:
    """Every basis in the content of a file: a mapping with a kind of source; a default one names none."""
    if isinstance(content, dict):
        if content.get("kind") in ("seed", "page") or "reason" in content:
            yield content
        for value in content.values():
            yield from bases(value)
    elif isinstance(content, list):
        for value in content:
            yield from bases(value)


def _find(content: Any, key: str, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    items = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for place, value in items:
        if place == key and isinstance(value, str):
            yield (*path, place), value
        else:
            yield from _find(value, key, (*path, place))


def _questions(knowledge: Knowledge) -> Iterator[Inconsistency]:
    asked = {
        fact.id if part == "default" else f"{fact.id}.{part}"
        for fact in knowledge.facts.values()
        for part in fact.questions
    }
    listed = knowledge.vocabulary.order
    for key in sorted(asked ^ set(listed)):
        yield (
            "facts.yml",
            ("order",),
            f"every question stands in the order once, and nothing else does: {key}",
        )
    for key in {key for key in listed if listed.count(key) > 1}:
        yield "facts.yml", ("order",), f"stands twice: {key}"
    for place, fact in enumerate(knowledge.facts.values()):
        for part, question in fact.questions.items():
            for index, variant in enumerate(question.variants):
                path = ("facts", place, "questions", part, "variants", index, "when")
                for name, value in variant.when.items():
                    reason = _never_so(name, value, knowledge)
                    if reason:
                        yield "facts.yml", (*path, name), reason


def _never_so(name: str, value: Any, knowledge: Knowledge) -> str | None:
    """Why no case has such a fact, or None where one may."""
    if name not in knowledge.facts:
        return f"no such fact: {name}"
    try:
        checked = check_facts({name: value}, knowledge)[name]
    except FactsError as error:
        return f"not what the fact may be: {error}"
    return None if checked == value else f"never fits: such a fact is written {checked}"


def _programme(
    programme: Programme, year: YearData, knowledge: Knowledge
) -> Iterator[tuple[tuple[Any, ...], str]]:
    if programme.id not in knowledge.problems:
        yield ("id",), f"no problem of this id in problems.yml: {programme.id}"
    for index, item in enumerate(programme.conditions):
        use = getattr(item, "use", None)
        if use is not None and use not in year.common_conditions:
            yield ("conditions", index, "use"), f"no common condition of this id in year.yml: {use}"
            return
    for index, rule in enumerate(rules_of(programme, year)):
        for reason in _condition(rule, year, knowledge):
            yield ("conditions", index), reason
    yield from _amount(programme, knowledge)


def _condition(rule: Rule, year: YearData, knowledge: Knowledge) -> Iterator[str]:
    fact, test = knowledge.facts.get(rule.condition.id), rule.test
    if fact is None:
        yield f"no fact of this id in facts.yml: {rule.condition.id}"
    elif test.kind == "value":
        expected = [True, False] if fact.type == "boolean" else list(fact.values)
        assigned = [*test.met, *test.unmet, *test.unknown]
        if sorted(map(str, assigned)) != sorted(map(str, expected)):
            yield f"each value stands once under met, unmet or unknown: {expected} but found {assigned}"
    elif test.kind == "sme":
        unknown = [table for table in test.tables if table not in year.year.size_tables]
        if unknown:
            yield f"no size table of this name in year.yml: {unknown}"
    elif test.kind == "offices":
        countries = {country for allowed in test.allowed.values() for country in allowed}
        missing = countries - set(knowledge.vocabulary.countries)
        if missing or set(test.allowed) - set(knowledge.vocabulary.procedure_kinds):
            yield f"a country or kind of procedure that facts.yml does not know: {sorted(missing)}"


def _amount(programme: Programme, knowledge: Knowledge) -> Iterator[tuple[tuple[Any, ...], str]]:
    amount = programme.amount
    if amount.input == "costs" and programme.id not in knowledge.facts["costs"].questions:
        yield ("amount", "input"), f"facts.yml has no question for the costs of {programme.id}"
    for index, budget in enumerate(amount.budgets):
        path = ("amount", "budgets", index)
        if (budget.kind is not None) != (amount.input == "procedures"):
            yield path, "a budget has a kind exactly where the input is procedures"
        if budget.kind is not None and budget.kind not in knowledge.vocabulary.procedure_kinds:
            yield (*path, "kind"), f"a kind of procedure that facts.yml does not know: {budget.kind}"
        rights = set(budget.case_caps) - {"any"} - set(knowledge.vocabulary.right_types)
        if rights:
            yield (*path, "case_caps"), f"kinds of right that facts.yml does not know: {sorted(rights)}"
        if amount.input == "applications" and set(budget.case_caps) != set(knowledge.vocabulary.right_types):
            yield (*path, "case_caps"), "a cap for each kind of right of facts.yml"
