"""What is saved at every turn of Rasa changes nothing that Rasa answers."""

from __future__ import annotations

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.rasa_input import read_chosen
from bot.rasa_savings import check_schema_once

RASAS_OWN = RemoteAction._validate_action_result

RESULTS = [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "is_sme", "value": True}], "responses": [{"text": "x"}]},
    {"events": [{"event": "slot", "value": True}], "responses": []},
    {"events": [{"event": "no such event"}], "responses": []},
    {"events": [], "responses": ["text"]},
    {"events": {}, "responses": []},
    [],
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_results_of_actions_are_refused_as_rasa_itself_refuses_them(result, monkeypatch):
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RASAS_OWN)
    own = _verdict(RemoteAction("action_x", None), result)
    check_schema_once()
    assert RemoteAction._validate_action_result is not RASAS_OWN
    assert own == _verdict(RemoteAction("action_x", None), result)


@pytest.mark.parametrize("text", ["", "中国", "/greet", "x /answer{}"])
def test_what_is_no_chosen_option_goes_through_the_pipeline(text):
    assert read_chosen(text) is None


def test_a_chosen_option_is_read_as_rasa_reads_it():
    read = read_chosen('/answer{"option": "is_sme.yes"}')
    assert read["text"] == '/answer{"option": "is_sme.yes"}'
    assert read["intent"] == {"name": "answer", "confidence": 1.0}
    (entity,) = read["entities"]
    assert (entity["entity"], entity["value"]) == ("option", "is_sme.yes")


def _verdict(action, result):
    try:
        return action._validate_action_result(result)
    except ValidationError as error:
        return list(error.absolute_path), error.validator
