"""What was said, kept: conversations, messages, the newest advice, feedback."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, update  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.messages import Message, Noted, Reply, Said, Transcript
from bot.channels.tables import advice, conversations, feedback, handovers, messages


class KeyReusedError(Exception):
    """The sender's key stands at another message already."""


class LongError(Exception):
    """The conversation has as many messages as one may have."""


class NotOfferedError(Exception):
    """The chosen option was never offered in the conversation."""


class ForgottenError(Exception):
    """There is no such conversation (any more)."""


class Store:
    """Blocking: call it in a worker thread. Every method is one short transaction.

    Every method raises `StoreAwayError` if the database cannot be used.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def ping(self) -> None:
        """Ask the database for a sign of life."""
        with self._database.reading() as connection:
            connection.execute(select(literal(1)))

    def open(self, conversation: str, channel: str, opening: Reply) -> list[Message]:
        """Begin a conversation with the bot's first message."""
        now = self._now()
        with self._database.writing() as connection:
            connection.execute(
                insert(conversations).values(id=conversation, channel=channel, created_at=now, spoke_at=now)
            )
            return _add_replies(connection, conversation, None, [opening], 1, now)

    def exists(self, conversation: str) -> bool:
        """Whether there is such a conversation."""
        with self._database.reading() as connection:
            return _exists(connection, conversation)

    def channel(self, conversation: str) -> str:
        """The channel that a conversation was begun in.

        Raises:
            ForgottenError: If there is none.
        """
        with self._database.reading() as connection:
            wanted = select(conversations.c.channel).where(conversations.c.id == conversation)
            found: str | None = connection.execute(wanted).scalar_one_or_none()
            if found is None:
                raise ForgottenError
            return found

    def transcript(self, conversation: str) -> Transcript:
        """The whole conversation.

        Raises:
            ForgottenError: If there is none.
        """
        with self._database.reading() as connection:
            found = connection.execute(
                select(conversations.c.created_at).where(conversations.c.id == conversation)
            ).one_or_none()
            if found is None:
                raise ForgottenError
            rows = connection.execute(
                select(messages).where(messages.c.conversation == conversation).order_by(messages.c.number)
            )
            said = [_message(row) for row in rows]
            ratings = connection.execute(
                select(feedback.c.message, feedback.c.helpful).where(feedback.c.conversation == conversation)
            )
            newest = _advice(connection, conversation)
            return Transcript(conversation, found.created_at, said, newest, dict(ratings.all()))

    def newest_advice(self, conversation: str) -> dict[str, Any] | None:
        """The advice of the last turn that had one."""
        with self._database.reading() as connection:
            return _advice(connection, conversation)

    def count(self) -> int:
        """How many conversations there are."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(conversations)).scalar_one())

    def begin(self, conversation: str, said: Said, most: int | None = None) -> Message:
        """Keep what a person says before anybody answers it.

        Said again after a turn that failed (the same key, or the same words right after), it is the same
        message, not a second one.

        Args:
            conversation: The conversation.
            said: What is said.
            most: As many messages a conversation may have. Default: any number.

        Raises:
            LongError: If it would have more.
            ForgottenError: If there is no such conversation.
            NotOfferedError: If what is said is an option that never was.
            KeyReusedError: If the key stands at a message with other words.
        """
        now = self._now()
        with self._database.writing() as connection:
            spoken = update(conversations).where(conversations.c.id == conversation).values(spoke_at=now)
            if connection.execute(spoken).rowcount == 0:
                raise ForgottenError
            text = _label(connection, conversation, said.choice) if said.text is None else said.text
            said = replace(said, text=text)
            newest = _newest(connection, conversation)
            known = _same(connection, conversation, said, newest)
            if known is not None:
                return replace(_message(known), repeated=True)
            number = newest.number + 1
            if most is not None and number > most:
                raise LongError
            connection.execute(
                insert(messages).values(
                    conversation=conversation,
                    number=number,
                    role="person",
                    text=text,
                    created_at=now,
                    options=[],
                    choice=said.choice,
                    key=said.key,
                    answered=False,
                )
            )
            return Message(number, "person", text, now, [], False, said.choice, said.key)

    def finish(
        self,
        conversation: str,
        number: int,
        replies: Sequence[Reply],
        new_advice: dict[str, Any] | None,
        noted: Noted | None = None,
    ) -> list[Message]:
        """Keep the answer to a message, and that it is answered.

        Kept once: if another process answered meanwhile, that answer stays and is returned.

        Raises:
            ForgottenError: If the conversation was deleted meanwhile.
        """
        now = self._now()
        with self._database.writing() as connection:
            answered = connection.execute(
                update(messages)
                .where(
                    messages.c.conversation == conversation,
                    messages.c.number == number,
                    messages.c.answered.is_(False),
                )
                .values(answered=True, **(asdict(noted) if noted else {}))
            )
            if answered.rowcount == 0:
                if not _exists(connection, conversation):
                    raise ForgottenError
                return _replies(connection, conversation, number)
            if new_advice is not None:
                _keep_advice(connection, conversation, new_advice, now)
            first = _newest(connection, conversation).number + 1
            understood = noted is None or noted.understood
            final = understood and new_advice is not None and new_advice["status"] != "asking"
            return _add_replies(connection, conversation, number, replies, first, now, final=final)

    def replies(self, conversation: str, number: int) -> list[Message]:
        """The answer that was given to a message."""
        with self._database.reading() as connection:
            return _replies(connection, conversation, number)

    def take_back(self, conversation: str, key: str, instead: str) -> int | None:
        """Put other words in the place of what a person said under a key.

        Returns:
            The number of the message, or None if there is none.
        """
        said = (messages.c.conversation == conversation) & (messages.c.key == key)
        with self._database.writing() as connection:
            number: int | None = connection.execute(
                select(messages.c.number).where(said)
            ).scalar_one_or_none()
            if number is not None:
                connection.execute(update(messages).where(said).values(text=instead, choice=None))
        self._database.wipe_remains()
        return number

    def rate(self, conversation: str, number: int, helpful: bool, comment: str | None) -> bool:
        """Keep what a person thinks of a message of the bot; the last word counts.

        Returns:
            Whether there is such a message.
        """
        rated = select(messages.c.number).where(
            messages.c.conversation == conversation,
            messages.c.number == number,
            messages.c.role == "bot",
        )
        with self._database.writing() as connection:
            if connection.execute(rated).one_or_none() is None:
                return False
            connection.execute(
                delete(feedback).where(feedback.c.conversation == conversation, feedback.c.message == number)
            )
            connection.execute(
                insert(feedback).values(
                    conversation=conversation,
                    message=number,
                    helpful=helpful,
                    comment=comment,
                    created_at=self._now(),
                )
            )
            return True

    def forget(self, conversation: str) -> bool:
        """Delete all of a conversation.

        Returns:
            Whether there was one.
        """
        with self._database.writing() as connection:
            for table in (handovers, feedback, advice, messages):
                connection.execute(delete(table).where(table.c.conversation == conversation))
            gone = connection.execute(delete(conversations).where(conversations.c.id == conversation))
        self._database.wipe_remains()
        return bool(gone.rowcount)

    def silent_since(self, moment: float) -> list[str]:
        """Conversations in which nobody has spoken since then."""
        silent = select(conversations.c.id).where(conversations.c.spoke_at < moment)
        with self._database.reading() as connection:
            return list(connection.execute(silent).scalars())

    def _now(self) -> int:
        return int(self._clock())


def _exists(connection: Any, conversation: str) -> bool:
    found = connection.execute(select(conversations.c.id).where(conversations.c.id == conversation))
    return found.one_or_none() is not None


def _label(connection: Any, conversation: str, option: str | None) -> str:
    """The label under which an option was offered last, also long ago."""
    offers = (
        select(messages.c.options)
        .where(messages.c.conversation == conversation, messages.c.role == "bot")
        .order_by(messages.c.number.desc())
    )
    for (options,) in connection.execute(offers):
        for offered in options:
            if offered["id"] == option:
                return str(offered["label"])
    raise NotOfferedError


def _replies(connection: Any, conversation: str, number: int) -> list[Message]:
    answer = (
        select(messages)
        .where(messages.c.conversation == conversation, messages.c.reply_to == number)
        .order_by(messages.c.number)
    )
    return [_message(row) for row in connection.execute(answer)]


def _advice(connection: Any, conversation: str) -> dict[str, Any] | None:
    found = connection.execute(select(advice.c.content).where(advice.c.conversation == conversation))
    content: dict[str, Any] | None = found.scalar_one_or_none()
    return content


def _keep_advice(connection: Any, conversation: str, content: dict[str, Any], now: int) -> None:
    kept = update(advice).where(advice.c.conversation == conversation)
    if connection.execute(kept.values(content=content, created_at=now)).rowcount == 0:
        connection.execute(insert(advice).values(conversation=conversation, content=content, created_at=now))


def _newest(connection: Any, conversation: str) -> Any:
    """The last message of a conversation; the bot's opening is always there."""
    of_conversation = select(messages).where(messages.c.conversation == conversation)
    return connection.execute(of_conversation.order_by(messages.c.number.desc()).limit(1)).one()


