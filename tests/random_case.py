"""Random cases for the simulated person."""

from __future__ import annotations

import random
from typing import Any

from tests.programmes import PROGRAMMES

Facts = dict[str, Any]

COUNTRIES = ("US", "CN", "KR", "TW", "TH", "VN", "DE", "IN", "MY", "PH", "SG", "ID")
OWN_FACTS = {
    "foreign_filing": ("jp_application",),
    "exam_response": ("prior_grant",),
    "counterfeit": ("right_in_country", "evidence"),
    "sued_abroad": ("accused", "opponent_foreign"),
    "squatted_trademark": ("jp_trademark", "will_to_use"),
    "litigation_insurance": ("accused", "chamber_member"),
}


def random_truth(chance: random.Random) -> Facts:
    """The facts of a random case; a programme's own facts mostly favourable, so that amounts are reached."""
    problems = [chance.choices([*PROGRAMMES, "desk_consultation", "out_of_scope"], [6] * 6 + [1, 1])[0]]
    truth: Facts = {"problems": problems}
    if problems[0] not in PROGRAMMES:
        return truth
    if chance.random() < 0.2:
        problems.append(chance.choice([one for one in PROGRAMMES if one != problems[0]]))
    truth |= {"countries": [chance.choice(COUNTRIES)], "spent_already": chance.random() < 0.12}
    truth |= _company(chance)
    for problem in problems:
        for name in OWN_FACTS[problem]:
            truth.setdefault(name, chance.random() < 0.85)
        _programme(problem, truth, chance)
    if "sued_abroad" in problems:
        truth["accused"] = True
    return truth


def _company(chance: random.Random) -> Facts:
    applicant = chance.choices(
        ["corporation", "sole_proprietor", "group", "regional_mark_body"], [12, 3, 1, 1]
    )[0]
    company: Facts = {"applicant": applicant, "deemed_large": chance.random() < 0.1}
    if applicant == "sole_proprietor":
        return company | {"is_sme": True}
    if applicant != "corporation":
        return company
    if chance.random() < 0.25:
        return company | {"employees": chance.choice([5, 20, 45, 48]), "industry": "manufacturing"}
    return company | {"is_sme": chance.random() < 0.9}


def _programme(problem: str, truth: Facts, chance: random.Random) -> None:
    if problem == "foreign_filing":
        rights = chance.sample(["patent", "utility_model", "design", "trademark"], chance.choice([1, 1, 2]))
        truth["applications"] = [
            {"right_type": right, "count": chance.choice([1, 1, 2, 3]), "cost_yen": _cost(chance)}
            for right in rights
        ]
    elif problem == "exam_response":
        right = chance.choices(["patent", "trademark"], [6, 1])[0]
        kind = chance.choice(["exam_request", "office_action"]) if right == "patent" else "office_action"
        truth["procedures"] = [
            {"kind": kind, "right_type": right, "count": 1, "cost_yen": _cost(chance, 20, 90)}
        ]
        truth["countries"] = [chance.choice(["US", "CN", "KR", "CN", "TW"])]
    else:
        high = 30 if problem == "litigation_insurance" else 900
        truth.setdefault("costs", {})[problem] = _cost(chance, 5, high)
    if problem == "sued_abroad":
        truth["dispute_type"] = chance.choice(
            ["squatted_right", "unexamined_right", "non_practising", "other"]
        )
    if problem == "squatted_trademark":
        truth["measure"] = chance.choice(
            ["opposition", "invalidation", "cancellation", "litigation", "buyback"]
        )
    if problem == "litigation_insurance":
        truth["policy_year"] = chance.choice([1, 1, 2, 3])


def _cost(chance: random.Random, low: int = 30, high: int = 400) -> Any:
    if chance.random() < 0.1:
        return None
    one = chance.randint(low, high) * 10_000
    return [one, one + chance.randint(1, 9) * 50_000] if chance.random() < 0.2 else one
