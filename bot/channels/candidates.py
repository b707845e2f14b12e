"""Sentences that may be learned from: the one form in which they leave the tables.

The console's export and the review queue of `python -m bot.learn` are both files of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import yaml

from bot.channels.masking import HIDDEN, mask
from bot.channels.staff.examples import Example
from bot.text import normalise


@dataclass(frozen=True)
class Candidate:
    """A sentence that may be learned from."""

    text: str
    intent: str | None
    origin: str
    """`corrected` by an operator, or `misunderstood`."""
    accept: bool = False


def corrected(examples: Iterable[Example]) -> list[Candidate]:
    """What a supervisor took: accepted where it was said what was meant, else to be decided."""
    return [
        Candidate(without_names(one.text), one.meant, "corrected", accept=one.meant is not None)
        for one in examples
        if one.review == "accepted"
    ]


def without_names(text: str) -> str:
    """One line as it would stand in the training data, without the personal data that masking knows."""
    return normalise(mask(text, HIDDEN))


def to_yaml(candidates: Iterable[Candidate]) -> str:
    """A list of rows with `text`, `intent`, `origin` and `accept`, for a person to edit."""
    rows = [asdict(candidate) for candidate in candidates]
    return yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=1000)
