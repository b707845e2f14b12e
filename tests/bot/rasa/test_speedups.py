"""What is saved at every turn of Rasa changes nothing that Rasa answers."""

from __future__ import annotations

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.rasa.input_channel import read_chosen
from bot.rasa.speedups import check_schema_once, run_graph_plainly

RASAS_OWN = RemoteAction._validate_action_result
RASAS_RUN = DaskGraphRunner.run

RESULTS = [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "is_sme", "value": True}], "responses": [{"text": "x"}]},
    {"events": [{"event": "slot", "value": True}], "responses": []},
    {"events": [{"event": "no such event"}], "responses": []},
    {"events": [{"event": "bot", "timestamp": "now"}], "responses": []},
    {"events": [{"event": []}], "responses": []},
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


def test_the_model_is_run_as_rasa_itself_runs_it(monkeypatch):
    """Only what a target needs, each step once, with what goes in from outside."""
    needs = {
        "words": {"text": "__text__"},
        "count": {"words": "words"},
        "both": {"one": "words", "other": "count"},
        "unasked": {"text": "__text__"},
    }
    nodes = {name: SchemaNode(need, object, "create", "run", {}) for name, need in needs.items()}
    found = []
    for replace in (lambda: monkeypatch.setattr(DaskGraphRunner, "run", RASAS_RUN), run_graph_plainly):
        replace()
        runner, ran = object.__new__(DaskGraphRunner), []
        runner._graph_schema, runner._execution_context = GraphSchema(nodes), None
        runner._instantiated_nodes = {name: _step(name, ran) for name in nodes}
        found.append((runner.run({"__text__": "a b"}, ["both", "count"]), sorted(ran)))
    assert DaskGraphRunner.run is not RASAS_RUN
    assert found[0] == found[1]
    assert found[0][1] == ["both", "count", "words"]


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


def _step(name, ran):
    def step(*inputs):
        ran.append(name)
        return name, {name: dict(inputs)}

    return step
