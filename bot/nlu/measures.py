"""Numerals with their units: which stretch of a text is money, people, cases, and how much.

The step between `numerals` and `quantities`: ranges and bounds are read here, meanings (roles) are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import floor

from bot.nlu.numerals import Numeral, find_numerals, fold, read_numeral
from bot.nlu.patterns import load


@dataclass(frozen=True)
class Measure:
    """A numeral or a range of two, with unit and bounds.

    Attributes:
        kind: "yen", "foreign_money", "people", "count", "right_count", "policy_year", "number",
            or "" where the number counts something of no interest.
        low: Least value, None if open.
        high: Greatest value, None if open.
    """

    kind: str
    low: int | None
    high: int | None
    start: int
    end: int
    approx: bool = False
    currency: str | None = None


def find_measures(folded: str) -> list[Measure]:
    """All measures of folded text in order; those of kind "" are left out."""
    masks = [match.span() for pattern in _MASKS for match in pattern.finditer(folded)]
    parts = [part for numeral in find_numerals(folded) if (part := _part(folded, numeral, masks))]
    measures = [_bounded(folded, measure) for measure in _joined(folded, parts)]
    return [measure for measure in measures if measure.kind]


@dataclass(frozen=True)
class _Part:
    """One numeral with its unit; ``open`` where no unit follows, so that a range may lend it one."""

    numeral: Numeral
    kind: str
    start: int
    end: int
    currency: str | None
    open: bool


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(fold(pattern))


_DATA = load("quantities")
_MASKS = [_regex(pattern) for pattern in _DATA["masks"]]
_PREFIXES = [(_regex(f"(?:{row['pattern']})$"), row) for row in _DATA["prefixes"]]
_UNITS = [(_regex(f" ?(?:{row['pattern']})"), row) for row in _DATA["units"]]
_COUNTERS = _regex(f" ?(?:{_DATA['counters']})")
_TAX_NOTE = _regex(_DATA["tax_note"])
_SEPARATOR = _regex(f"(?:{_DATA['tax_note']})?(?:{_DATA['range_separators']})")
_AT_LEAST, _AT_MOST = _regex(_DATA["at_least"]), _regex(_DATA["at_most"])
_AT_LEAST_BEFORE, _AT_MOST_BEFORE = _regex(_DATA["at_least_before"]), _regex(_DATA["at_most_before"])
_UNIT_OF = _regex(_DATA["unit_of"])
_BAND, _BAND_OF_MONEY = _regex(_DATA["band"]), _regex(_DATA["band_of_money"])
_APPROX_BEFORE, _APPROX_AFTER = _regex(_DATA["approx_before"]), _regex(_DATA["approx_after"])
_BARE_BEFORE, _BARE_AFTER = _regex(_DATA["bare_before"]), _regex(_DATA["bare_after"])
_FILLER = _regex(_DATA["filler"])


def _part(folded: str, numeral: Numeral, masks: list[tuple[int, int]]) -> _Part | None:
    before = folded[max(0, numeral.start - 12) : numeral.start]
    prefix, row = next(((m, row) for regex, row in _PREFIXES if (m := regex.search(before))), (None, None))
    if prefix is None and any(start < numeral.end and numeral.start < end for start, end in masks):
        return None
    unit, unit_row = next(
        ((m, row) for regex, row in _UNITS if (m := regex.match(folded, numeral.end))), (None, None)
    )
    end = unit.end() if unit else numeral.end
    start = numeral.start - (len(prefix.group()) if prefix else 0)
    chosen = row if row and row["kind"] == "foreign_money" else unit_row or row
    if chosen:
        return _Part(numeral, chosen["kind"], start, end, chosen.get("currency"), open=False)
    if _COUNTERS.match(folded, numeral.end) and not _BAND_OF_MONEY.match(folded, numeral.end):
        return _Part(numeral, "", start, end, None, open=False)
    kind = "yen" if numeral.large > 1 else "number" if _stands_alone(folded, numeral) else ""
    return _Part(numeral, kind, start, end, None, open=True)


def _stands_alone(folded: str, numeral: Numeral) -> bool:
    before, after = folded[: numeral.start], folded[numeral.end :]
    if numeral.written == "arabic":
        return bool(_BARE_BEFORE.search(before) and _BARE_AFTER.match(after))
    # 一, 三, 千 are parts of many words: as digits only where nothing else was said.
    return bool(_FILLER.fullmatch(before) and _FILLER.fullmatch(after)) and not numeral.vague


def _joined(folded: str, parts: list[_Part]) -> list[Measure]:
    measures: list[Measure] = []
    used: set[int] = set()
    for left, right in pairwise(parts):
        if id(left) in used:
            continue
        span = _neighbours(folded, left, right) or _range(folded, left, right)
        if span:
            low, high = sorted(span)
            used |= {id(left), id(right)}
            currency = right.currency or left.currency
            kind = right.kind or left.kind
            measures.append(Measure(kind, floor(low), floor(high), left.start, right.end, False, currency))
    single = [_single(part) for part in parts if id(part) not in used]
    return sorted([*measures, *single], key=lambda measure: measure.start)


def _single(part: _Part) -> Measure:
    numeral = part.numeral
    low, high = floor(numeral.low), floor(numeral.high)
    return Measure(part.kind, low, high, part.start, part.end, numeral.vague, part.currency)


def _range(folded: str, left: _Part, right: _Part) -> tuple[Fraction, Fraction] | None:
    match = _SEPARATOR.match(folded, left.end)
    if not match or match.end() != right.start:
        return None
    if left.kind == right.kind and left.currency == right.currency:
        scales = [1] if left.numeral.large > 1 or not left.open else [right.numeral.large, 10**4, 1]
    elif left.open and (right.kind or left.kind):
        scales = [right.numeral.large, 10**4, 1]
    else:
        return None
    # 200から300万 is 200万; 8千から1万 is 8千: the first reading that stays below the other end.
    low = left.numeral.low
    fitting = [
        low * scale for scale in scales if scale <= right.numeral.large and low * scale < right.numeral.high
    ]
    return (fitting[0] if fitting else low), right.numeral.high


def _neighbours(folded: str, left: _Part, right: _Part) -> tuple[Fraction, Fraction] | None:
    """Reads 2、300万 (2 to 3 hundred), 5、60万, 15、6万 and 2,3件 by writing each end out in full."""
    if folded[left.end : right.start] not in ("、", ",", "・") or not left.open:
        return None
    first, second = folded[left.start : left.end], folded[right.start : right.numeral.end]
    digits = "0123456789" if first[-1].isdecimal() else "〇一二三四五六七八九"
    if (
        first[-1] not in digits
        or second[0] not in digits
        or digits.index(second[0]) != digits.index(first[-1]) + 1
    ):
        return None
    low = read_numeral(first + second[1:], 0)
    high = read_numeral(first[:-1] + second, 0)
    short = len(first) == 1 or not second[1:2].isdecimal()
    return (low.low, high.high) if low and high and short else None


def _bounded(folded: str, measure: Measure) -> Measure:
    before, end = folded[: measure.start], measure.end
    tax = _TAX_NOTE.match(folded, end)
    end = tax.end() if tax else end
    approx = measure.approx or bool(_APPROX_BEFORE.search(before))
    if measure.kind in ("yen", "foreign_money") and (band := _BAND.match(folded, end)):
        measure = replace(measure, high=(measure.high or 0) + _last_place(measure.low or 0) - 1)
        end = band.end()
    if measure.kind == "yen" and measure.low == measure.high and (unit := _UNIT_OF.match(folded, end)):
        measure, approx, end = replace(measure, high=(measure.high or 0) * 9), True, unit.end()
    if after := _APPROX_AFTER.match(folded, end):
        approx, end = True, after.end()
    if measure.low == measure.high:
        measure = _one_sided(folded, measure, before, end)
    return replace(measure, approx=approx)


def _one_sided(folded: str, measure: Measure, before: str, end: int) -> Measure:
    if _AT_LEAST.match(folded, end) or _AT_LEAST_BEFORE.search(before):
        return replace(measure, high=None)
    if _AT_MOST.match(folded, end) or _AT_MOST_BEFORE.search(before):
        return replace(measure, low=None)
    return measure


def _last_place(value: int) -> int:
    """The place of the last digit that is not zero: 1,000,000 for 2,000,000."""
    place = 1
    while value and value % (place * 10) == 0:
        place *= 10
    return place
