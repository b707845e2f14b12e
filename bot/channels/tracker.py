"""Rasa's memory of a conversation, as far as we touch it: to make it forget."""

from __future__ import annotations

from sqlalchemy import column, delete, inspect, table  # type: ignore[import-untyped]

from bot.channels.database import Database

# Rasa's SQLTrackerStore keeps every event of a conversation here, under the sender's id.
_EVENTS = table("events", column("sender_id"))


class Tracker:
    """Blocking: call it in a worker thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, conversation: str) -> None:
        """Delete all events of a conversation.

        Raises:
            StoreAwayError: If Rasa's database cannot be written.
        """
        with self._database.writing() as connection:
            # Rasa makes the table when it first starts.
            if inspect(connection).has_table(_EVENTS.name):
                connection.execute(delete(_EVENTS).where(_EVENTS.c.sender_id == conversation))
