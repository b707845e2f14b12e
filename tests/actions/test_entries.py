"""Kinds of right, counts and amounts of one message become entries."""

from __future__ import annotations

from typing import Any

import pytest
from heard import EXAMINED, amounts

from actions.entries import entries_of, entries_told, left_of, per_case, with_bare_amount, with_costs
from actions.message import Message


def message(*entities: tuple[str, Any] | tuple[str, Any, str], text: str = "") -> Message:
    listed = [
        {"entity": item[0], "value": item[1], "start": place, "end": place + 1}
        | ({"group": item[2]} if len(item) == 3 else {})
        for place, item in enumerate(entities)
    ]
    return Message(text=text, intent="inform", confidence=1.0, entities=listed)


def yen(low: int, high: int | None = None, per: str | None = None, role: str | None = None) -> dict[str, Any]:
    return {"low": low, "high": low if high is None else high, "per": per, "role": role, "approx": False}


@pytest.mark.parametrize(
    ("entities", "entries"),
    [
        ([("right_type", "patent")], [{"right_type": "patent"}]),
        ([("right_type", "patent"), ("count", 2)], [{"right_type": "patent", "count": 2}]),
        (
            [
                ("right_type", "patent", "1"),
                ("count", 2, "1"),
                ("right_type", "trademark", "2"),
                ("count", 1, "2"),
            ],
            [{"right_type": "patent", "count": 2}, {"right_type": "trademark", "count": 1}],
        ),
        (
            [("right_type", "design", "1"), ("count", 3, "1"), ("amount", yen(900_000, per="total"), "1")],
            [{"right_type": "design", "count": 3, "cost_yen": 300_000}],
        ),
        (
            [("right_type", "patent"), ("count", 2), ("amount", yen(6_000_000, 7_000_000, per="total"))],
            [{"right_type": "patent", "count": 2, "cost_yen": [3_000_000, 3_500_000]}],
        ),
        # A single amount over two kinds of right is of neither in particular.
        (
            [("right_type", "patent"), ("right_type", "design"), ("amount", yen(500_000))],
            [{"right_type": "patent"}, {"right_type": "design"}],
        ),
        # What the other side asks for is no cost of ours.
        ([("right_type", "patent"), ("amount", yen(500_000, role="other"))], [{"right_type": "patent"}]),
        ([("amount", yen(500_000))], []),
    ],
)
def test_entries_of_a_message(entities: list[Any], entries: list[dict[str, Any]]) -> None:
    assert entries == entries_of(message(*entities), "applications")


def test_a_reply_with_one_cost_goes_to_the_first_entry_that_lacks_one() -> None:
    entries = [{"right_type": "patent", "count": 2}, {"right_type": "trademark", "count": 1}]
    assert [
        {"right_type": "patent", "count": 2, "cost_yen": 1_500_000},
        {"right_type": "trademark", "count": 1},
    ] == with_costs(entries, message(("amount", yen(1_500_000))))


def test_a_total_is_shared_out_over_all_cases() -> None:
    entries = [{"right_type": "patent", "count": 2}, {"right_type": "trademark", "count": 1}]
    shared = with_costs(entries, message(("amount", yen(3_000_000, per="total"))))
    assert [1_000_000, 1_000_000] == [entry["cost_yen"] for entry in shared]


def test_as_many_costs_as_entries_go_in_order() -> None:
    entries = [{"right_type": "patent"}, {"right_type": "trademark"}]
    found = with_costs(entries, message(("amount", yen(1_500_000)), ("amount", yen(400_000))))
    assert [1_500_000, 400_000] == [entry["cost_yen"] for entry in found]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ({"low": 3_000_000, "high": None, "per": None}, 3_000_000),
        ({"low": None, "high": 3_000_000, "per": None}, [0, 3_000_000]),
        ({"low": None, "high": None, "per": None}, None),
    ],
)
def test_an_open_end_is_closed_where_it_misleads_least(amount: dict[str, Any], expected: Any) -> None:
    """「300万以上」 counts as its lower end, 「300万まで」 as anything up to it; a note says so."""
    assert expected == per_case(amount, 1)


def test_costs_named_by_right_go_to_that_right_in_whatever_order() -> None:
    """Entries are kept in one order, people name them in another: a swap would be wrong money."""
    entries = [{"right_type": "design", "count": 1}, {"right_type": "patent", "count": 2}]
    said = message(
        ("right_type", "patent"),
        ("amount", yen(3_440_000)),
        ("right_type", "design"),
        ("amount", yen(1_870_000)),
    )
    assert [1_870_000, 3_440_000] == [entry["cost_yen"] for entry in with_costs(entries, said)]


