"""What one message changes, given the facts so far and the open question."""

from __future__ import annotations

from typing import Any

import pytest

from actions.message import Message
from actions.understanding import Before, recall, understand, unsure_between
from knowledge import assess


def message(
    text: str = "", intent: str = "inform", ranking: dict[str, float] | None = None, **entities: Any
) -> Message:
    listed = [
        {"entity": name, "value": value, "start": place, "end": place + 1}
        for place, (name, value) in enumerate(entities.items())
    ]
    ranking = ranking or {intent: 0.9}
    return Message(text, intent, max(ranking.values()), listed, ranking)


def question(facts: dict[str, Any]) -> dict[str, Any]:
    asked: dict[str, Any] = assess(facts).to_json()["next"]
    return asked


COUNTERFEIT = {"problems": ["counterfeit"]}
TRADEMARK = {"problems": ["squatted_trademark"], "jp_trademark": True}


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


def test_a_bare_amount_under_a_yes_or_no_question_is_what_it_costs() -> None:
    facts = {**TRADEMARK, "applicant": "corporation", "is_sme": True}
    asked = {"fact": "deemed_large", "part": None, "options": []}
    found = understand(message("240万くらい", amount={"low": 2_400_000, "high": 2_400_000}), facts, asked)
    assert {"squatted_trademark": 2_400_000} == found.facts["costs"]
    assert "deemed_large" not in found.facts


def test_an_option_is_taken_by_its_id_also_when_another_question_is_open() -> None:
    found = understand(message(intent="answer", option="spent_already.no"), TRADEMARK, question(TRADEMARK))
    assert found.facts["spent_already"] is False


def test_an_unknown_option_is_not_understood() -> None:
    found = understand(message(intent="answer", option="nothing.at_all"), TRADEMARK, question(TRADEMARK))
    assert ([], False) == (found.changed, found.answered)


def test_a_second_problem_chosen_joins_the_first() -> None:
    found = understand(
        message(intent="answer", option="problems.counterfeit"), TRADEMARK, question(TRADEMARK)
    )
    assert {"counterfeit", "squatted_trademark"} == set(found.facts["problems"])


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


def test_the_amount_said_of_costs_goes_to_the_only_programme_that_goes_by_costs() -> None:
    amount = {"low": 2_400_000, "high": 2_400_000, "per": None, "role": "cost", "approx": False}
    assert {"squatted_trademark": 2_400_000} == understand(message(amount=amount), TRADEMARK, None).facts[
        "costs"
    ]


def test_damages_that_are_claimed_are_no_cost() -> None:
    amount = {"low": 10**8, "high": 10**8, "per": None, "role": "other", "approx": False}
    assert "costs" not in understand(message(amount=amount), {"problems": ["sued_abroad"]}, None).facts


def test_a_digression_is_told_from_going_on() -> None:
    assert understand(message(intent="ask_question"), TRADEMARK, question(TRADEMARK)).is_digression
    assert not understand(message(intent="inform"), TRADEMARK, question(TRADEMARK)).is_digression


def test_two_near_problems_are_asked_back() -> None:
    ranking = {"counterfeit": 0.41, "squatted_trademark": 0.38, "inform": 0.1}
    assert ["counterfeit", "squatted_trademark"] == unsure_between(
        message(intent="counterfeit", ranking=ranking)
    )


def test_a_clear_problem_is_not_asked_back() -> None:
    ranking = {"counterfeit": 0.8, "squatted_trademark": 0.1}
    assert [] == unsure_between(message(intent="counterfeit", ranking=ranking))
    assert ["counterfeit"] == understand(message("x", "counterfeit", ranking), {}, None).facts["problems"]


def test_a_reply_that_resembles_a_problem_opens_none() -> None:
    """「はい」 to a question is never a second problem, however sure the classifier is."""
    found = understand(message("はい", "counterfeit", {"counterfeit": 0.99}), TRADEMARK, question(TRADEMARK))
    assert ["squatted_trademark"] == found.facts["problems"]


def test_a_word_of_one_label_chooses_it() -> None:
    """「はじめて入ります」 is the option 「初年度（はじめて）」, whatever act it was taken for."""
    facts = {"problems": ["litigation_insurance"], "costs": {"litigation_insurance": 100_000}}
    asked = assess(facts).to_json()["next"] | {"fact": "policy_year", "part": "default"}
    asked["options"] = [
        {"id": "policy_year.first", "label": "初年度（はじめて）", "set": {"policy_year": 1}},
        {"id": "policy_year.second", "label": "2年目", "set": {"policy_year": 2}},
    ]
    assert 1 == understand(message("はじめて入ります", "nlu_fallback"), facts, asked).facts["policy_year"]


def test_the_answer_is_not_taken_for_a_new_problem() -> None:
    """「ええ、ベトナムで商標を登録しています」 resembles a squatted mark, but it answers the question."""
    reply = Message(
        "ええ、ベトナムで商標を登録しています",
        "squatted_trademark",
        0.9,
        [
            {"entity": "right_in_country", "value": True, "start": 3, "end": 18},
            {
                "entity": "problems",
                "value": "squatted_trademark",
                "start": 0,
                "end": 18,
                "confidence_entity": 0.9,
            },
        ],
        {"squatted_trademark": 0.9},
    )
    found = understand(reply, COUNTERFEIT, question(COUNTERFEIT))
    assert ["counterfeit"] == found.facts["problems"]
    assert found.facts["right_in_country"] is True


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


