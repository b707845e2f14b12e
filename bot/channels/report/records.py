"""What the report reads: rows of a stretch of time, in a few queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, select  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.staff.tables import cases, examples
from bot.channels.tables import advice, conversations, feedback, handovers, messages


@dataclass(frozen=True)
class Conversation:
    """One conversation that began in the time."""

    id: str
    channel: str
    created_at: int
    advice: dict[str, Any] | None
    """The newest."""
    advised_at: int | None
    """Number of the first message that ended a turn with nothing left to ask."""


class Said(NamedTuple):
    """Something that a person said in one of them, and its turn."""

    conversation: str
    channel: str
    number: int
    text: str
    at: int
    chosen: bool
    understood: bool | None
    asked: str | None
    milliseconds: int | None


class Rating(NamedTuple):
    """What a person thought of a message."""

    helpful: bool
    comment: str | None
    at: int


class Correction(NamedTuple):
    """A problem that an operator called wrong."""

    case: str
    found: str
    meant: str | None


class HandoverCode(NamedTuple):
    """A code by which a conversation could go to a person."""

    used: bool


class Records:
    """Blocking: call it in a worker thread. Every method may raise `StoreAwayError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def conversations(self, begin: int, end: int) -> list[Conversation]:
        """Those that began in the time."""
        first = (
            select(messages.c.conversation, func.min(messages.c.number).label("number"))
            .where(messages.c.final.is_(True))
            .group_by(messages.c.conversation)
            .subquery()
        )
        joined = conversations.outerjoin(advice, advice.c.conversation == conversations.c.id).outerjoin(
            first, first.c.conversation == conversations.c.id
        )
        wanted = (
            select(
                conversations.c.id,
                conversations.c.channel,
                conversations.c.created_at,
                advice.c.content,
                first.c.number,
            )
            .select_from(joined)
            .where(conversations.c.created_at >= begin, conversations.c.created_at < end)
        )
        return [Conversation(*row) for row in self._rows(wanted)]

    def turns(self, begin: int, end: int) -> list[Said]:
        """What was said in those conversations."""
        wanted = (
            select(
                messages.c.conversation,
                conversations.c.channel,
                messages.c.number,
                messages.c.text,
                messages.c.created_at,
                messages.c.choice.isnot(None),
                messages.c.understood,
                messages.c.asked,
                messages.c.milliseconds,
            )
            .join(conversations, conversations.c.id == messages.c.conversation)
            .where(
                conversations.c.created_at >= begin,
                conversations.c.created_at < end,
                messages.c.role == "person",
            )
        )
        return [Said(*row) for row in self._rows(wanted)]

    def ratings(self, begin: int, end: int) -> list[Rating]:
        """Ratings given in the time."""
        columns = (feedback.c.helpful, feedback.c.comment, feedback.c.created_at)
        return [Rating(*row) for row in self._rows(_within(select(*columns), feedback, begin, end))]

    def corrections(self, begin: int, end: int) -> list[Correction]:
        """Problems called wrong in the time."""
        columns = (examples.c.case, examples.c.found, examples.c.meant)
        return [Correction(*row) for row in self._rows(_within(select(*columns), examples, begin, end))]

    def calls(self, begin: int, end: int) -> list[str]:
        """Cases of the console that began in the time."""
        return [row[0] for row in self._rows(_within(select(cases.c.id), cases, begin, end))]

    def handovers(self, begin: int, end: int) -> list[HandoverCode]:
        """Codes given out in the time."""
        used = select(handovers.c.used_at.isnot(None))
        return [HandoverCode(bool(row[0])) for row in self._rows(_within(used, handovers, begin, end))]

    def _rows(self, wanted: Any) -> list[Any]:
        with self._database.reading() as connection:
            return list(connection.execute(wanted))


def _within(wanted: Any, table: Any, begin: int, end: int) -> Any:
    return wanted.where(table.c.created_at >= begin, table.c.created_at < end)
