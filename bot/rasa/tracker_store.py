"""Rasa's memory of conversations in SQL, at a cost for each turn that does not grow with the conversation.

Three things differ from Rasa's own. Where the database is away, a turn is lost; Rasa's own begins anew.
What lies far back is thinned out to the events that still count. And a conversation stays in this process
after its turn, for the next one, unless another process has written to it meanwhile.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy
from rasa.core.tracker_store import SQLTrackerStore, create_engine_kwargs
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import delete, event, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.session import sessionmaker
from sqlalchemy.pool import QueuePool

from bot.rasa.events import lighten, superseded, turns
from bot.rasa.failures import TurnLostError

LONGEST, SHORTEST = 16, 8
"""Turns of a conversation that are kept whole: thinned out beyond the first number, down to the second."""
REMEMBERED = 300
"""Conversations kept in this process, the latest ones; a long one takes a quarter of a megabyte."""


class _Remembered(NamedTuple):
    """A conversation as it stood in the database up to its newest row, named by number and time."""

    newest: tuple[int, float] | None
    tracker: DialogueStateTracker


class ConsultationTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store, which outlives a restart of the database server."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        url = self.engine.url
        self.engine.dispose()
        own: dict[str, Any] = create_engine_kwargs(url)
        embedded = self.engine.dialect.name == "sqlite"
        if embedded:
            # Rasa's own opens the file anew for each transaction.
            own = {"poolclass": QueuePool, "connect_args": {"check_same_thread": False}}
        # Rasa's own engine takes connections that a restart of the server has ended.
        self.engine = sqlalchemy.create_engine(url, pool_pre_ping=not embedded, hide_parameters=True, **own)
        if embedded:
            event.listen(self.engine, "connect", _prepare_sqlite)
        self.sessionmaker = sessionmaker(bind=self.engine)
        self._rows = self.SQLEvent.__table__
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, or None if there is none; `TurnLostError` if nobody can say."""
        with _lost():
            # Taken out: if the turn fails, what it did to the tracker must not be seen again.
            remembered = self._remembered.pop(sender_id, None)
            with self.engine.connect() as connection:
                newest = self._newest(connection, sender_id)
            if newest is None:
                return None
            if remembered is not None and remembered.newest == newest:
                return remembered.tracker
            tracker = await super().retrieve(sender_id)
            if tracker is not None:
                lighten(tracker.events)
                tracker.kept_events = len(tracker.events)
            return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The conversation as it was written, with all that was said; `TurnLostError` if nobody can say."""
        with _lost():
            return await super().retrieve_full_tracker(conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """All new events in one transaction; `TurnLostError` if they were not kept."""
        with _lost():
            await self.stream_events(tracker)
            kept = getattr(tracker, "kept_events", 0 if not tracker.events else None)
            if kept is None:
                # Not from here: Rasa's own way finds out what is new in it.
                await super().save(tracker)
                return
            new = list(tracker.events)[kept:]
            with self.engine.begin() as connection:
                if new:
                    connection.execute(insert(self._rows), [_row(tracker.sender_id, one) for one in new])
                lighten(tracker.events)
                if turns(tracker.events) > LONGEST:
                    tracker = self._thinned_out(connection, tracker)
                newest = self._newest(connection, tracker.sender_id)
            tracker.kept_events = len(tracker.events)
            self._remember(newest, tracker)

    def _thinned_out(self, connection: Any, tracker: DialogueStateTracker) -> DialogueStateTracker:
        """The conversation without the events that no longer count, here and in the database."""
        events = list(tracker.events)
        gone = superseded(events, SHORTEST)
        ids = connection.execute(
            select(self._rows.c.id)
            .where(self._rows.c.sender_id == tracker.sender_id)
            .order_by(self._rows.c.id.desc())
            .limit(len(events))
        )
        rows = list(reversed(ids.scalars().all()))
        if len(rows) != len(events):
            # Another process has written: it is thinned out when it is read again.
            return tracker
        dead = [rows[place] for place in gone]
        connection.execute(delete(self._rows).where(self._rows.c.id.in_(dead)))
        before = (self._rows.c.sender_id == tracker.sender_id, self._rows.c.id < rows[0])
        connection.execute(delete(self._rows).where(*before))
        left = [one for place, one in enumerate(events) if place not in gone]
        return DialogueStateTracker.from_events(tracker.sender_id, left, self.domain.slots)

    def _newest(self, connection: Any, sender_id: str) -> tuple[int, float] | None:
        """The newest row; who changes an older one gives it another time."""
        of_sender = select(self._rows.c.id, self._rows.c.timestamp).where(self._rows.c.sender_id == sender_id)
        row = connection.execute(of_sender.order_by(self._rows.c.id.desc()).limit(1)).one_or_none()
        return row and tuple(row)

    def _remember(self, newest: int | None, tracker: DialogueStateTracker) -> None:
        self._remembered[tracker.sender_id] = _Remembered(newest, tracker)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


def _row(sender_id: str, one: Any) -> dict[str, Any]:
    """An event as Rasa's own store writes it, but for Japanese, which stays readable and short."""
    data = one.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": one.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data, ensure_ascii=False),
    }


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # A turn waits for no disk; what a failing power supply could take is the newest turns, whole.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


@contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise TurnLostError(f"tracker store: {type(error).__name__}") from error
