"""Japanese numerals: 250, 2,500, 二百五十, 2千5百, 三〇〇, 数十, 1億2千, にひゃくごじゅう and so on.

Everything here works on folded text (see ``fold``), which has the length of the original, so that offsets
carry over. Values are pairs (low, high), because 数十万 and 二三百万 are numerals of one word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_UPPER = {code: code + 0x20 for code in range(ord("A"), ord("Z") + 1)}
_UPPER_WIDE = {code: code - 0xFEE0 + 0x20 for code in range(0xFF21, 0xFF3B)}
_FOLD = {
    **_FULL_WIDTH,
    **_KATAKANA,
    **_UPPER,
    **_UPPER_WIDE,
    0x3000: 0x20,
    0xFF65: 0x30FB,
    0xFFE5: 0xA5,
    0xFFE1: 0xA3,
}

_KANJI_DIGIT = {
    char: digit
    for digit, chars in enumerate(("〇零", "一壱", "二弐", "三参", *"四五六七八九"))
    for char in chars
}
_KANA_DIGIT = {
    "いち": 1, "いっ": 1, "に": 2, "さん": 3, "よん": 4, "ご": 5, "ろく": 6, "ろっ": 6,
    "なな": 7, "はち": 8, "はっ": 8, "きゅう": 9,
}  # fmt: skip
_SMALL = {
    "十": 10, "拾": 10, "じゅう": 10, "じゅっ": 10,
    "百": 100, "ひゃく": 100, "びゃく": 100, "ぴゃく": 100,
    "千": 1000, "せん": 1000, "ぜん": 1000,
}  # fmt: skip
_LARGE = {"万": 10**4, "萬": 10**4, "まん": 10**4, "億": 10**8, "おく": 10**8, "兆": 10**12}

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)?"
_SCALE = "|".join([*_SMALL, *_LARGE])
_WRITTEN = re.compile(
    rf"(?P<arabic>{_ARABIC})|(?P<kanji>[{''.join(_KANJI_DIGIT)}]+)|(?P<some>[数何])|(?P<scale>{_SCALE})"
)
_SPOKEN = re.compile(
    rf"(?P<kana>{'|'.join(_KANA_DIGIT)})|(?P<scale>{'|'.join(k for k in [*_SMALL, *_LARGE] if len(k) > 1)})"
)

Pair = tuple[Fraction, Fraction]
_NOTHING: Pair = (Fraction(0), Fraction(0))


@dataclass(frozen=True)
class Numeral:
    """A numeral found in folded text.

    Attributes:
        low: Its value, or the least it can mean (数十 is 20 to 90).
        high: The most it can mean.
        large: The largest of 万, 億, 兆 in it, else 1.
        written: How it is written: "arabic", "kanji" or "kana", by its first part.
        vague: True for 数十, 二三百 and the like.
    """

    low: Fraction
    high: Fraction
    start: int
    end: int
    large: int
    written: str

    @property
    def vague(self) -> bool:
        """Whether one word means several numbers."""
        return self.low != self.high


def fold(text: str) -> str:
    """``text`` with ASCII in half width and lower case and kana as hiragana, character by character."""
    return text.translate(_FOLD)


def find_numerals(folded: str) -> list[Numeral]:
    """All numerals of folded text, in order, whatever they count."""
    found: list[Numeral] = []
    position = 0
    while position < len(folded):
        numeral = read_numeral(folded, position)
        if numeral is None:
            position += 1
        else:
            found.append(numeral)
            position = numeral.end
    return found


def read_numeral(folded: str, position: int) -> Numeral | None:
    """The longest numeral that begins at ``position``, or None."""
    return _read(folded, position, _WRITTEN) or _read_spoken(folded, position)


def _read_spoken(folded: str, position: int) -> Numeral | None:
    # に, さん and ご are also everyday particles and endings: only an amount in 万 or 億, or in えん, is one.
    numeral = _read(folded, position, _SPOKEN)
    if numeral is None or not re.search("[んくう]$", folded[position : numeral.end]):
        return None
    has_scale = numeral.high >= 10
    money = numeral.large > 1 or (has_scale and folded.startswith(("えん", "円"), numeral.end))
    return numeral if money and not folded.startswith(("ぞく", "とある", "といる"), numeral.end) else None


def _read(folded: str, position: int, grammar: re.Pattern[str]) -> Numeral | None:
    sums = _Sums()
    cursor = position
    written = ""
    while part := grammar.match(folded, cursor):
        kind = part.lastgroup or ""
        # The せん of しません is no thousand: beside digits, kana scales only follow a coefficient.
        if grammar is _WRITTEN and kind == "scale" and not written and len(part.group()) > 1:
            break
        if not sums.add(kind, part.group(), folded[part.end() : part.end() + 1]):
            break
        written = written or ("kanji" if kind in ("some", "scale") else kind)
        cursor = part.end()
        # "250 万円": a blank before the scale does not end the numeral.
        if folded[cursor : cursor + 1] == " " and folded[cursor + 1 : cursor + 2] in _LARGE:
            cursor += 1
    if cursor == position:
        return None
    low, high = sums.total()
    return Numeral(low, high, position, cursor, sums.large, "kana" if grammar is _SPOKEN else written)


class _Sums:
    """Adds up the parts of one numeral; refuses the part with which another numeral begins."""

    def __init__(self) -> None:
        self.large = 1
        self._done: Pair = _NOTHING
        self._section: Pair = _NOTHING
        self._coefficient: Pair | None = None
        self._last_small = 10**4
        self._last_large = 10**16

    def total(self) -> Pair:
        return _plus(_plus(self._done, self._section), self._coefficient or _NOTHING)

    def add(self, kind: str, text: str, following: str) -> bool:
        if kind == "scale":
            return self._scale_small(_SMALL[text]) if text in _SMALL else self._scale_large(_LARGE[text])
        if self._coefficient is not None:
            return False
        if kind == "some":
            if text == "何" and following not in _LARGE and following not in _SMALL:
                return False
            # 十数万 is 11 to 19, 数十 and 百数十 have at least two tens.
            least = 1 if self._section != _NOTHING and following not in _SMALL else 2
            self._coefficient = Fraction(least), Fraction(9)
        else:
            self._coefficient = _coefficient(kind, text, following)
        return True

    def _scale_small(self, scale: int) -> bool:
        if scale >= self._last_small:
            return False
        self._section = _plus(self._section, _times(self._coefficient or (Fraction(1), Fraction(1)), scale))
        self._coefficient = None
        self._last_small = scale
        return True

    def _scale_large(self, scale: int) -> bool:
        section = _plus(self._section, self._coefficient or _NOTHING)
        if scale >= self._last_large or section == _NOTHING:
            return False
        self._done = _plus(self._done, _times(section, scale))
        self._section, self._coefficient = _NOTHING, None
        self._last_small, self._last_large = 10**4, scale
        self.large = max(self.large, scale)
        return True


def _coefficient(kind: str, text: str, following: str) -> Pair:
    if kind == "arabic":
        value = Fraction(text.replace(",", ""))
    elif kind == "kana":
        value = Fraction(_KANA_DIGIT[text])
    else:
        digits = [_KANJI_DIGIT[char] for char in text]
        # 二三百, 四五人: two neighbours in a row before a scale or counter are a range, not 23 and 45.
        if (
            len(digits) == 2
            and digits[1] == digits[0] + 1
            and digits[0]
            and following
            and following in "十百千万億件人名社"
        ):
            return Fraction(digits[0]), Fraction(digits[1])
        value = Fraction(int("".join(map(str, digits))))
    return value, value


def _plus(left: Pair, right: Pair) -> Pair:
    return left[0] + right[0], left[1] + right[1]


def _times(pair: Pair, factor: int) -> Pair:
    return pair[0] * factor, pair[1] * factor
