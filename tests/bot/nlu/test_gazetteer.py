"""Words are found whole, the longest first."""

from __future__ import annotations

import pytest

from bot.nlu.gazetteer import Gazetteer
from bot.nlu.tokens import FugashiWords

WORDS = Gazetteer({"タイ": "TH", "中国": "CN", "中国地方": None, "取り消": "cancel"}, suffixes=["系"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("タイで", ["TH"]),
        ("ネクタイで", []),
        ("タイヤで", []),
        ("中国地方で", []),
        ("中国の中国地方", ["CN"]),
        ("取り消せますか", ["cancel"]),
        ("取り消したい", ["cancel"]),
        ("中国系", ["CN"]),
        ("", []),
    ],
)
def test_whole_words_only(text, expected):
    assert [hit.value for hit in WORDS.find(FugashiWords().doc(text))] == expected


def test_no_words_find_nothing():
    assert Gazetteer({}).find(FugashiWords().doc("中国")) == []
