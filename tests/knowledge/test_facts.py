"""Facts from outside: what is taken, and what is refused with name, bound and value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import FactsError, KnowledgeError, assess, check_facts, load_knowledge, merge_facts
from tests.knowledge.strategies import profile

KNOWLEDGE = load_knowledge()


@pytest.mark.parametrize(
    ("facts", "name", "bound", "value"),
    [
        ({"capital_yen": -1}, "capital_yen", "0以上1,000,000,000,000,000以下", "-1"),
        ({"capital_yen": 10**15 + 1}, "capital_yen", "1,000,000,000,000,000以下", "1000000000000001"),
        ({"capital_yen": 1.0}, "capital_yen", "整数", "1.0"),
        ({"capital_yen": True}, "capital_yen", "整数", "True"),
        ({"employees": "many"}, "employees", "整数", "many"),
        ({"policy_year": 0}, "policy_year", "1以上100以下", "0"),
        ({"policy_year": 101}, "policy_year", "1以上100以下", "101"),
        ({"is_sme": "yes"}, "is_sme", "true か false", "yes"),
        ({"is_sme": 1}, "is_sme", "true か false", "1"),
        ({"applicant": "firm"}, "applicant", "corporation", "firm"),
        ({"applicant": ["corporation"]}, "applicant", "corporation", "corporation"),
        ({"measure": "Opposition"}, "measure", "opposition", "Opposition"),
        ({"problems": "counterfeit"}, "problems", "リスト", "counterfeit"),
        ({"problems": ["inpit_desk"]}, "problems", "desk_consultation", "inpit_desk"),
        ({"countries": ["cn"]}, "countries", "CN", "cn"),
        ({"countries": ["XX"]}, "countries", "CN", "XX"),
        ({"countries": [None]}, "countries", "CN", "None"),
        ({"costs": 5}, "costs", "組", "5"),
        ({"costs": {"foreign_filing": 5}}, "costs", "counterfeit", "foreign_filing"),
        ({"costs": {"counterfeit": -5}}, "costs.counterfeit", "0以上", "-5"),
        ({"costs": {"counterfeit": [3, 2]}}, "costs.counterfeit", "低いほうを高いほう以下", "[3, 2]"),
        ({"costs": {"counterfeit": [1, 2, 3]}}, "costs.counterfeit", "2つの整数", "[1, 2, 3]"),
        ({"costs": {"counterfeit": [1]}}, "costs.counterfeit", "2つの整数", "[1]"),
        ({"costs": {"counterfeit": [None, 2]}}, "costs.counterfeit", "整数", "None"),
        ({"granted": {"counterfeit": [1, 2]}}, "granted.counterfeit", "整数", "[1, 2]"),
        ({"granted": {"inpit_desk": 1}}, "granted", "counterfeit", "inpit_desk"),
        ({"applications": {}}, "applications", "リスト", "{}"),
        ({"applications": [5]}, "applications[0]", "right_type", "5"),
        ({"applications": [{"kind": "exam_request"}]}, "applications[0]", "right_type", "kind"),
        ({"applications": [{"count": 0}]}, "applications[0].count", "1以上10,000以下", "0"),
        (
            {"applications": [{"right_type": "copyright"}]},
            "applications[0].right_type",
            "patent",
            "copyright",
        ),
        ({"procedures": [{}, {"cost_yen": -1}]}, "procedures[1].cost_yen", "0以上", "-1"),
        ({"procedures": [{}] * 13}, "procedures", "12行以下", "{}"),
        ({"nonsense": 1}, "nonsense", "capital_yen", "nonsense"),
        ([], "facts", "JSONオブジェクト", "[]"),
        (None, "facts", "JSONオブジェクト", "None"),
    ],
)
def test_a_bad_fact_is_refused_with_name_bound_and_value(facts, name, bound, value):
    with pytest.raises(FactsError) as refused:
        check_facts(facts, KNOWLEDGE)
    assert name == refused.value.fact
    for word in (name, bound, value):
        assert word in str(refused.value)


@profile
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*KNOWLEDGE.facts, "x"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_anything_is_either_taken_or_refused_as_a_fact(facts):
    try:
        assess(facts)
    except KnowledgeError as error:
        assert str(error)


def test_all_country_codes_of_the_standard_are_known_and_the_two_offices():
    codes = set(KNOWLEDGE.vocabulary.countries)
    assert 251 == len(codes)
    assert {"EP", "EU", "JP", "AD", "ZW", "NO", "TW", "XK"} - codes == {"XK"}
    assert all(name and name.isprintable() for name in KNOWLEDGE.vocabulary.countries.values())
    assert len(codes) == len(set(KNOWLEDGE.vocabulary.countries.values()))
    assert sorted(codes) == sorted(check_facts({"countries": sorted(codes)}, KNOWLEDGE)["countries"])


def test_facts_come_back_in_one_order_and_an_interval_of_one_value_as_a_figure():
    facts = {"costs": {"counterfeit": [5, 5]}, "countries": ["CN", "US", "CN"], "problems": ["sued_abroad"]}
    checked = check_facts(facts, KNOWLEDGE)
    assert ["problems", "countries", "costs"] == list(checked)
    assert {"problems": ["sued_abroad"], "countries": ["US", "CN"], "costs": {"counterfeit": 5}} == checked


def test_a_null_is_kept_it_means_asked_and_not_known():
    facts = {"is_sme": None, "costs": {"counterfeit": None}, "applications": [{"cost_yen": None}]}
    assert facts == check_facts(facts, KNOWLEDGE)


def test_an_answer_replaces_a_fact_and_joins_a_map():
    before = {"is_sme": None, "costs": {"counterfeit": 1}, "countries": ["CN"]}
    after = merge_facts(before, {"is_sme": True, "costs": {"sued_abroad": 2}, "countries": ["US"]})
    assert {"is_sme": True, "costs": {"counterfeit": 1, "sued_abroad": 2}, "countries": ["US"]} == after
    assert {"is_sme": None, "costs": {"counterfeit": 1}, "countries": ["CN"]} == before


def test_the_own_word_on_the_size_stands_and_a_contradiction_is_said():
    facts = {"is_sme": True, "industry": "retail", "capital_yen": 60_000_000, "employees": 60}
    notes = assess(facts | {"problems": ["counterfeit"]}).to_json()["assumptions"]
    assert any("食い違っています" in note for note in notes)
    agreeing = assess(facts | {"problems": ["counterfeit"], "employees": 50}).to_json()["assumptions"]
    assert not any("食い違っています" in note for note in agreeing)


def test_many_open_entries_are_reckoned_in_no_time():
    """Twelve procedures of an unknown kind are 4,096 ways to share them out; each sum is reckoned once."""
    entries = [{"right_type": "patent", "cost_yen": [2**n * 1000, 2**n * 1500]} for n in range(12)]
    facts = {"problems": ["exam_response"], "procedures": entries, "granted": {"exam_response": 100_000}}
    estimate = assess(facts).to_json()["routes"][0]["estimate"]
    assert 0 < estimate["low_yen"] < estimate["high_yen"] <= 800_000
