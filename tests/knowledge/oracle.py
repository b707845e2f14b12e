"""A second, plain reading of the rules for fiscal year 2022, to hold the engine against.

Figures and conditions are written out again from the description of the programmes, not read from the data.
Slow on purpose: every possibility is tried one by one.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

RIGHTS = ("patent", "utility_model", "design", "trademark", "defensive_trademark")
FILING_CAP = {
    "patent": 1_500_000,
    "utility_model": 600_000,
    "design": 600_000,
    "trademark": 600_000,
    "defensive_trademark": 300_000,
}
FILING_COMPANY_CAP = 3_000_000
REQUEST_CAP, REQUEST_COMPANY_CAP, ACTION_COMPANY_CAP = 200_000, 600_000, 300_000
DISPUTE_CAP = {"counterfeit": 4_000_000, "sued_abroad": 5_000_000, "squatted_trademark": 5_000_000}
HALF, TWO_THIRDS, THIRD = Fraction(1, 2), Fraction(2, 3), Fraction(1, 3)
OFFICES = {"exam_request": {"EP", "CN", "KR"}, "office_action": {"US", "EP", "CN", "KR"}}
SMALL = {
    "manufacturing": (300_000_000, 300),
    "wholesale": (100_000_000, 100),
    "service": (50_000_000, 100),
    "retail": (50_000_000, 50),
    "rubber": (300_000_000, 900),
    "ryokan": (50_000_000, 200),
}
BASIC_ACT = SMALL | {"rubber": (300_000_000, 300), "ryokan": (50_000_000, 100)}
MARK_BODY_UNKNOWN = ("exam_response", "litigation_insurance")

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"


def conditions(programme: str, facts: dict[str, Any]) -> dict[str, str]:
    """Result of each condition, in the order of the description."""
    found = {
        "is_sme": _small(programme, facts),
        "deemed_large": _is(facts, "deemed_large", False),
        "spent_already": _is(facts, "spent_already", False),
    }
    if programme == "foreign_filing":
        return found | {"jp_application": _is(facts, "jp_application", True)}
    if programme == "exam_response":
        rights = [entry.get("right_type") for entry in facts.get("procedures") or []]
        patents = UNKNOWN if not rights or None in rights else MET
        if any(right not in (None, "patent") for right in rights):
            patents = UNMET
        return found | {
            "procedures": patents,
            "prior_grant": _is(facts, "prior_grant", True),
            "countries": _offices(facts),
        }
    if programme == "litigation_insurance":
        return found | {
            "chamber_member": _is(facts, "chamber_member", True),
            "accused": _is(facts, "accused", False),
        }
    who = {"corporation": MET, "group": MET, "regional_mark_body": MET, "other": UNMET}
    found["applicant"] = who.get(facts.get("applicant"), UNKNOWN)
    if programme == "counterfeit":
        return found | {name: _is(facts, name, True) for name in ("right_in_country", "evidence")}
    if programme == "sued_abroad":
        kind = facts.get("dispute_type")
        return found | {
            "accused": _is(facts, "accused", True),
            "opponent_foreign": _is(facts, "opponent_foreign", True),
            "dispute_type": UNKNOWN if kind is None else UNMET if kind == "other" else MET,
        }
    measure = facts.get("measure")
    return found | {
        **{name: _is(facts, name, True) for name in ("jp_trademark", "will_to_use")},
        "measure": UNKNOWN if measure in (None, "litigation") else UNMET if measure == "buyback" else MET,
    }


def verdict(programme: str, facts: dict[str, Any]) -> str:
    """The three-valued verdict."""
    results = conditions(programme, facts).values()
    return "unlikely" if UNMET in results else "unclear" if UNKNOWN in results else "likely"


def amounts(programme: str, facts: dict[str, Any]) -> dict[str, Any] | None:
    """`subsidy`, `self_burden` and the caps that bind at the high end, or None where there is no amount."""
    if verdict(programme, facts) == "unlikely":
        return None
    entries = _entries(programme, facts)
    if all(entry.get("cost_yen") is None for entry in entries):
        return None
    known = all(entry.get("cost_yen") is not None for entry in entries)
    ends = {}
    for end in (0, 1):
        costs = [_end(entry.get("cost_yen"), end) for entry in entries]
        total = sum(
            (cost or 0) * (entry.get("count") or 1) for cost, entry in zip(costs, entries, strict=True)
        )
        ends[end] = [(s, total, cap) for s, cap in _possible(programme, facts, entries, costs, end)]
    low = min(subsidy for subsidy, _, _ in ends[0])
    high = max(subsidy for subsidy, _, _ in ends[1])
    burdens = [total - subsidy for subsidy, total, _ in ends[0] + ends[1]]
    return {
        "subsidy": (low, high),
        "cost": (ends[0][0][1], ends[1][0][1] if known else None),
        "self_burden": (min(burdens), max(burdens)) if known else None,
        "binding": {cap for subsidy, _, cap in ends[1] if subsidy == high},
    }


def ceiling(programme: str, facts: dict[str, Any]) -> tuple[int, int] | None:
    """What the caps allow, and the least cost that reaches it at the rate."""
    if verdict(programme, facts) == "unlikely" or programme == "litigation_insurance":
        return None
    rate = HALF if programme in ("foreign_filing", "exam_response") else TWO_THIRDS
    entries = _entries(programme, facts)
    granted = (facts.get("granted") or {}).get(programme) or 0
    if programme == "foreign_filing" and not entries:
        best = max(0, FILING_COMPANY_CAP - granted)
    elif programme == "exam_response" and not entries:
        best = max(0, REQUEST_COMPANY_CAP + ACTION_COMPANY_CAP - granted)
    else:
        best = max(s for s, _ in _possible(programme, facts, entries, [None] * len(entries), 1))
    cost = best / rate
    return best, int(cost) + (cost.denominator > 1)


def one_case(cost: int, rate: Fraction, unit: int) -> int:
    """Rate times cost, cut down to a multiple of the unit."""
    exact = rate * cost
    whole = exact.numerator // exact.denominator
    return whole - whole % unit


def _possible(
    programme: str, facts: dict[str, Any], entries: list[dict[str, Any]], costs: list[int | None], end: int
) -> list[tuple[int, str | None]]:
    """Every subsidy that can come out with costs at one end, and the cap that binds it."""
    granted = (facts.get("granted") or {}).get(programme) or 0
    if programme == "litigation_insurance":
        year = facts.get("policy_year")
        rates = [HALF, THIRD] if year is None else [HALF if year == 1 else THIRD]
        return [(one_case(costs[0] or 0, rate, 1), None) for rate in rates]
    if programme in DISPUTE_CAP:
        left = max(0, DISPUTE_CAP[programme] - granted)
        if costs[0] is None:
            return [(left if end else 0, "company" if end else None)]
        amount = one_case(costs[0], TWO_THIRDS, 1)
        return [(min(amount, left), "company" if amount > left else None)]
    if programme == "foreign_filing":
        return _filing(entries, costs, end, max(0, FILING_COMPANY_CAP - granted))
    return _examination(entries, costs, end, granted)


def _filing(
    entries: list[dict[str, Any]], costs: list[int | None], end: int, left: int
) -> list[tuple[int, str | None]]:
    found = []
    for rights in product(
        *([entry.get("right_type")] if entry.get("right_type") else RIGHTS for entry in entries)
    ):
        total, capped = 0, False
        for entry, cost, right in zip(entries, costs, rights, strict=True):
            cap = FILING_CAP[right]
            amount = (cap if end else 0) if cost is None else one_case(cost, HALF, 1000)
            capped |= amount > cap or (cost is None and end == 1)
            total += min(amount, cap) * (entry.get("count") or 1)
        found.append((min(total, left), "company" if total > left else "case" if capped else None))
    return found


def _examination(
    entries: list[dict[str, Any]], costs: list[int | None], end: int, granted: int
) -> list[tuple[int, str | None]]:
    found = []
    for kinds in product(*([entry.get("kind")] if entry.get("kind") else OFFICES for entry in entries)):
        requests = actions = 0
        capped = open_action = False
        for entry, cost, kind in zip(entries, costs, kinds, strict=True):
            count = entry.get("count") or 1
            if kind == "exam_request":
                amount = (REQUEST_CAP if end else 0) if cost is None else one_case(cost, HALF, 1000)
                capped |= amount > REQUEST_CAP or (cost is None and end == 1)
                requests += min(amount, REQUEST_CAP) * count
            else:
                amount = (ACTION_COMPANY_CAP if end else 0) if cost is None else one_case(cost, HALF, 1000)
                open_action |= cost is None and end == 1
                actions += amount * count
        for left_requests, left_actions in _left(granted, requests, actions):
            paid = min(requests, left_requests) + min(actions, left_actions)
            by_company = paid < requests + actions or open_action
            found.append((paid, "company" if by_company else "case" if capped else None))
    return found


def _left(granted: int, requests: int, actions: int) -> list[tuple[int, int]]:
    """What the two pots can still pay, for every way in which the grant may have come out of them."""
    if granted >= REQUEST_COMPANY_CAP + ACTION_COMPANY_CAP:
        return [(0, 0)]
    turning = (0, granted, REQUEST_COMPANY_CAP - requests, granted - ACTION_COMPANY_CAP + actions)
    low, high = max(0, granted - ACTION_COMPANY_CAP), min(granted, REQUEST_COMPANY_CAP)
    shares = {min(max(point, low), high) for point in turning} | {low, high}
    return [(REQUEST_COMPANY_CAP - share, ACTION_COMPANY_CAP - (granted - share)) for share in shares]


def _entries(programme: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
    names = {"foreign_filing": "applications", "exam_response": "procedures"}
    if programme in names:
        return facts.get(names[programme]) or []
    return [{"cost_yen": (facts.get("costs") or {}).get(programme)}]


def _end(cost: int | list[int] | None, end: int) -> int | None:
    return cost[end] if isinstance(cost, list) else cost


def _is(facts: dict[str, Any], name: str, wanted: bool) -> str:
    value = facts.get(name)
    return UNKNOWN if value is None else MET if value is wanted else UNMET


def _small(programme: str, facts: dict[str, Any]) -> str:
    applicant = facts.get("applicant")
    if applicant == "other":
        return UNMET
    if applicant == "group":
        return MET
    if applicant == "regional_mark_body":
        return UNKNOWN if programme in MARK_BODY_UNKNOWN else MET
    if facts.get("is_sme") is not None:
        return MET if facts["is_sme"] else UNMET
    tables = [SMALL, BASIC_ACT] if programme == "litigation_insurance" else [SMALL]
    names = [facts["industry"]] if facts.get("industry") else list(SMALL)
    results = set()
    for table, name in product(tables, names):
        capital, employees = table[name]
        checks = [
            None if facts.get("capital_yen") is None else facts["capital_yen"] <= capital,
            None if facts.get("employees") is None else facts["employees"] <= employees,
        ]
        results.add(MET if True in checks else UNKNOWN if None in checks else UNMET)
    return results.pop() if len(results) == 1 else UNKNOWN


def _offices(facts: dict[str, Any]) -> str:
    countries = facts.get("countries") or []
    kinds = [entry.get("kind") for entry in facts.get("procedures") or []] or [None]
    if not countries:
        return UNKNOWN
    results = set()
    for chosen in product(*([kind] if kind else (*OFFICES, None) for kind in kinds)):
        # None stands for a kind that turns out to be both, which a case not yet split up can be
        named = {kind for each in chosen for kind in (OFFICES if each is None else [each])}
        inside = [country in OFFICES[kind] for country in countries for kind in named]
        results.add(MET if all(inside) else UNKNOWN if any(inside) else UNMET)
    return results.pop() if len(results) == 1 else UNKNOWN
