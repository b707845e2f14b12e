"""What an operator typed into the fields of a fact, as the value of the fact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.channels.errors import ChannelError, Code
from bot.channels.staff.texts import load_staff_texts
from bot.text import normalise
from knowledge import load_knowledge
from knowledge.schema import Fact

Facts = dict[str, Any]
Form = Mapping[str, list[str]]

UNASKED, UNKNOWN, KNOWN = "", "unknown", "known"
"""States of a fact: nobody asked, asked and not known, known."""

_UNITS = {"億": 100_000_000, "千万": 10_000_000, "百万": 1_000_000, "万": 10_000, "千": 1_000}
_AMOUNT = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>億|千万|百万|万|千)?")
_RANGE = re.compile(r"\s*(?:~|〜|～|から|-|―|ー|–)\s*")
_SEPARATOR = re.compile(r"[、,，・/\s]+")
MOST_ROWS = 6


def edited(facts: Facts, fact: str, form: Form) -> Facts:
    """All facts after one was edited.

    Args:
        facts: All facts before.
        fact: The one that was edited.
        form: Names and values of its fields; `state` says whether it is known at all.

    Raises:
        ChannelError: If a value cannot be read; it names the value and says what may be typed.
    """
    known = load_knowledge().facts.get(fact)
    if known is None:
        raise ChannelError(Code.malformed, field="fact")
    state = _one(form, "state")
    if state == UNASKED:
        return {name: value for name, value in facts.items() if name != fact}
    value = None if state == UNKNOWN else _value(known, form, state)
    return {**facts, fact: value}


def _value(fact: Fact, form: Form, state: str) -> Any:
    if fact.type == "boolean":
        return state == "yes"
    if fact.type == "choice":
        return state
    if fact.type == "integer":
        return yen(_one(form, "value"))
    if fact.type == "problems":
        return form.get("value", [])
    if fact.type == "countries":
        return countries(_one(form, "value"))
    if fact.type in ("costs", "granted"):
        return {
            key: amount(_one(form, key))
            for key in form
            if key in load_knowledge().programmes and _one(form, key)
        }
    return _entries(fact, form)


def _entries(fact: Fact, form: Form) -> list[Facts]:
    fields = ("kind", "right_type") if fact.type == "procedures" else ("right_type",)
    found = []
    for row in range(MOST_ROWS):
        entry: Facts = {name: _one(form, f"{name}-{row}") for name in fields if _one(form, f"{name}-{row}")}
        if not entry:
            continue
        if _one(form, f"count-{row}"):
            entry["count"] = yen(_one(form, f"count-{row}"))
        if _one(form, f"cost_yen-{row}"):
            entry["cost_yen"] = amount(_one(form, f"cost_yen-{row}"))
        found.append(entry)
    return found


def countries(text: str) -> list[str]:
    """Codes of countries written by name or code, with any separator.

    Raises:
        ChannelError: If one is not known.
    """
    names = load_knowledge().vocabulary.countries
    by_name = {normalise(name): code for code, name in names.items()}
    short = {normalise(re.sub("（.*", "", name)): code for code, name in names.items()}
    found = []
    for word in _SEPARATOR.split(normalise(text)):
        if not word:
            continue
        code = by_name.get(word) or short.get(word) or (word.upper() if word.upper() in names else None)
        if code is None:
            raise _refused("country", word)
        found.append(code)
    return found


def amount(text: str) -> int | list[int]:
    """Yen, or two ends of a range: `240万`, `2,400,000`, `200万〜300万`, `200〜300万`.

    Raises:
        ChannelError: If it cannot be read.
    """
    plain = normalise(text).replace("円", "").replace(",", "").strip()
    ends = [end for end in _RANGE.split(plain) if end]
    if not 1 <= len(ends) <= 2:
        raise _refused("amount", text)
    if len(ends) == 2:
        unit = next((unit for unit in _UNITS if ends[1].endswith(unit)), "")
        if unit and ends[0].replace(".", "").isdecimal():
            # "200から300万" means 2 million at the low end too.
            ends[0] += unit
    values = [yen(end) for end in ends]
    return values[0] if len(values) == 1 else values


def yen(text: str) -> int:
    """A whole number, with 万 and 億 as people write them.

    Raises:
        ChannelError: If it cannot be read.
    """
    plain = (
        normalise(text)
        .replace("円", "")
        .replace("人", "")
        .replace("件", "")
        .replace(",", "")
        .replace(" ", "")
    )
    parts = list(_AMOUNT.finditer(plain))
    if not parts or "".join(part[0] for part in parts) != plain or len(plain) > 20:
        raise _refused("amount", text)
    total = Decimal(0)
    for part in parts:
        total += Decimal(part["number"]) * _UNITS.get(part["unit"] or "", 1)
    return int(total)


def _one(form: Form, name: str) -> str:
    return (form.get(name) or [""])[0].strip()


def _refused(key: str, value: str) -> ChannelError:
    return ChannelError(Code.fact_invalid, reason=load_staff_texts().refusals[key].format(value=value[:40]))
