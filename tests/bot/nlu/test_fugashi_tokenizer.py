"""What Rasa gets from the tokenizer."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.fugashi_tokenizer import FugashiTokenizer

AWKWARD = [
    "ABC株式会社のiPhone用ケースを250万円で",
    "中国　で　商標",
    "困ってます(´・ω・`)💦👨‍👩‍👧中国で",
    "中国\ud800で\udc00商標",
    "a\x00b\r\n\t台湾",
    "  先頭と  途中と 末尾 ",
    "مرحبا 商標 שלום",
]


def tokens(text, **config):
    tokenizer = FugashiTokenizer({**FugashiTokenizer.get_default_config(), **config})
    message = tokenizer.process([Message({TEXT: text})])[0]
    return message.get(TOKENS_NAMES[TEXT])


def spans(text):
    return [(token.text, text[token.start : token.end]) for token in tokens(text)]


@pytest.mark.parametrize("text", AWKWARD)
def test_a_token_stands_where_it_says(text):
    found = spans(text)
    assert found
    assert all(token == there and token.strip() for token, there in found)


@given(st.text(alphabet=st.characters(), min_size=1, max_size=60))
@example("\ud800")
@example("　")
@example("ｶﾞｷﾞ🇯🇵か\u3099")
def test_offsets_hold_for_any_text(text):
    assert all(token == there and token.strip() for token, there in spans(text))


def test_lemmas_can_be_switched_off():
    assert [token.lemma for token in tokens("登録した")] == ["登録", "為る", "た"]
    assert [token.lemma for token in tokens("登録した", lemmas=False)] == ["登録", "し", "た"]


def test_a_name_of_an_intent_stays_whole():
    """Only words of people are Japanese; names of intents are Rasa's own."""
    tokenizer = FugashiTokenizer(FugashiTokenizer.get_default_config())
    message = tokenizer.process([Message({TEXT: "はい", "intent": "foreign_filing"})])[0]
    assert [token.text for token in message.get(TOKENS_NAMES["intent"])] == ["foreign_filing"]
