"""Kinds of right, counts and amounts of a message as entries of `applications` or `procedures`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from actions.case import Facts, going_by_cases
from actions.data_files import data
from actions.message import Message
from knowledge import load_knowledge

Entry = dict[str, Any]

_MAN = 10_000
_OF_MARKS = "squatted_trademark"
"""Programme for marks alone: a patent named beside it belongs to the other one."""
_FIELDS = {"applications": ("right_type",), "procedures": ("kind", "right_type")}
_RIGHTS_HELD = ("jp_application", "jp_trademark", "right_in_country")
"""Facts on rights that are there already: what is said of their kind adds no case."""
_ENTITY = {"right_type": "right_type", "kind": "procedure_kind"}


def entries_told(
    message: Message, facts: Facts, problems: list[str], question: dict[str, Any] | None
) -> Facts:
    """The list of cases as a message leaves it, or nothing where it tells of none or changes none.

    Args:
        message: The message.
        facts: Facts before it.
        problems: Problems that it may be about.
        question: The open question, or None.
    """
    asked = question["fact"] if question else None
    by_entries = going_by_cases()
    listed = [fact for problem, fact in by_entries.items() if problem in problems]
    # With several problems "商標" may be about another one: only an open question says which.
    others = (load_knowledge().programmes.keys() & set(problems)) - by_entries.keys()
    alone = listed[0] if len(listed) == 1 and not others else None
    if (
        len(listed) == 1
        and facts.get(listed[0])
        and any(one.get("per") == "case" for one in message.values("amount"))
    ):
        # A cost of each case is for the one programme that goes by cases.
        alone = listed[0]
    if len(listed) == 1 and others == {_OF_MARKS} and asked != listed[0]:
        message = _not_of_marks(message)
        alone = listed[0] if message.values("right_type") else alone
    fact = asked if asked in by_entries.values() else alone
    if fact is None:
        return {}
    old = facts.get(fact) or []
    other = (added(old, message, fact) or without(old, message)) if old else None
    if other is not None:
        new = other
    elif old and not _corrects(message):
        new = filled(old, message, fact)
        new = with_costs(new, message) if asked == fact or message.values("amount") else new
    elif old:
        new = _corrected(old, message, fact)
    else:
        new = entries_of(message, fact)
    return {fact: new} if new and new != old else {}


def entries_of(message: Message, fact: str) -> list[Entry]:
    """New entries that the message names, each kind of right with the count and cost said of it."""
    fields = _FIELDS[fact]
    groups = _grouped(message)
    rights = _unique(message.values("right_type"))
    kinds = _unique(message.values("procedure_kind")) if "kind" in fields else []
    if not rights and not kinds:
        return []
    if kinds:
        pairs = [{"kind": kind} | ({"right_type": rights[0]} if len(rights) == 1 else {}) for kind in kinds]
    else:
        pairs = [{"right_type": right} for right in rights]
    counts, loose = message.values("count"), _amounts(message)
    for pair in pairs:
        own = groups.get(pair.get("right_type"), {})
        count = own.get("count") or (counts[0] if len(counts) == 1 and len(pairs) == 1 else None)
        if count:
            pair["count"] = count * (_times(message) if len(pairs) == 1 else 1)
    total = sum(pair.get("count") or 1 for pair in pairs)
    for pair in pairs:
        own_amount = groups.get(pair.get("right_type"), {}).get("amount")
        amount = own_amount or (loose[0] if len(loose) == 1 and _is_for_all(loose[0], pairs) else None)
        if amount:
            pair["cost_yen"] = per_case(amount, (pair.get("count") or 1) if own_amount else total)
    return pairs


def _times(message: Message) -> int:
    """How often a count is meant: 台湾と香港に2件ずつ is two for each country."""
    countries = set(message.values("countries"))
    return max(len(countries), 1) if re.search(data("entries")["each"], message.text) else 1


def with_costs(entries: list[Entry], message: Message) -> list[Entry]:
    """Entries with a reply's amounts: by the right named, for the first that lacks a cost, or for all."""
    amounts = _amounts(message)
    if not amounts:
        return entries
    for field in ("right_type", "kind"):
        named = _by(field, entries, message, amounts)
        if named:
            return [
                entry | {"cost_yen": per_case(named[entry.get(field)], entry.get("count") or 1)}
                if entry.get(field) in named
                else entry
                for entry in entries
            ]
    if len(entries) == 1 and 1 < len(amounts) == len(message.values("countries")):
        # 中国80万、米国120万: a case in each country, with its own cost.
        return [entries[0] | {"count": 1, "cost_yen": per_case(amount, 1)} for amount in amounts]
    total = sum(entry.get("count") or 1 for entry in entries)
    lacking = [index for index, entry in enumerate(entries) if entry.get("cost_yen") is None] or list(
        range(len(entries))
    )
    if len(amounts) > 1 and len(amounts) == len(lacking):
        pairs = dict(zip(lacking, amounts, strict=True))
    elif amounts[0].get("per") == "total":
        pairs = dict.fromkeys(lacking, amounts[0])
    else:
        same = entries[lacking[0]]
        pairs = {index: amounts[0] for index in lacking if _alike(entries[index], same)}
    shared = sum(entries[index].get("count") or 1 for index in pairs) if len(pairs) < len(entries) else total
    return [
        entry | {"cost_yen": per_case(pairs[index], shared)} if index in pairs else entry
        for index, entry in enumerate(entries)
    ]


