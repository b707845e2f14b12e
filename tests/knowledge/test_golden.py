"""Whole advices and publications, compared as they stand; `golden` shows and stores changes."""

from __future__ import annotations

import pytest

from knowledge import assess
from tests.knowledge import golden
from tests.programmes import PROGRAMMES


@pytest.mark.parametrize("name", golden.NAMES)
def test_an_advice_is_the_stored_one(name):
    case = golden.stored(name)
    assert case["advice"] == golden.fresh(case)


@pytest.mark.parametrize("fiscal_year", [2022, 2025])
def test_what_is_published_is_what_is_stored(fiscal_year):
    assert golden.stored_publication(fiscal_year) == golden.published(fiscal_year)


def test_the_stored_cases_show_every_programme_in_every_verdict_that_it_can_have():
    seen = {
        (route["program"], route["verdict"])
        for name in golden.NAMES
        for route in golden.stored(name)["advice"]["routes"]
    }
    assert {program for program, _ in seen} == set(PROGRAMMES)
    assert {verdict for _, verdict in seen} == {"likely", "unclear", "unlikely"}


@pytest.mark.parametrize("name", golden.NAMES)
def test_an_advice_can_be_run_again_from_itself(name):
    """The receipt: facts, year and day stand in the advice and give the same yen."""
    case = golden.stored(name)
    advice = assess(case["facts"], case["fiscal_year"], case["as_of"]).to_json()
    again = assess(advice["facts"], advice["fiscal_year"], advice["as_of"]).to_json()
    assert advice == again
    assert 16 == len(advice["knowledge_version"])


ADVICE = "type version fiscal_year as_of status facts assumptions routes desk next"
ROUTE = (
    "program number name verdict conditions estimate ceiling self_checks eligible_costs ineligible_costs "
    "apply_at later_changes"
)
ESTIMATE = (
    "low_yen high_yen self_burden_low_yen self_burden_high_yen rate binding_cap provisional narrowed_by steps"
)


def keys(names: str) -> set[str]:
    return set(names.split())


def test_the_shape_is_that_of_version_1():
    """What clients rely on: more keys may stand beside them, none may go."""
    advice = golden.stored("sued_and_insurance")["advice"]
    assert keys(ADVICE) <= set(advice)
    assert keys("recommended reason name phone email basis") <= set(advice["desk"])
    (route,) = [route for route in advice["routes"] if route["estimate"]]
    assert keys(ROUTE) <= set(route)
    assert keys(ESTIMATE) <= set(route["estimate"])
    condition, step = route["conditions"][0], route["estimate"]["steps"][0]
    assert keys("id text result basis") <= set(condition)
    assert keys("label expression result_yen basis") == set(step)
    assert keys("kind document locator quote checked_on") <= set(condition["basis"])
    question = golden.stored("counterfeit_only_the_problem")["advice"]["next"]
    assert keys("fact text spoken reason options") <= set(question)
    assert keys("id label set") == set(question["options"][0])


def test_an_advice_can_be_changed_without_changing_the_next():
    """What is put together once is copied out: nobody's edit leaks into another case."""
    case = golden.stored("all_six_in_2025")
    spoilt = assess(case["facts"], case["fiscal_year"], case["as_of"]).to_json()
    stack = [spoilt]
    while stack:
        found = stack.pop()
        stack += [
            each
            for each in (found.values() if isinstance(found, dict) else found)
            if isinstance(each, dict | list)
        ]
        found.clear()
    assert case["advice"] == golden.fresh(case)
