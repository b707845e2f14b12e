"""The advice of version 1 as the API describes it.

Described, not made: the knowledge makes it. Keys that later knowledge adds are let through.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["likely", "unclear", "unlikely"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow")


class Basis(_Part):
    """Where a figure or condition comes from."""

    kind: Literal["seed", "page", "interpretation"]
    document: str | None = None
    locator: str | None = None
    quote: str | None = None
    checked_on: date | None = None


class Condition(_Part):
    """One condition of a programme; its id is the name of the fact."""

    id: str
    text: str
    result: Literal["met", "unmet", "unknown"]
    basis: Basis


class Step(_Part):
    """One step of the calculation."""

    label: str
    expression: str
    result_yen: int
    basis: Basis | None = None


class Estimate(_Part):
    """Indicative subsidy; low and high are equal where it is one figure."""

    low_yen: int
    high_yen: int
    self_burden_low_yen: int | None
    self_burden_high_yen: int | None
    rate: str = Field(description="Exact fraction, or several where it depends on a fact not known yet.")
    binding_cap: Literal["case", "company"] | None
    provisional: bool
    narrowed_by: str | None
    steps: list[Step]


class Ceiling(_Part):
    """Most that the caps allow, and the cost that reaches it, where no cost is known."""

    subsidy_yen: int
    cost_yen: int


class Route(_Part):
    """One programme for this company."""

    program: str
    number: str
    name: str
    verdict: Verdict
    conditions: list[Condition]
    estimate: Estimate | None
    ceiling: Ceiling | None


class Desk(_Part):
    """The desk, and whether to go there."""

    recommended: bool
    reason: str | None
    name: str
    phone: str
    email: str


class NextOption(_Part):
    """A ready answer, and the facts that it sets."""

    id: str
    label: str


class Next(_Part):
    """The question to ask next."""

    fact: str
    text: str
    options: list[NextOption]


class Advice(_Part):
    """What the facts so far mean."""

    type: Literal["advice"]
    version: Literal[1]
    fiscal_year: int
    as_of: date
    knowledge_version: str
    status: Literal["asking", "complete", "out_of_scope"]
    facts: dict[str, Any]
    assumptions: list[Any]
    routes: list[Route]
    desk: Desk
    next: Next | None
