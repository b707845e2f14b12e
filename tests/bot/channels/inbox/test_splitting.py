"""A vendor takes texts of a length; whatever is said arrives whole, in pieces that can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.inbox.splitting import shorten, split, utf16

FAMILY = "👨‍👩‍👧"
"""One visible character of eight UTF-16 units."""


def without_blanks(text: str) -> str:
    return "".join(text.split())


@given(st.text(alphabet="あ。、\n 🙂が\u3099\u200d", max_size=200), st.integers(16, 40))
def test_nothing_is_lost_and_no_piece_is_too_long(text: str, limit: int) -> None:
    pieces = split(text, limit, utf16)
    assert all(utf16(piece) <= limit for piece in pieces)
    assert without_blanks(text) == without_blanks("".join(pieces))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("一つ目の段落です。\n\n二つ目の段落です。", ["一つ目の段落です。", "二つ目の段落です。"]),
        ("はい、わかりました。次に進みます。", ["はい、わかりました。", "次に進みます。"]),
        ("長い文でも、読点のところで、分かれます", ["長い文でも、読点のところで、", "分かれます"]),
        ("あ" * 20, ["あ" * 16, "あ" * 4]),
        (FAMILY * 5, [FAMILY * 2, FAMILY * 2, FAMILY]),
        ("か\u3099" * 9, ["か\u3099" * 8, "か\u3099"]),
        ("e" + "\u0301" * 17, ["e" + "\u0301" * 7, "\u0301" * 10]),
    ],
)
def test_text_parts_where_its_meaning_parts_and_never_within_a_character(
    text: str, pieces: list[str]
) -> None:
    """The last is a character longer than a piece: there is no other way."""
    assert pieces == split(text, 16, utf16)


@pytest.mark.parametrize(
    ("text", "short"),
    [("短い", "短い"), ("あ" * 17, "あ" * 15 + "…"), (FAMILY * 3, FAMILY + "…")],
)
def test_a_text_that_is_shortened_says_so(text: str, short: str) -> None:
    assert short == shorten(text, 16, utf16)
