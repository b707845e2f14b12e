"""Slots to facts and back."""

from __future__ import annotations

from actions.case import facts_of, slot_events


def apply(events: list[dict[str, object]]) -> dict[str, object]:
    return {str(event["name"]): event["value"] for event in events}


def test_not_known_is_remembered_apart_from_never_asked() -> None:
    """A slot cannot tell the two; the list of what is not known does."""
    slots = apply(slot_events({}, {"problems": ["counterfeit"], "evidence": None}))
    assert {"problems": ["counterfeit"], "evidence": None} == facts_of(slots)


def test_an_answer_after_all_replaces_not_known() -> None:
    before = {"problems": ["counterfeit"], "evidence": None}
    after = {"problems": ["counterfeit"], "evidence": True}
    slots = apply(slot_events({}, before)) | apply(slot_events(before, after))
    assert after == facts_of(slots)


def test_only_what_changed_is_set() -> None:
    facts = {"problems": ["counterfeit"], "evidence": False}
    assert {"evidence": True} == apply(slot_events(facts, facts | {"evidence": True}))


def test_false_and_zero_are_facts() -> None:
    assert {"evidence": False, "employees": 0} == facts_of(
        {"evidence": False, "employees": 0, "accused": None}
    )
