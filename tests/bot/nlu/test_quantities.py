"""Amounts as people write and say them (the table), and numbers in every spelling (hypothesis)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.quantities import Quantity, read_quantities

TABLE = [
    line.split("\t")
    for line in Path(__file__).with_name("quantities.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def compact(quantity: Quantity) -> str:
    ends = ["" if end is None else str(end) for end in (quantity.low, quantity.high)]
    value = ends[0] if ends[0] == ends[1] else "..".join(ends)
    role = f"@{quantity.role}" if quantity.role else ""
    per = f"/{quantity.per}" if quantity.per else ""
    return f"{quantity.currency or quantity.kind}:{value}{role}{per}{'~' if quantity.approx else ''}"


def test_the_table_is_large():
    assert len(TABLE) >= 300


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_quantities_are_read_as_people_write_them(text, expected):
    assert " | ".join(map(compact, read_quantities(text))) == expected.replace("-", "", expected == "-")


@pytest.mark.parametrize("text", [row[0] for row in TABLE])
def test_spans_begin_and_end_at_the_quantity(text):
    for quantity in read_quantities(text):
        said = text[quantity.start : quantity.end]
        assert said == said.strip()
        assert said


KANJI = "〇一二三四五六七八九"
KANA = ("", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
KANA_HUNDRED = (
    "",
    "ひゃく",
    "にひゃく",
    "さんびゃく",
    "よんひゃく",
    "ごひゃく",
    "ろっぴゃく",
    "ななひゃく",
    "はっぴゃく",
    "きゅうひゃく",
)
KANA_THOUSAND = (
    "",
    "せん",
    "にせん",
    "さんぜん",
    "よんせん",
    "ごせん",
    "ろくせん",
    "ななせん",
    "はっせん",
    "きゅうせん",
)


def kanji_below_10000(number: int, *, say_one: bool) -> str:
    text = ""
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += (KANJI[digit] if digit > 1 or not name or (say_one and place == 1000) else "") + name
    return text


def kana_below_10000(number: int) -> str:
    tens = number // 10 % 10
    ten = (KANA[tens] if tens > 1 else "") + "じゅう" if tens else ""
    return KANA_THOUSAND[number // 1000] + KANA_HUNDRED[number // 100 % 10] + ten + KANA[number % 10]


def spellings(number: int) -> list[str]:
    """Ways to write a number of yen between 1 and 10^12."""
    oku, man, rest = number // 10**8, number // 10**4 % 10**4, number % 10**4
    mixed = (f"{oku}億" if oku else "") + (f"{man}万" if man else "") + (str(rest) if rest else "")
    commas = (f"{oku:,}億" if oku else "") + (f"{man:,}万" if man else "") + (f"{rest:,}" if rest else "")
    found = [f"{number}円", f"{number:,}円", f"¥{number:,}", mixed + "円", commas + "円"]
    for say_one in (False, True):
        parts = [(oku, "億"), (man, "万"), (rest, "")]
        kanji = "".join(kanji_below_10000(part, say_one=say_one) + name for part, name in parts if part)
        found.append(kanji + "円")
    if man and not oku and not rest:
        found += [f"{man}万", f"{man}まん", f"{man / 100}百万円" if man >= 100 else f"{man}万円"]
        found += [kana_below_10000(man) + "まん" + tail for tail in ("", "えん")]
        found.append(
            "".join(KANJI[int(digit)] for digit in str(man)) + "万円" if not ascending(man) else f"{man}万"
        )
    wide = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}
    return [*found, *(text.translate({**wide, ord(","): "，"}) for text in found)]


def ascending(number: int) -> bool:
    """二三万 is 2 to 3 万, not 23."""
    return 10 <= number <= 99 and number % 10 == number // 10 + 1


NUMBERS = st.one_of(
    st.integers(1, 10**12 - 1),
    st.integers(1, 9999).map(lambda man: man * 10**4),
    st.integers(1, 99).map(lambda tens: tens * 10**5),
)


@given(NUMBERS)
def test_every_spelling_reads_back_as_the_number(number):
    for text in spellings(number):
        assert [(q.kind, q.low, q.high) for q in read_quantities(text)] == [("yen", number, number)], text


@given(st.integers(1, 9998), st.integers(1, 9998), st.sampled_from(["から", "〜", "～", "~", "ないし", "-"]))
def test_a_range_reads_back_as_both_ends(one, other, separator):
    low, high = sorted((one, other + one))
    text = f"{low}万{separator}{high}万円"
    assert [(q.low, q.high) for q in read_quantities(text)] == [(low * 10**4, high * 10**4)]


@given(st.integers(1, 10**6), st.integers(0, 99))
def test_decimals_are_exact(whole, hundredths):
    """No float is involved: 1.05億 is 105,000,000 to the yen."""
    text = f"{whole}.{hundredths:02d}億円"
    assert read_quantities(text)[0].low == whole * 10**8 + hundredths * 10**6


@given(st.text(max_size=40))
def test_any_text_is_survived_and_spans_are_in_order(text):
    found = read_quantities(text)
    assert all(0 <= q.start < q.end <= len(text) for q in found)
    assert all(q.low is None or q.high is None or q.low <= q.high for q in found)
