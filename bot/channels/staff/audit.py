"""Who saw or changed which case, and who was refused. Never what a caller said."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, select  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.staff.tables import audit

_LONGEST = 200


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    at: int
    account: str
    action: str
    case: str | None
    detail: str


class Audit:
    """Blocking: call it in a worker thread. Every method may raise `StoreAwayError`."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def note(self, account: str, action: str, case: str | None = None, detail: str = "") -> None:
        """Keep one line; it can only be added to."""
        with self._database.writing() as connection:
            connection.execute(
                insert(audit).values(
                    at=int(self._clock()),
                    account=account[:64],
                    action=action,
                    case=case,
                    detail=detail[:_LONGEST],
                )
            )

    def newest(self, count: int, case: str | None = None) -> list[Entry]:
        """The last lines, newest first, of all cases or of one."""
        wanted = select(audit).order_by(audit.c.id.desc()).limit(count)
        if case is not None:
            wanted = wanted.where(audit.c.case == case)
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            return [Entry(row.at, row.account, row.action, row.case, row.detail) for row in rows]