def filled(entries: list[Entry], message: Message, fact: str) -> list[Entry]:
    """Entries with a field that they lack taken from a reply that names just one value for it."""
    for field in _FIELDS[fact]:
        values = _unique(message.values(_ENTITY[field]))
        if len(values) == 1:
            entries = [entry if entry.get(field) else entry | {field: values[0]} for entry in entries]
    counts, rights = message.values("count"), message.values("right_type")
    if len(counts) == 1 and len(entries) == 1 and (not rights or entries[0].get("right_type") in rights):
        entries = [entries[0] | {"count": counts[0]}]
    return entries


def several(entries: list[Entry] | None) -> bool:
    """Whether entries are more than one case."""
    return sum(entry.get("count") or 1 for entry in entries or []) > 1


def kinds_of(entries: list[Entry]) -> list[Entry]:
    """The kinds of the entries alone, each once, without counts and costs."""
    kinds = [{name: entry[name] for name in ("kind", "right_type") if name in entry} for entry in entries]
    return [kind for place, kind in enumerate(kinds) if kind not in kinds[:place]]


def left_of(entries: list[Entry], before: int, after: int) -> list[Entry]:
    """Entries when some countries are taken off: as many in each as there were, or else their kinds alone.

    Args:
        entries: The entries.
        before: How many countries there were.
        after: How many are left.
    """
    counts = [entry.get("count", 1) * after for entry in entries]
    if any(count % before for count in counts):
        # Nobody said which were of that country: how many are left, and what each costs, is asked anew.
        return kinds_of(entries)
    return [entry | {"count": count // before} for entry, count in zip(entries, counts, strict=True)]


def yen_of(amount: dict[str, Any]) -> int | list[int] | None:
    """An amount as a fact: an int, or two ends.

    An open end is closed where it can mislead least, and `open_end` says so: "over 3 million" counts as 3
    million, "up to 3 million" as anything up to it.
    """
    low, high = amount.get("low"), amount.get("high")
    if high is None:
        return low
    low = 0 if low is None else low
    return low if low == high else [low, high]


def sum_of(one: int | list[int], other: int | list[int]) -> int | list[int]:
    """Two amounts together, by both ends."""
    (low, high), (least, most) = (ends if isinstance(ends, list) else [ends, ends] for ends in (one, other))
    return low + least if low == high and least == most else [low + least, high + most]


def exact_yen(amount: dict[str, Any]) -> int | None:
    """The amount where it is one figure."""
    return amount["low"] if amount.get("low") == amount.get("high") else None


def added(entries: list[Entry], message: Message, fact: str) -> list[Entry] | None:
    """Entries with the further cases that a message names ("one more patent"), or None without any."""
    counts, fresh = message.values("count"), entries_of(message, fact)
    if re.search(data("entries")["more"], message.text):
        fresh = fresh or ([{"count": counts[0]}] if counts and len(entries) == 1 else [])
    elif not (_of_another_right(entries, fresh, message) or _of_another_kind(entries, fresh, message)):
        return None
    if not fresh:
        return None
    result = list(entries)
    for new in fresh:
        count = new.get("count") or 1
        same = next((place for place, old in enumerate(result) if _is_one_of(new, old)), None)
        if same is None:
            result.append({"count": count} | _shared_right(entries, new) | new)
        else:
            result[same] = result[same] | {"count": (result[same].get("count") or 1) + count}
    return result


def _of_another_right(entries: list[Entry], fresh: list[Entry], message: Message) -> bool:
    """Whether a message tells of cases of a right that no entry has: "two patents", "a design too"."""
    there, told = ({one.get("right_type") for one in some} for some in (entries, fresh))
    if _corrects(message) or not told or None in there | told or there & told:
        return False
    if any(message.values(fact) for fact in _RIGHTS_HELD):
        return False
    ends = [item.get("end") or 0 for item in message.entities if item.get("entity") == "right_type"]
    return all(one.get("count") for one in fresh) or any(message.text.startswith("も", end) for end in ends)


def _of_another_kind(entries: list[Entry], fresh: list[Entry], message: Message) -> bool:
    """Whether a message tells of a procedure that no entry has: "an examination request too"."""
    there, told = ({one.get("kind") for one in some} for some in (entries, fresh))
    if _corrects(message) or not told or None in there | told or there & told:
        return False
    ends = [item.get("end") or 0 for item in message.entities if item.get("entity") == "procedure_kind"]
    return any(message.text.startswith("も", end) for end in ends)


def _shared_right(entries: list[Entry], new: Entry) -> Entry:
    """The kind of right of the entries, for a further procedure that names none."""
    rights = {entry.get("right_type") for entry in entries}
    right = rights.pop() if len(rights) == 1 and "kind" in new else None
    return {"right_type": right} if right else {}


def _not_of_marks(message: Message) -> Message:
    """A message without its marks, and without amounts that are said of no other right."""
    kept = [
        item
        for item in message.entities
        if (item["entity"], item["value"]) != ("right_type", "trademark")
        and (item["entity"] != "amount" or item.get("group") is not None)
    ]
    return replace(message, entities=kept)


def _corrects(message: Message) -> bool:
    """Whether what the message tells stands in place of what was told before."""
    exchanges = message.values("right_type") and re.search(data("entries")["instead"], message.text)
    return message.intent == "correct" or bool(exchanges)


def without(entries: list[Entry], message: Message) -> list[Entry] | None:
    """Entries less those of a kind of right that a message gives up, or None where it gives up none."""
    if not re.search(data("entries")["given_up"], message.text):
        return None
    rights = message.values("right_type")
    left = [entry for entry in entries if entry.get("right_type") not in rights]
    return left if left and len(left) < len(entries) else None


def with_bare_amount(message: Message) -> Message:
    """A reply on a cost with the yen that its bare numbers stand for: who says 300 means 3 million."""
    if message.values("amount"):
        return message
    span = re.search(data("entries")["bare_range"], message.text)
    numbers = [int(end) for end in span.groups()] if span else message.values("number")
    if len(numbers) not in (1, 2) or not 0 < numbers[0] <= numbers[-1]:
        return message
    low, high = (int(number) * (_MAN if number < _MAN else 1) for number in (numbers[0], numbers[-1]))
    amount = {"low": low, "high": high, "per": None, "role": "cost", "bare": low != numbers[0]}
    return replace(message, entities=[*message.entities, {"entity": "amount", "value": amount, "start": 0}])


def notes_on(message: Message) -> list[str]:
    """Keys of texts that say how the message's amounts were taken."""
    amounts = _amounts(message)
    notes = ["divided"] if any(amount.get("per") == "total" for amount in amounts) else []
    notes += ["bare"] if any(amount.get("bare") for amount in amounts) else []
    notes += ["open_high"] if any(amount.get("high") is None for amount in amounts) else []
    return notes + (["open_low"] if any(amount.get("low") is None for amount in amounts) else [])


def per_case(amount: dict[str, Any], count: int) -> int | list[int] | None:
    """Cost of one case; a total is shared out equally."""
    share = count if amount.get("per") == "total" else 1
    ends = {end: None if amount.get(end) is None else int(amount[end]) // share for end in ("low", "high")}
    return yen_of(ends)


def _corrected(old: list[dict[str, Any]], message: Message, fact: str) -> list[dict[str, Any]]:
    """A correction of the kind keeps the costs, one of the cost keeps the kind."""
    fresh = entries_of(message, fact)
    if fresh and len(fresh) == len(old):
        return [before | after for before, after in zip(old, fresh, strict=True)]
    if fact == "procedures" and all(_mends_one(new, old) for new in fresh) and fresh:
        return [before | next((new for new in fresh if _is_one_of(new, before)), {}) for before in old]
    if fresh:
        return fresh
    bare = [{key: value for key, value in entry.items() if key != "cost_yen"} for entry in old]
    changed = with_costs(bare, message)
    return [before | after for before, after in zip(old, changed, strict=True)]


def _mends_one(new: Entry, entries: list[Entry]) -> bool:
    """Whether a cost or a count is told anew of one of several procedures, and the others stay."""
    return bool(new.keys() & {"cost_yen", "count"}) and sum(_is_one_of(new, old) for old in entries) == 1


def _amounts(message: Message) -> list[dict[str, Any]]:
    return [amount for amount in message.values("amount") if amount.get("role") in (None, "cost")]


def _grouped(message: Message) -> dict[Any, Entry]:
    """By kind of right: what stands in the same group."""
    groups: dict[str, Entry] = {}
    for item in message.entities:
        if item.get("group") is not None and item["entity"] in ("right_type", "count", "amount"):
            groups.setdefault(str(item["group"]), {})[item["entity"]] = item["value"]
    return {group["right_type"]: group for group in groups.values() if "right_type" in group}


def _by(field: str, entries: list[Entry], message: Message, amounts: list[dict[str, Any]]) -> dict[Any, Any]:
    """Amounts by the right or procedure said with each; empty where one has none that is listed."""
    told = _unique(message.values(_ENTITY[field]))
    listed = {entry.get(field) for entry in entries}
    if len(told) != len(amounts) or not set(told) <= listed:
        return {}
    return dict(zip(told, amounts, strict=True))


def _is_for_all(amount: dict[str, Any], pairs: list[Entry]) -> bool:
    return amount.get("per") in ("case", "total") or len(pairs) == 1


def _is_one_of(new: Entry, old: Entry) -> bool:
    return all(new.get(field) in (None, old.get(field)) for field in ("kind", "right_type"))


def _alike(entry: Entry, other: Entry) -> bool:
    return all(entry.get(field) == other.get(field) for field in ("kind", "right_type"))


def _unique(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
