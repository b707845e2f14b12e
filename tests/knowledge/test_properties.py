"""What must hold for any facts: agreement with a plain reading of the rules, bounds, order, narrowing."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import assess
from knowledge.scenarios import subsidy
from tests.knowledge.agreement import AS_OF, ends, route_of
from tests.knowledge.oracle import amounts, ceiling, conditions, verdict
from tests.knowledge.strategies import (
    MAX_YEN,
    RIGHTS,
    cost,
    entries,
    facts,
    fulfilled,
    profile,
    yen,
)
from tests.programmes import PROGRAMMES

COMPANY_CAP = {
    "foreign_filing": 3_000_000,
    "exam_response": 900_000,
    "counterfeit": 4_000_000,
    "sued_abroad": 5_000_000,
    "squatted_trademark": 5_000_000,
}
UNIT = {"foreign_filing": 1000, "exam_response": 1000}
ALL = pytest.mark.parametrize("programme", PROGRAMMES)
CAPPED = pytest.mark.parametrize("programme", COMPANY_CAP)


@ALL
@profile
@given(data=st.data())
def test_the_engine_agrees_with_the_oracle(programme, data):
    """Conditions in order, verdict, both ends, costs, self-burden, binding cap and ceiling."""
    given_facts = data.draw(facts(programme))
    _agrees(programme, given_facts)


@ALL
@profile
@given(data=st.data())
def test_the_engine_agrees_with_the_oracle_where_there_is_an_amount(programme, data):
    """As above, with the common conditions met so that most cases have an amount."""
    given_facts = data.draw(facts(programme, known=True))
    _agrees(programme, given_facts)


def _agrees(programme: str, given_facts: dict[str, Any]) -> None:
    route = route_of(given_facts, programme)
    wanted = conditions(programme, given_facts)
    assert list(wanted.items()) == [(c["id"], c["result"]) for c in route["conditions"]]
    assert verdict(programme, given_facts) == route["verdict"]
    reckoned, estimate = amounts(programme, given_facts), route["estimate"]
    assert (reckoned is None) == (estimate is None)
    assert ceiling(programme, given_facts) == ends(route["ceiling"], "subsidy_yen", "cost_yen")
    if reckoned and estimate:
        assert reckoned["subsidy"] == (estimate["low_yen"], estimate["high_yen"])
        assert reckoned["cost"] == (estimate["cost_low_yen"], estimate["cost_high_yen"])
        assert reckoned["self_burden"] == ends(estimate, "self_burden_low_yen", "self_burden_high_yen")
        assert estimate["binding_cap"] in reckoned["binding"]
        assert (estimate["narrowed_by"] is None) == (estimate["low_yen"] == estimate["high_yen"])
        assert (estimate["reason"] is None) == (estimate["low_yen"] == estimate["high_yen"])


@profile
@given(
    cost=st.integers(0, MAX_YEN), part=st.integers(1, 9), whole=st.integers(9, 12), unit=st.integers(1, 5000)
)
def test_a_case_is_exact_to_the_yen(cost, part, whole, unit):
    """Against integers alone, up to 10^15 yen, where a float would already be wrong."""
    assert cost * part // whole // unit * unit == subsidy(cost, Fraction(part, whole), unit=unit, cap=None)


@pytest.mark.parametrize("unit", [1, 1000])
def test_a_negative_cost_is_refused(unit):
    with pytest.raises(ValueError, match="-1"):
        subsidy(-1, Fraction(1, 2), unit=unit, cap=None)


@CAPPED
@profile
@given(data=st.data())
def test_a_subsidy_lies_between_nothing_and_the_company_cap(programme, data):
    given_facts = data.draw(facts(programme, known=True))
    estimate = route_of(given_facts, programme)["estimate"]
    granted = (given_facts.get("granted") or {}).get(programme) or 0
    if estimate:
        assert 0 <= estimate["low_yen"] <= estimate["high_yen"] <= max(0, COMPANY_CAP[programme] - granted)
        assert estimate["cost_high_yen"] is None or estimate["high_yen"] <= estimate["cost_high_yen"]


@ALL
@profile
@given(data=st.data(), less=yen, more=yen)
def test_more_cost_never_gives_less(programme, data, less, more):
    given_facts = data.draw(facts(programme, known=True))
    less, more = sorted((less, more))
    low = _estimate(programme, _with_cost(programme, given_facts, less))
    high = _estimate(programme, _with_cost(programme, given_facts, more))
    if low and high:
        assert (low["low_yen"], low["high_yen"]) <= (high["low_yen"], high["high_yen"])
        assert low["high_yen"] <= high["high_yen"]


def _with_cost(programme: str, given_facts: dict[str, Any], amount: int) -> dict[str, Any]:
    name = {"foreign_filing": "applications", "exam_response": "procedures"}.get(programme)
    if name is None:
        return given_facts | {"costs": {programme: amount}}
    found = given_facts.get(name) or [{"right_type": "patent"}]
    return given_facts | {name: [entry | {"cost_yen": amount} for entry in found]}


@profile
@given(rights=st.lists(st.sampled_from(RIGHTS), min_size=1, max_size=8), amount=st.integers(0, 40_000_000))
def test_splitting_into_cases_never_beats_the_company_cap(rights, amount):
    share = amount // len(rights)
    found = [{"right_type": right, "count": 1, "cost_yen": share} for right in rights]
    estimate = _estimate("foreign_filing", fulfilled("foreign_filing") | {"applications": found})
    assert estimate
    assert estimate["high_yen"] <= 3_000_000


@ALL
@profile
@given(data=st.data())
def test_every_completion_lies_inside_the_interval(programme, data):
    """Whatever the open inputs turn out to be. The self-burden may leave its ends by less than the unit.

    Not counted as open: a count (taken as 1) and what was granted (taken as nothing); `assumptions` says so.
    """
    given_facts = data.draw(facts(programme, known=True))
    before = _estimate(programme, given_facts)
    complete = _completed(data, given_facts, programme)
    after = _estimate(programme, complete)
    if before is None or after is None:
        return
    assert before["low_yen"] <= after["low_yen"] <= after["high_yen"] <= before["high_yen"]
    if before["self_burden_low_yen"] is not None:
        slack = UNIT.get(programme, 1) * sum(e.get("count") or 1 for e in _entries(programme, complete))
        assert before["self_burden_low_yen"] - slack < after["self_burden_low_yen"]
        assert after["self_burden_high_yen"] < before["self_burden_high_yen"] + slack


def _completed(data: st.DataObject, given_facts: dict[str, Any], programme: str) -> dict[str, Any]:
    """The same case with every open amount settled at random."""

    def settled(amount: Any) -> int:
        if amount is None:
            return data.draw(yen)
        return data.draw(st.integers(*amount)) if isinstance(amount, list) else amount

    found = dict(given_facts)
    for name in ("applications", "procedures"):
        found[name] = []
        for entry in given_facts.get(name) or []:
            full = entry | {"cost_yen": settled(entry.get("cost_yen"))}
            full["right_type"] = full.get("right_type") or data.draw(
                st.sampled_from(RIGHTS if name == "applications" else ("patent",))
            )
            if name == "procedures":
                kinds = st.sampled_from(("exam_request", "office_action"))
                full["kind"] = full.get("kind") or data.draw(kinds)
            found[name].append(full)
    costs = given_facts.get("costs") or {}
    found["costs"] = {name: settled(amount) for name, amount in costs.items()}
    if programme == "litigation_insurance" and found.get("policy_year") is None:
        found["policy_year"] = data.draw(st.integers(1, 5))
    return found


@ALL
@profile
@given(data=st.data())
def test_learning_a_fact_never_widens_and_never_takes_back_a_condition(programme, data):
    """Kleene: what was met or unmet stays so. Kinds of applicant that are judged otherwise are set apart."""
    given_facts = data.draw(facts(programme))
    more = data.draw(facts(programme))
    apart = ("applicant", "is_sme", "granted", "problems", "costs", "applications", "procedures", "countries")
    learned = {
        n: v for n, v in more.items() if given_facts.get(n) is None and n not in apart and v is not None
    }
    before, after = route_of(given_facts, programme), route_of(given_facts | learned, programme)
    for old, new in zip(before["conditions"], after["conditions"], strict=True):
        assert old["result"] in ("unknown", new["result"])
    if before["estimate"] and after["estimate"]:
        assert before["estimate"]["low_yen"] <= after["estimate"]["low_yen"]
        assert after["estimate"]["high_yen"] <= before["estimate"]["high_yen"]


@ALL
@profile
@given(data=st.data(), seed=st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_said_decides_nothing(programme, data, seed):
    given_facts = data.draw(facts(programme)) | {"problems": data.draw(st.permutations(PROGRAMMES))}
    shuffled = dict(_shuffled(list(given_facts.items()), seed))
    for name in ("applications", "procedures", "countries", "problems"):
        if shuffled.get(name):
            shuffled[name] = _shuffled(shuffled[name], seed)
    assert assess(given_facts, 2022, AS_OF).to_json() == assess(shuffled, 2022, AS_OF).to_json()


def _shuffled(items: list[Any], seed: random.Random) -> list[Any]:
    return seed.sample(items, len(items))


@profile
@given(data=st.data())
def test_a_problem_is_judged_alike_alone_and_among_others(data):
    given_facts = data.draw(facts(data.draw(st.sampled_from(PROGRAMMES))))
    chosen = data.draw(st.lists(st.sampled_from(PROGRAMMES), unique=True, min_size=2))
    together = assess(given_facts | {"problems": chosen}, 2022, AS_OF).to_json()
    assert {route["program"] for route in together["routes"]} == set(chosen)
    for route in together["routes"]:
        assert route == route_of(given_facts | {"problems": [route["program"]]}, route["program"])


@profile
@given(data=st.data())
def test_routes_stand_by_verdict_and_then_by_amount(data):
    given_facts = data.draw(facts(data.draw(st.sampled_from(PROGRAMMES)))) | {"problems": list(PROGRAMMES)}
    routes = assess(given_facts, 2022, AS_OF).to_json()["routes"]
    verdicts = ("likely", "unclear", "unlikely")
    keys = [
        (verdicts.index(r["verdict"]), -(r["estimate"]["high_yen"] if r["estimate"] else -1)) for r in routes
    ]
    assert sorted(keys) == keys


@profile
@given(data=st.data())
def test_the_desk_is_recommended_where_nothing_is_likely_or_it_was_asked_for(data):
    programme = data.draw(st.sampled_from(PROGRAMMES))
    extra = data.draw(st.sampled_from([[], ["desk_consultation"], ["out_of_scope"]]))
    given_facts = data.draw(facts(programme)) | {"problems": [programme, *extra]}
    advice = assess(given_facts, 2022, AS_OF).to_json()
    likely = any(route["verdict"] == "likely" for route in advice["routes"])
    assert ("desk_consultation" in extra or not likely) == advice["desk"]["recommended"]


@ALL
@profile
@given(data=st.data())
def test_steps_lead_to_the_amounts(programme, data):
    """The last step of a figure is the figure; every step has a basis that the sources know."""
    given_facts = data.draw(facts(programme, known=True))
    estimate = _estimate(programme, given_facts)
    if estimate:
        results = [step["result_yen"] for step in estimate["steps"]]
        assert results[-1] == estimate["high_yen"] or not results
        assert estimate["low_yen"] in results
        assert all(step["basis"]["document"] and step["expression"] for step in estimate["steps"])


@profile
@given(found=entries(kinds=True, costs=cost), granted=st.integers(0, 1_000_000))
def test_two_pots_never_pay_more_than_each_of_them(found, granted):
    known = fulfilled("exam_response") | {"procedures": found, "granted": {"exam_response": granted}}
    estimate = _estimate("exam_response", known)
    if estimate:
        assert estimate["high_yen"] <= max(0, 900_000 - granted)
        if all(entry.get("kind") == "office_action" for entry in found):
            assert estimate["high_yen"] <= 300_000


def _estimate(programme: str, given_facts: dict[str, Any]) -> dict[str, Any] | None:
    return route_of(given_facts | {"problems": [programme]}, programme)["estimate"]


def _entries(programme: str, given_facts: dict[str, Any]) -> list[dict[str, Any]]:
    names = {"foreign_filing": "applications", "exam_response": "procedures"}
    return given_facts.get(names[programme]) or [{}] if programme in names else [{}]
