"""The advice as cards of plain text, the same for every vendor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.channels.inbox.texts import InboxTexts
from bot.channels.texts import Texts
from bot.channels.web.wording import Wording

_MOST = 8
"""Lines of one kind on a card; the rest stands in the consultation sheet."""


@dataclass(frozen=True)
class Card:
    """One programme, or the desk.

    Attributes:
        title: Number and name.
        verdict: The verdict in words; empty for the desk.
        kind: `likely`, `unclear`, `unlikely` or `desk`.
        figures: Label and value of each amount.
        sections: Heading and lines.
        small: What is written small.
    """

    title: str
    verdict: str
    kind: str
    figures: list[tuple[str, str]]
    sections: list[tuple[str, list[str]]]
    small: list[str]

    def summary(self) -> str:
        """The card in one line, where cards are not shown."""
        figures = "、".join(f"{label} {value}" for label, value in self.figures[:2])
        return "：".join(filter(None, [self.title, self.verdict, figures])) + "。"


class Cards:
    """Makes the cards of an advice."""

    def __init__(self, texts: Texts, own: InboxTexts, wording: Wording) -> None:
        self._texts = texts
        self._own = own
        self._words = own.card
        self._wording = wording

    def of(self, advice: dict[str, Any]) -> list[Card]:
        """A card for each programme, then the desk's."""
        return [self._route(route, advice) for route in advice["routes"]] + [self._desk(advice)]

    def _route(self, route: dict[str, Any], advice: dict[str, Any]) -> Card:
        unlikely = route["verdict"] == "unlikely"
        estimate = None if unlikely else route["estimate"]
        sections = [(self._words["conditions"], self._conditions(route))]
        if estimate:
            sections.append((self._words["steps"], self._steps(estimate)))
        if not unlikely:
            sections.append((self._words["apply_at"], _places(route)))
        sections.append((self._words["sources"], _sources(route)))
        return Card(
            title=f"{route['number']} {route['name']}",
            verdict=self._texts.verdicts[route["verdict"]],
            kind=route["verdict"],
            figures=[] if unlikely else self._figures(route),
            sections=[(heading, self._most(lines)) for heading, lines in sections if lines],
            small=[] if unlikely else [self._words["provisional"].format(year=advice["fiscal_year"])],
        )

    def _desk(self, advice: dict[str, Any]) -> Card:
        desk = advice["desk"]
        lines = [f"{self._words['phone']} {desk['phone']}", f"{self._words['mail']} {desk['email']}"]
        sections = [("", [desk["reason"]] if desk.get("reason") else []), ("", lines)]
        if advice["assumptions"]:
            sections.append((self._words["assumptions"], self._most([str(a) for a in advice["assumptions"]])))
        name = f"{self._words['desk']}：{desk['name']}"
        return Card(name, "", "desk", [], [section for section in sections if section[1]], [])

    def _figures(self, route: dict[str, Any]) -> list[tuple[str, str]]:
        words, yen = self._words, self._wording.yen
        estimate, ceiling = route["estimate"], route["ceiling"]
        if estimate:
            figures = [(words["amount"], yen([estimate["low_yen"], estimate["high_yen"]]))]
            own = self._wording.own_share(estimate)
            if own:
                figures.append((words["own_share"], own))
            figures.append((words["rate"], estimate["rate"]))
            return figures
        if ceiling:
            note = words["ceiling_note"].format(cost=yen(ceiling["cost_yen"]))
            return [(words["ceiling"], f"{yen(ceiling['subsidy_yen'])}（{note}）")]
        return []

    def _conditions(self, route: dict[str, Any]) -> list[str]:
        return [
            f"{self._texts.results[condition['result']]}：{condition['text']}"
            for condition in route["conditions"]
            if condition["result"] != "met"
        ]

    def _steps(self, estimate: dict[str, Any]) -> list[str]:
        steps = [
            f"{step['label']}：{step['expression']} ＝ {self._wording.yen(step['result_yen'])}"
            for step in estimate["steps"]
        ]
        cap = estimate["binding_cap"]
        return [*steps, self._texts.caps[cap]] if cap else steps

    def _most(self, lines: list[str]) -> list[str]:
        more = len(lines) - _MOST
        return [*lines[:_MOST], self._words["more"].format(count=more)] if more > 0 else lines


def _places(route: dict[str, Any]) -> list[str]:
    return [
        f"{place['name']}（{place['window']}）" if place.get("window") else place["name"]
        for place in route.get("apply_at", [])
    ]


def _sources(route: dict[str, Any]) -> list[str]:
    bases = [condition["basis"] for condition in route["conditions"]]
    bases += [step["basis"] for step in (route["estimate"] or {}).get("steps", []) if step.get("basis")]
    return list(dict.fromkeys(basis["document"] for basis in bases if basis.get("document")))
