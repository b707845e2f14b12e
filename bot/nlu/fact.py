"""The common currency of the extractors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fact:
    """Something a text says: an entity of Rasa without the name of its extractor.

    Attributes:
        entity: Name of the fact, or of the quantity that becomes one.
        value: As the fact's type wants it; JSON.
        start: Offset of the first character that says it.
        end: Offset behind the last one.
        group: What belongs together shares a group ("1", "2" …), None where it belongs to nothing.
    """

    entity: str
    value: Any
    start: int
    end: int
    group: str | None = None