def test_after_out_of_scope_any_problem_is_taken() -> None:
    ranking = {"desk_consultation": 0.9}
    found = understand(
        message("契約のことを相談したい", "desk_consultation", ranking), {"problems": ["out_of_scope"]}, None
    )
    assert ["desk_consultation"] == found.facts["problems"]


def test_who_tells_of_a_mark_taken_abroad_is_not_sent_away_as_out_of_scope() -> None:
    ranking = {"out_of_scope": 0.96}
    found = understand(message("長い話", "out_of_scope", ranking, measure="cancellation"), {}, None)
    assert "problems" not in found.facts


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


EXAMINED = {"problems": ["exam_response"], "countries": ["KR"]}


def two_problems(text: str, **entities: Any) -> Message:
    ranking = {"exam_response": 0.9, "foreign_filing": 0.8}
    found = message(text, "exam_response", ranking, **entities)
    found.entities.append(
        {"entity": "problems", "value": "foreign_filing", "confidence_entity": 0.8, "start": 0}
    )
    return found


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("韓国に出した特許の審査で費用がかかります", ["exam_response"]),
        ("出願中の特許の審査請求の費用に困っています", ["exam_response"]),
        ("中国に特許を出したい。韓国に出した特許の審査もあります", ["foreign_filing", "exam_response"]),
    ],
)
def test_what_is_examined_was_filed_before_and_is_no_new_filing(text: str, problems: list[str]) -> None:
    assert problems == understand(two_problems(text), {}, None).facts["problems"]


def test_a_grant_of_the_past_joins_no_filing_to_the_case() -> None:
    found = understand(two_problems("外国出願は補助をもらって済んでいます", prior_grant=True), EXAMINED, None)
    assert ["exam_response"] == found.facts["problems"]
    assert found.facts["prior_grant"] is True


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


def test_what_is_ruled_out_leaves_the_case_and_something_else_may_take_its_place() -> None:
    both = {"problems": ["sued_abroad", "squatted_trademark"]}
    assert ["sued_abroad"] == understand(message("訴訟の話だけです"), both, None).facts["problems"]
    assert (
        []
        == understand(message("模倣品の話じゃないです", "nlu_fallback"), COUNTERFEIT, None).facts["problems"]
    )
    other = message("偽物じゃないです、商標を取られたんです", "squatted_trademark")
    assert ["squatted_trademark"] == understand(other, COUNTERFEIT, None).facts["problems"]


def test_a_design_that_was_taken_goes_to_the_desk_with_a_note() -> None:
    found = understand(message("商標じゃなくて意匠です", "correct", right_type="design"), TRADEMARK, None)
    assert ["desk_consultation"] == found.facts["problems"]
    assert ["no_programme_for_right"] == found.notes


@pytest.mark.parametrize(
    "text", ["何から話せばいいのか…", "海外でちょっと困ってて", "うまく説明できないんですが"]
)
def test_who_does_not_know_where_to_begin_is_not_sent_away(text: str) -> None:
    assert "problems" not in understand(message(text, "out_of_scope"), {}, None).facts


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


def test_the_same_matter_told_again_is_understood() -> None:
    found = understand(message("海外で偽物が売られている", "counterfeit"), COUNTERFEIT, question(COUNTERFEIT))
    assert found.told
    assert not found.changed


def test_a_company_is_half_of_the_answer_to_whether_it_is_a_small_one() -> None:
    facts = COUNTERFEIT | {"right_in_country": True, "spent_already": False, "evidence": True}
    asked = question(facts)
    assert "is_sme" == asked["fact"]
    found = understand(message("会社です", "nlu_fallback"), facts, asked)
    assert "corporation" == found.facts["applicant"]
    assert "is_sme" not in found.facts
    both = understand(message("中小だよ、会社", is_sme=True), facts, asked).facts
    assert ("corporation", True) == (both["applicant"], both["is_sme"])


OPEN = COUNTERFEIT | {"right_in_country": True, "evidence": True}


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


def test_an_estimate_is_a_cost_and_answers_no_question_of_payment() -> None:
    facts = {"problems": ["squatted_trademark"], "jp_trademark": True}
    asked = question(facts)
    assert "spent_already" == asked["fact"]
    amount = {"low": 1_500_000, "high": 1_500_000, "per": None, "role": "cost", "approx": False}
    found = understand(message("150万円の見積もりです", amount=amount), facts, asked)
    assert {"squatted_trademark": 1_500_000} == found.facts["costs"]
    assert "spent_already" not in found.facts


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


