"""Problems that an operator called wrong: examples for review, never learned from by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import insert, select, update  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.masking import mask
from bot.channels.staff.tables import examples

Review = Literal["accepted", "rejected"]


@dataclass(frozen=True)
class Example:
    """Words, the problem that was found in them, and the one that was meant if the operator knew."""

    id: int
    case: str
    text: str
    found: str
    meant: str | None
    account: str
    created_at: int
    review: Review | None
    reviewed_by: str | None
    reviewed_at: int | None


class Examples:
    """Blocking: call it in a worker thread. Every method may raise `StoreAwayError`."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def add(self, case: str, text: str, found: str, meant: str | None, account: str) -> None:
        """Keep an example: what shows how people speak, not who spoke."""
        with self._database.writing() as connection:
            connection.execute(
                insert(examples).values(
                    case=case,
                    text=mask(text),
                    found=found,
                    meant=meant,
                    account=account,
                    created_at=int(self._clock()),
                )
            )

    def all(self, review: Review | None = None) -> list[Example]:
        """Every example, newest first; or those with one result of the review."""
        wanted = select(examples).order_by(examples.c.id.desc())
        if review is not None:
            wanted = wanted.where(examples.c.review == review)
        with self._database.reading() as connection:
            return [Example(**row._mapping) for row in connection.execute(wanted)]

    def review(self, id: int, review: Review, text: str, meant: str | None, account: str) -> bool:
        """Take an example as training data, or not; words that name somebody can be changed before.

        Returns:
            Whether there is such an example.
        """
        values = {
            "review": review,
            "text": text,
            "meant": meant,
            "reviewed_by": account,
            "reviewed_at": int(self._clock()),
        }
        with self._database.writing() as connection:
            done = connection.execute(update(examples).where(examples.c.id == id).values(values))
            return bool(done.rowcount)
