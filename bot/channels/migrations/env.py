"""What Alembic runs to make a step, on the connection it is given or on that of the settings."""

from __future__ import annotations

from typing import Any

from alembic import context

from bot.channels.database import Database
from bot.channels.migrations import all_tables
from bot.channels.settings import Settings


def _run(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=all_tables(),
        # SQLite cannot alter a table: it is copied.
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    # `alembic revision --autogenerate`, by a developer.
    database = Database(Settings().database)
    with database.writing() as own:
        _run(own)
    database.close()
