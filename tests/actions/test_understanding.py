"""What one message changes, given the facts so far and the open question."""

from __future__ import annotations

from dataclasses import replace

import pytest
from heard import COUNTERFEIT, EXAMINED, OPEN, TRADEMARK, amounts, message, question

from actions.message import Message
from actions.understanding import Before, recall, understand
from knowledge import assess, load_knowledge


@pytest.mark.parametrize(("intent", "value"), [("affirm", True), ("deny", False), ("dont_know", None)])
def test_a_short_reply_answers_the_open_yes_or_no_question(intent: str, value: bool | None) -> None:
    asked = question(COUNTERFEIT)
    found = understand(message(intent=intent), COUNTERFEIT, asked)
    assert found.answered
    assert {**COUNTERFEIT, asked["fact"]: value} == found.facts


def test_yes_without_an_open_question_changes_nothing() -> None:
    found = understand(message(intent="affirm"), COUNTERFEIT, None)
    assert ([], False) == (found.changed, found.answered)


def test_an_answer_to_another_question_is_taken_too() -> None:
    asked = question(COUNTERFEIT)
    found = understand(message(evidence=True), COUNTERFEIT, asked)
    assert "evidence" != asked["fact"]
    assert found.facts["evidence"] is True
    assert not found.answered


def test_a_denial_of_something_else_does_not_answer_the_question() -> None:
    """Who says that nothing was paid has not said that nothing is planned."""
    facts = {**TRADEMARK, "countries": ["CN"], "applicant": "corporation", "is_sme": True} | {
        "spent_already": False
    }
    asked = question(facts)
    assert "will_to_use" == asked["fact"]
    entity = [
        {"entity": "spent_already", "value": False, "start": 0, "end": 11},
        {"entity": "problems", "value": "counterfeit", "start": 0, "end": 22},
    ]
    said = Message("まだ何も払っていません", "deny", 0.9, entity, {"deny": 0.9})
    assert "will_to_use" not in understand(said, facts, asked).facts
    both = Message("まだ何も払っていません、はい、売る予定です", "deny", 0.9, entity, {"deny": 0.9})
    assert understand(both, facts, asked).facts["will_to_use"] is True


@pytest.mark.parametrize(("known", "asked_again"), [(OPEN, True), ({}, False)])
def test_a_plan_that_joins_a_case_says_nothing_of_what_the_case_has_cost(
    known: dict[str, object], asked_again: bool
) -> None:
    text = "それとですね、来年タイで新しく商標を出願したいと思ってまして"
    found = [
        {"entity": "problems", "value": "foreign_filing", "start": 7, "end": 29, "confidence_entity": 0.98},
        {"entity": "spent_already", "value": False, "start": 9, "end": 22},
    ]
    said = Message(text, "foreign_filing", 0.97, found, {"foreign_filing": 0.97})
    facts = understand(said, dict(known), None).facts
    assert "foreign_filing" in facts["problems"]
    assert asked_again == ("spent_already" not in facts)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("いや、うちは従業員30人の株式会社です", False),
        ("いいえ、従業員は30人です", True),
        ("いや、まだです、従業員30人の会社ですけど", True),
    ],
)
def test_who_begins_like_a_denial_and_tells_other_facts_denies_nothing(text: str, denied: bool) -> None:
    asked = question(OPEN)
    assert "spent_already" == asked["fact"]
    heads = {"entity": "employees", "value": 30, "start": text.index("30"), "end": text.index("30") + 3}
    found = understand(Message(text, "inform", 0.8, [heads], {"inform": 0.8}), OPEN, asked).facts
    assert 30 == found["employees"]
    assert denied == (found.get("spent_already") is False)


def test_a_correction_of_another_fact_denies_nothing() -> None:
    """いや、すみません takes back what was said, not what is asked."""
    facts = {
        **EXAMINED,
        "spent_already": False,
        "procedures": [{"kind": "office_action", "right_type": "patent"}],
    }
    text = "いや、すみません、応答は50万でした"
    said = Message(text, "correct", 0.8, amounts(text, **{"50万": 500_000}), {"correct": 0.8})
    asked = question(facts)
    assert "boolean" == load_knowledge().facts[asked["fact"]].type
    found = understand(said, facts, asked).facts
    assert 500_000 == found["procedures"][0]["cost_yen"]
    assert asked["fact"] not in found


