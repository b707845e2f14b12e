"""The knowledge of one fiscal year as JSON, for those who build on it: every figure with its basis."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from knowledge.conditions import rules_of
from knowledge.notes import fraction_text
from knowledge.schema import Basis

if TYPE_CHECKING:
    from knowledge.conditions import Rule
    from knowledge.load import Knowledge, YearData
    from knowledge.schema import Programme

VERSION = 1

_COMMON = (
    "label",
    "starts_on",
    "ends_on",
    "provisional",
    "size_tables",
    "common_self_checks",
    "combinations",
    "applicant_self_checks",
)


def published(knowledge: Knowledge, fiscal_year: int) -> dict[str, Any]:
    """All that is known of one fiscal year.

    Args:
        knowledge: The knowledge.
        fiscal_year: A year of the data.

    Raises:
        YearError: If the year is not in the data.
    """
    year = knowledge.year(fiscal_year)
    programmes = [_programme(programme, year, knowledge) for programme in year.programmes.values()]
    return {
        "type": "programs",
        "version": VERSION,
        "fiscal_year": fiscal_year,
        "fiscal_years": sorted(knowledge.years),
        "knowledge_version": knowledge.version,
        **{name: _plain(getattr(year.year, name), knowledge) for name in _COMMON},
        "programs": [*programmes, _plain(knowledge.desk, knowledge)],
        "problems": _plain(list(knowledge.problems.values()), knowledge),
        "vocabulary": _plain(knowledge.vocabulary, knowledge),
    }


def _programme(programme: Programme, year: YearData, knowledge: Knowledge) -> dict[str, Any]:
    found: dict[str, Any] = _plain(programme, knowledge)
    found["conditions"] = [_rule(rule, knowledge) for rule in rules_of(programme, year)]
    return found


def _rule(rule: Rule, knowledge: Knowledge) -> dict[str, Any]:
    found: dict[str, Any] = _plain(rule.condition, knowledge)
    del found["kind"]
    return found | {"test": _plain(rule.test, knowledge), "basis": knowledge.basis_json(rule.basis)}


def _plain(value: Any, knowledge: Knowledge) -> Any:
    """A model as JSON values, each basis with its document."""
    if isinstance(value, Basis):
        return knowledge.basis_json(value)
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name), knowledge) for name in type(value).model_fields}
    if isinstance(value, dict):
        return {key: _plain(item, knowledge) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, knowledge) for item in value]
    if isinstance(value, Fraction):
        return fraction_text(value)
    return value.isoformat() if isinstance(value, date) else value
