"""The shape of channels' tables, release by release: which one a database has, and bringing it to the newest.

Alembic keeps the release in the table `alembic_version`; `versions/` holds the steps. docs/operations.md
says how to add one.
"""

from __future__ import annotations

import logging
import pkgutil
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text  # type: ignore[import-untyped]

import bot.channels
from bot.channels.database import Database

log = logging.getLogger(__name__)

_HERE = Path(__file__).parent
# Any number that no other program on the server uses for its own lock.
_ADVISORY_LOCK = 7_110_231


class MigrationMissingError(Exception):
    """The tables are older than this program; the message says what to do."""


def all_tables() -> MetaData:
    """The tables of every module of `bot.channels` that is called `tables`."""
    for module in pkgutil.walk_packages(bot.channels.__path__, f"{bot.channels.__name__}."):
        if module.name.endswith(".tables"):
            import_module(module.name)
    metadata: MetaData = import_module("bot.channels.tables").metadata
    return metadata


def prepare(database: Database) -> None:
    """Make sure that the tables are those of this program, before anything uses them.

    SQLite is brought to the newest release by itself: it belongs to this one machine. A server's database is
    shared with other processes, so that its operator says when.

    Raises:
        MigrationMissingError: If a server's database is older than this program.
        StoreAwayError: If the database cannot be used.
    """
    found = current(database)
    if found == newest():
        return
    if found is not None and found not in _known():
        # Steps only add (docs/operations.md), so the release before the newest goes on working.
        log.warning("the database is of a newer release (%s) than this program (%s)", found, newest())
        return
    if not database.embedded:
        raise MigrationMissingError(
            f"the database has release {found or 'none'} of the tables and this program needs {newest()}: "
            "back it up, then run `python -m bot.channels migrate`"
        )
    migrate(database)


def migrate(database: Database) -> tuple[str | None, str]:
    """Bring the tables to the newest release, all steps or none.

    Returns:
        The release before (None: no tables, or tables from before there were releases) and after.

    Raises:
        StoreAwayError: If the database cannot be used.
    """
    config = _config()
    # One transaction from the first look to the last step: who comes second finds all done.
    with database.writing() as connection:
        if not database.embedded:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        before = MigrationContext.configure(connection).get_current_revision()
        config.attributes["connection"] = connection
        if before is None or before in _known():
            command.upgrade(config, "head")
        return before, MigrationContext.configure(connection).get_current_revision() or ""


def current(database: Database) -> str | None:
    """The release of the tables of a database; None if it never had one."""
    with database.reading() as connection:
        release: str | None = MigrationContext.configure(connection).get_current_revision()
        return release


def newest() -> str:
    """The release that this program needs."""
    head = _scripts().get_current_head()
    assert head is not None  # noqa: S101 - `versions/` is never empty
    return head


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config