def test_an_option_is_taken_by_its_id_also_when_another_question_is_open() -> None:
    found = understand(message(intent="answer", option="spent_already.no"), TRADEMARK, question(TRADEMARK))
    assert found.facts["spent_already"] is False


def test_an_unknown_option_is_not_understood() -> None:
    found = understand(message(intent="answer", option="nothing.at_all"), TRADEMARK, question(TRADEMARK))
    assert ([], False) == (found.changed, found.answered)


def test_a_number_of_the_list_chooses_the_option() -> None:
    facts = {**TRADEMARK, "spent_already": False, "will_to_use": True}
    asked = question(facts)
    assert "measure" == asked["fact"]
    assert asked["options"][1]["set"].items() <= understand(message("2"), facts, asked).facts.items()


def test_what_cannot_be_is_refused_with_a_sentence_and_changes_nothing() -> None:
    found = understand(message(employees=-5), COUNTERFEIT, question(COUNTERFEIT))
    assert COUNTERFEIT == found.facts
    assert found.error is not None
    assert "employees" in found.error


def test_a_correction_replaces_countries_and_a_plain_mention_adds() -> None:
    facts = {**TRADEMARK, "countries": ["CN"]}
    assert ["CN", "TW"] == sorted(understand(message(countries="TW"), facts, None).facts["countries"])
    assert ["TW"] == understand(message(intent="correct", countries="TW"), facts, None).facts["countries"]


def test_a_digression_is_told_from_going_on() -> None:
    assert understand(message(intent="ask_question"), TRADEMARK, question(TRADEMARK)).is_digression
    assert not understand(message(intent="inform"), TRADEMARK, question(TRADEMARK)).is_digression


def test_a_word_of_one_label_chooses_it() -> None:
    """「はじめて入ります」 is the option 「初年度（はじめて）」, whatever act it was taken for."""
    facts = {"problems": ["litigation_insurance"], "costs": {"litigation_insurance": 100_000}}
    asked = assess(facts).to_json()["next"] | {"fact": "policy_year", "part": "default"}
    asked["options"] = [
        {"id": "policy_year.first", "label": "初年度（はじめて）", "set": {"policy_year": 1}},
        {"id": "policy_year.second", "label": "2年目", "set": {"policy_year": 2}},
    ]
    assert 1 == understand(message("はじめて入ります", "nlu_fallback"), facts, asked).facts["policy_year"]


def test_a_label_with_a_polite_ending_is_the_label() -> None:
    """「中小企業の会社です」 sets what the option sets, not only the word in it that is a fact."""
    facts = {**COUNTERFEIT, "right_in_country": True, "spent_already": False, "evidence": True}
    asked = question(facts)
    assert "is_sme" == asked["fact"]
    found = understand(message("中小企業の会社です", applicant="corporation"), facts, asked)
    assert ("corporation", True) == (found.facts["applicant"], found.facts["is_sme"])


def test_starting_over_needs_to_be_sure() -> None:
    """Throwing away all that was told on a weak guess would lose it."""
    assert not message(intent="start_over", ranking={"start_over": 0.5}).is_digression
    assert message(intent="start_over", ranking={"start_over": 0.9}).is_digression


def test_a_cost_told_before_the_problem_was_known_is_not_lost() -> None:
    amount = {"low": 2_400_000, "high": 2_400_000, "per": None, "role": "cost", "approx": False}
    assert {"squatted_trademark": 2_400_000} == recall([message(amount=amount)], TRADEMARK)["costs"]


def test_a_cost_told_later_is_not_overwritten_by_an_earlier_one() -> None:
    amount = {"low": 2_400_000, "high": 2_400_000, "per": None, "role": "cost", "approx": False}
    known = {**TRADEMARK, "costs": {"squatted_trademark": 1}}
    assert {"squatted_trademark": 1} == recall([message(amount=amount)], known)["costs"]


def test_what_was_said_before_is_understood_though_it_changes_nothing() -> None:
    found = understand(message(evidence=True), {**COUNTERFEIT, "evidence": True}, None)
    assert ([], True) == (found.changed, found.told)


def test_a_question_about_another_country_does_not_change_the_case() -> None:
    facts = {**TRADEMARK, "countries": ["CN"]}
    assert ["CN"] == understand(message("タイでは", "ask_question", countries="TH"), facts, None).facts[
        "countries"
    ]


