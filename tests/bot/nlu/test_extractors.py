"""The two components inside Rasa: what they put on a message."""

from __future__ import annotations

import json

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fact_extractor import FactExtractor
from bot.nlu.quantity_extractor import QuantityExtractor

SENTENCE = "中国で商標を2件、費用は1件80万円です。日本では登録済みです"


def made(component):
    return component.create({}, None, Resource("r"), ExecutionContext(GraphSchema({})))


def processed(text, *components):
    message = Message({TEXT: text})
    for component in components:
        made(component).process([message])
    return message


def by_name(message):
    return {entity["entity"]: entity for entity in message.get(ENTITIES)}


def test_each_extractor_adds_its_own_entities():
    quantities, facts = processed(SENTENCE, QuantityExtractor), processed(SENTENCE, FactExtractor)
    assert set(by_name(quantities)) == {"count", "amount"}
    assert set(by_name(facts)) == {"countries", "right_type", "jp_trademark"}
    assert {entity["extractor"] for entity in quantities.get(ENTITIES)} == {"QuantityExtractor"}


@pytest.mark.parametrize("order", [(QuantityExtractor, FactExtractor), (FactExtractor, QuantityExtractor)])
def test_groups_span_both_extractors_in_any_order(order):
    entities = by_name(processed(SENTENCE, *order))
    assert {entities[name]["group"] for name in ("right_type", "count", "amount")} == {"1"}
    assert "group" not in entities["countries"]


def test_entities_are_json_with_offsets_of_the_text():
    message = processed(SENTENCE, QuantityExtractor, FactExtractor)
    entities = json.loads(json.dumps(message.get(ENTITIES)))
    assert {SENTENCE[e["start"] : e["end"]] for e in entities} >= {"中国", "商標", "2件", "80万円"}
    amount = next(e for e in entities if e["entity"] == "amount")
    assert amount["value"] == {"low": 800000, "high": 800000, "per": "case", "role": "cost", "approx": False}


def test_entities_found_before_are_kept():
    message = Message({TEXT: "中国です", ENTITIES: [{"entity": "name", "start": 0, "end": 2, "value": "x"}]})
    made(FactExtractor).process([message])
    assert [entity["entity"] for entity in message.get(ENTITIES)] == ["name", "countries"]


def test_a_message_without_text_is_left_alone():
    message = Message({"intent": "answer"})
    assert made(FactExtractor).process([message])[0].get(ENTITIES) is None


def test_training_data_is_left_alone():
    """Annotations are what people wrote; what is read by rule is not to be learnt."""
    data = TrainingData([Message({TEXT: SENTENCE})])
    assert made(FactExtractor).process_training_data(data).training_examples[0].get(ENTITIES) is None


@pytest.mark.parametrize("component", [QuantityExtractor, FactExtractor])
def test_the_recipe_knows_the_components(component):
    registered = DefaultV1Recipe._from_registry(component.__name__)
    assert registered.clazz is component
    assert not registered.is_trainable
