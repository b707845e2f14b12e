"""What is said of the latest message before the next question or the advice."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions.case import Facts
from actions.faq import asks_for_meaning
from actions.message import ANSWER
from actions.offers import APPLY, chosen_offer, message_of
from actions.replies import tells_of_deadline
from actions.wording import acknowledgement, faq_text, text

NOTICED = "noticed"
"""Slot: facts taken from the latest message's own words."""
MISUNDERSTOOD = "misunderstood"
"""Slot: how many messages in a row were not understood."""
REFUSED = "refused"
"""Slot: why what was said could not be taken, or None."""
CANDIDATES = "candidates"
"""Slot: problems between which a first message left it open."""


def times_misunderstood(tracker: Tracker) -> int:
    """How many messages in a row, up to the latest, were not understood."""
    return int(tracker.get_slot(MISUNDERSTOOD) or 0)


def acknowledged(tracker: Tracker, facts: Facts) -> list[str]:
    """Sentences on what the latest message changed.

    Args:
        tracker: The conversation.
        facts: Facts after the message.
    """
    message, noticed = message_of(tracker), tracker.get_slot(NOTICED) or []
    presses = tells_of_deadline(message.text)
    lines = acknowledgement(facts, noticed, echo=message.intent != ANSWER, presses=presses)
    if message.is_problem and asks_for_meaning(message.text):
        # 海外知財訴訟保険って何ですか opens the case, and is a question all the same.
        lines.insert(0, faq_text(message.text, facts) or "")
    # What was applied before, or was never supposed, is not applied again.
    return [text("what_if_applied"), *lines] if noticed and chosen_offer(message) == APPLY else lines
