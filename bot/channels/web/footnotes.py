"""Footnotes of a page: each source once, numbered as it first appears."""

from __future__ import annotations

from typing import Any


class Footnotes:
    """Numbers the bases that a page names."""

    def __init__(self) -> None:
        self.bases: list[dict[str, Any]] = []

    def number(self, basis: dict[str, Any]) -> int:
        """The number of a basis on the page."""
        if basis not in self.bases:
            self.bases.append(basis)
        return self.bases.index(basis) + 1
