"""Which problems count, given what the model says of the whole and of its parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.several import Bounds, in_parts, settle
from bot.nlu.utterance_model import Verdict
from bot.nlu.utterance_parts import parts


class Model:
    """A model that knows what each text is about."""

    def __init__(self, **texts):
        self.texts = texts

    def verdicts(self, utterances):
        """As `UtteranceModel` does."""
        return [verdict(self.texts[utterance.text]) for utterance in utterances]


def verdict(present):
    total = sum(present.values())
    return Verdict({name: chance / total for name, chance in present.items()}, present, {"problem": 1.0})


def found(text, whole, bounds=None, **texts):
    model = Model(**texts)
    settled, problems = settle(in_parts(text, model), verdict(whole), model, bounds or Bounds())
    return settled, {one.problem: text[one.start : one.end] for one in problems}


ONE = "偽物が売られています"
TWO = "偽物が売られています。登録もされました。"
NOT = "保険の話ではなくて、偽物が売られています"


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        ({"counterfeit": 0.9, "sued_abroad": 0.2}, ["counterfeit"]),
        ({"counterfeit": 0.9, "sued_abroad": 0.6}, ["counterfeit", "sued_abroad"]),
        ({"out_of_scope": 0.9, "counterfeit": 0.6}, ["out_of_scope"]),
        ({"counterfeit": 0.9, "out_of_scope": 0.6}, ["counterfeit"]),
    ],
    ids=["one", "two", "nothing beside out of scope", "out of scope beside nothing"],
)
def test_of_an_utterance_of_one_part(whole, expected):
    assert list(found(ONE, whole)[1]) == expected


@pytest.mark.parametrize(
    ("hint", "told", "expected"),
    [(0.15, 0.9, True), (0.05, 0.9, False), (0.15, 0.4, False), (0.6, 0.1, True)],
    ids=["told and hinted", "not hinted", "not told", "present without a part of its own"],
)
def test_a_part_can_tell_of_what_the_whole_drowns(hint, told, expected):
    rest = 1 - told
    _, problems = found(
        TWO,
        {"counterfeit": 0.9, "squatted_trademark": hint},
        **{
            "偽物が売られています。": {"counterfeit": 0.9, "squatted_trademark": 0.01},
            "登録もされました。": {"squatted_trademark": told, "counterfeit": rest},
        },
    )
    assert ("squatted_trademark" in problems) is expected
    if expected:
        assert problems == {
            "counterfeit": "偽物が売られています。",
            "squatted_trademark": "登録もされました。",
        }


def test_what_is_ruled_out_is_neither_found_nor_ranked():
    left = {"counterfeit": 0.9, "litigation_insurance": 0.05}
    settled, problems = found(
        NOT, {"litigation_insurance": 0.9, "counterfeit": 0.6}, **{"偽物が売られています": left}
    )
    assert problems == {"counterfeit": "偽物が売られています"}
    assert settled.problems == {"litigation_insurance": 0, "counterfeit": 1}


def test_where_all_is_ruled_out_nothing_is():
    text = "保険の話ではなくて、出願の話でもなくて"
    whole = {"litigation_insurance": 0.9, "foreign_filing": 0.6}
    cut = {text[part.start : part.end]: whole for part in parts(text)}
    assert list(found(text, whole, **cut)[1]) == ["litigation_insurance", "foreign_filing"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("偽物が出ました。それと名前も取られました", ["偽物が出ました。", "それと名前も取られました"]),
        ("出願したいのですが、契約も見てほしい", ["出願したいのですが、", "契約も見てほしい"]),
        (
            "訴えられたわけじゃなくて、こちらが被害者です",
            ["訴えられたわけじゃなくて、", "こちらが被害者です"],
        ),
        ("はい。", ["はい。"]),
    ],
)
def test_cuts_stand_where_another_matter_may_begin(text, expected):
    assert [text[part.start : part.end] for part in parts(text)] == expected


@pytest.mark.parametrize(
    ("text", "ruled_out"),
    [
        ("保険は要りません", True),
        ("偽物の話ではなくて", True),
        ("出願の件は終わりました", True),
        ("訴えられてはいません", True),
        ("何も起きていないうちに", False),
        ("まだ出願していません", False),
        ("取られた商標を取り返したい", False),
    ],
)
def test_a_part_that_only_rules_something_out_is_known(text, ruled_out):
    assert [part.ruled_out for part in parts(text)] == [ruled_out]


@given(st.text(alphabet=st.characters(), max_size=80))
def test_parts_cover_any_text_without_gap(text):
    cut = parts(text)
    assert "".join(text[part.start : part.end] for part in cut) == text