def test_a_company_mentioned_in_passing_does_not_replace_who_applies() -> None:
    facts = {**TRADEMARK, "applicant": "group"}
    said = message("独立した会社です", "inform", applicant="corporation", deemed_large=False)
    assert "group" == understand(said, facts, None).facts["applicant"]
    corrected = message("会社でした", "correct", applicant="corporation")
    assert "corporation" == understand(corrected, facts, None).facts["applicant"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("もう出願はしてます", None), ("はい、応答も頼みました", True), ("まだです", False)],
)
def test_the_filing_of_the_past_is_no_cost_of_the_examination(text: str, expected: bool | None) -> None:
    procedures = [{"kind": "exam_request", "right_type": "patent", "count": 1}]
    facts = EXAMINED | {"procedures": procedures, "prior_grant": True}
    asked = question(facts)
    assert "spent_already" == asked["fact"]
    intent = "deny" if expected is False else "affirm"
    assert expected == understand(message(text, intent), facts, asked).facts.get("spent_already")


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("いえ、支払いはこれからです", "spent_already", False),
        ("いいえ", "spent_already", True),
        ("これからです", "jp_trademark", True),
        ("これからです", None, True),
    ],
)
def test_after_the_advice_an_answer_is_taken_back_by_its_questions_words(
    text: str, asked: str | None, expected: bool
) -> None:
    facts = COUNTERFEIT | {"spent_already": True}
    found = understand(message(text, "deny"), facts, None, Before(asked))
    assert expected is found.facts["spent_already"]


def test_no_idea_of_the_cost_answers_no_other_question() -> None:
    facts = COUNTERFEIT | {"right_in_country": True}
    asked = question(facts)
    found = understand(message("なんぼかかるかしらんわ", "dont_know"), facts, asked)
    assert {"counterfeit": None} == found.facts["costs"]
    assert asked["fact"] not in found.facts


def test_another_country_that_is_added_replaces_none() -> None:
    facts = COUNTERFEIT | {"countries": ["US", "CN"]}
    more = understand(message("韓国も追加で", "correct", countries="KR"), facts, None)
    assert ["US", "CN", "KR"] == more.facts["countries"]
    other = understand(message("やっぱり韓国です", "correct", countries="KR"), facts, None)
    assert ["KR"] == other.facts["countries"]


def test_a_kind_of_right_can_be_given_up() -> None:
    listed = [{"right_type": "patent", "count": 2}, {"right_type": "trademark", "count": 1}]
    facts = {"problems": ["foreign_filing"], "applications": listed}
    found = understand(message("商標はやめます", "deny", right_type="trademark"), facts, None)
    assert [{"right_type": "patent", "count": 2}] == found.facts["applications"]


def test_a_company_is_half_of_the_answer_to_whether_it_is_a_small_one() -> None:
    facts = COUNTERFEIT | {"right_in_country": True, "spent_already": False, "evidence": True}
    asked = question(facts)
    assert "is_sme" == asked["fact"]
    found = understand(message("会社です", "nlu_fallback"), facts, asked)
    assert "corporation" == found.facts["applicant"]
    assert "is_sme" not in found.facts
    both = understand(message("中小だよ、会社", is_sme=True), facts, asked).facts
    assert ("corporation", True) == (both["applicant"], both["is_sme"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The yes belongs to what is told with it, not to what was asked.
        ("はい、ベトナムでは商標登録してます", None),
        ("はい、もう払いました。ベトナムでは商標登録してます", True),
        ("はい、あと商標もベトナムで登録してます", True),
    ],
)
def test_a_yes_before_another_fact_is_of_that_fact(text: str, expected: bool | None) -> None:
    asked = question(OPEN)
    assert "spent_already" == asked["fact"]
    start = text.index("ベトナム")
    told = [{"entity": "right_in_country", "value": True, "start": start, "end": len(text)}]
    found = understand(Message(text, "affirm", 0.9, told, {"affirm": 0.9}), OPEN, asked)
    assert expected == found.facts.get("spent_already")


def test_a_large_firm_that_is_no_matter_fails_nothing() -> None:
    """「大企業は関係ないです」 tells of shares, and leaves open how large one is oneself."""
    facts = OPEN | {"spent_already": False, "applicant": "corporation"}
    asked = question(facts)
    assert "is_sme" == asked["fact"]
    said = "大企業は関係ないです"
    told = [{"entity": "deemed_large", "value": False, "start": 0, "end": len(said)}]
    found = understand(Message(said, "deny", 0.9, told, {"deny": 0.9}), facts, asked).facts
    assert found["deemed_large"] is False
    assert "is_sme" not in found


