"""Offsets are what everything after the tokenizer stands on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.nlu.facts import read_facts
from bot.nlu.places import scene
from bot.nlu.tokens import VOCAB, FugashiWords

WORDS = FugashiWords()
AWKWARD = [
    "",
    " ",
    "　",
    "中国　で　商標",
    "  先頭と  途中と 末尾 ",
    "ABC株式会社のiPhone用ケースを250万円で",
    "困ってます(´・ω・`)💦👨‍👩‍👧中国で",
    "a\x00b\x01中国\n\r\t台湾",
    "中国\ud800で\udc00商標",
    "\u200b中\u200d国\ufeff",
    "𠮷野家の商標🇯🇵",
    "か\u3099き\u309ae\u0301",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_offsets_of_awkward_text_are_exact(text):
    """Mixed scripts, emoji, wide blanks, kaomoji, surrogates and control characters keep their place."""
    words = WORDS.words(text)
    assert [text[word.start : word.end] for word in words] == [word.surface for word in words]
    assert not any(word.surface.isspace() for word in words)


@given(st.text(alphabet=st.characters(), max_size=60))
@example("\ud800")
@example(" a  b　 ")
def test_offsets_hold_for_any_text(text):
    words = WORDS.words(text)
    assert [text[word.start : word.end] for word in words] == [word.surface for word in words]
    assert all(left.end <= right.start for left, right in pairwise(words))


@given(st.text(alphabet=st.sampled_from("中国で 　商標\n\t\x00を\ud800取っab1👍"), max_size=40))
def test_a_doc_has_the_same_offsets_as_the_words(text):
    doc = WORDS.doc(text)
    assert len(doc.text) == len(text)
    spans = [(token.idx, token.idx + len(token), token.text) for token in doc if not token.is_space]
    assert spans == [(word.start, word.end, word.surface) for word in WORDS.words(text)]


def test_a_doc_carries_lemma_and_part_of_speech():
    doc = WORDS.doc("タイで登録した")
    assert [token.lemma_ for token in doc] == ["タイ", "で", "登録", "為る", "た"]
    assert [token.pos_ for token in doc] == ["NOUN", "ADP", "NOUN", "VERB", "AUX"]
    assert doc[0].tag_ == "名詞-固有名詞"


def test_threads_do_not_disturb_each_other():
    """MeCab's state is per tagger; eight threads must read what one reads."""
    texts = AWKWARD * 10
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(WORDS.words, texts)) == [WORDS.words(text) for text in texts]


def test_reading_keeps_no_word():
    """Noise is made of words that never come again; each kept would be a leak."""
    known = len(VOCAB.strings)
    for number in range(50):
        text = f"{chr(0x4E00 + 7 * number)}{chr(0x5000 + 11 * number)}zq{number}で商標を出願したい"
        read_facts(text)
        scene(text)
    assert len(VOCAB.strings) == known
