"""Normalisation of what people type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import normalise


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("２５０万円", "250万円"),
        ("ﾍﾞﾄﾅﾑ", "ベトナム"),
        (" 中国で\n\n商標を\t取られた　", "中国で 商標を 取られた"),
        ("中\u200b国\ufeff", "中国"),
        ("\u202e逆\u202c", "逆"),
        ("a\x00b\ud800c", "abc"),
        ("Ⅲ ㈱ ㎏", "III (株) kg"),
        ("　", ""),
    ],
)
def test_typed_text_has_one_form(typed, normal):
    assert normalise(typed) == normal


@given(st.text(alphabet=st.characters()))
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFKC", once)
    assert "  " not in once
    once.encode()
