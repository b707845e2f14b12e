"""The advice on the facts so far, and ready answers to what it asks next."""

from __future__ import annotations

from typing import Any

from actions import settings
from actions.case import Facts
from actions.message import ANSWER
from actions.wording import text
from knowledge import assess

NOTES = "notes"
"""Slot with keys of texts that go with the advice as further assumptions."""


def advice_on(facts: Facts, notes: list[str] | None = None) -> dict[str, Any]:
    """The advice JSON (docs/engine.md) of today."""
    advice = assess(facts, settings.fiscal_year(), settings.today()).to_json()
    advice["assumptions"] += [text(note) for note in notes or []]
    return advice


def open_question(facts: Facts) -> dict[str, Any] | None:
    """`next` of the advice."""
    found: dict[str, Any] | None = advice_on(facts)["next"]
    return found


def buttons(question: dict[str, Any]) -> list[dict[str, str]]:
    """Ready answers as Rasa buttons."""
    return [button(option["id"], option["label"]) for option in question["options"]]


def button(option: str, label: str) -> dict[str, str]:
    """A Rasa button; the payload names the option by id."""
    return {"title": label, "payload": f'/{ANSWER}{{"option": "{option}"}}'}
