"""What is said in a conversation, as the store, every channel and the report pass it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["person", "bot"]
Options = list[dict[str, str]]


@dataclass(frozen=True)
class Message:
    """One message of a conversation; `number` counts within it."""

    number: int
    role: Role
    text: str
    created_at: int
    options: Options
    answered: bool | None
    """Of a person's message: whether an answer was given. None for the bot's."""
    choice: str | None = None
    key: str | None = None
    final: bool = False
    """Of the bot's: whether it ends a turn that brought advice, was understood and leaves nothing to ask."""
    repeated: bool = False
    """Of a person's: whether it was said before and is said again now."""


@dataclass(frozen=True)
class Said:
    """What a person said: typed text, or an option they chose."""

    text: str | None
    """None for an option: what it is labelled with stands where it was offered."""
    choice: str | None = None
    key: str | None = None
    """The sender's own name for this message: the same one is never answered twice."""


@dataclass(frozen=True)
class Reply:
    """What the bot says."""

    text: str
    options: Options


@dataclass(frozen=True)
class Noted:
    """What the report needs of a turn."""

    understood: bool
    asked: str | None
    """The fact that is asked for after it."""
    milliseconds: int
    """From the message to its answer."""


@dataclass(frozen=True)
class Transcript:
    """A whole conversation."""

    conversation: str
    created_at: int
    messages: list[Message]
    advice: dict[str, Any] | None
    ratings: dict[int, bool]
    """By number of the message: whether it was of use."""
