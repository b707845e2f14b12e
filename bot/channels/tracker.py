"""Rasa's memory of a conversation, as far as we touch it: to make it forget."""

from __future__ import annotations

import json
import time

from sqlalchemy import column, delete, func, inspect, select, table, update  # type: ignore[import-untyped]

from bot.channels.database import Database

# Rasa's SQLTrackerStore keeps every event of a conversation here, under the sender's id.
_EVENTS = table("events", *map(column, ("id", "sender_id", "type_name", "timestamp", "data")))


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
        self._database.wipe_remains()

    def take_back(self, conversation: str, number: int) -> None:
        """Take the words out of a person's message; what was understood of it stays.

        Raises:
            StoreAwayError: If Rasa's database cannot be written.
        """
        said = (_EVENTS.c.sender_id == conversation) & (_EVENTS.c.type_name == "user")
        with self._database.writing() as connection:
            if not inspect(connection).has_table(_EVENTS.name):
                return
            for row in connection.execute(select(_EVENTS.c.id, _EVENTS.c.data).where(said)).all():
                event = json.loads(row.data)
                if (event.get("metadata") or {}).get("message") != number:
                    continue
                event["text"] = event.setdefault("parse_data", {})["text"] = ""
                changed = update(_EVENTS).where(_EVENTS.c.id == row.id)
                connection.execute(changed.values(data=json.dumps(event, ensure_ascii=False)))
            # Rasa keeps the conversation in its process as long as the newest row is the same.
            newest = select(func.max(_EVENTS.c.id)).where(_EVENTS.c.sender_id == conversation)
            seen = update(_EVENTS).where(_EVENTS.c.id == newest.scalar_subquery())
            connection.execute(seen.values(timestamp=time.time()))
        self._database.wipe_remains()
