"""Typed models of the files in `knowledge/data/`: what may stand in them, checked when they are read."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Yen = Annotated[int, Field(ge=0, le=10**15)]
Result = Literal["met", "unmet", "unknown"]
FactType = Literal[
    "boolean", "integer", "choice", "problems", "countries", "applications", "procedures", "costs", "granted"
]
BasisKind = Literal["seed", "page", "interpretation"]
BudgetInput = Literal["costs", "applications", "procedures"]


def _fraction(value: Any) -> Any:
    """A rate is written as text such as `2/3`; a decimal would round it."""
    if not isinstance(value, str) or not re.fullmatch(r"[1-9]\d*/[1-9]\d*", value):
        raise ValueError('a rate is written as a quoted fraction such as "2/3"')
    rate = Fraction(value)
    if rate > 1:
        raise ValueError("a rate must be > 0 and <= 1")
    return rate


Rate = Annotated[Fraction, BeforeValidator(_fraction), Field(strict=False)]


class Model(BaseModel):
    """Strict base: unknown keys and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(Model):
    """A document that a figure or condition can be traced to."""

    title: str = Field(min_length=1)
    address: str | None
    official: bool
    checked_on: date


class Basis(Model):
    """Where one figure or condition comes from."""

    kind: BasisKind
    source: str = "seed"
    locator: str | None = None
    quote: str | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Basis:
        if self.kind == "interpretation" and not self.reason:
            raise ValueError("an interpretation needs a reason")
        if self.kind == "seed" and (self.source != "seed" or not (self.locator or self.quote)):
            raise ValueError("a seed basis names the place in the seed document (locator or quote)")
        if self.kind == "page" and self.source == "seed":
            raise ValueError("a page basis names its source")
        return self


class Sourced(Model):
    """A sentence with its basis."""

    text: str = Field(min_length=1)
    basis: Basis


class Change(Sourced):
    """What is known to have changed in a later fiscal year."""

    fiscal_year: int = Field(ge=2000, le=2100)


class Place(Sourced):
    """Where to apply, with the window that is known for the year."""

    name: str = Field(min_length=1)
    window: str | None = None


class ValueTest(Model):
    """Result of a condition for each value that its fact can take."""

    kind: Literal["value"] = "value"
    met: list[bool | str]
    unmet: list[bool | str] = []
    unknown: list[bool | str] = []


class SmeTest(Model):
    """Small company by the size tables, with results for applicants that are judged otherwise."""

    kind: Literal["sme"]
    tables: list[str] = Field(min_length=1)
    applicant: dict[str, Result] = {}


class EveryTest(Model):
    """Every entry of a list fact has one of these values in the field."""

    kind: Literal["every"]
    field: Literal["right_type", "kind"]
    met: list[str] = Field(min_length=1)


class OfficesTest(Model):
    """Countries against the offices that each kind of procedure is supported at."""

    kind: Literal["offices"]
    allowed: dict[str, list[str]]


Test = Annotated[ValueTest | SmeTest | EveryTest | OfficesTest, Field(discriminator="kind")]


def _default_kind(value: Any) -> Any:
    return {"kind": "value", **value} if isinstance(value, dict) else value


class Condition(Model):
    """One condition of a programme; its id is the name of the fact that it asks for."""

    kind: Literal["own"] = "own"
    id: str
    text: str = Field(min_length=1)
    test: Annotated[Test, BeforeValidator(_default_kind)]
    basis: Basis
    explanations: dict[str, str] = {}
    """Why the result is unmet or unknown, by value of the fact (`any` for every value).

    Where the test is `sme`: by kind of applicant, `false` for too large, `tables` where the tables differ.
    """
    change: str | None = None
    """The nearest change that would meet the condition, where there is one."""


class CommonCondition(Model):
    """A condition of the year's common list, taken into a programme by its id.

    A test or basis given here stands in place of the common one.
    """

    kind: Literal["common"] = "common"
    use: str
    test: Annotated[Test | None, BeforeValidator(_default_kind)] = None
    basis: Basis | None = None


