"""Places: every country of the programme's list is found by its name, and nothing by accident."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.nlu.countries import EUROPE, find_places
from bot.nlu.tokens import FugashiWords
from bot.text import normalise

KNOWN = yaml.safe_load(Path("knowledge/data/facts.yml").read_text(encoding="utf-8"))["countries"]
WORDS = FugashiWords()


def codes(text):
    return [fact.value for fact in find_places(WORDS.doc(text)) if fact.entity == "countries"]


@pytest.mark.parametrize(("code", "name"), [row for row in KNOWN.items() if row[0] != "JP"])
def test_every_known_country_is_found_by_its_label(code, name):
    found = codes(normalise(f"{name}で出願したい"))
    # A drink and a state, a fabric, and a given name: these are only found as ジャージー島 and the like.
    assert code in found or (code in ("EP", "EU") and found == [EUROPE]) or code in ("GE", "JE", "ML")


@pytest.mark.parametrize(
    "text",
    [
        "ネクタイ",
        "タイヤ",
        "タイトル",
        "インドア",
        "スイスロール",
        "トルコ石",
        "ローマ字",
        "パリ条約",
        "巨大連合",
        "紀伊国屋",
        "日中は不在です",
        "中小企業",
        "中止",
        "米を売る",
        "売りたい",
        "中国地方",
        "ベトナム語",
        "四川料理",
        "STATUS",
        "日米間の協定",
    ],
)
def test_words_that_only_contain_a_country_are_none(text):
    assert codes(text) == []


def test_japan_is_home_and_not_a_country_of_the_case():
    assert codes("日本で出願しました") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("米中", ["US", "CN"]),
        ("日中韓に出願", ["CN", "KR"]),
        ("中・韓・台", ["CN", "KR", "TW"]),
        ("米国人", ["US"]),
        ("中国企業", ["CN"]),
        ("インドネシアとインド", ["ID", "IN"]),
        ("オーストリアとオーストラリア", ["AT", "AU"]),
        ("🇻🇳", ["VN"]),
        ("べとなむ", ["VN"]),
        ("中国とべトナムに", ["CN", "VN"]),
    ],
)
def test_short_forms_and_rows(text, expected):
    assert codes(text) == expected
