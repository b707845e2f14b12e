"""What is asked next: it ends, never repeats itself, and never asks what can no longer change anything."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import Topic, assess, load_knowledge, merge_facts, option_facts
from knowledge.options import options_of
from tests.knowledge.agreement import AS_OF
from tests.knowledge.strategies import COMMON_FLAGS, COUNTRIES, OWN_FLAGS, RIGHTS, facts, fulfilled, profile
from tests.programmes import PROGRAMMES

PAIRS = list(combinations(PROGRAMMES, 2))
CHOICES = {
    "applicant": ["corporation", "sole_proprietor", "group", "regional_mark_body", "other"],
    "industry": ["manufacturing", "wholesale", "service", "retail", "rubber", "ryokan"],
    "dispute_type": ["squatted_right", "unexamined_right", "non_practising", "other"],
    "measure": ["opposition", "invalidation", "cancellation", "litigation", "buyback"],
    "capital_yen": [0, 60_000_000, 200_000_000, 400_000_000],
    "employees": [10, 70, 150, 250, 500, 1000],
    "policy_year": [1, 2],
}
ENTRY_COSTS = [0, 1_000_000, 50_000_000]
DOMAINS: dict[str, list[Any]] = {
    **{name: [True, False] for name in (*COMMON_FLAGS, *OWN_FLAGS)},
    **CHOICES,
    "countries": [[country] for country in COUNTRIES] + [["US", "CN"]],
    "applications": [[{"right_type": r, "count": 1, "cost_yen": c}] for r in RIGHTS for c in ENTRY_COSTS],
    "procedures": [
        [{"kind": k, "right_type": r, "count": 1, "cost_yen": c}]
        for k in ("exam_request", "office_action")
        for r in ("patent", "trademark")
        for c in ENTRY_COSTS
    ],
}


def answers_to(topic: Topic, known: dict[str, Any]) -> list[dict[str, Any]]:
    """Possible answers to a question, as updates of the facts."""
    if topic.fact == "costs":
        return [{"costs": {topic.part: amount}} for amount in ENTRY_COSTS]
    if topic.part == "cost_yen":
        entries = known[topic.fact]
        return [{topic.fact: [{"cost_yen": c} | entry for entry in entries]} for c in ENTRY_COSTS]
    if topic.fact == "applications" and known.get(topic.fact):
        return [{topic.fact: [{"right_type": r} | entry for entry in known[topic.fact]]} for r in RIGHTS]
    if topic.fact == "procedures" and known.get(topic.fact):
        return [
            {topic.fact: [{"kind": k, "right_type": r} | entry for entry in known[topic.fact]]}
            for k, r in (("exam_request", "patent"), ("office_action", "patent"), ("office_action", "design"))
        ]
    return [{topic.fact: value} for value in DOMAINS[topic.fact]]


def outcome(known: dict[str, Any]) -> list[Any]:
    """Verdicts, conditions and amounts of an advice: what a question is asked for."""
    routes = assess(known, 2022, AS_OF).to_json()["routes"]
    found = []
    for route in sorted(routes, key=lambda route: route["program"]):
        estimate = route["estimate"]
        amount = estimate and {key: estimate[key] for key in estimate if key.endswith("_yen")}
        results = [condition["result"] for condition in route["conditions"]]
        found.append((route["verdict"], results, amount, route["ceiling"]))
    return found


def decided(known: dict[str, Any]) -> list[Any]:
    """Verdicts and amounts alone."""
    return [(verdict, amount, ceiling) for verdict, _, amount, ceiling in outcome(known)]


def asked(known: dict[str, Any]) -> dict[str, Any] | None:
    return assess(known, 2022, AS_OF).to_json()["next"]


def conversation(known: dict[str, Any], answer: Any) -> tuple[list[Topic], dict[str, Any]]:
    """Answers every question until there is none; the topics asked and the facts at the end."""
    topics: list[Topic] = []
    while (question := asked(known)) is not None:
        topic = Topic(question["fact"], question["part"])
        topics.append(topic)
        assert len(topics) <= 20, topics
        known = merge_facts(known, answer(topic, question, known))
    assert assess(known, 2022, AS_OF).to_json()["status"] == "complete"
    return topics, known


def full_truth(data: st.DataObject, problems: tuple[str, ...]) -> dict[str, Any]:
    """A company that knows everything about itself."""
    truth = {name: data.draw(st.sampled_from(values)) for name, values in DOMAINS.items()}
    return truth | {"costs": {problem: data.draw(st.sampled_from(ENTRY_COSTS)) for problem in problems}}


def from_truth(truth: dict[str, Any]) -> Any:
    def answer(topic: Topic, question: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
        if topic.fact == "costs":
            return {"costs": {topic.part: truth["costs"][topic.part]}}
        return {topic.fact: truth.get(topic.fact)}

    return answer


def clicking(data: st.DataObject) -> Any:
    def answer(topic: Topic, question: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
        return data.draw(st.sampled_from(question["options"]))["set"]

    return answer


def never_twice(topics: list[Topic]) -> bool:
    return len(topics) == len(set(topics))


@pytest.mark.parametrize("programme", PROGRAMMES)
@profile
@given(data=st.data())
def test_one_problem_takes_at_most_eight_questions(programme, data):
    """Each answer gives just the fact that was asked for."""
    truth = full_truth(data, (programme,))
    topics, _ = conversation({"problems": [programme]}, from_truth(truth))
    assert len(topics) <= 8
    assert never_twice(topics)


@pytest.mark.parametrize("programme", PROGRAMMES)
@profile
@given(data=st.data())
def test_one_problem_takes_at_most_eight_clicks_whatever_is_clicked(programme, data):
    """Ready answers only, "I don't know" among them: the size is then asked for in one question."""
    topics, _ = conversation({"problems": [programme]}, clicking(data))
    assert len(topics) <= 8
    assert never_twice(topics)


@pytest.mark.parametrize("programme", PROGRAMMES)
@profile
@given(data=st.data())
def test_who_derives_the_size_fact_by_fact_needs_at_most_three_more(programme, data):
    """Known exception to eight: is_sme not known, and then head count, industry and capital one by one."""
    truth = full_truth(data, (programme,)) | {"is_sme": None}
    topics, _ = conversation({"problems": [programme]}, from_truth(truth))
    assert len([topic for topic in topics if topic.fact not in ("employees", "industry", "capital_yen")]) <= 8
    assert never_twice(topics)


@profile
@given(data=st.data())
def test_two_problems_take_at_most_twelve_questions(data):
    pair = data.draw(st.sampled_from(PAIRS))
    by_fact, _ = conversation({"problems": list(pair)}, from_truth(full_truth(data, pair)))
    by_click, _ = conversation({"problems": list(pair)}, clicking(data))
    assert max(len(by_fact), len(by_click)) <= 12
    assert never_twice(by_fact)
    assert never_twice(by_click)


@pytest.mark.parametrize("programme", PROGRAMMES)
@profile
@given(data=st.data())
def test_what_is_asked_is_open_and_can_change_something(programme, data):
    """Tried out: among the possible answers at least two lead to different conditions or amounts."""
    known = data.draw(facts(programme))
    question = asked(known)
    if question is None:
        return
    topic = Topic(question["fact"], question["part"])
    value = known.get(topic.fact)
    if topic.fact == "costs":
        assert topic.part not in (value or {})
    elif topic.fact in ("applications", "procedures") and value:
        field = "cost_yen" if topic.part == "cost_yen" else None
        lacking = (field,) if field else ("right_type", "kind")
        assert any(name not in entry for entry in value for name in lacking)
    else:
        assert topic.fact not in known or value == []
    outcomes = [outcome(merge_facts(known, answer)) for answer in answers_to(topic, known)]
    assert any(other != outcomes[0] for other in outcomes), topic


@pytest.mark.parametrize("programme", PROGRAMMES)
@profile
@given(data=st.data())
def test_complete_means_that_no_unanswered_fact_can_change_a_verdict_or_an_amount(programme, data):
    """Except what is assumed and said so: earlier grants; and an own word against the size that was told."""
    known = data.draw(facts(programme))
    if asked(known) is not None:
        return
    settled = decided(known)
    told_size = any(known.get(name) is not None for name in ("industry", "capital_yen", "employees"))
    for name, values in DOMAINS.items():
        if name in known or (name == "is_sme" and told_size):
            continue
        for value in values:
            assert settled == decided(known | {name: value}), (name, value)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_asked_and_not_known_is_never_asked_again(programme):
    nothing_known = dict.fromkeys(load_knowledge().facts) | {"problems": [programme]}
    assert asked(nothing_known) is None
    topics, _ = conversation(
        {"problems": [programme]},
        lambda topic, question, known: {topic.fact: {topic.part: None} if topic.fact == "costs" else None},
    )
    assert never_twice(topics)


@pytest.mark.parametrize("programme", PROGRAMMES)
@profile
@given(data=st.data())
def test_a_null_fact_counts_like_an_absent_one_in_all_but_the_asking(programme, data):
    known = data.draw(facts(programme))
    without = {name: value for name, value in known.items() if value is not None}
    assert outcome(known) == outcome(without)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_nothing_is_asked_of_a_programme_that_a_failed_condition_rules_out(programme):
    assert asked(fulfilled(programme) | {"problems": [programme], "deemed_large": True}) is None


def test_without_a_problem_the_problem_is_asked_for():
    for known in ({}, {"problems": []}, {"is_sme": True}):
        question = asked(known)
        assert question
        assert ("problems", 8) == (question["fact"], len(question["options"]))
    assert asked({"problems": None}) is None


@pytest.mark.parametrize(
    ("problems", "status"),
    [
        (["out_of_scope"], "out_of_scope"),
        (["desk_consultation"], "complete"),
        (["desk_consultation", "out_of_scope"], "complete"),
        (["counterfeit"], "asking"),
        (["counterfeit", "out_of_scope"], "asking"),
        ([], "asking"),
        (None, "complete"),
    ],
)
def test_the_status_says_whether_to_go_on(problems, status):
    assert status == assess({"problems": problems}, 2022, AS_OF).to_json()["status"]


def test_two_problems_begin_with_what_blocks_both():
    question = asked({"problems": ["counterfeit", "squatted_trademark"]})
    assert question
    assert "spent_already" == question["fact"]


@pytest.mark.parametrize(
    ("programme", "first"),
    [
        ("foreign_filing", "jp_application"),
        ("exam_response", "procedures"),
        ("counterfeit", "right_in_country"),
        ("sued_abroad", "accused"),
        ("squatted_trademark", "jp_trademark"),
        ("litigation_insurance", "accused"),
    ],
)
def test_a_problem_begins_with_its_own_first_condition(programme, first):
    question = asked({"problems": [programme]})
    assert question
    assert first == question["fact"]


def test_the_size_is_asked_with_the_limits_of_each_industry():
    """Who does not know whether small can answer with one click; the limits come from the size table."""
    known = fulfilled("counterfeit") | {
        "problems": ["counterfeit"],
        "is_sme": None,
        "costs": {"counterfeit": 1},
    }
    question = asked(known)
    assert question
    labels = [option["label"] for option in question["options"]]
    assert [
        "製造など：3億円か300人以下",
        "卸売：1億円か100人以下",
        "サービス：5,000万円か100人以下",
        "小売：5,000万円か50人以下",
        "ゴム製品：3億円か900人以下",
        "旅館：5,000万円か200人以下",
        "どれよりも大きい",
        "わかりません",
    ] == labels
    for option in question["options"][:6]:
        assert (
            assess(merge_facts(known, option["set"]), 2022, AS_OF).to_json()["routes"][0]["verdict"]
            == "likely"
        )
    for option in question["options"][6:]:
        assert asked(merge_facts(known, option["set"])) is None


@pytest.mark.parametrize("industry", CHOICES["industry"])
def test_who_told_the_trade_is_asked_for_the_size_alone(industry):
    told = {"problems": ["counterfeit"], "right_in_country": True, "evidence": True, "spent_already": False}
    size = assess(told | {"applicant": "corporation", "is_sme": None, "industry": industry}).to_json()["next"]
    assert "employees" == size["fact"]
    assert "おもな" not in size["text"] + size["spoken"]


def test_only_options_that_agree_with_what_is_known_are_offered():
    known = {"problems": ["counterfeit"], "is_sme": None, "industry": "retail", "applicant": "corporation"}
    known |= fulfilled("counterfeit") | {"is_sme": None, "costs": {"counterfeit": 1}}
    question = asked(known)
    assert question
    assert ["retail", "larger", "unknown"] == [option["id"].split(".")[-1] for option in question["options"]]
    unknown = question["options"][-1]["set"]
    assert merge_facts(known, unknown)["industry"] == "retail"


def test_a_sole_trader_is_not_asked_whether_it_is_a_company():
    known = fulfilled("foreign_filing") | {"problems": ["foreign_filing"], "applicant": "sole_proprietor"}
    del known["is_sme"]
    question = asked(known | {"applications": [{"right_type": "patent", "cost_yen": 1}]})
    assert question
    assert ("is_sme", "applicant_known") == (question["fact"], question["part"])
    assert [True, False, None] == [option["set"]["is_sme"] for option in question["options"]]


def test_costs_of_several_kinds_are_asked_for_at_once():
    known = fulfilled("foreign_filing") | {"problems": ["foreign_filing"]}
    known |= {"applications": [{"right_type": "patent", "count": 2}, {"right_type": "trademark"}]}
    question = asked(known)
    assert question
    assert "特許・商標のそれぞれ1件あたり" in question["text"]
    after = merge_facts(known, question["options"][0]["set"])
    assert [None, None] == [entry["cost_yen"] for entry in after["applications"]]
    assert asked(after) is None


@pytest.mark.parametrize(
    ("problems", "words"),
    [
        (["foreign_filing"], "今回の海外への出願"),
        (["exam_response"], "今回の審査請求や応答"),
        (["exam_response", "desk_consultation"], "今回の審査請求や応答"),
        (["counterfeit"], "調査や警告"),
        (["sued_abroad"], "警告や訴訟への対応"),
        (["squatted_trademark"], "商標を取り戻す手続き"),
        (["litigation_insurance"], "保険の契約"),
        (["foreign_filing", "exam_response"], "今回の補助を受けたい費用"),
    ],
)
def test_what_was_spent_already_is_asked_about_the_costs_of_this_very_problem(problems, words):
    """Who answers an office action filed abroad long ago: the question must not be about that."""
    known = {"problems": problems} | {name: DOMAINS[name][0] for name in ("applications", "procedures")}
    for problem in problems:
        known |= {name: value for name, value in fulfilled(problem).items() if name != "spent_already"}
    question = asked(known)
    assert question
    assert ("spent_already", "default") == (question["fact"], question["part"])
    assert words in question["text"] + question["spoken"]
    assert ["spent_already.yes", "spent_already.no", "spent_already.unknown"] == [
        option["id"] for option in question["options"]
    ]
    if problems[0] == "exam_response":
        assert "前に済ませた外国への出願" in question["help"]


@pytest.mark.parametrize(
    ("applicant", "words"),
    [("corporation", "株の半分以上"), ("sole_proprietor", "ご商売"), ("group", "グループの会社")],
)
def test_a_big_owner_is_asked_for_in_words_that_fit_the_applicant(applicant, words):
    known = fulfilled("litigation_insurance") | {"problems": ["litigation_insurance"], "applicant": applicant}
    known = {name: value for name, value in known.items() if name != "deemed_large"}
    question = asked(known)
    assert question
    assert "deemed_large" == question["fact"]
    assert words in question["spoken"]


def test_every_option_can_be_chosen_by_its_id_at_any_time():
    knowledge = load_knowledge()
    for fact in knowledge.facts.values():
        for part in fact.questions:
            for option in options_of(Topic(fact.id, part), {}, knowledge):
                assert option["set"] == option_facts(option["id"], {}, knowledge)
    with pytest.raises(KeyError):
        option_facts("counterfeit.nothing", {}, knowledge)


def test_policy_year_is_not_asked_where_it_changes_no_yen():
    known = fulfilled("litigation_insurance") | {"problems": ["litigation_insurance"]}
    for amount, wanted in ((0, None), (1, None), (2, "policy_year"), (None, None)):
        question = asked(known | {"costs": {"litigation_insurance": amount}})
        assert wanted == (question and question["fact"])
