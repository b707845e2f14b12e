"""Reads amounts, heads, cases and policy years out of Japanese text, with what each is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from bot.nlu.measures import Measure, find_measures
from bot.nlu.numerals import fold
from bot.nlu.patterns import load

Kind = Literal["yen", "foreign_money", "employees", "people", "count", "policy_year", "number"]
Role = Literal["cost", "capital", "premium", "granted", "other"]


@dataclass(frozen=True)
class Quantity:
    """A quantity as it was said.

    Attributes:
        kind: What is counted; "number" where nothing says so.
        low: Least value, None where only an upper bound was said.
        high: Greatest value, None where only a lower bound was said.
        start: Offset of the first character of number and unit.
        end: Offset behind the last one.
        role: What a sum of money is for, None where nothing says so.
        per: Whether the sum is for each case or for all of them, None where nothing says so.
        approx: Whether it was hedged (約, くらい, 弱).
        currency: ISO 4217 code of foreign money.
    """

    kind: Kind
    low: int | None
    high: int | None
    start: int
    end: int
    role: Role | None = None
    per: Literal["case", "total"] | None = None
    approx: bool = False
    currency: str | None = None


def read_quantities(text: str) -> list[Quantity]:
    """All quantities of ``text`` in order.

    Dates, ordinals, identifiers, telephone numbers and counts of other things are not quantities here.
    """
    folded = fold(text)
    measures = find_measures(folded)
    money = [measure for measure in measures if measure.kind == "yen"]
    roles = dict(zip((m.start for m in money), _roles(folded, money), strict=True))
    found = [_quantity(folded, measure, measures, roles.get(measure.start)) for measure in measures]
    found += [*_kana_counts(folded), *_first_policy_years(folded)]
    return sorted((quantity for quantity in found if quantity), key=lambda quantity: quantity.start)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(fold(pattern))


@dataclass(frozen=True)
class _Cue:
    role: Role
    pattern: re.Pattern[str]
    weight: int
    unless: re.Pattern[str] | None
    require: re.Pattern[str] | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> _Cue:
        unless, require = (_compile(row[key]) if key in row else None for key in ("unless", "require"))
        return cls(row["role"], _compile(row["pattern"]), row.get("weight", 0), unless, require)

    def applies(self, sentence: str) -> bool:
        forbidden = self.unless is not None and self.unless.search(sentence)
        return not forbidden and (self.require is None or bool(self.require.search(sentence)))


_DATA = load("quantities")
_CUES = [_Cue.of(row) for row in _DATA["roles"]]
_PATTERNS = {key: _compile(value) for key, value in _DATA.items() if isinstance(value, str)}
_KANA_COUNTS: dict[str, int] = {fold(word): value for word, value in _DATA["kana_counts"].items()}
_REACH = 30  # characters between a cue and its amount
_COMMA = 4  # a comma between them counts like so many characters
_NEAR = 12  # characters between a count and the right it counts


def _quantity(folded: str, measure: Measure, others: list[Measure], role: Role | None) -> Quantity | None:
    kind, per = measure.kind, None
    if kind == "people" or (
        kind == "number" and re.search("(?:従業員|社員)数?[はが:]? ?$", folded[: measure.start])
    ):
        kind = _people(folded, measure)
    elif kind in ("count", "right_count"):
        kind = (
            "count" if _counts_rights(folded, measure) and not _is_per_case(folded, measure, others) else ""
        )
    elif kind == "policy_year":
        kind = kind if _is_policy(folded, measure) else ""
    elif kind == "yen":
        per = _per(folded, measure)
    if not kind:
        return None
    return Quantity(
        kind,  # type: ignore[arg-type]
        measure.low,
        measure.high,
        measure.start,
        measure.end,
        role,
        per,
        measure.approx,
        measure.currency,
    )


def _sentence(folded: str, start: int, end: int) -> tuple[int, int]:
    ends = [match.end() for match in _PATTERNS["sentence_end"].finditer(folded)]
    return max([e for e in ends if e <= start], default=0), min(
        [e for e in ends if e >= end], default=len(folded)
    )


def _roles(folded: str, money: list[Measure]) -> list[Role | None]:
    roles = [_role(folded, index, money) for index in range(len(money))]
    # 費用は特許が150万、商標が60万: a cost without a cue of its own stands beside one.
    for order in (range(1, len(money)), range(len(money) - 2, -1, -1)):
        for index in order:
            other = index - order.step
            same = _sentence(folded, money[index].start, money[index].end) == _sentence(
                folded, money[other].start, money[other].end
            )
            if roles[index] is None and roles[other] == "cost" and same:
                roles[index] = "cost"
    return [role or _announced(folded, measure) for role, measure in zip(roles, money, strict=True)]


def _announced(folded: str, measure: Measure) -> Role | None:
    first, _ = _sentence(folded, measure.start, measure.end)
    before = folded[: max(first - 1, 0)]
    start, _ = _sentence(folded, len(before), len(before))
    # Where the sentence before names an amount itself, that is what was announced.
    if not first or any(m.kind == "yen" for m in find_measures(before[start:])):
        return None
    names: tuple[Role, ...] = ("premium", "cost")
    return next((name for name in names if _PATTERNS[f"announced_{name}"].search(before[start:])), None)


def _role(folded: str, index: int, money: list[Measure]) -> Role | None:
    measure = money[index]
    first, last = _sentence(folded, measure.start, measure.end)
    sentence = folded[first:last]
    before, after = folded[first : measure.start], folded[measure.end : last]
    if index and money[index - 1].end > first:
        before = folded[money[index - 1].end : measure.start]
        before = before.split("、", 1)[-1]
    if index + 1 < len(money) and money[index + 1].start < last:
        after = re.split("[、と]", folded[measure.end : money[index + 1].start])[0]
    best: tuple[int, Role] | None = None
    for cue in _CUES:
        if not cue.applies(sentence):
            continue
        gaps = [before[match.end() :] for match in cue.pattern.finditer(before)]
        gaps += [after[: match.start()] for match in cue.pattern.finditer(after)]
        for gap in gaps:
            distance = len(gap) + _COMMA * gap.count("、") + cue.weight
            if distance <= _REACH and (best is None or distance < best[0]):
                best = (distance, cue.role)
    return best[1] if best else None


def _per(folded: str, measure: Measure) -> Literal["case", "total"] | None:
    first, last = _sentence(folded, measure.start, measure.end)
    before, after = folded[first : measure.start], folded[measure.end : last]
    if _PATTERNS["cases_before"].search(before) or _PATTERNS["total_before"].search(before):
        counted = _PATTERNS["cases_before"].search(before)
        each = (
            counted
            and not _PATTERNS["total_before"].search(before)
            and re.search("各|それぞれ", before[-12:])
        )
        return "case" if each or _PATTERNS["per_case_after"].match(after) else "total"
    if _PATTERNS["per_case_before"].search(before) or _PATTERNS["per_case_after"].match(after):
        return "case"
    if _PATTERNS["total_after"].match(after):
        return "total"
    # 240万で3件: the sum comes first.
    return "total" if re.match("円?で(?:[2-9]|[1-9][0-9]|[二三四五六七八九])件", after) else None


def _is_per_case(folded: str, measure: Measure, others: list[Measure]) -> bool:
    """Whether a "1件" only says that the sum behind it is for each case."""
    if measure.low != 1 or measure.high != 1:
        return False
    if re.match("あたり|当たり|当り|につき|に付き|ごと|毎", folded[measure.end :]):
        return True
    amount = next((m for m in others if m.kind == "yen" and m.start >= measure.end), None)
    marks = amount and _PATTERNS["per_case_before"].search(folded[: amount.start])
    if not amount or not marks or marks.start() > measure.start:
        return False
    upto = _PATTERNS["rights"].search(folded, amount.end)
    reach = upto.start() if upto else len(folded)
    counts = [
        m
        for m in others
        if m.kind in ("count", "right_count") and m.low != 1 and measure.end <= m.start < reach
    ]
    return bool(counts) or not re.search(
        f"(?:{_PATTERNS['rights'].pattern})[はがをの]?$", folded[: measure.start]
    )


def _counts_rights(folded: str, measure: Measure) -> bool:
    if re.search("うち(?:の|、)?$", folded[: measure.start]):
        return False
    if measure.kind == "count":
        return (measure.high or 0) < 10**4
    around = folded[max(0, measure.start - _NEAR) : measure.end + _NEAR]
    return bool(_PATTERNS["rights"].search(around))


def _people(folded: str, measure: Measure) -> str:
    """Whose heads are counted: the company's own, "people" where nothing says so, "" where another's."""
    first, last = _sentence(folded, measure.start, measure.end)
    before, after = folded[first : measure.start], folded[measure.end : last]
    near = re.split("、", before)[-1] + "|" + re.split("、", after)[0]
    if _PATTERNS["not_staff"].search(near) and not re.search("従業員|社員|スタッフ", near):
        return ""
    if _PATTERNS["staff"].search(before + "|" + after) or _PATTERNS["staff_of"].search(after):
        return "employees"
    filler = _PATTERNS["filler"]
    if not (filler.fullmatch(before) and filler.fullmatch(after)):
        return "people"
    # 株式会社です。15人です: a sentence of nothing else is about the company that was just named.
    others = folded[:first] + folded[last:]
    return "employees" if filler.fullmatch(others) or _PATTERNS["staff"].search(others) else "people"


def _is_policy(folded: str, measure: Measure) -> bool:
    alone = _PATTERNS["filler"].fullmatch(folded[: measure.start]) and _PATTERNS["filler"].fullmatch(
        folded[measure.end :]
    )
    first, last = _sentence(folded, measure.start, measure.end)
    asked = re.search("か[。 ]?$|[?]$", folded[first:last])
    said = _PATTERNS["policy"].search(folded) and not _PATTERNS["not_policy"].search(folded) and not asked
    return measure.low == measure.high and bool(alone or said)


def _kana_counts(folded: str) -> list[Quantity]:
    found = []
    for word, value in _KANA_COUNTS.items():
        for match in re.finditer(rf"(?<!もう){word}(?!目|め)", folded):
            around = folded[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            if _PATTERNS["rights"].search(around):
                found.append(Quantity("count", value, value, *match.span()))
    return found


def _first_policy_years(folded: str) -> list[Quantity]:
    if not _PATTERNS["policy"].search(folded) or _PATTERNS["not_policy"].search(folded):
        return []
    return [Quantity("policy_year", 1, 1, *m.span()) for m in _PATTERNS["first_policy_year"].finditer(folded)]
