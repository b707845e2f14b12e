"""Why a condition is not met, and the nearest change that would meet it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.knowledge.agreement import route_of
from tests.knowledge.strategies import fulfilled


def condition(programme: str, name: str, changes: dict[str, Any]) -> dict[str, Any]:
    facts = fulfilled(programme) | {"problems": [programme]} | changes
    (found,) = [c for c in route_of(facts, programme)["conditions"] if c["id"] == name]
    return found


LARGE = {"is_sme": None, "industry": "retail", "capital_yen": 60_000_000, "employees": 60}
TABLES = {"is_sme": None, "industry": "rubber", "capital_yen": 400_000_000, "employees": 500}


@pytest.mark.parametrize(
    ("programme", "changes", "result", "words", "changeable"),
    [
        ("counterfeit", {"is_sme": False}, "unmet", "両方が業種の上限を超える", True),
        ("counterfeit", LARGE, "unmet", "両方が業種の上限を超える", True),
        ("counterfeit", {"applicant": "other"}, "unmet", "どれでもない", False),
        ("counterfeit", LARGE | {"applicant": "other"}, "unmet", "どれでもない", False),
        ("exam_response", {"applicant": "regional_mark_body"}, "unknown", "地域団体商標", False),
        ("litigation_insurance", TABLES, "unknown", "二つの表で結果が違います", False),
        ("counterfeit", {"is_sme": None}, "unknown", None, False),
        ("counterfeit", {}, "met", None, False),
    ],
)
def test_the_size_is_explained_by_the_kind_of_applicant_first(programme, changes, result, words, changeable):
    found = condition(programme, "is_sme", changes)
    assert result == found["result"]
    assert words in found["explanation"] if words else found["explanation"] is None
    assert changeable == (found["change"] is not None)


@pytest.mark.parametrize(
    ("programme", "name", "value", "words"),
    [
        ("counterfeit", "applicant", "sole_proprietor", "JETROのページは法人"),
        ("squatted_trademark", "measure", "litigation", "表にはありません"),
        ("squatted_trademark", "measure", "buyback", "買い取る費用"),
        ("sued_abroad", "accused", False, "⑥の保険"),
        ("litigation_insurance", "accused", True, "④の支援"),
        ("exam_response", "countries", ["US", "TH"], "米国・欧州・中国・韓国"),
        ("foreign_filing", "jp_application", False, "日本の特許庁への出願"),
    ],
)
def test_an_unmet_or_doubtful_condition_says_why(programme, name, value, words):
    assert words in condition(programme, name, {name: value})["explanation"]


def test_every_unmet_condition_of_every_programme_says_why():
    bad: dict[str, dict[str, Any]] = {
        "foreign_filing": {"jp_application": False},
        "exam_response": {
            "prior_grant": False,
            "countries": ["TH"],
            "procedures": [{"kind": "office_action", "right_type": "design"}],
        },
        "counterfeit": {"right_in_country": False, "evidence": False},
        "sued_abroad": {"accused": False, "opponent_foreign": False, "dispute_type": "other"},
        "squatted_trademark": {"jp_trademark": False, "will_to_use": False, "measure": "buyback"},
        "litigation_insurance": {"chamber_member": False, "accused": True},
    }
    common = {"applicant": "other", "deemed_large": True, "spent_already": True}
    for programme, facts in bad.items():
        route = route_of({"problems": [programme]} | common | facts, programme)
        for found in route["conditions"]:
            assert "unmet" == found["result"], (programme, found["id"])
            assert found["explanation"], (programme, found["id"])
