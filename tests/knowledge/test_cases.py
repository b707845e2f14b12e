"""Every row of the tables in `cases/` is one test; an official can read and correct them."""

from __future__ import annotations

import pytest

from knowledge import assess
from tests.knowledge.agreement import AS_OF, expected, found
from tests.knowledge.cases import PROGRAMMES, rows
from tests.knowledge.oracle import amounts, ceiling, conditions, verdict

ROWS = [row for programme in PROGRAMMES for row in rows(programme)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.programme}-{row.number}")
def test_a_row_of_the_tables_holds(row):
    assert expected(row) == found(row)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.programme}-{row.number}")
def test_a_row_agrees_with_the_plain_reading_of_the_rules(row):
    """The tables and the oracle are two hands; both would have to slip the same way."""
    reckoned = amounts(row.programme, row.facts) or {"subsidy": None, "self_burden": None, "binding": {None}}
    others = {name: r for name, r in conditions(row.programme, row.facts).items() if r != "met"}
    assert (row.verdict, row.conditions) == (verdict(row.programme, row.facts), others)
    assert (row.subsidy, row.self_burden) == (reckoned["subsidy"], reckoned["self_burden"])
    assert row.binding_cap in reckoned["binding"]
    assert row.ceiling == ceiling(row.programme, row.facts)


def test_the_tables_cover_all_six_programmes():
    programmes = (
        "counterfeit exam_response foreign_filing litigation_insurance squatted_trademark sued_abroad"
    )
    assert tuple(programmes.split()) == PROGRAMMES


def test_rows_are_numbered_through_and_each_describes_another_case():
    for programme in PROGRAMMES:
        table = rows(programme)
        assert [str(number) for number in range(1, len(table) + 1)] == [row.number for row in table]
        assert len(table) == len({str(row.facts) for row in table})


FULL_2025 = {
    "applicant": "corporation",
    "is_sme": True,
    "deemed_large": False,
    "spent_already": False,
    "countries": ["CN"],
    "prior_grant": True,
}


@pytest.mark.parametrize(
    ("procedures", "yen"),
    [
        ([{"kind": "exam_request", "right_type": "patent", "cost_yen": 1_000_000}], 500_000),
        ([{"kind": "exam_request", "right_type": "patent", "cost_yen": 1_002_000}], 500_000),
        ([{"kind": "office_action", "right_type": "patent", "cost_yen": 999_999}], 499_000),
        ([{"kind": "office_action", "right_type": "patent", "count": 7, "cost_yen": 2_000_000}], 3_500_000),
    ],
)
def test_2025_pays_each_procedure_up_to_its_own_cap(procedures, yen):
    """In 2025 a procedure has a cap of 500,000 yen and the company none."""
    facts = FULL_2025 | {"problems": ["exam_response"], "procedures": procedures}
    estimate = assess(facts, 2025, "2025-08-01").to_json()["routes"][0]["estimate"]
    assert (yen, yen) == (estimate["low_yen"], estimate["high_yen"])


@pytest.mark.parametrize(
    ("programme", "yen"),
    [("counterfeit", 4_000_000), ("sued_abroad", 5_000_000), ("squatted_trademark", 5_000_000)],
)
def test_2025_keeps_the_caps_of_disputes(programme, yen):
    ceiling = assess({"problems": [programme]}, 2025, "2025-08-01").to_json()["routes"][0]["ceiling"]
    assert {"subsidy_yen": yen, "cost_yen": yen * 3 // 2} == ceiling


def test_as_of_a_later_year_the_figures_stay_those_of_the_year():
    for row in ROWS[::20]:
        earlier = assess(row.facts, 2022, AS_OF).to_json()
        later = assess(row.facts, 2022, "2026-11-22").to_json()
        assert earlier["routes"] == later["routes"]
