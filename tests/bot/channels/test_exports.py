"""What leaves the console as a table or as training data runs nowhere and names nobody."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import yaml

from bot.channels.database import Database
from bot.channels.migrations import prepare
from bot.channels.staff.examples import Examples
from bot.channels.staff.records import csv_file

FORMULAS = yaml.safe_load((Path(__file__).parents[2] / "attacks.yml").read_text(encoding="utf-8"))[
    "spreadsheets"
]


def _cells(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


@pytest.mark.parametrize("formula", [*FORMULAS, " =1+1", "\r=1+1", "\n=1+1", "\u3000=1+1", "|calc", "%0A=1"])
def test_no_cell_of_a_table_is_a_formula(formula: str) -> None:
    """Spreadsheets run what begins with one of these, also after a space or a line break."""
    head, (cell, other) = _cells(csv_file(["a", "b"], [[formula, "普通"]], "x.csv").body)
    assert ["a", "b"] == head
    assert "普通" == other
    assert cell.lstrip(" \t\r\n\u3000")[:1] not in {*"=+-@＝＋－＠"}
    assert formula.strip(" \t\r\n\u3000'") in cell


def test_a_cell_with_quotes_and_breaks_stays_one_cell() -> None:
    cell = 'a"b,c\nd;e'
    assert [["h"], [cell]] == _cells(csv_file(["h"], [[cell]], "x.csv").body)


def test_an_example_is_kept_without_who_said_it(tmp_path) -> None:
    """It is read by others than who took the call, to improve the understanding."""
    # Not its own: then no case of a call must stand behind it.
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", own=False)
    prepare(database)
    examples = Examples(database)
    words = "担当の田中（090-1234-5678）です。商標登録第6543210号が中国で取られました"
    examples.add("case", words, "counterfeit", "squatted_trademark", "operator")
    (kept,) = examples.all()
    database.close()
    assert "が中国で取られました" in kept.text
    assert [] == [piece for piece in ("田中", "090-1234", "6543210") if piece in kept.text]
