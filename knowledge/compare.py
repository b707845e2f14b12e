"""What differs between two years, item by item, each side with its basis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from knowledge.notes import yen_text

if TYPE_CHECKING:
    from knowledge.load import Knowledge

Key = tuple[str, str]
"""Kind of item (a key of `names` in the template) and what tells it from others of its kind."""
Item = dict[str, Any]
"""`text` to compare and show, and its `basis`."""

_LISTS = ("eligible_costs", "ineligible_costs", "self_checks", "combinations")


def differences(old: dict[str, Any], new: dict[str, Any], knowledge: Knowledge) -> list[dict[str, Any]]:
    """Per programme, the items that differ.

    Args:
        old: One year as `publish.published` gives it.
        new: Another year.
        knowledge: For the words of kinds of right.

    Returns:
        Programmes with `differences`: `kind`, `label`, and `old` and `new` (an item, or None).
    """
    before = {programme["id"]: programme for programme in old["programs"]}
    after = {programme["id"]: programme for programme in new["programs"]}
    found = [
        {
            "number": programme["number"],
            "name": programme["name"],
            "differences": list(_between(before.get(id_), after.get(id_), knowledge)),
        }
        for id_, programme in (before | after).items()
        if "amount" in programme
    ]
    common = _compared(_common(old, knowledge), _common(new, knowledge))
    return [*found, {"number": "", "name": knowledge.text("common"), "differences": list(common)}]


def _between(
    old: dict[str, Any] | None, new: dict[str, Any] | None, knowledge: Knowledge
) -> Iterator[dict[str, Any]]:
    before = dict(_items(old, knowledge)) if old else {}
    after = dict(_items(new, knowledge)) if new else {}
    yield from _compared(before, after)


def _compared(before: dict[Key, Item], after: dict[Key, Item]) -> Iterator[dict[str, Any]]:
    for key in before | after:
        old, new = before.get(key), after.get(key)
        if old is None or new is None or old["text"] != new["text"]:
            kind, label = key
            yield {"kind": kind, "label": label, "old": old, "new": new}


def _items(programme: dict[str, Any], knowledge: Knowledge) -> Iterator[tuple[Key, Item]]:
    for condition in programme["conditions"]:
        item = {"text": condition["text"], "basis": condition["basis"]}
        yield ("condition", knowledge.facts[condition["id"]].label), item
        for result, values in _test(condition["test"], knowledge):
            item = {"text": values, "basis": condition["basis"]}
            yield (result, knowledge.facts[condition["id"]].label), item
    for budget in programme["amount"]["budgets"]:
        yield from _budget(budget, knowledge)
    for place in programme["apply_at"]:
        text = " ".join(part for part in (place["text"], place["window"]) if part)
        yield ("apply_at", place["name"]), {"text": text, "basis": place["basis"]}
    yield from _lists(programme, _LISTS)


def _test(test: dict[str, Any], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """What a test takes as met, unmet and unknown, in words."""
    applicants = knowledge.facts["applicant"].values
    if test["kind"] == "sme":
        for result in ("met", "unmet", "unknown"):
            names = [applicants[who] for who, found in test["applicant"].items() if found == result]
            if names:
                yield f"applicant_{result}", knowledge.text("dot").join(names)
    elif test["kind"] == "offices":
        for kind, countries in test["allowed"].items():
            names = [knowledge.vocabulary.countries[country] for country in countries]
            label = knowledge.vocabulary.procedure_kinds[kind]
            yield f"office_{kind}", f"{label} {knowledge.text('dot').join(names)}"
    elif test["kind"] == "value":
        for result in ("met", "unmet", "unknown"):
            if test[result]:
                yield f"value_{result}", " ".join(str(value).lower() for value in test[result])
    else:
        yield "value_met", " ".join(test["met"])


def _budget(budget: dict[str, Any], knowledge: Knowledge) -> Iterator[tuple[Key, Item]]:
    label = budget["label"]
    for rate in budget["rates"]:
        since = rate["from_policy_year"]
        name = label if since == 1 else knowledge.text("from_policy_year", label=label, year=since)
        yield ("rate", name), {"text": rate["value"], "basis": rate["basis"]}
    yield (
        ("unit", label),
        {"text": yen_text(budget["unit"]["yen"], knowledge), "basis": budget["unit"]["basis"]},
    )
    for right, cap in budget["case_caps"].items():
        word = knowledge.vocabulary.right_types.get(right)
        name = label if word is None else f"{label} {word}"
        yield ("case_cap", name), {"text": yen_text(cap["yen"], knowledge), "basis": cap["basis"]}
    cap = budget["company_cap"]
    if cap:
        yield ("company_cap", label), {"text": yen_text(cap["yen"], knowledge), "basis": cap["basis"]}
    else:
        yield ("company_cap", label), budget["no_company_cap"]


def _common(year: dict[str, Any], knowledge: Knowledge) -> dict[Key, Item]:
    found: dict[Key, Item] = {("provisional", ""): year["provisional"]}
    for name, table in year["size_tables"].items():
        for industry, limit in table.items():
            label = f"{name} {knowledge.facts['industry'].values[industry]}"
            text = knowledge.text(
                "size_limit", capital=yen_text(limit["capital_yen"], knowledge), employees=limit["employees"]
            )
            found[("size", label)] = {"text": text, "basis": limit["basis"]}
    found |= dict(_lists(year, ("common_self_checks", "combinations")))
    for who, check in year["applicant_self_checks"].items():
        found[("applicant_self_check", knowledge.facts["applicant"].values[who])] = check
    return found


def _lists(content: dict[str, Any], names: tuple[str, ...]) -> Iterator[tuple[Key, Item]]:
    """A sentence of a list has no name of its own: it is the same, or it stands on one side only."""
    for name in names:
        for item in content[name]:
            yield (name, item["text"]), item
