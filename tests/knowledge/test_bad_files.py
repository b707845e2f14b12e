"""A broken data file is refused: every defect at once, each with file, line, key, value and reason."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from knowledge import DataError, load_knowledge
from knowledge.defects import explained
from knowledge.load import DATA


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def broken(data: Path, name: str, old: str, new: str) -> int:
    """Replaces the first place of a text in a file; the line it stands on."""
    text = (data / name).read_text(encoding="utf-8")
    assert old in text
    (data / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


CASES = [
    ("fy2022/counterfeit.yml", "yen: 4000000", "yen: 4000000.5", "company_cap.yen", "4000000.5"),
    ("fy2022/counterfeit.yml", "yen: 4000000", "yen: -1", "company_cap.yen", "-1"),
    ("fy2022/counterfeit.yml", "yen: 4000000", 'yen: "4,000,000"', "company_cap.yen", "4,000,000"),
    ("fy2022/counterfeit.yml", 'value: "2/3"', "value: 0.67", "rates.0.value", "0.67"),
    ("fy2022/counterfeit.yml", 'value: "2/3"', 'value: "3/2"', "rates.0.value", "3/2"),
    ("fy2022/counterfeit.yml", 'value: "2/3"', "value: 2/3%", "rates.0.value", "2/3%"),
    ("fy2022/counterfeit.yml", "yen: 1\n", "yen: 0\n", "budgets.0", "label"),
    ("fy2022/counterfeit.yml", "  input: costs", "  input: money", "amount.input", "money"),
    ("fy2022/counterfeit.yml", "use: deemed_large", "use: deemed_huge", "conditions.1.use", "deemed_huge"),
    ("fy2022/counterfeit.yml", "id: evidence", "id: proof", "conditions.5", "proof"),
    ("fy2022/counterfeit.yml", "id: counterfeit", "id: fakes", "id", "fakes"),
    ("fy2022/counterfeit.yml", "unmet: [false]", "unmet: []", "conditions.4", "right_in_country"),
    ("fy2022/counterfeit.yml", "source: p37", "source: p999", "source", "p999"),
    ("fy2022/counterfeit.yml", "kind: seed", "kind: rumour", "kind", "rumour"),
    ("fy2022/counterfeit.yml", "number: ③", "number: ③\ncolour: red", "colour", "red"),
    ("fy2022/year.yml", "fiscal_year: 2022", "fiscal_year: 2023", "fiscal_year", "2023"),
    ("fy2022/year.yml", "ends_on: 2023-03-31", "ends_on: 2021-03-31", "", "2021"),
    ("fy2022/year.yml", "employees: 300", "employees: 0", "manufacturing.employees", "0"),
    ("fy2022/exam_response.yml", "office_action: [US", "office_action: [UX", "conditions.5", "countries"),
    ("fy2022/foreign_filing.yml", "        design:\n", "        drawing:\n", "case_caps", "drawing"),
    ("sources.yml", "checked_on: 2026-11-22", "checked_on: soon", "seed.checked_on", "soon"),
    ("facts.yml", "  - deemed_large\n", "", "order", "problems"),
    ("desk.yml", "phone: 03-3581-1101（内線3823）", "telephone: 1", "phone", "inpit_desk"),
    ("faq.yml", "fiscal_year: 2022", "fiscal_year: next", "entries.0.fiscal_year", "next"),
    ("facts.yml", "  - deemed_large\n", "  - deemed_large\n  - deemed_large\n", "order", "deemed_large"),
    ("facts.yml", "when: {applicant: group}", "when: {applicant: gruop}", "when.applicant", "gruop"),
    ("facts.yml", "when: {applicant: group}", "when: {applicants: group}", "when.applicants", "applicants"),
    (
        "facts.yml",
        "when: {problems: [counterfeit]}",
        "when: {problems: counterfeit}",
        "when.problems",
        "counterfeit",
    ),
    (
        "facts.yml",
        "when: {problems: [counterfeit]}",
        "when: {problems: [sued_abroad, counterfeit]}",
        "when.problems",
        "['counterfeit', 'sued_abroad']",
    ),
    ("fy2022/year.yml", "test: {kind: sme,", "test: {kind: size,", "common_conditions.0.test", "size"),
]


@pytest.mark.parametrize(("name", "old", "new", "key", "value"), CASES)
def test_a_broken_value_is_named_with_file_line_key_and_value(data, name, old, new, key, value):
    line = broken(data, name, old, new)
    with pytest.raises(DataError) as refused:
        load_knowledge(data)
    defect = refused.value.defects[0]
    assert name == defect.file
    assert key in defect.key
    assert value in f"{defect.value} {defect.reason}"
    # Whoever keeps the data need not read English.
    assert re.search("[ぁ-ん]", explained(defect).reason), defect.reason
    assert "Input" not in explained(defect).reason
    # Something missing is reported where its mapping or list begins, a wrong value on its own line.
    assert 1 <= defect.line <= line + 1
    assert str(refused.value).startswith(f"{name}:{defect.line}: ")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("fy2022/counterfeit.yml", "yen: 4000000", "yen: 4000000.5"),
        ("fy2022/counterfeit.yml", 'value: "2/3"', 'value: "3/2"'),
        ("fy2022/year.yml", "fiscal_year: 2022", "fiscal_year: 2023"),
    ],
)
def test_a_wrong_value_is_found_on_its_own_line(data, name, old, new):
    line = broken(data, name, old, new)
    with pytest.raises(DataError) as refused:
        load_knowledge(data)
    assert line == refused.value.defects[0].line


def test_every_defect_of_every_file_is_listed_at_once(data):
    for name, old, new, _, _ in (CASES[0], CASES[3], CASES[17], CASES[20], CASES[22]):
        broken(data, name, old, new)
    with pytest.raises(DataError) as refused:
        load_knowledge(data)
    files = [defect.file for defect in refused.value.defects]
    assert {"fy2022/counterfeit.yml", "fy2022/year.yml", "sources.yml", "desk.yml"} == set(files)
    assert 2 == files.count("fy2022/counterfeit.yml")
    assert len(refused.value.defects) == len(str(refused.value).splitlines())


def test_a_key_that_stands_twice_is_refused(data):
    line = broken(data, "fy2022/counterfeit.yml", "number: ③", "number: ③\nnumber: ④")
    with pytest.raises(DataError) as refused:
        load_knowledge(data)
    (defect,) = refused.value.defects
    assert ("fy2022/counterfeit.yml", line + 1, "number") == (defect.file, defect.line, defect.key)
    assert "「number」が二度" in explained(defect).reason


def test_what_is_no_yaml_is_refused_with_its_line(data):
    line = broken(data, "fy2022/counterfeit.yml", "number: ③", "number: [③")
    with pytest.raises(DataError) as refused:
        load_knowledge(data)
    (defect,) = refused.value.defects
    assert defect.line >= line
    assert "no YAML" in defect.reason


@pytest.mark.parametrize("name", ["texts.yml", "faq.yml", "fy2022/year.yml"])
def test_a_missing_file_is_named(data, name):
    (data / name).unlink()
    with pytest.raises(DataError) as refused:
        load_knowledge(data)
    assert f"{name}:1: -: the file is missing (value: -)" == str(refused.value)


def test_an_empty_file_is_refused(data):
    (data / "desk.yml").write_text("")
    with pytest.raises(DataError) as refused:
        load_knowledge(data)
    assert ("desk.yml", 1) == (refused.value.defects[0].file, refused.value.defects[0].line)


def test_the_version_is_of_the_content(data):
    before = load_knowledge(data).version
    load_knowledge.cache_clear()
    assert before == load_knowledge(data).version == load_knowledge().version
    broken(data, "fy2022/counterfeit.yml", "yen: 4000000", "yen: 4000001")
    load_knowledge.cache_clear()
    assert before != load_knowledge(data).version
    load_knowledge.cache_clear()
