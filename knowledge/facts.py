"""The facts of a case: checked at the door, compared with unknown as a value of its own.

Unknown is a fact that is absent or None. Absent means that nobody has asked yet; an explicit None means
"asked and not known", which changes no verdict but is not asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from knowledge.errors import FactsError

if TYPE_CHECKING:
    from knowledge.load import Knowledge

Facts = dict[str, Any]
Interval = tuple[int, int]

MAX_YEN = 10**15
MAX_COUNT = 10_000
MAX_ENTRIES = 12
"""Entries of a list fact; every combination of the kinds that are not known is evaluated."""


def check_facts(facts: object, knowledge: Knowledge) -> Facts:
    """Checks facts from outside and returns them in canonical order.

    Args:
        facts: A JSON object of facts (`data/facts.yml`).
        knowledge: The vocabulary to check against.

    Returns:
        A new dict in the order of `facts.yml`; lists of ids are sorted and unique.

    Raises:
        FactsError: Naming the fact, its bound and the value.
    """
    if not isinstance(facts, dict):
        raise FactsError(knowledge.text("error_facts_shape", value=_shown(facts)), "facts")
    checker = _Checker(knowledge)
    for name in facts:
        if name not in knowledge.facts:
            known = "、".join(knowledge.facts)
            raise FactsError(knowledge.text("error_unknown_fact", fact=_shown(name), known=known), str(name))
    return {name: checker.value(name, facts[name]) for name in knowledge.facts if name in facts}


def merge_facts(facts: Facts, update: Facts) -> Facts:
    """Facts after an answer: each fact of the update replaces the old one; maps are merged by key."""
    merged = dict(facts)
    for name, value in update.items():
        old = facts.get(name)
        merged[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def interval(value: int | list[int]) -> Interval:
    """The two ends of a checked amount, equal where it is a single figure."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


class _Checker:
    """One method a fact type; each raises `FactsError` with name, bound and value."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def value(self, name: str, value: object) -> Any:
        if value is None:
            return None
        return getattr(self, f"_{self.knowledge.facts[name].type}")(name, value)

    def _refuse(self, fact: str, value: object, key: str, **bounds: object) -> FactsError:
        bound = self.knowledge.text(key, **bounds)
        return FactsError(
            self.knowledge.text("error_fact", fact=fact, bound=bound, value=_shown(value)), fact
        )

    def _boolean(self, name: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise self._refuse(name, value, "bound_boolean")
        return value

    def _whole(self, name: str, value: object, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self._refuse(name, value, "bound_integer", low=f"{low:,}", high=f"{high:,}")
        return value

    def _integer(self, name: str, value: object) -> int:
        fact = self.knowledge.facts[name]
        return self._whole(name, value, fact.low or 0, fact.high or 0)

    def _one_of(self, name: str, value: object, allowed: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise self._refuse(name, value, "bound_choice", allowed="、".join(allowed))
        return value

    def _choice(self, name: str, value: object) -> str:
        return self._one_of(name, value, self.knowledge.facts[name].values)

    def _ids(self, name: str, value: object, allowed: Any) -> list[str]:
        if not isinstance(value, list):
            raise self._refuse(name, value, "bound_list")
        found = {self._one_of(name, item, allowed) for item in value}
        # one order for one set: the order in which things were said decides nothing
        return sorted(found, key=list(allowed).index)

    def _problems(self, name: str, value: object) -> list[str]:
        return self._ids(name, value, self.knowledge.problems)

    def _countries(self, name: str, value: object) -> list[str]:
        return self._ids(name, value, self.knowledge.vocabulary.countries)

    def _yen(self, name: str, value: object) -> int | list[int] | None:
        if value is None:
            return None
        if not isinstance(value, list):
            return self._whole(name, value, 0, MAX_YEN)
        if len(value) != 2:
            raise self._refuse(name, value, "bound_interval")
        low, high = (self._whole(name, end, 0, MAX_YEN) for end in value)
        if low > high:
            raise self._refuse(name, value, "bound_interval")
        return low if low == high else [low, high]

    def _yen_by_programme(self, name: str, value: object, allowed: Any, *, exact: bool) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._refuse(name, value, "bound_map")
        for key in value:
            self._one_of(name, key, allowed)
        check = self._exact_yen if exact else self._yen
        return {key: check(f"{name}.{key}", value[key]) for key in allowed if key in value}

    def _exact_yen(self, name: str, value: object) -> int | None:
        return None if value is None else self._whole(name, value, 0, MAX_YEN)

    def _costs(self, name: str, value: object) -> dict[str, Any]:
        programmes = self.knowledge.programmes
        allowed = [id_ for id_, programme in programmes.items() if programme.amount.input == "costs"]
        return self._yen_by_programme(name, value, allowed, exact=False)

    def _granted(self, name: str, value: object) -> dict[str, Any]:
        return self._yen_by_programme(name, value, list(self.knowledge.programmes), exact=True)

    def _entries(self, name: str, value: object, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise self._refuse(name, value, "bound_list")
        if len(value) > MAX_ENTRIES:
            raise self._refuse(name, value, "bound_entries", high=MAX_ENTRIES)
        entries = [self._entry(f"{name}[{index}]", item, fields) for index, item in enumerate(value)]
        return sorted(entries, key=lambda entry: [_sortable(entry, field) for field in fields])

    def _entry(self, name: str, value: object, fields: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._refuse(name, value, "bound_entry", fields="、".join(fields))
        for key in value:
            self._one_of(name, key, fields)
        checked: dict[str, Any] = {}
        for field, allowed in fields.items():
            if field not in value:
                continue
            item, path = value[field], f"{name}.{field}"
            if field == "cost_yen":
                checked[field] = self._yen(path, item)
            elif item is None:
                checked[field] = None
            elif field == "count":
                checked[field] = self._whole(path, item, 1, MAX_COUNT)
            else:
                checked[field] = self._one_of(path, item, allowed)
        return checked

    def _applications(self, name: str, value: object) -> list[dict[str, Any]]:
        rights = self.knowledge.vocabulary.right_types
        return self._entries(name, value, {"right_type": rights, "count": None, "cost_yen": None})

    def _procedures(self, name: str, value: object) -> list[dict[str, Any]]:
        vocabulary = self.knowledge.vocabulary
        fields = {
            "kind": vocabulary.procedure_kinds,
            "right_type": vocabulary.right_types,
            "count": None,
            "cost_yen": None,
        }
        return self._entries(name, value, fields)


def _sortable(entry: dict[str, Any], field: str) -> tuple[bool, str, str]:
    value = entry.get(field)
    # a field that is absent and one that is None are two things: never asked, and not known
    return (field in entry, type(value).__name__, str(value).zfill(40))
