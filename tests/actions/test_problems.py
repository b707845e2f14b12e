"""Which problems a message opens, adds to a case or takes out of it."""

from __future__ import annotations

from typing import Any

import pytest
from heard import COUNTERFEIT, EXAMINED, OPEN, TRADEMARK, message, question

from actions.message import Message
from actions.problems import new_problems, unsure_between
from actions.understanding import understand


def test_a_second_problem_chosen_joins_the_first() -> None:
    found = understand(
        message(intent="answer", option="problems.counterfeit"), TRADEMARK, question(TRADEMARK)
    )
    assert {"counterfeit", "squatted_trademark"} == set(found.facts["problems"])


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


def test_the_same_matter_told_again_is_understood() -> None:
    found = understand(message("海外で偽物が売られている", "counterfeit"), COUNTERFEIT, question(COUNTERFEIT))
    assert found.told
    assert not found.changed


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


def test_a_right_held_in_one_country_leaves_a_filing_in_others() -> None:
    text = "もう権利のある中国でのコピー業者の調査。メキシコへの新規の意匠出願"
    told = [
        {"entity": "right_in_country", "value": True, "start": 2, "end": 7},
        {"entity": "problems", "value": "counterfeit", "start": 0, "end": 20, "confidence_entity": 0.95},
        {"entity": "problems", "value": "foreign_filing", "start": 20, "end": 34, "confidence_entity": 0.95},
    ]
    said = Message(text, "counterfeit", 0.9, told, {"counterfeit": 0.9})
    assert {"counterfeit", "foreign_filing"} == set(understand(said, {}, None).facts["problems"])


@pytest.mark.parametrize("known", ["exam_response", "counterfeit"])
@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("じゃあ韓国の分もあるんだけど", []),
        ("それと韓国の分もお願いできますか", []),
        ("韓国だけじゃなくて台湾でも同じことされてるみたいで", []),
        ("あと韓国にも特許を出願したいです", ["foreign_filing"]),
        ("韓国の分も、これから商標を取りたいんです", ["foreign_filing"]),
    ],
)
def test_more_of_the_same_opens_no_further_problem(known: str, text: str, joined: list[str]) -> None:
    found = {"entity": "problems", "value": "foreign_filing", "start": 0, "end": len(text)}
    told = Message(text, "foreign_filing", 0.9, [found], {"foreign_filing": 0.9})
    assert joined == new_problems(told, [known], None)


@pytest.mark.parametrize(
    ("text", "told", "problems"),
    [
        ("大阪で食品を作っている会社です", {"industry": "manufacturing", "applicant": "corporation"}, None),
        (
            "国内の商標の出願をしたい会社なんですが",
            {"right_type": "trademark", "applicant": "corporation"},
            ["out_of_scope"],
        ),
        ("補助金で改装したいんです", {}, ["out_of_scope"]),
    ],
)
def test_who_is_speaking_is_no_matter_of_another_office(
    text: str, told: dict[str, str], problems: list[str] | None
) -> None:
    found = [{"entity": fact, "value": value, "start": 0, "end": 2} for fact, value in told.items()]
    part = {
        "entity": "problems",
        "value": "out_of_scope",
        "start": 0,
        "end": len(text),
        "confidence_entity": 1.0,
    }
    said = Message(text, "out_of_scope", 0.95, [*found, part], {"out_of_scope": 0.95})
    assert problems == understand(said, {}, None).facts.get("problems")
