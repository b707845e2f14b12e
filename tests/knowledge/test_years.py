"""A year or a day outside the data is refused by name; another year's figures are never served."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from knowledge import DEFAULT_FISCAL_YEAR, YearError, assess, load_knowledge

FACTS = {"problems": ["counterfeit"], "costs": {"counterfeit": 3_000_000}}


def test_2022_is_served_where_no_year_is_given():
    assert 2022 == DEFAULT_FISCAL_YEAR == assess(FACTS).to_json()["fiscal_year"]


@pytest.mark.parametrize("year", [2021, 2030, 2023, 2024, 2026, 0, -1])
def test_a_year_outside_the_data_is_refused_by_name(year):
    with pytest.raises(YearError) as refused:
        assess(FACTS, year)
    assert f"{year}年度の資料はありません" in str(refused.value)
    assert "2022、2025" in str(refused.value)
    with pytest.raises(YearError, match=str(year)):
        load_knowledge().to_json(year)


@pytest.mark.parametrize("year", ["2022", 2022.0, None, True, [2022]])
def test_a_year_that_is_no_whole_number_is_refused(year):
    with pytest.raises(YearError, match="西暦の整数"):
        assess(FACTS, year)


@pytest.mark.parametrize(
    ("year", "day"), [(2022, "2022-03-31"), (2022, date(2021, 4, 1)), (2025, "2025-03-31")]
)
def test_a_day_before_the_year_is_refused_by_name(year, day):
    with pytest.raises(YearError) as refused:
        assess(FACTS, year, day)
    assert str(day) in str(refused.value)
    assert f"{year}年度の始まり（{year}-04-01）" in str(refused.value)


@pytest.mark.parametrize("day", ["2022-13-01", "yesterday", "2022/08/01", 20220801, ""])
def test_a_day_that_is_none_is_refused(day):
    with pytest.raises(YearError, match="2022-08-01 のような日付"):
        assess(FACTS, 2022, day)


@pytest.mark.parametrize(
    ("year", "day", "over"),
    [
        (2022, "2022-04-01", False),
        (2022, "2023-03-31", False),
        (2022, "2023-04-01", True),
        (2022, "2026-11-22", True),
        (2025, "2025-04-01", False),
        (2025, "2026-03-31", False),
        (2025, "2026-04-01", True),
    ],
)
def test_after_the_year_the_advice_says_that_its_call_is_over(year, day, over):
    advice = assess(FACTS, year, day).to_json()
    assert over == any("募集は終わっています" in note and day in note for note in advice["assumptions"])
    assert advice["routes"][0]["later_changes"]


def test_the_day_may_be_a_date_or_a_moment_and_is_the_year_s_first_by_default():
    assert "2022-04-01" == assess(FACTS, 2022).to_json()["as_of"]
    assert "2022-08-01" == assess(FACTS, 2022, date(2022, 8, 1)).to_json()["as_of"]
    assert "2022-08-01" == assess(FACTS, 2022, datetime(2022, 8, 1, 23, 59)).to_json()["as_of"]


def test_later_changes_are_those_of_years_after_the_one_that_is_applied():
    for year in (2022, 2025):
        problems = list(load_knowledge().programmes)
        for route in assess({"problems": problems}, year).to_json()["routes"]:
            assert all(change["fiscal_year"] > year for change in route["later_changes"])


def test_every_advice_says_that_its_figures_are_provisional():
    notes = assess({}).to_json()["assumptions"]
    assert any("予算案" in note for note in notes)
