"""The classifier on a handful of examples: what it writes, keeps and refuses. Its accuracy: docs/nlu.md."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fugashi_tokenizer import FugashiTokenizer
from bot.nlu.problem_classifier import ProblemClassifier
from bot.nlu.sentence_encoder import VECTOR

EXAMPLES = {
    "counterfeit": [
        "偽物が売られている",
        "コピー品を見つけた",
        "模倣品をやめさせたい",
        "類似品が海外の店に並ぶ",
    ],
    "squatted_trademark": [
        "商標を勝手に登録された",
        "名前を他人に取られた",
        "代理店が商標を出願",
        "冒認された登録",
    ],
    "sued_abroad": ["訴えられた", "警告状が届いた", "訴状が来て困っている", "侵害だと言われた"],
    "out_of_scope": ["天気はどう", "税金の相談", "融資を受けたい", "国内の補助金を知りたい"],
    "greet": ["こんにちは", "おはよう", "こんばんは", "はじめまして"],
    "affirm": ["はい", "そうです", "ええ", "うん"],
}
TWO = ("商標を勝手に登録された。偽物が売られている", "squatted_trademark", ["counterfeit"])


def prepared(text, intent=None, also=(), vectors=False):
    data = {TEXT: text}
    if intent:
        data |= {INTENT: intent, "metadata": {"example": {"also": list(also)}} if also else None}
    message = Message(data)
    tokenizer = FugashiTokenizer(FugashiTokenizer.get_default_config())
    message.set(TOKENS_NAMES[TEXT], tokenizer.tokenize(message, TEXT))
    if vectors:
        add_vector(message, text)
    return message


def add_vector(message, text):
    from rasa.shared.nlu.training_data.features import Features

    message.add_features(Features(vector_of(text)[np.newaxis], "sentence", TEXT, "test"))


def vector_of(text):
    vector = np.zeros(64, dtype=np.float32)
    for char in text:
        vector[ord(char) % 64] += 1
    return vector / np.linalg.norm(vector)


def training_data(vectors=False):
    rows = [prepared(text, intent, (), vectors) for intent, texts in EXAMPLES.items() for text in texts]
    text, intent, also = TWO
    return TrainingData([*rows, prepared(text, intent, also, vectors)])


def config(**options):
    return {**ProblemClassifier.get_default_config(), **options}


@pytest.fixture
def storage(tmp_path):
    return LocalModelStorage.create(tmp_path)


def trained(storage, vectors=False, **options):
    component = ProblemClassifier(config(**options), storage, Resource("classifier"))
    component.train(training_data(vectors))
    return component


def parse(component, text, vectors=False):
    return component.process([prepared(text, vectors=vectors)])[0]


def problems(message):
    return [entity["value"] for entity in message.get(ENTITIES)]


def test_an_utterance_gets_intent_ranking_and_problem(storage):
    message = parse(trained(storage, floor=0.0), "海外で偽物が売られている")
    ranking = message.get(INTENT_RANKING_KEY)
    assert message.get(INTENT) == ranking[0]
    assert ranking[0]["name"] == "counterfeit"
    assert {row["name"] for row in ranking} == set(EXAMPLES)
    assert sum(row["confidence"] for row in ranking) == pytest.approx(1)
    assert problems(message) == ["counterfeit"]


def test_an_act_is_an_act_and_still_names_its_likeliest_problem(storage):
    message = parse(trained(storage, floor=0.0), "はい")
    assert message.get(INTENT)["name"] == "affirm"
    assert len(problems(message)) == 1


def test_two_problems_are_both_found_each_in_its_clause(storage):
    text = "商標を勝手に登録された。偽物が売られている"
    message = parse(trained(storage, present=0.2), text)
    said = {entity["value"]: text[entity["start"] : entity["end"]] for entity in message.get(ENTITIES)}
    assert said == {"squatted_trademark": "商標を勝手に登録された。", "counterfeit": "偽物が売られている"}


def test_entities_of_others_stay(storage):
    component = trained(storage)
    message = prepared("偽物が売られている")
    theirs = {"entity": "countries", "value": "CN", "start": 0, "end": 2}
    message.set(ENTITIES, [theirs])
    assert component.process([message])[0].get(ENTITIES)[0] == theirs


def test_below_the_floor_the_intent_is_fallback_and_the_ranking_stays(storage):
    message = parse(trained(storage, floor=0.99), "偽物が売られている")
    names = [row["name"] for row in message.get(INTENT_RANKING_KEY)]
    assert message.get(INTENT)["name"] == "nlu_fallback"
    assert names[:2] == ["nlu_fallback", "counterfeit"]
    assert set(names[1:]) == set(EXAMPLES)


@pytest.mark.parametrize("vectors", [False, True], ids=["words", "with vectors"])
def test_what_is_stored_is_what_was_trained(storage, vectors):
    component = trained(storage, vectors)
    loaded = ProblemClassifier.load(config(), storage, Resource("classifier"), None)
    for text in ["偽物が出た", "こんにちは", "名前を取られた。訴えられた", "まったく別の話"]:
        one, other = (parse(c, text, vectors) for c in (component, loaded))
        assert one.as_dict() == other.as_dict()


def test_a_stored_model_is_arrays_and_json_only(storage):
    trained(storage)
    with storage.read_from(Resource("classifier")) as directory:
        assert {file.suffix for file in directory.iterdir()} == {".npz", ".json"}
        for file in directory.glob("*.npz"):
            with np.load(file, allow_pickle=False) as arrays:
                assert all(arrays[name].dtype != object for name in arrays.files)


def test_a_model_trained_with_vectors_serves_without(storage):
    """The encoder can be missing where the model runs."""
    message = parse(trained(storage, vectors=True, floor=0.0), "海外で偽物が売られている", vectors=False)
    assert message.get(INTENT)["name"] == "counterfeit"


@pytest.mark.parametrize(("certain", "is_encoded"), [(0.0, False), (1.0, True)])
def test_the_encoder_is_asked_only_where_words_leave_doubt(storage, certain, is_encoded):
    text = "海外で偽物が売られている"
    component = trained(storage, vectors=True, certain=certain)
    asked = []

    def encode():
        asked.append(text)
        return vector_of(text)

    message = prepared(text)
    message.set(VECTOR, encode)
    component.process([message])
    assert bool(asked) == is_encoded
    as_encoded = parse(component, text, vectors=is_encoded)
    ours, theirs = (one.get(INTENT_RANKING_KEY) for one in (message, as_encoded))
    assert [row["name"] for row in ours] == [row["name"] for row in theirs]
    assert [row["confidence"] for row in ours] == pytest.approx([row["confidence"] for row in theirs])


def test_without_a_trained_model_messages_pass_unchanged(storage, caplog):
    with caplog.at_level(logging.WARNING):
        component = ProblemClassifier.load(config(), storage, Resource("nothing"), None)
    assert "no trained model" in caplog.text
    assert parse(component, "偽物が出た").get(INTENT) is None


def test_too_few_intents_are_not_trained(storage, caplog):
    component = ProblemClassifier(config(), storage, Resource("classifier"))
    with caplog.at_level(logging.WARNING):
        component.train(TrainingData([prepared("はい", "affirm")]))
    assert "two intents or more" in caplog.text


@pytest.mark.parametrize(
    "option", ["floor", "sure", "margin", "certain", "present", "told", "hinted", "left", "encoder_share"]
)
@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_chance_outside_its_bounds_is_refused(option, value):
    with pytest.raises(InvalidConfigException, match=f"{option} must be between 0 and 1: {value}"):
        ProblemClassifier.validate_config(config(**{option: value}))
