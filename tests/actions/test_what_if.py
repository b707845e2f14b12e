"""What would be if: read from the words, beside the case and never in place of it."""

from __future__ import annotations

from typing import Any

import pytest

from actions.message import Message
from actions.replies import is_supposed
from actions.what_if import supposed

COPIED: dict[str, Any] = {
    "problems": ["counterfeit"],
    "countries": ["VN"],
    "spent_already": False,
    "costs": {"counterfeit": 1_500_000},
}
FILED: dict[str, Any] = {
    "problems": ["foreign_filing"],
    "applications": [{"right_type": "patent", "count": 1, "cost_yen": 1_500_000}],
}
INSURED: dict[str, Any] = {"problems": ["litigation_insurance"], "chamber_member": False, "policy_year": 1}
FIVE_MILLION = {"low": 5_000_000, "high": 5_000_000, "per": None, "role": "cost", "approx": False}


def said(text: str, **entities: Any) -> Message:
    found = [{"entity": name, "value": value, "start": 0, "end": 1} for name, value in entities.items()]
    return Message(text, "what_if", 0.9, found)


@pytest.mark.parametrize(
    ("message", "facts", "name", "value"),
    [
        (said("費用が500万なら？", amount=FIVE_MILLION), COPIED, "costs", {"counterfeit": 5_000_000}),
        (said("もう払っていたら？"), COPIED, "spent_already", True),
        (said("会員になったら？"), INSURED, "chamber_member", True),
        (said("2年目だと？"), INSURED, "policy_year", 2),
        (
            said("特許をもう1件増やすと?", right_type="patent", count=1),
            FILED,
            "applications",
            [{"right_type": "patent", "count": 2, "cost_yen": 1_500_000}],
        ),
    ],
)
def test_a_supposition_changes_one_fact(
    message: Message, facts: dict[str, Any], name: str, value: Any
) -> None:
    found = supposed(message, facts)
    assert found is not None
    assert value == found[name]
    assert {other: facts[other] for other in facts if other != name} == {
        other: found[other] for other in facts if other != name
    }


@pytest.mark.parametrize(
    "text",
    [
        "費用は500万円だと思います",
        "もしかしたら300万くらい",
        "来年なら出せます",
        "300万円です",
        "はい",
        "中国で商標を取られました",
    ],
)
def test_what_is_told_is_not_supposed(text: str) -> None:
    assert not is_supposed(text)
    assert supposed(said(text), COPIED) is None


def test_without_a_case_nothing_is_supposed() -> None:
    """「商標を取られたらどうなりますか」 opens a case."""
    assert supposed(said("商標を取られたらどうなりますか"), {}) is None