def test_heads_under_a_question_of_size_are_the_companys() -> None:
    facts = OPEN | {"spent_already": False}
    found = understand(message("社長入れて15人", people=15), facts, question(facts))
    assert 15 == found.facts["employees"]
    elsewhere = understand(message("3人います", people=3), COUNTERFEIT, question(COUNTERFEIT))
    assert "employees" not in elsewhere.facts


def test_a_country_can_be_given_up() -> None:
    facts = {"problems": ["foreign_filing"], "countries": ["CN", "US"]}
    said = message("米国はやめます", "correct", countries_left_out="US")
    assert ["CN"] == understand(said, facts, None).facts["countries"]
    only = {"problems": ["foreign_filing"], "countries": ["US"]}
    assert ["US"] == understand(said, only, None).facts["countries"]


def test_the_cases_left_after_a_country_is_given_up_are_asked_anew() -> None:
    """Nobody said which of two filings was the one given up."""
    two = [{"right_type": "patent", "count": 1, "cost_yen": yen} for yen in (800_000, 1_200_000)]
    facts = {"problems": ["foreign_filing"], "countries": ["CN", "US"], "applications": two}
    found = understand(message("米国はやめます", "correct", countries_left_out="US"), facts, None)
    assert [{"right_type": "patent"}] == found.facts["applications"]
    one = facts | {"applications": two[:1]}
    found = understand(message("米国はやめます", "correct", countries_left_out="US"), one, None)
    assert two[:1] == found.facts["applications"]


def test_a_country_in_place_of_another_leaves_the_rest_and_the_cases() -> None:
    cases = [{"right_type": "trademark", "count": 2, "cost_yen": 300_000}]
    facts = {"problems": ["foreign_filing"], "countries": ["TW", "HK"], "applications": cases}
    said = message("香港はやめて、韓国にします", "correct", countries_left_out="HK", countries="KR")
    found = understand(said, facts, None).facts
    assert {"TW", "KR"} == set(found["countries"])
    assert cases == found["applications"]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("台湾だけにします", ["TW"]),
        ("台湾のみでお願いします", ["TW"]),
        ("台湾だけじゃなくて", ["HK", "TW"]),
        ("台湾です", ["HK", "TW"]),
        ("台湾だけです。登録しているのは", ["HK", "TW"]),
    ],
)
def test_only_one_country_is_left_where_only_one_is_named(said: str, left: list[str]) -> None:
    facts = {"problems": ["foreign_filing"], "countries": ["HK", "TW"]}
    told = [{"entity": "countries", "value": "TW", "start": 0, "end": 2}]
    found = understand(replace(message(said, "inform"), entities=told), facts, None)
    assert left == sorted(found.facts["countries"])


def test_a_mark_registered_at_home_was_filed_there() -> None:
    facts = {"problems": ["foreign_filing"], "applications": [{"right_type": "trademark"}]}
    said = message("日本では登録してあります", "inform", jp_trademark=True)
    assert understand(said, facts, None).facts["jp_application"] is True
    patent = facts | {"applications": [{"right_type": "patent"}]}
    assert "jp_application" not in understand(said, patent, None).facts


def test_what_may_be_of_another_matter_leaves_the_question_open() -> None:
    """「たぶん偽物だと思います」 does not say that it is not known whether the mark will be used."""
    facts = TRADEMARK | {"spent_already": False}
    asked = question(facts)
    assert "will_to_use" == asked["fact"]
    assert "will_to_use" not in understand(message("たぶん偽物だと思います"), facts, asked).facts
    assert understand(message("たぶん"), facts, asked).facts["will_to_use"] is None


def test_a_small_company_is_both_answers() -> None:
    facts = OPEN | {"spent_already": False}
    found = understand(message("会社です。小さい", "nlu_fallback"), facts, question(facts)).facts
    assert ("corporation", True) == (found["applicant"], found["is_sme"])


def test_what_was_told_last_can_be_taken_back_too() -> None:
    """「入る予定です」 right after 「商工会議所には入っていません」, which nobody had asked."""
    facts = {"problems": ["litigation_insurance"], "accused": False, "chamber_member": False}
    said = message("入る予定です", "nlu_fallback")
    found = understand(said, facts, None, Before("spent_already", [], ["chamber_member"]))
    assert found.facts["chamber_member"] is True
    assert "chamber_member" not in understand(said, facts, None, Before("spent_already")).changed
