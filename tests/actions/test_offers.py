"""What is offered after the advice: taken up by its button or its number, and taken up once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledging import acknowledged
from actions.advising import button
from actions.digressions import GoBack
from actions.message import ANSWER
from actions.offers import APPLY, message_of, offers
from actions.validate_consultation_form import ValidateConsultationForm, _before
from actions.what_if import supposed
from knowledge import load_knowledge

CASE: dict[str, Any] = {
    "problems": ["foreign_filing"],
    "applications": [{"right_type": "patent", "count": 1, "cost_yen": 1_500_000}],
}


def user(text: str, intent: str = "inform", **entities: Any) -> dict[str, Any]:
    """A message as Rasa hands it over."""
    listed = [{"entity": name, "value": value, "start": 0, "end": 1} for name, value in entities.items()]
    parsed = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": listed}
    return {"event": "user", "text": text, "parse_data": parsed}


def shown(*buttons: dict[str, str]) -> dict[str, Any]:
    return {"event": "bot", "data": {"buttons": list(buttons)}}


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


def tracker(*events: dict[str, Any], **slots: Any) -> Tracker:
    """A conversation whose latest message is the last of the events that a person sent."""
    latest = next(event["parse_data"] for event in reversed(events) if event["event"] == "user")
    known = dict.fromkeys(load_knowledge().facts) | {"requested_slot": None} | slots
    return Tracker("someone", known, latest, list(events), False, None, {}, "action_listen")


def chosen(option: str) -> dict[str, Any]:
    return user(f'/{ANSWER}{{"option": "{option}"}}', ANSWER, option=option)


def applied(*events: dict[str, Any], **slots: Any) -> dict[str, Any]:
    """The slots that the form sets."""
    found = asyncio.run(ValidateConsultationForm().run(CollectingDispatcher(), tracker(*events, **slots), {}))
    return {event["name"]: event["value"] for event in found if event["event"] == "slot"}


ONE_MORE = user("特許をもう1件増やすと?", "what_if", right_type="patent", count=1)


def test_the_number_of_an_offer_is_the_offer() -> None:
    """「1」 after an answer of the desk is no mark out of five."""
    first = [button("problems.counterfeit", "偽物"), button("problems.sued_abroad", "訴訟")]
    said = message_of(tracker(shown(*first), user("2", "feedback_bad")))
    assert (ANSWER, ["problems.sued_abroad"]) == (said.intent, said.values("option"))
    assert ["problems.counterfeit"] == message_of(tracker(shown(*first), user("1番です"))).values("option")


@pytest.mark.parametrize("text", ["3", "0", "10", "1件です", "いち"])
def test_any_other_number_is_what_it_is(text: str) -> None:
    two = [button("problems.counterfeit", "偽物"), button("problems.sued_abroad", "訴訟")]
    assert "inform" == message_of(tracker(shown(*two), user(text))).intent


def test_a_number_under_a_question_is_left_to_the_question() -> None:
    said = tracker(shown(*offers("offers")), user("1"), requested_slot="measure")
    assert "inform" == message_of(said).intent


def test_what_was_supposed_is_applied_once() -> None:
    once = applied(ONE_MORE, chosen(APPLY), **CASE)
    assert [{"right_type": "patent", "count": 2, "cost_yen": 1_500_000}] == once["applications"]
    assert ["applications"] == once["noticed"]
    now = CASE | {"applications": once["applications"]}
    again = applied(ONE_MORE, chosen(APPLY), chosen(APPLY), **now)
    assert "applications" not in again
    assert [] == again["noticed"]


def test_what_was_applied_by_its_number_is_not_applied_again_by_its_button() -> None:
    typed = [ONE_MORE, shown(*offers("supposed_offers")), user("1")]
    once = applied(*typed, **CASE)
    assert 2 == once["applications"][0]["count"]
    again = applied(*typed, chosen(APPLY), **CASE | {"applications": once["applications"]})
    assert "applications" not in again


def test_what_was_supposed_after_that_is_applied_again() -> None:
    more = applied(ONE_MORE, chosen(APPLY), ONE_MORE, chosen(APPLY), **CASE)
    assert 2 == more["applications"][0]["count"]


def test_applying_is_said_only_where_something_was_applied() -> None:
    pressed = tracker(ONE_MORE, chosen(APPLY), noticed=["applications"], **CASE)
    assert any("この条件に変えて" in line for line in acknowledged(pressed, CASE))
    nothing = tracker(ONE_MORE, chosen(APPLY), chosen(APPLY), noticed=[], **CASE)
    assert [] == acknowledged(nothing, CASE)


def test_a_new_start_forgets_what_was_asked_and_joined() -> None:
    old = [
        slot("requested_slot", "measure"),
        slot("problems", ["squatted_trademark"]),
        slot("problems", ["squatted_trademark", "counterfeit"]),
    ]
    before = _before(tracker(*old, user("それは違います"), noticed=["problems"]))
    assert ("measure", ["counterfeit"]) == (before.asked, before.joined)
    fresh = _before(tracker(*old, {"event": "reset_slots"}, user("はい"), noticed=["problems"]))
    assert (None, []) == (fresh.asked, fresh.joined)


def gone_back(*events: dict[str, Any], **slots: Any) -> tuple[list[dict[str, Any]], str]:
    dispatcher = CollectingDispatcher()
    found = asyncio.run(GoBack().run(dispatcher, tracker(*events, **slots), {}))
    return found, dispatcher.messages[0]["text"]


def test_going_back_from_one_full_story_asks_what_was_wrong() -> None:
    """One message told it all: none of it is thrown away unasked."""
    facts = {"problems": ["counterfeit"], "countries": ["CN"], "applicant": "corporation"}
    told = [slot(name, value) for name, value in facts.items()]
    events, said = gone_back(user("中国で偽物", "counterfeit"), *told, user("戻る", "go_back"), **facts)
    assert [] == events
    assert "中国" in said
    assert "やり直す" in said


def test_going_back_takes_the_latest_answer_back() -> None:
    facts = {"problems": ["counterfeit"], "countries": ["CN"], "evidence": True}
    told = [slot("problems", ["counterfeit"]), slot("countries", ["CN"])]
    events, said = gone_back(
        user("中国で偽物", "counterfeit"),
        *told,
        user("写真あります"),
        slot("evidence", True),
        user("戻る", "go_back"),
        **facts,
    )
    assert [("evidence", None)] == [(event["name"], event["value"]) for event in events]
    assert "戻りました" in said


def test_a_chosen_problem_alone_is_taken_back() -> None:
    chosen_first = [chosen("problems.counterfeit"), slot("problems", ["counterfeit"])]
    events, _ = gone_back(*chosen_first, user("戻る", "go_back"), problems=["counterfeit"])
    assert [("problems", None)] == [(event["name"], event["value"]) for event in events]


def test_a_supposition_reads_one_more_case() -> None:
    """What the tests above stand on."""
    said = message_of(tracker(ONE_MORE))
    found = supposed(said, CASE)
    assert found is not None
    assert 2 == found["applications"][0]["count"]


def test_what_was_replied_to_is_not_called_misunderstood() -> None:
    """A greeting of which one is not sure has been greeted: no apology comes on top."""
    greeted = [user("あ、もしもし", "greet"), {"event": "bot", "text": "こんにちは。"}]
    greeted[0]["parse_data"]["intent"]["confidence"] = 0.3
    assert 0 == applied(*greeted)["misunderstood"]
    assert 1 == applied(greeted[0])["misunderstood"]
