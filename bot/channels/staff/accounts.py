"""Accounts of the people who take calls: names, roles, passwords, and the lock after wrong ones."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.staff.tables import accounts, attempts, sessions

Role = Literal["operator", "supervisor"]
ROLES: tuple[Role, ...] = ("operator", "supervisor")

MOST_WRONG = 5
"""Wrong passwords in a row after which a name is locked."""
LOCK_SECONDS = 15 * 60
SHORTEST_PASSWORD = 12
_LONGEST_PASSWORD = 256
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class AccountError(Exception):
    """An account cannot be made or changed so; the message says why and what may be."""


class WrongPasswordError(Exception):
    """Name and password do not belong together."""


class LockedError(Exception):
    """Too many wrong passwords.

    Attributes:
        until: When the name may be tried again, seconds since 1970.
    """

    def __init__(self, until: int) -> None:
        super().__init__(str(until))
        self.until = until


@dataclass(frozen=True)
class Account:
    """One person of the staff."""

    name: str
    display: str
    role: Role
    disabled: bool
    shortcuts: bool

    @property
    def supervises(self) -> bool:
        """Whether everything may be seen and reviewed."""
        return self.role == "supervisor"


class Accounts:
    """Blocking: call it in a worker thread. Every method may raise `StoreAwayError`."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """Verified where there is no account, so that the time taken does not tell."""
        return self._hasher.hash("nobody")

    def add(self, name: str, display: str, role: Role, password: str) -> None:
        """Make an account.

        Raises:
            AccountError: If the name is taken, or name, role or password are not what they may be.
        """
        if not _NAME.fullmatch(name):
            raise AccountError(f"a name is 1 to 64 of a-z 0-9 . _ -, found {name!r}")
        if role not in ROLES:
            raise AccountError(f"a role is one of {', '.join(ROLES)}, found {role!r}")
        values = {
            "name": name,
            "display": display.strip()[:80] or name,
            "role": role,
            "password": self._hashed(password),
            "disabled": False,
            "shortcuts": True,
            "created_at": int(self._clock()),
        }
        with self._database.writing() as connection:
            if _row(connection, name) is not None:
                raise AccountError(f"there is an account {name!r} already")
            connection.execute(insert(accounts).values(values))

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password, end its sessions and its lock.

        Raises:
            AccountError: If there is no such account or the password cannot be used.
        """
        self._change(name, password=self._hashed(password))

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Close an account, or open it again; its sessions end.

        Raises:
            AccountError: If there is no such account.
        """
        self._change(name, disabled=disabled)

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role; its sessions end.

        Raises:
            AccountError: If there is no such account or role.
        """
        if role not in ROLES:
            raise AccountError(f"a role is one of {', '.join(ROLES)}, found {role!r}")
        self._change(name, role=role)

    def set_shortcuts(self, name: str, on: bool) -> None:
        """Switch the console's keys on or off for an account."""
        with self._database.writing() as connection:
            connection.execute(update(accounts).where(accounts.c.name == name).values(shortcuts=on))

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._database.reading() as connection:
            return [_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.name))]

    def display(self, names: set[str]) -> dict[str, str]:
        """Names to show, by account."""
        wanted = select(accounts.c.name, accounts.c.display).where(accounts.c.name.in_(names))
        with self._database.reading() as connection:
            return dict(connection.execute(wanted).all())

    def verified(self, name: str, password: str) -> Account:
        """The account of a name and its password.

        Raises:
            WrongPasswordError: If they do not belong together, or the account is closed.
            LockedError: If that was one wrong password too many, or the name is locked already.
        """
        name = name.strip().lower()[:64]
        now = int(self._clock())
        with self._database.reading() as connection:
            tried = connection.execute(select(attempts).where(attempts.c.name == name)).one_or_none()
            row = _row(connection, name)
        if tried is not None and tried.locked_until > now:
            raise LockedError(tried.locked_until)
        # Slow on purpose, so outside of any transaction.
        fits = self._fits(row.password if row else self._nobody, password) and row is not None
        if fits and not row.disabled:
            self._forget_attempts(name)
            return _account(row)
        until = self._note_wrong(name, now)
        if until:
            raise LockedError(until)
        raise WrongPasswordError

    def _fits(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[:_LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False

    def _note_wrong(self, name: str, now: int) -> int:
        """Count one more; returns until when the name is locked, or 0."""
        with self._database.writing() as connection:
            # What was tried long ago counts no more, and the table does not grow for ever.
            connection.execute(delete(attempts).where(attempts.c.last_at < now - LOCK_SECONDS))
            row = connection.execute(select(attempts).where(attempts.c.name == name)).one_or_none()
            failed = (row.failed if row else 0) + 1
            until = now + LOCK_SECONDS if failed >= MOST_WRONG else 0
            values = {"failed": failed, "last_at": now, "locked_until": until}
            if row is None:
                connection.execute(insert(attempts).values(name=name, **values))
            else:
                connection.execute(update(attempts).where(attempts.c.name == name).values(values))
        return until

    def _forget_attempts(self, name: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.name == name))

    def _hashed(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
            raise AccountError(
                f"a password has {SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters, found {len(password)}"
            )
        return self._hasher.hash(password)

    def _change(self, name: str, **values: Any) -> None:
        with self._database.writing() as connection:
            done = connection.execute(update(accounts).where(accounts.c.name == name).values(values))
            if done.rowcount == 0:
                raise AccountError(f"there is no account {name!r}")
            connection.execute(delete(sessions).where(sessions.c.account == name))
            connection.execute(delete(attempts).where(attempts.c.name == name))


def _row(connection: Any, name: str) -> Any:
    return connection.execute(select(accounts).where(accounts.c.name == name)).one_or_none()


def _account(row: Any) -> Account:
    return Account(row.name, row.display, row.role, bool(row.disabled), bool(row.shortcuts))
