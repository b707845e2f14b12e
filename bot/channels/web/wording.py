"""Facts and figures in words, for the consultation sheet."""

from __future__ import annotations

from typing import Any

from bot.channels.texts import Texts
from knowledge import Knowledge


class Wording:
    """Says facts and amounts the way a person reads them."""

    def __init__(self, knowledge: Knowledge, texts: Texts, fiscal_year: int) -> None:
        self._knowledge = knowledge
        self._values = texts.values
        year = knowledge.years.get(fiscal_year)
        self._programmes = {id_: item.name for id_, item in year.programmes.items()} if year else {}

    def label(self, fact: str) -> str:
        """The name of a fact."""
        known = self._knowledge.facts.get(fact)
        return known.label if known else fact

    def yen(self, amount: int | list[int]) -> str:
        """An amount, or a range of amounts."""
        low, high = amount if isinstance(amount, list) else (amount, amount)
        if low == high:
            return self._values["yen"].format(amount=f"{low:,}")
        return self._values["yen_range"].format(low=f"{low:,}", high=f"{high:,}")

    def own_share(self, estimate: dict[str, Any]) -> str | None:
        """What the company bears itself of an estimate's cost, or None where a cost is not known."""
        low, high = estimate["self_burden_low_yen"], estimate["self_burden_high_yen"]
        return None if low is None else self.yen([low, low if high is None else high])

    def value(self, fact: str, value: Any) -> list[str]:
        """The value of a fact, a line for each of its entries."""
        if value is None:
            return [self._values["asked"]]
        if isinstance(value, bool):
            return [self._values["yes" if value else "no"]]
        if isinstance(value, dict):
            return [f"{self._programmes.get(key, key)}: {self._cost(cost)}" for key, cost in value.items()]
        if isinstance(value, list):
            return [self._entry(fact, entry) for entry in value]
        if isinstance(value, int):
            return [self.yen(value) if fact.endswith("_yen") else f"{value:,}"]
        known = self._knowledge.facts.get(fact)
        return [known.values.get(value, value) if known else str(value)]

    def _entry(self, fact: str, entry: Any) -> str:
        if isinstance(entry, dict):
            return self._case(entry)
        if fact == "problems":
            problem = self._knowledge.problems.get(entry)
            return problem.label if problem else str(entry)
        return self._knowledge.vocabulary.countries.get(entry, str(entry))

    def _case(self, entry: dict[str, Any]) -> str:
        vocabulary = self._knowledge.vocabulary
        words = [
            vocabulary.right_types.get(entry.get("right_type") or "", ""),
            vocabulary.procedure_kinds.get(entry.get("kind") or "", ""),
        ]
        if entry.get("count") is not None:
            words.append(self._values["cases"].format(count=entry["count"]))
        words.append(self._values["each"].format(cost=self._cost(entry.get("cost_yen"))))
        return " ".join(filter(None, words))

    def _cost(self, cost: Any) -> str:
        return self._values["unknown"] if cost is None else self.yen(cost)