def test_each_cost_goes_to_the_matter_named_with_it() -> None:
    """Under the question of one programme's cost, the other's is told as well: none is lost."""
    facts = {"problems": ["squatted_trademark", "counterfeit"]}
    text = "取消に200万、偽物の調査に100万"
    ends = {"per": None, "role": None, "approx": False}
    told = [
        {"entity": "amount", "value": {"low": yen, "high": yen} | ends, "start": text.index(said), "end": end}
        for yen, said, end in ((2_000_000, "200万", 8), (1_000_000, "100万", len(text)))
    ]
    asked = {"fact": "costs", "part": "squatted_trademark", "options": []}
    found = understand(Message(text, "inform", 0.9, told, {"inform": 0.9}), facts, asked)
    assert {"squatted_trademark": 2_000_000, "counterfeit": 1_000_000} == found.facts["costs"]


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


def amounts(text: str, **yen: int) -> list[dict[str, Any]]:
    """Entities of the sums that stand in a text, by their words."""
    ends = {"per": None, "role": "cost", "approx": False}
    return [
        {
            "entity": "amount",
            "value": {"low": value, "high": value} | ends,
            "start": text.index(said),
            "end": text.index(said) + len(said),
        }
        for said, value in yen.items()
    ]


def test_a_part_of_the_cost_does_not_replace_the_cost() -> None:
    text = "弁護士費用に500万円、うち着手金100万はもう払いました"
    told = amounts(text, **{"500万": 5_000_000, "100万": 1_000_000})
    found = understand(Message(text, "inform", 0.9, told), {"problems": ["sued_abroad"]}, None)
    assert {"sued_abroad": 5_000_000} == found.facts["costs"]


def test_the_cost_of_a_case_is_of_the_programme_that_goes_by_cases() -> None:
    facts = {"problems": ["foreign_filing", "squatted_trademark"]}
    text = "EUは2件、1件40万"
    told = amounts(text, **{"40万": 400_000})
    told[0]["value"]["per"] = "case"
    assert "costs" not in understand(Message(text, "inform", 0.9, told), facts, None).facts


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


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("はい、ベトナムでは商標登録してます", ["counterfeit"]),
        ("ベトナムでは商標登録してますが、タイでも出願したいです", ["foreign_filing", "counterfeit"]),
    ],
)
def test_a_right_that_is_held_is_no_new_filing(text: str, problems: list[str]) -> None:
    told = [
        {"entity": "problems", "value": "foreign_filing", "start": 0, "end": len(text)},
        {"entity": "right_in_country", "value": True, "start": 3, "end": 17},
    ]
    said = Message(text, "foreign_filing", 0.95, told, {"foreign_filing": 0.95})
    assert problems == understand(said, OPEN, question(OPEN)).facts["problems"]


def test_a_right_told_in_the_first_story_is_no_filing() -> None:
    told = [
        {"entity": "problems", "value": problem, "start": start, "end": start + 10, "confidence_entity": 0.95}
        for problem, start in (("counterfeit", 0), ("foreign_filing", 12))
    ]
    held = {"entity": "right_in_country", "value": True, "start": 12, "end": 22}
    text = "韓国で偽物が売られています。韓国で商標登録しています。"
    said = Message(text, "counterfeit", 0.9, [*told, held], {"counterfeit": 0.9})
    assert ["counterfeit"] == understand(said, {}, None).facts["problems"]


def test_costs_for_different_ends_are_added_up() -> None:
    text = "調査費用として80万円、警告状の送付に40万円を見込んでおります"
    told = amounts(text, **{"80万円": 800_000, "40万円": 400_000})
    found = understand(Message(text, "inform", 0.9, told), COUNTERFEIT, None)
    assert {"counterfeit": 1_200_000} == found.facts["costs"]


def test_the_cost_of_a_case_goes_to_the_cases_beside_another_problem() -> None:
    filing = {"problems": ["foreign_filing", "counterfeit"], "applications": [{"right_type": "design"}]}
    told = amounts("1件60万", **{"60万": 600_000})
    told[0]["value"]["per"] = "case"
    found = understand(Message("1件60万", "inform", 0.9, told), filing, None)
    assert [{"right_type": "design", "cost_yen": 600_000}] == found.facts["applications"]


def test_what_was_told_last_can_be_taken_back_too() -> None:
    """「入る予定です」 right after 「商工会議所には入っていません」, which nobody had asked."""
    facts = {"problems": ["litigation_insurance"], "accused": False, "chamber_member": False}
    said = message("入る予定です", "nlu_fallback")
    found = understand(said, facts, None, Before("spent_already", [], ["chamber_member"]))
    assert found.facts["chamber_member"] is True
    assert "chamber_member" not in understand(said, facts, None, Before("spent_already")).changed


def test_a_right_held_in_one_country_leaves_a_filing_in_others() -> None:
    text = "もう権利のある中国でのコピー業者の調査。メキシコへの新規の意匠出願"
    told = [
        {"entity": "right_in_country", "value": True, "start": 2, "end": 7},
        {"entity": "problems", "value": "counterfeit", "start": 0, "end": 20, "confidence_entity": 0.95},
        {"entity": "problems", "value": "foreign_filing", "start": 20, "end": 34, "confidence_entity": 0.95},
    ]
    said = Message(text, "counterfeit", 0.9, told, {"counterfeit": 0.9})
    assert {"counterfeit", "foreign_filing"} == set(understand(said, {}, None).facts["problems"])
