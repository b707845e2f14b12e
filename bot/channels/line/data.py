"""What stands in the data of a postback: at most 300 characters, so ids only."""

from __future__ import annotations

from bot.channels.inbox.events import Kind
from bot.channels.inbox.texts import COMMAND

_OPTION, _COMMAND = "option:", "command:"


def postback_data(option: str) -> str:
    """The data of the button of an option, or of one of our own."""
    return _COMMAND + option[len(COMMAND) :] if option.startswith(COMMAND) else _OPTION + option


def meaning(data: str) -> tuple[Kind, str] | None:
    """What a postback stands for; None if it is not one of ours."""
    if data.startswith(_OPTION):
        return "choice", data[len(_OPTION) :]
    if data.startswith(_COMMAND):
        return "command", data[len(_COMMAND) :]
    return None
