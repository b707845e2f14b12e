"""Slack's way to write text, out and in."""

from __future__ import annotations

import re

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ADDRESS = re.compile(r"https?://[!-;=?-~]+")
# <@U…> and <!here> call somebody; <#C…|name> and <https://…|words> have words to read.
_CALLED = re.compile(r"<[@!][^>]*>")
_LINKED = re.compile(r"<(?P<target>[^>|]*)(\|(?P<words>[^>]*))?>")


def escaped(text: str) -> str:
    """Text that Slack shows as it is."""
    for char, entity in _ENTITIES.items():
        text = text.replace(char, entity)
    return text


def shown(text: str) -> str:
    """Text that Slack shows as it is, but for addresses, which can be followed."""
    return _ADDRESS.sub(lambda address: f"<{address[0]}>", escaped(text))


def typed(text: str) -> str:
    """What a person typed, from what Slack makes of it; who was mentioned is left out."""
    text = _LINKED.sub(lambda link: link["words"] or link["target"], _CALLED.sub(" ", text))
    for char, entity in reversed(_ENTITIES.items()):
        text = text.replace(entity, char)
    return text.strip()