def _same(connection: Any, conversation: str, said: Said, newest: Any) -> Any | None:
    """The message that this one repeats, if it does."""
    if said.key is not None:
        with_key = select(messages).where(messages.c.conversation == conversation, messages.c.key == said.key)
        row = connection.execute(with_key).one_or_none()
        if row is not None:
            if (row.text, row.choice) != (said.text, said.choice):
                raise KeyReusedError
            return row
    # A message that was answered is never the last one: its answer is.
    repeated = newest.role == "person" and (newest.text, newest.choice) == (said.text, said.choice)
    return newest if repeated else None


def _add_replies(
    connection: Any,
    conversation: str,
    reply_to: int | None,
    replies: Sequence[Reply],
    first: int,
    now: int,
    *,
    final: bool = False,
) -> list[Message]:
    last = first + len(replies) - 1
    added = [
        Message(number, "bot", reply.text, now, reply.options, answered=None, final=final and number == last)
        for number, reply in enumerate(replies, first)
    ]
    rows = [
        {
            "conversation": conversation,
            "number": message.number,
            "role": message.role,
            "text": message.text,
            "created_at": now,
            "options": message.options,
            "reply_to": reply_to,
            "final": message.final,
        }
        for message in added
    ]
    connection.execute(insert(messages), rows)
    return added


def _message(row: Any) -> Message:
    return Message(
        number=row.number,
        role=row.role,
        text=row.text,
        created_at=row.created_at,
        options=row.options,
        answered=row.answered,
        choice=row.choice,
        key=row.key,
        final=bool(row.final),
    )
