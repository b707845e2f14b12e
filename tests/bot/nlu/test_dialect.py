"""What is done and what is not, in the endings of dialects and of courtesy."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.nlu.dialect import in_standard
from bot.nlu.facts import read_facts
from bot.text import normalise

ENDINGS = yaml.safe_load((Path(__file__).parents[1] / "data" / "endings.yml").read_text(encoding="utf-8"))
SAID = {
    "jp_trademark": ["日本で商標登録", "日本では去年登録"],
    "jp_application": ["日本で出願"],
    "right_in_country": ["中国で商標を登録"],
}


@pytest.mark.parametrize("fact", SAID)
@pytest.mark.parametrize(("endings", "value"), [("done", True), ("not_done", False)])
def test_an_ending_says_the_same_in_every_dialect(fact, endings, value):
    said = [f"{words}{ending}" for words in SAID[fact] for ending in ENDINGS[endings]]
    read = {text: facts(text) for text in said}
    assert {text: found.get(fact) for text, found in read.items()} == dict.fromkeys(read, value)


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("商工会議所には入らなんだ", "chamber_member", False),
        ("証拠は持っとりまへん", "evidence", False),
        ("着手金を振り込んどるとです", "spent_already", True),
        ("着手金はまだ振り込んどらん", "spent_already", False),
        ("弁理士が先走って出願してもうた。費用も払うてしもうた", "spent_already", True),
        ("アメリカから手紙が来て、特許侵害だからライセンス料を払えと", "accused", True),
    ],
)
def test_more_of_what_is_said(text, fact, value):
    assert facts(text)[fact] is value


@pytest.mark.parametrize(
    "text",
    [
        "製法を持っていった",
        "社長に聞かないと",
        "担当につないで",
        "弁護士に頼まないと、",
        "手紙によると売れない",
        "しんちょっと、進捗を言うと",
        "会議のなか",
        "なかなか難しい",
        "静かなんだ",
        "これからなんだ",
        "特許はとらんつもり",
    ],
)
def test_what_is_no_ending_stays(text):
    assert in_standard(text).text == text


def test_a_fact_stands_at_the_words_that_were_said():
    text = normalise("まあ、日本で商標登録しとらんばってん、中国では登録しましてん。費用は240万や")
    found = {fact.entity: text[fact.start : fact.end] for fact in read_facts(text)}
    assert found["jp_trademark"] == "日本で商標登録しとらんばってん"
    assert found["right_in_country"] == "中国では登録しましてん"
    assert found["amount"] == "240万"


def facts(text: str) -> dict[str, object]:
    """Facts of a text by name."""
    return {fact.entity: fact.value for fact in read_facts(normalise(text))}
