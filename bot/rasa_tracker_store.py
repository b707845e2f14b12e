"""Rasa's memory of conversations in SQL. Where it is away, a turn is lost; Rasa's own begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from rasa.core.tracker_store import SQLTrackerStore, create_engine_kwargs
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.session import sessionmaker

from bot.rasa_failures import TurnLostError


class ConsultationTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store, which outlives a restart of the database server."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        url = self.engine.url
        self.engine.dispose()
        # Rasa's own engine takes connections that a restart of the server has ended.
        self.engine = sqlalchemy.create_engine(
            url, pool_pre_ping=True, hide_parameters=True, **create_engine_kwargs(url)
        )
        self.sessionmaker = sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, or None if there is none; `TurnLostError` if nobody can say."""
        with _lost():
            return await super().retrieve(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """All new events in one transaction; `TurnLostError` if they were not kept."""
        with _lost():
            await super().save(tracker)


@contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise TurnLostError(f"tracker store: {type(error).__name__}") from error
