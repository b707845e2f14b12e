"""Who is logged in: a random cookie, its hash here, a token against forged requests, the lock when idle."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.staff.accounts import Account
from bot.channels.staff.tables import accounts, sessions

_SEEN_EVERY = 20
"""Seconds between two notes of activity: not every request needs a write."""


# Made once: every request of the console reads it.
_LIVE = (
    select(sessions, accounts, sessions.c.created_at.label("begun_at"))
    .join(accounts, accounts.c.name == sessions.c.account)
    .where(sessions.c.token == bindparam("hash"), sessions.c.created_at >= bindparam("oldest"))
)


@dataclass(frozen=True)
class Session:
    """One login."""

    token: str
    """Hash of the cookie."""
    account: Account
    csrf: str
    begun_at: int
    idle: bool
    """Whether nothing was done for so long that the password is asked for again."""

    def allows(self, token: str) -> bool:
        """Whether a request carries this session's token against forged requests."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())


class Sessions:
    """Blocking: call it in a worker thread. Every method may raise `StoreAwayError`."""

    def __init__(
        self, database: Database, *, idle_seconds: int, lifetime: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._idle_seconds = idle_seconds
        self._lifetime = lifetime
        self._clock = clock

    def begin(self, account: str) -> str:
        """Log somebody in; returns the cookie."""
        cookie, now = secrets.token_urlsafe(32), int(self._clock())
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.created_at < now - self._lifetime))
            connection.execute(
                insert(sessions).values(
                    token=_hash(cookie),
                    account=account,
                    csrf=secrets.token_urlsafe(32),
                    created_at=now,
                    seen_at=now,
                )
            )
        return cookie

    def read(self, cookie: str, *, active: bool = True) -> Session | None:
        """The session of a cookie, or None.

        Args:
            cookie: As it came.
            active: Whether somebody did something; a page that asks by itself keeps nobody logged in.
        """
        now = int(self._clock())
        oldest = now - self._lifetime
        with self._database.reading() as connection:
            row = connection.execute(_LIVE, {"hash": _hash(cookie), "oldest": oldest}).one_or_none()
        if row is None or row.disabled:
            return None
        idle = now - row.seen_at > self._idle_seconds
        if active and not idle and now - row.seen_at >= _SEEN_EVERY:
            self.unlock(row.token)
        account = Account(row.name, row.display, row.role, bool(row.disabled), bool(row.shortcuts))
        return Session(row.token, account, row.csrf, row.begun_at, idle)

    def unlock(self, token: str) -> None:
        """Note that somebody is there (again)."""
        self._seen(token, int(self._clock()))

    def lock(self, token: str) -> None:
        """Ask for the password at the next request, as if nobody had been there for long."""
        self._seen(token, 0)

    def end(self, token: str) -> None:
        """Log out."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token == token))

    def _seen(self, token: str, at: int) -> None:
        with self._database.writing() as connection:
            connection.execute(update(sessions).where(sessions.c.token == token).values(seen_at=at))


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
