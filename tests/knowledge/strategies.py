"""Random facts for hypothesis, and how many examples a property gets."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

MAX_YEN = 10**15
RIGHTS = ("patent", "utility_model", "design", "trademark", "defensive_trademark")
COUNTRIES = ("US", "EP", "CN", "KR", "EU", "TH", "JP")
COMMON_FLAGS = ("is_sme", "deemed_large", "spent_already")
OWN_FLAGS = (
    "jp_application",
    "prior_grant",
    "right_in_country",
    "evidence",
    "accused",
    "opponent_foreign",
    "jp_trademark",
    "will_to_use",
    "chamber_member",
)
"""Facts that are true or false: those that every programme asks, those of one or a few."""

# FULL=1 runs the properties long; the usual run keeps the suite short on a shared machine.
EXAMPLES = 1500 if os.environ.get("FULL") else 40
settings.register_profile(
    "knowledge", max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
profile = settings(settings.get_profile("knowledge"))

yen = st.one_of(
    st.integers(0, 20_000),
    st.integers(0, 12_000_000),
    st.sampled_from([cap * 1000 + d for cap in (200, 300, 600, 1500, 3000, 4000) for d in (-1, 0, 1)]),
    st.sampled_from(
        [cap * 2000 + d for cap in (200, 300, 600, 1500, 3000, 3750) for d in (-1, 0, 1, 1999, 2000)]
    ),
    st.integers(0, MAX_YEN),
)
cost = st.one_of(yen, st.tuples(yen, yen).map(sorted))
flag = st.booleans()


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, asked and not known (None), or never asked (`...`, taken out by `_present`)."""
    return st.one_of(values, values, values, st.none(), st.just(...))


def entries(*, kinds: bool, costs: st.SearchStrategy[Any] = cost) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Entries of `applications` or, with kinds, of `procedures`."""
    fields = {
        "right_type": optional(
            st.sampled_from(("patent", *RIGHTS) if not kinds else ("patent",) * 6 + RIGHTS)
        ),
        "count": optional(st.integers(1, 5)),
        "cost_yen": optional(costs),
    }
    if kinds:
        fields["kind"] = optional(st.sampled_from(("exam_request", "office_action")))
    return st.lists(st.fixed_dictionaries(fields).map(_present), min_size=1, max_size=3)


def facts(programme: str, *, known: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Facts about one programme's problem; with `known`, of a company that fulfils every condition."""
    fields = _AMOUNTS[programme] | {"granted": _rarely(_granted(programme))}
    if programme not in ("foreign_filing", "exam_response"):
        fields["costs"] = optional(st.fixed_dictionaries({programme: st.one_of(cost, cost, st.none())}))
    if not known:
        fields |= _COMMON | {name: _OWN[name] for name in _CONDITIONS[programme]}
    start = {"problems": [programme]} | (fulfilled(programme) if known else {})
    return st.fixed_dictionaries(fields).map(lambda found: start | _present(found))


def _granted(programme: str) -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({programme: st.integers(0, 5_100_000)})


def _rarely(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(...), st.none(), values)


def fulfilled(programme: str) -> dict[str, Any]:
    """Facts that fulfil every condition of a programme; amounts are left open."""
    return {
        "applicant": "corporation",
        "is_sme": True,
        "deemed_large": False,
        "spent_already": False,
        "countries": ["CN"],
        "jp_application": True,
        "prior_grant": True,
        "right_in_country": True,
        "evidence": True,
        "accused": programme == "sued_abroad",
        "opponent_foreign": True,
        "dispute_type": "squatted_right",
        "jp_trademark": True,
        "will_to_use": True,
        "measure": "cancellation",
        "chamber_member": True,
    }


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not ...}


_COMMON = {
    "applicant": optional(
        st.sampled_from(
            ("corporation", "corporation", "sole_proprietor", "group", "regional_mark_body", "other")
        )
    ),
    **{name: optional(flag) for name in COMMON_FLAGS},
    "industry": optional(
        st.sampled_from(("manufacturing", "wholesale", "service", "retail", "rubber", "ryokan"))
    ),
    "capital_yen": optional(
        st.sampled_from((0, 50_000_000, 50_000_001, 100_000_000, 100_000_001, 300_000_000, 300_000_001))
    ),
    "employees": optional(st.sampled_from((0, 50, 51, 100, 101, 200, 201, 300, 301, 900, 901))),
}
_OWN = {
    "countries": optional(st.lists(st.sampled_from(COUNTRIES), max_size=3, unique=True)),
    "dispute_type": optional(
        st.sampled_from(("squatted_right", "unexamined_right", "non_practising", "other"))
    ),
    "measure": optional(
        st.sampled_from(("opposition", "invalidation", "cancellation", "litigation", "buyback"))
    ),
    **{name: optional(flag) for name in OWN_FLAGS},
}
_CONDITIONS = {
    "foreign_filing": ("jp_application",),
    "exam_response": ("prior_grant", "countries"),
    "counterfeit": ("right_in_country", "evidence"),
    "sued_abroad": ("accused", "opponent_foreign", "dispute_type"),
    "squatted_trademark": ("jp_trademark", "will_to_use", "measure"),
    "litigation_insurance": ("chamber_member", "accused"),
}
_AMOUNTS: dict[str, dict[str, Any]] = {
    "foreign_filing": {"applications": optional(entries(kinds=False))},
    "exam_response": {"procedures": optional(entries(kinds=True))},
    "counterfeit": {},
    "sued_abroad": {},
    "squatted_trademark": {},
    "litigation_insurance": {"policy_year": optional(st.integers(1, 4))},
}
