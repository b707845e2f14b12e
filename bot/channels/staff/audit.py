"""Who saw or changed which case, and who was refused. Never what a caller said."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.staff.tables import audit

VIEWED = "viewed"
_LONGEST = 200


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    at: int
    account: str
    action: str
    case: str | None
    detail: str


def note(connection: Any, at: int, account: str, action: str, case: str | None, detail: str) -> None:
    """Keep one line in a transaction under way: with what it tells of, or not at all."""
    line = {"at": at, "account": account[:64], "action": action, "case": case, "detail": detail[:_LONGEST]}
    connection.execute(insert(audit).values(line))


class Audit:
    """Blocking: call it in a worker thread. Every method may raise `StoreAwayError`."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def note(self, account: str, action: str, case: str | None = None, detail: str = "") -> None:
        """Keep one line; it can only be added to."""
        with self._database.writing() as connection:
            note(connection, int(self._clock()), account, action, case, detail)

    def note_viewed(self, account: str, case: str, since: int) -> None:
        """Note that somebody saw a case, unless that was noted since."""
        seen = select(audit.c.id).where(
            audit.c.case == case, audit.c.account == account, audit.c.action == VIEWED, audit.c.at >= since
        )
        with self._database.reading() as connection:
            noted = connection.execute(seen.limit(1)).scalar() is not None
        if not noted:
            self.note(account, VIEWED, case)

    def note_each(self, account: str, action: str, cases: list[str], detail: str) -> None:
        """Keep a line for each of many cases that somebody saw at once."""
        row = {"at": int(self._clock()), "account": account, "action": action, "detail": detail}
        with self._database.writing() as connection:
            if cases:
                connection.execute(insert(audit), [row | {"case": case} for case in cases])

    def purge(self, before: int) -> int:
        """Delete the older lines that are of no case; returns how many. Those of a case go with it."""
        old = delete(audit).where(audit.c.at < before, audit.c.case.is_(None))
        with self._database.writing() as connection:
            deleted: int = connection.execute(old).rowcount
        return deleted

    def newest(self, count: int, case: str | None = None) -> list[Entry]:
        """The last lines, newest first, of all cases or of one."""
        wanted = select(audit).order_by(audit.c.id.desc()).limit(count)
        if case is not None:
            wanted = wanted.where(audit.c.case == case)
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            return [Entry(row.at, row.account, row.action, row.case, row.detail) for row in rows]