def test_one_cost_named_by_right_leaves_the_other_open() -> None:
    entries = [{"right_type": "design", "count": 1}, {"right_type": "patent", "count": 2}]
    found = with_costs(entries, message(("right_type", "patent"), ("amount", yen(6_000_000, per="total"))))
    assert [
        {"right_type": "design", "count": 1},
        {"right_type": "patent", "count": 2, "cost_yen": 3_000_000},
    ] == found


@pytest.mark.parametrize(
    ("text", "numbers", "expected"),
    [
        ("300です", [300], (3_000_000, 3_000_000)),
        ("弁護士代は300から400", [], (3_000_000, 4_000_000)),
        ("2500000", [2_500_000], (2_500_000, 2_500_000)),
        ("0です", [0], None),
        ("400から300", [], None),
        ("わかりません", [], None),
    ],
)
def test_a_bare_number_is_read_in_ten_thousands_of_yen(
    text: str, numbers: list[int], expected: tuple[int, int] | None
) -> None:
    """Nobody who is asked for a cost abroad means 300 yen; a note says how it was read."""
    entities = [{"entity": "number", "value": number, "start": 0} for number in numbers]
    found = with_bare_amount(Message(text, "inform", 0.9, entities)).values("amount")
    assert expected == ((found and (found[0]["low"], found[0]["high"])) or None)


def test_a_cost_said_of_each_country_makes_a_case_in_each() -> None:
    said = message(
        ("countries", "CN"), ("amount", yen(800_000)), ("countries", "US"), ("amount", yen(1_200_000))
    )
    assert [
        {"right_type": "patent", "count": 1, "cost_yen": 800_000},
        {"right_type": "patent", "count": 1, "cost_yen": 1_200_000},
    ] == with_costs([{"right_type": "patent"}], said)


@pytest.mark.parametrize(
    ("text", "rights", "counts"),
    [
        ("台湾と香港に商標を2件ずつ", ["trademark"], [4]),
        ("台湾と香港に商標を2件", ["trademark"], [2]),
        ("台湾と香港に商標と特許を2件ずつ", ["trademark", "patent"], [2, 2]),
    ],
)
def test_so_many_each_is_counted_for_each_country(text: str, rights: list[str], counts: list[int]) -> None:
    places = [("countries", "TW"), ("countries", "HK")]
    cases = [
        one
        for place, right in enumerate(rights)
        for one in (("right_type", right, str(place)), ("count", 2, str(place)))
    ]
    assert counts == [one["count"] for one in entries_of(message(*places, *cases, text=text), "applications")]


EXAMINED_ONCE = [{"kind": "office_action", "right_type": "patent"}]


def test_a_further_procedure_joins_and_each_gets_its_own_cost() -> None:
    facts = {**EXAMINED, "procedures": EXAMINED_ONCE}
    text = "韓国のほうは審査請求もこれからで"
    kind = {"entity": "procedure_kind", "value": "exam_request", "start": 6, "end": 10}
    facts |= entries_told(Message(text, "exam_response", 0.9, [kind]), facts, ["exam_response"], None)
    further = {"kind": "exam_request", "right_type": "patent", "count": 1}
    assert [*EXAMINED_ONCE, further] == facts["procedures"]
    text = "審査請求は15万、応答は40万です"
    kinds = [
        {"entity": "procedure_kind", "value": value, "start": text.index(word), "end": text.index(word) + 2}
        for word, value in {"審査請求": "exam_request", "応答": "office_action"}.items()
    ]
    said = Message(text, "exam_response", 0.9, [*kinds, *amounts(text, **{"15万": 150_000, "40万": 400_000})])
    found = entries_told(said, facts, ["exam_response"], None)["procedures"]
    assert [400_000, 150_000] == [entry["cost_yen"] for entry in found]


@pytest.mark.parametrize(
    ("counts", "before", "after", "left"),
    [([4], 2, 1, [2]), ([3, 6], 3, 2, [2, 4]), ([3], 2, 1, [None])],
)
def test_as_many_cases_are_left_in_each_country_as_there_were(
    counts: list[int], before: int, after: int, left: list[int | None]
) -> None:
    entries = [{"right_type": "trademark", "count": count, "cost_yen": 250_000} for count in counts]
    assert [entry.get("count") for entry in left_of(entries, before, after)] == left
