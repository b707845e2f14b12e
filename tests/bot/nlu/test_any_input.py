"""Whatever is typed passes the whole pipeline. `NAVI_FUZZ=20000` makes it a long run."""

from __future__ import annotations

import os
import random

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fact_extractor import FactExtractor
from bot.nlu.fugashi_tokenizer import FugashiTokenizer
from bot.nlu.problem_classifier import ProblemClassifier
from bot.nlu.quantity_extractor import QuantityExtractor
from bot.nlu.sentence_encoder import SentenceEncoder

TRAINED = {
    "counterfeit": ["中国で偽物が売られている", "コピー品を見つけた", "模倣品をやめさせたい"],
    "squatted_trademark": ["商標を勝手に登録された", "名前を他人に取られた", "台湾の代理店が出願した"],
    "affirm": ["はい", "そうです", "ええ"],
}
PIECES = [
    *("中国で商標を取られました。", "費用は二百五十万円くらい", "資本金３，０００万", "ベトナムとタイ"),
    *("保険の話ではなくて、", "それと", "。", "、", "!?", "　", " ", "\n", "\t", "\x00", "\x07"),
    *("\u200b", "\ufeff", "\u202e", "שלום", "مرحبا", "\ud800", "\udfff", "\U0010ffff"),
    *("👨\u200d👩\u200d👧", "🇯🇵", "🇨🇳", "(´・ω・`)", "ｶﾞｷﾞｸﾞ", "か\u3099", "①②", "㍿", "𠮷", "Ⅻ", "½"),
    *(
        "1e999",
        "-0",
        "99999999999999999999億",
        "/restart",
        '{"a": 1}',
        "[偽物](x)",
        "<script>",
        "%s",
        "ー" * 30,
    ),
]
COUNT = int(os.environ.get("NAVI_FUZZ", "1000"))
LONGEST = 10_000


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    tokenizer = FugashiTokenizer(FugashiTokenizer.get_default_config())
    encoder = SentenceEncoder(SentenceEncoder.get_default_config(), "encoder")
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    classifier = ProblemClassifier(ProblemClassifier.get_default_config(), storage, Resource("classifier"))
    data = TrainingData(
        [Message({TEXT: text, INTENT: intent}) for intent, texts in TRAINED.items() for text in texts]
    )
    classifier.train(encoder.process_training_data(tokenizer.process_training_data(data)))
    return [tokenizer, QuantityExtractor(), FactExtractor(), encoder, classifier]


def typed(number):
    """The same text for the same number."""
    choice = random.Random(number)
    if number % 500 == 0:
        return (choice.choice(PIECES) * LONGEST)[:LONGEST]
    made = [
        choice.choice(PIECES) if choice.random() < 0.7 else chr(choice.randrange(0x110000))
        for _ in range(choice.randint(1, 12))
    ]
    return "".join(made)


def test_any_input_is_read_without_failing_and_offsets_are_right(pipeline):
    for number in range(COUNT):
        text = typed(number)
        messages = [Message({TEXT: text})]
        for component in pipeline:
            messages = component.process(messages)
        message = messages[0]
        assert message.get(TEXT) == text
        for token in message.get(TOKENS_NAMES[TEXT]):
            assert text[token.start : token.end] == token.text, (number, text)
        for entity in message.get(ENTITIES):
            assert 0 <= entity["start"] <= entity["end"] <= len(text), (number, text, entity)
        assert 0 <= message.get(INTENT)["confidence"] <= 1
