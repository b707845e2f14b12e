"""Changes every figure of `knowledge/data/fy2022`, one at a time, and sees whether the tests would notice.

    python -m tests.knowledge.mutation            every figure; reports caught/total, status 1 if one slips by
    python -m tests.knowledge.mutation --list     the same, with what caught each
    python -m tests.knowledge.mutation --words    figures inside sentences, not those that are values

A figure is a number, a rate or a date that stands as a value. Each is changed in a copy of its parsed file,
read as the package reads it. The tables of cases come first; only where all their rows still agree are the
bounds of the year, the whole advices and the publication tried.
"""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from knowledge import Knowledge, YearError, assess, load_knowledge
from knowledge.load import DATA, YearData
from knowledge.schema import Programme, Year
from knowledge.yaml_file import read_yaml
from tests.knowledge import golden
from tests.knowledge.agreement import expected, found
from tests.knowledge.cases import PROGRAMMES, Row, rows

YEAR = 2022
Path = tuple[Any, ...]


@dataclass(frozen=True)
class Mutant:
    """One figure changed: file, place, old and new value, and the changed content."""

    file: str
    place: Path
    old: Any
    new: Any
    content: Any

    def __str__(self) -> str:
        return f"{self.file}: {'.'.join(map(str, self.place))}: {self.old} -> {self.new}"


def mutants(*, words: bool = False) -> Iterator[Mutant]:
    """Every figure of the year changed in every way; with `words`, the figures inside sentences instead."""
    for path in sorted((DATA / f"fy{YEAR}").glob("*.yml")):
        content, _ = read_yaml(path)
        for place, old in _leaves(content):
            for new in _in_words(old) if words else _changed(old):
                changed = copy.deepcopy(content)
                holder = changed
                for key in place[:-1]:
                    holder = holder[key]
                holder[place[-1]] = new
                yield Mutant(path.name, place, old, new, changed)


def caught_by(mutant: Mutant) -> str | None:
    """What notices the change, or None where everything still agrees."""
    try:
        knowledge = _with(mutant)
    except ValidationError:
        return "schema"
    checks: list[tuple[str, Callable[[], bool]]] = [
        (
            "case tables",
            lambda: any(expected(row) != found(row, knowledge) for row in _rows_for(mutant.file)),
        ),
        ("bounds of the year", lambda: not _bounds_hold(knowledge)),
        ("publication", lambda: golden.stored_publication(YEAR) != golden.published(YEAR, knowledge)),
        ("whole advices", lambda: any(_differs(name, knowledge) for name in golden.NAMES)),
    ]
    return next((name for name, differs in checks if differs()), None)


def _with(mutant: Mutant) -> Knowledge:
    known = load_knowledge()
    year = known.years[YEAR]
    if mutant.file == "year.yml":
        changed = YearData(Year.model_validate(mutant.content), year.programmes)
    else:
        programme = Programme.model_validate(mutant.content)
        changed = YearData(year.year, year.programmes | {programme.id: programme})
    return replace(known, years=known.years | {YEAR: changed})


def _rows_for(file: str) -> list[Row]:
    name = file.removesuffix(".yml")
    return [row for programme in PROGRAMMES if name in (programme, "year") for row in rows(programme)]


def _bounds_hold(knowledge: Knowledge) -> bool:
    """2022-04-01 to 2023-03-31 is the year; the day before is refused, the day after is over."""
    try:
        notes = {
            day: assess({}, YEAR, day, knowledge=knowledge).to_json()["assumptions"]
            for day in ("2022-04-01", "2023-03-31", "2023-04-01")
        }
    except YearError:
        return False
    over = {day: any(day in note for note in found) for day, found in notes.items()}
    try:
        assess({}, YEAR, "2022-03-31", knowledge=knowledge)
    except YearError:
        return over == {"2022-04-01": False, "2023-03-31": False, "2023-04-01": True}
    return False


def _differs(name: str, knowledge: Knowledge) -> bool:
    case = golden.stored(name)
    return case["advice"] != golden.fresh(case, knowledge)


def _leaves(content: Any, place: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _leaves(value, (*place, key))
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _leaves(value, (*place, index))
    else:
        yield place, content


def _changed(value: Any) -> Iterator[Any]:
    """A figure one up, one down, and ten times as large."""
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield from (value + 1, value - 1, value * 10)
    elif isinstance(value, date):
        yield from (value + timedelta(days=1), value - timedelta(days=1))
    elif isinstance(value, str) and re.fullmatch(r"\d+/\d+", value):
        rate = Fraction(value)
        yield from (
            f"{rate.numerator}/{rate.denominator + 1}",
            f"{rate.numerator + 1}/{rate.denominator + 1}",
        )


def _in_words(value: Any) -> Iterator[str]:
    """The first figure in a sentence one up."""
    if isinstance(value, str) and not re.fullmatch(r"\d+/\d+|p\d+", value):
        found = re.search(r"\d+", value)
        if found:
            yield f"{value[: found.start()]}{int(found[0]) + 1}{value[found.end() :]}"


def main(arguments: list[str]) -> int:
    """Runs all mutants and reports."""
    results = [(mutant, caught_by(mutant)) for mutant in mutants(words="--words" in arguments)]
    figures = {(mutant.file, mutant.place) for mutant, _ in results}
    for mutant, by in results:
        if by is None or "--list" in arguments:
            sys.stdout.write(f"{by or 'NOT CAUGHT'}: {mutant}\n")
    caught = sum(by is not None for _, by in results)
    by_what = {by: sum(1 for _, other in results if other == by) for _, by in results}
    sys.stdout.write(f"figures {len(figures)}, changes caught {caught}/{len(results)}, by {by_what}\n")
    return 0 if caught == len(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
