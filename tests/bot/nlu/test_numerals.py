"""Numerals of folded text, before anybody asks what they count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.numerals import find_numerals, fold


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("1.5億", [(150_000_000, 150_000_000)]),
        ("二百数十万", [(2_200_000, 2_900_000)]),
        ("十数人", [(11, 19)]),
        ("二三百万", [(2_000_000, 3_000_000)]),
        ("2,3件", [(2, 2), (3, 3)]),
        ("しませんか", []),
        ("万一", [(1, 1)]),
    ],
)
def test_values(text, ends):
    assert [(numeral.low, numeral.high) for numeral in find_numerals(fold(text))] == ends


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
