"""Engines and transactions, and what a database that is away looks like to the rest."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from typing import Any

from sqlalchemy import create_engine, event  # type: ignore[import-untyped]
from sqlalchemy import exc as sa_exc
from sqlalchemy.engine import make_url  # type: ignore[import-untyped]
from sqlalchemy.pool import QueuePool  # type: ignore[import-untyped]

_LOCK_SECONDS = 5
# These are mistakes of ours, not a database that is away.
_MISTAKES = (sa_exc.IntegrityError, sa_exc.DataError, sa_exc.ProgrammingError)


class StoreAwayError(Exception):
    """The database cannot be reached, read or written at the moment."""


class Database:
    """One database, with short transactions that are safe to run from several threads.

    Attributes:
        embedded: Whether it is a file of this machine (SQLite), not a server.
    """

    def __init__(self, url: str, *, own: bool = True) -> None:
        """Connects when first used.

        Args:
            url: SQLAlchemy's URL.
            own: Whether the file, if it is one, is ours to set up; Rasa's is not.
        """
        self.embedded = make_url(url).get_backend_name() == "sqlite"
        # Parameters hold what people say: they must never reach a log through an error.
        options: dict[str, Any] = {
            "future": True,
            "hide_parameters": True,
            "pool_pre_ping": not self.embedded,
        }
        if self.embedded:
            options |= {
                "poolclass": QueuePool,
                "connect_args": {"check_same_thread": False, "timeout": _LOCK_SECONDS},
            }
        self.engine = create_engine(url, json_serializer=partial(json.dumps, ensure_ascii=False), **options)
        if self.embedded:
            event.listen(self.engine, "connect", _prepare_sqlite)
            if own:
                event.listen(self.engine, "connect", _prepare_own_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writing = self.engine.execution_options(writing=True)
        # SQLite lets one write at a time and makes the others sleep and try: some for seconds. Those of this
        # process wait for each other here instead.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.embedded else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A transaction that only reads."""
        with _translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A transaction that writes: committed at the end, or undone."""
        with self._turn, _translated(), self._writing.begin() as connection:
            yield connection

    def wipe_remains(self) -> None:
        """Take what was deleted out of SQLite's write-ahead log too."""
        if not self.embedded:
            return
        # A reader may be in the way: SQLite's own checkpoint does it later.
        with suppress(sqlite3.OperationalError), _translated(), self.engine.connect() as connection:
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _MISTAKES:
        raise
    except (sa_exc.DBAPIError, sa_exc.TimeoutError) as error:
        raise StoreAwayError(_why(error)) from error


def _why(error: Exception) -> str:
    """What may be said of an error: what a server said to a connection, but nothing of a statement."""
    original = getattr(error, "orig", None)
    name = type(original or error).__name__
    if original is None or getattr(error, "statement", None) is not None:
        return name
    lines = str(original).strip().splitlines()
    return f"{name}: {lines[-1].strip()}" if lines else name


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Our own BEGIN below; the driver would otherwise begin late and lose the race to write.
    connection.isolation_level = None
    # What is deleted is overwritten.
    connection.execute("PRAGMA secure_delete=ON")


def _prepare_own_sqlite(connection: Any, _record: Any) -> None:
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: Any) -> None:
    """Turns on the write-ahead log; SQLite does not wait by itself for another process that is about it."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _begin_sqlite(connection: Any) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
