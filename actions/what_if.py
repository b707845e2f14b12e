"""What would be if something were otherwise: told beside the case, which stays as it is."""

from __future__ import annotations

from dataclasses import replace

from actions.case import Facts
from actions.message import Message
from actions.offers import APPLY, chosen_offer
from actions.replies import is_supposed, supposed_facts
from actions.understanding import understand
from knowledge import check_facts, load_knowledge

_READ_ALL = "correct"
"""Act under which a message may replace whatever was said before."""


def supposed(message: Message, facts: Facts) -> Facts | None:
    """The facts as a message supposes them.

    Args:
        message: The message.
        facts: Facts of the case.

    Returns:
        The facts, equal to those of the case where nothing of it is recognised; None where the message
        supposes nothing, or there is no case yet.
    """
    if not facts.get("problems") or not is_supposed(message.text):
        return None
    found = understand(replace(message, intent=_READ_ALL, confidence=1.0), facts, None).facts
    return check_facts(
        found | supposed_facts(message.text) | {"problems": facts["problems"]}, load_knowledge()
    )


def latest_supposition(earlier: list[Message], facts: Facts) -> Facts | None:
    """The facts as they were supposed last, or None where nothing was, or it holds already."""
    for message in reversed(earlier):
        if chosen_offer(message) == APPLY:
            return None
        found = supposed(message, facts)
        if found is not None:
            return found
    return None