def _condition_kind(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {"kind": "common" if "use" in value else "own", **value}


ConditionItem = Annotated[
    Annotated[Condition | CommonCondition, Field(discriminator="kind")], BeforeValidator(_condition_kind)
]


class RateFigure(Model):
    """A rate, and from which policy year of an insurance it holds."""

    value: Rate
    from_policy_year: int = Field(default=1, ge=1)
    basis: Basis


class YenFigure(Model):
    """An amount of yen with what it applies to."""

    yen: Yen
    scope: Sourced | None = None
    basis: Basis


class Budget(Model):
    """One pot of a programme: a rate, a unit that amounts are cut down to, and caps."""

    kind: str | None = None
    label: str
    rates: list[RateFigure] = Field(min_length=1)
    unit: YenFigure
    case_caps: dict[str, YenFigure] = {}
    """Cap of a case by kind of right, or under `any`."""
    company_cap: YenFigure | None = None
    no_company_cap: Sourced | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Budget:
        years = [rate.from_policy_year for rate in self.rates]
        if years != sorted(set(years)) or years[0] != 1:
            raise ValueError(f"rates must start at policy year 1 and rise: {years}")
        if self.unit.yen < 1:
            raise ValueError(f"unit must be >= 1 yen: {self.unit.yen}")
        if (self.company_cap is None) == (self.no_company_cap is None):
            raise ValueError(
                "give either company_cap or no_company_cap (a cap that is not stated is not infinite)"
            )
        return self


class Amount(Model):
    """How the subsidy of a programme follows from the costs."""

    input: BudgetInput
    premium: bool = False
    """Whether people call the cost a premium (掛金): the programme is an insurance."""
    budgets: list[Budget] = Field(min_length=1)


class Programme(Model):
    """One programme in one fiscal year."""

    id: str
    number: str
    name: str
    summary: str
    conditions: list[ConditionItem]
    amount: Amount
    self_checks: list[Sourced]
    eligible_costs: list[Sourced]
    ineligible_costs: list[Sourced]
    apply_at: list[Place]
    combinations: list[Sourced] = []
    later_changes: list[Change] = []


class SizeLimit(Model):
    """Upper limits of a small company in one industry; within either one is enough."""

    capital_yen: Yen
    employees: int = Field(ge=1)
    basis: Basis


class Year(Model):
    """A fiscal year of the data, and what all its programmes share."""

    fiscal_year: int = Field(ge=2000, le=2100)
    label: str
    starts_on: date
    ends_on: date
    provisional: Sourced
    size_tables: dict[str, dict[str, SizeLimit]]
    common_conditions: list[Condition]
    common_self_checks: list[Sourced]
    combinations: list[Sourced]
    applicant_self_checks: dict[str, Sourced]

    @model_validator(mode="after")
    def _dates(self) -> Year:
        if not self.starts_on < self.ends_on:
            raise ValueError(f"starts_on must be before ends_on: {self.starts_on} .. {self.ends_on}")
        return self


class Option(Model):
    """A ready answer and the facts that choosing it sets (null: asked and not known)."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    label: str = Field(min_length=1, max_length=40)
    set: dict[str, Any] | None = None


class Variant(Model):
    """Other words for a question where the case makes the usual ones beside the point."""

    when: dict[str, Any] = Field(min_length=1)
    """Facts that must be just so; `problems` compares those that have a programme."""
    text: str = Field(min_length=1)
    spoken: str = Field(min_length=1)
    help: str = Field(min_length=1)


class Question(Model):
    """How a fact is asked for: in writing, read aloud, and why."""

    text: str = Field(min_length=1)
    spoken: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    help: str = Field(min_length=1)
    options: list[Option]
    variants: list[Variant] = []
    """The first that fits the case is asked instead."""


class Fact(Model):
    """One fact of a conversation."""

    id: str
    type: FactType
    label: str
    values: dict[str, str] = {}
    """Values of a choice with the words for a person."""
    abroad: bool = False
    """Whether only a matter abroad has it: who tells it is within our scope."""
    low: int | None = None
    high: int | None = None
    questions: dict[str, Question] = {}
    """By part: `default`, or a programme's id for `costs`, or the field that is missing."""

    @model_validator(mode="after")
    def _typed(self) -> Fact:
        if (self.type == "choice") != bool(self.values):
            raise ValueError("a choice, and only a choice, lists its values")
        if (self.type == "integer") != (self.low is not None and self.high is not None):
            raise ValueError("an integer, and only an integer, has low and high")
        return self


class FactsFile(Model):
    """`facts.yml`: in the natural order of asking, with the vocabularies of its lists."""

    facts: list[Fact]
    boolean_options: dict[Literal["yes", "no", "unknown"], str]
    """Labels of the options of a boolean that lists none of its own."""
    order: list[str]
    """`fact` or `fact.part`, in the order that a good adviser would ask."""
    right_types: dict[str, str]
    procedure_kinds: dict[str, str]
    countries: dict[str, str]


class Problem(Model):
    """One kind of trouble or plan, in a person's words."""

    id: str
    label: str
    situation: str
    """What a person would choose in the menu."""
    overlaps: dict[str, str] = {}
    """With which other problem it is confused, and the sentence that tells them apart."""


class ProblemsFile(Model):
    """`problems.yml`."""

    problems: list[Problem]


class Contact(Model):
    """A telephone number or address that people can turn to."""

    name: str
    phone: str | None
    email: str | None
    basis: Basis


class DeskFile(Model):
    """`desk.yml`: the INPIT desk, the opening and the other doors."""

    id: Literal["inpit_desk"]
    name: str
    phone: str
    email: str
    basis: Basis
    services: list[Sourced]
    others: list[Contact]
    opening: str
    reasons: dict[str, str]


class FaqEntry(Model):
    """A question that people ask, and its answer with the source and the year it is of."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    question: str
    variants: list[str] = []
    answer: str
    fiscal_year: int | None = None
    basis: list[Basis] = Field(min_length=1)


class FaqFile(Model):
    """`faq.yml`."""

    entries: list[FaqEntry]
