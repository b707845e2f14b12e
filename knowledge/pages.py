"""Readable pages of the data: what a programme is, what changed between years, what was checked when."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from knowledge.compare import differences
from knowledge.notes import yen_text
from knowledge.publish import published

if TYPE_CHECKING:
    from datetime import date

    from knowledge.load import Knowledge


@dataclass
class _Notes:
    """Footnotes of one page: each basis once, numbered as it first appears."""

    bases: list[dict[str, Any]] = field(default_factory=list)

    def mark(self, basis: dict[str, Any]) -> str:
        if basis not in self.bases:
            self.bases.append(basis)
        return f"[^{self.bases.index(basis) + 1}]"

    def all(self) -> list[dict[str, Any]]:
        return self.bases


@dataclass(frozen=True)
class CaseTable:
    """A table of cases as it stands in its file: notes, header and rows."""

    notes: list[str]
    header: list[str]
    rows: list[list[str]]


def read_cases(path: Path) -> CaseTable:
    """Reads a tab-separated table; lines before it that begin with `#` are its notes."""
    lines = path.read_text(encoding="utf-8").splitlines()
    notes = [line[1:].strip() for line in lines if line.startswith("#")]
    header, *rows = csv.reader((line for line in lines if line and not line.startswith("#")), delimiter="\t")
    return CaseTable(notes, header, rows)


def programme_page(
    knowledge: Knowledge, programme_id: str, fiscal_year: int, cases: CaseTable | None = None
) -> str:
    """A programme, or the desk, as a Markdown page.

    Raises:
        KeyError: If there is no such programme.
        YearError: If the year is not in the data.
    """
    year = published(knowledge, fiscal_year)
    found = {programme["id"]: programme for programme in year["programs"]}[programme_id]
    notes = _Notes()
    tables: list[str] = []
    for condition in found.get("conditions", []):
        if condition["test"]["kind"] == "sme":
            tables = condition["test"]["tables"]
    return _rendered(
        "desk.md" if programme_id == knowledge.desk.id else "programme.md",
        p=found,
        year=year,
        cases=cases,
        tables=tables,
        rights=knowledge.vocabulary.right_types,
        seed=knowledge.sources["seed"].title,
        value=lambda fact, value: _value_text(knowledge, fact, value),
        note=notes.mark,
        notes=notes.all,
        yen=lambda amount: yen_text(amount, knowledge),
    )


def index_page(knowledge: Knowledge, fiscal_year: int) -> str:
    """The list of all pages of a year."""
    return _rendered("index.md", year=published(knowledge, fiscal_year))


def differences_page(knowledge: Knowledge, old_year: int, new_year: int) -> str:
    """What differs between two years, each side with its source.

    Raises:
        YearError: If a year is not in the data.
    """
    old, new = published(knowledge, old_year), published(knowledge, new_year)
    return _rendered(
        "differences.md",
        old=old,
        new=new,
        programmes=differences(old, new, knowledge),
        seed=knowledge.sources["seed"].title,
    )


def staleness_page(knowledge: Knowledge, as_of: date, within: int) -> tuple[str, int]:
    """When each source was last checked, the oldest first, and how many are older than `within` days."""
    uses = knowledge.uses_of_sources
    sources = [
        {
            "title": source.title,
            "address": source.address,
            "checked_on": source.checked_on.isoformat(),
            "age": (as_of - source.checked_on).days,
            "stale": (as_of - source.checked_on).days > within,
            "uses": uses.get(id_, 0),
        }
        for id_, source in sorted(knowledge.sources.items(), key=lambda item: item[1].checked_on)
    ]
    stale = sum(1 for source in sources if source["stale"])
    page = _rendered("staleness.md", sources=sources, as_of=as_of.isoformat(), within=within, stale=stale)
    return page, stale


def _value_text(knowledge: Knowledge, fact: str, value: Any) -> str:
    """A value of a fact, or of a field of an entry, in words."""
    vocabulary = knowledge.vocabulary
    if value in (True, False, "true", "false"):
        return vocabulary.boolean_options["yes" if value in (True, "true") else "no"]
    words = {
        "countries": vocabulary.countries,
        "right_type": vocabulary.right_types,
        "kind": vocabulary.procedure_kinds,
    }
    return words[fact][value] if fact in words else knowledge.facts[fact].values[value]


def _rendered(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values).strip() + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("knowledge"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
