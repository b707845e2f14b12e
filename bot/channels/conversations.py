"""Conversations, as every channel holds them: begin, say, read again, rate, forget."""

from __future__ import annotations

import logging
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

from bot.channels.database import StoreAwayError
from bot.channels.errors import ChannelError, Code
from bot.channels.limits import Limit, Limiter, LocksAwayError, TurnLocks
from bot.channels.masking import mask
from bot.channels.messages import Message, Noted, Reply, Said, Transcript
from bot.channels.observing import Observer, stage
from bot.channels.rasa import (
    OPTION_ID,
    Answer,
    RasaAwayError,
    RasaBusyError,
    RasaClient,
    RasaLateError,
    RasaUnusableError,
    chosen,
    edited,
    typed,
)
from bot.channels.store import ForgottenError, KeyReusedError, LongError, NotOfferedError, Store
from bot.channels.tokens import new_id
from bot.channels.tracker import Tracker
from bot.text import normalise
from knowledge import FactsError, Knowledge, assess, check_facts, load_knowledge

log = logging.getLogger(__name__)

JAPAN = timezone(timedelta(hours=9))

# Control, format (bidirectional overrides …) and lone surrogates, but for line breaks and what joins emoji.
_HIDDEN = {"Cc", "Cf", "Cs"}
_KEPT = "\n\t\N{ZERO WIDTH JOINER}"

PHONE = "phone"
"""Channel of the staff console."""
PUT_FACTS = "facts"
"""What stands as the choice of a message by which facts were put: it is nobody's own words."""

T = TypeVar("T")


def today() -> date:
    """The date in Japan, where the programmes are."""
    return datetime.now(JAPAN).date()


def opening(knowledge: Knowledge, fiscal_year: int) -> Reply:
    """What the bot says first, with the options of the first question."""
    first = assess({}, fiscal_year=fiscal_year, as_of=today()).to_json()["next"]
    options = [{"id": option["id"], "label": option["label"]} for option in first["options"]] if first else []
    return Reply(knowledge.opening, options)


@dataclass(frozen=True)
class Turn:
    """What came of something that was said."""

    messages: list[Message]
    advice: dict[str, Any] | None
    understanding: dict[str, Any] | None = None
    number: int | None = None
    """Of the person's message that was answered."""


class Conversations:
    """All conversations of this installation.

    Every method raises `ChannelError`, whose code says what the person is to be told.
    """

    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        rasa: RasaClient,
        limiter: Limiter,
        locks: TurnLocks,
        turns: Limit,
        text_limit: int,
        most_messages: int,
        most_conversations: int,
        opening: Callable[[], Reply],
        observer: Observer,
    ) -> None:
        self._store = store
        self._tracker = tracker
        self._rasa = rasa
        self._limiter = limiter
        self._locks = locks
        self._turns = turns
        self._text_limit = text_limit
        self._most_messages = most_messages
        self._most_conversations = most_conversations
        self._opening = opening
        self._observer = observer

    async def open(self, channel: str) -> Transcript:
        """Begin a conversation."""
        if self._most_conversations and await _stored(self._store.count) >= self._most_conversations:
            log.error("as many conversations as NAVI_CONVERSATIONS_KEPT lets in: purge, or let in more")
            raise ChannelError(Code.store_full, retry_after=3600)
        conversation = new_id()
        await _stored(self._store.open, conversation, channel, self._opening())
        return await self.transcript(conversation)

    async def say_text(
        self, conversation: str, text: str, channel: str, key: str | None = None, *, asked: bool = True
    ) -> Turn:
        """A person typed something.

        Args:
            conversation: The conversation.
            text: As it was typed.
            channel: Where.
            key: The sender's own name for the message.
            asked: Whether the person knew the open question; else a bare "yes" answers nothing.
        """
        if len(text) > self._text_limit:
            raise ChannelError(Code.text_too_long, limit=self._text_limit, length=len(text))
        if not normalise(text):
            raise ChannelError(Code.text_empty)
        metadata = {"channel": channel} if asked else {"channel": channel, "asked": False}
        return await self._turn(conversation, typed(text), Said(_storable(text), key=key), metadata)

    async def put_facts(self, conversation: str, facts: dict[str, Any], words: str, channel: str) -> Turn:
        """Somebody who may puts facts in place of all facts of the case.

        Args:
            conversation: The conversation.
            facts: All facts from now on; null is asked and not known, absent is not asked.
            words: What the transcript says of it.
            channel: Where.
        """
        try:
            checked = check_facts(facts, load_knowledge())
        except FactsError as error:
            raise ChannelError(Code.fact_invalid, reason=str(error)) from error
        said = Said(_storable(words), choice=PUT_FACTS, key=new_id())
        return await self._turn(conversation, edited(), said, {"channel": channel, "facts": checked})

    async def say_choice(self, conversation: str, option: str, channel: str, key: str | None = None) -> Turn:
        """A person chose an option that was offered once."""
        if not re.fullmatch(OPTION_ID, option):
            raise ChannelError(Code.choice_unknown)
        said = Said(None, choice=option, key=key)
        return await self._turn(conversation, chosen(option), said, {"channel": channel})

    async def transcript(self, conversation: str) -> Transcript:
        """The whole conversation with the newest advice."""
        return await _stored(self._store.transcript, conversation)

    async def rate(self, conversation: str, message: int, helpful: bool, comment: str | None) -> None:
        """A person says whether a message of the bot was of use."""
        # Read to improve the guide, by others than who advises: nobody's name is needed for that.
        comment = None if comment is None else mask(_storable(comment))
        if not await _stored(self._store.rate, conversation, message, helpful, comment):
            await self._must_exist(conversation)
            raise ChannelError(Code.message_not_found)

    async def forget(self, conversation: str) -> None:
        """Delete the conversation here and in Rasa's memory."""
        async with self._alone(conversation):
            # Rasa's memory first: if that fails, everything is still there and it can be tried again.
            await _stored(self._tracker.forget, conversation)
            if not await _stored(self._store.forget, conversation):
                raise ChannelError(Code.conversation_not_found)

    async def take_back(self, conversation: str, key: str, instead: str) -> None:
        """Delete the words of one message that its sender took back; what came of it stays."""
        async with self._alone(conversation):
            number = await _stored(self._store.take_back, conversation, key, instead)
            if number is not None:
                await _stored(self._tracker.take_back, conversation, number)

    async def _turn(self, conversation: str, to_rasa: str, said: Said, metadata: dict[str, Any]) -> Turn:
        with self._observer.turn(conversation, metadata["channel"]):
            return await self._answered(conversation, to_rasa, said, metadata)

    async def _answered(self, conversation: str, to_rasa: str, said: Said, metadata: dict[str, Any]) -> Turn:
        # Who takes a call is logged in, and pastes a whole one at once.
        wait = 0 if metadata["channel"] == PHONE else await self._limiter.take(self._turns, conversation)
        if wait:
            raise ChannelError(Code.too_many, retry_after=wait, seconds=wait)
        async with self._alone(conversation):
            message = await self._begun(conversation, said)
            if message.answered:
                replies = await _stored(self._store.replies, conversation, message.number)
                return Turn(
                    replies, await _stored(self._store.newest_advice, conversation), number=message.number
                )
            metadata = metadata | {"message": message.number}
            if message.repeated:
                # Rasa may have answered it the last time: it looks before it answers anew.
                metadata["again"] = True
            began = time.monotonic()
            answer = await self._ask(conversation, to_rasa, metadata)
            if answer.misunderstood:
                self._observer.fallbacks.labels(metadata["channel"]).inc()
            replies = await _stored(
                self._store.finish,
                conversation,
                message.number,
                answer.replies,
                answer.advice,
                _noted(answer, began),
            )
            advice = answer.advice or await _stored(self._store.newest_advice, conversation)
            return Turn(replies, advice, answer.understanding, message.number)

    async def _begun(self, conversation: str, said: Said) -> Message:
        try:
            return await _stored(self._store.begin, conversation, said, self._most_messages)
        except LongError as error:
            raise ChannelError(Code.conversation_long, limit=self._most_messages) from error

    async def _ask(self, conversation: str, message: str, metadata: dict[str, Any]) -> Answer:
        try:
            with stage("rasa"):
                return await self._rasa.ask(conversation, message, metadata)
        except RasaAwayError as error:
            log.warning("rasa is away: %s", error or type(error.__cause__).__name__)
            raise ChannelError(Code.rasa_away, retry_after=10) from error
        except RasaBusyError as error:
            log.warning("as many turns at once as NAVI_TURNS_AT_ONCE lets in")
            raise ChannelError(Code.busy, retry_after=5, seconds=5) from error
        except RasaLateError as error:
            log.warning("rasa is late")
            raise ChannelError(Code.answer_late, retry_after=10) from error
        except RasaUnusableError as error:
            log.error("rasa's answer is unusable: %s", error)
            raise ChannelError(Code.answer_unusable) from error

    async def _must_exist(self, conversation: str) -> None:
        if not await _stored(self._store.exists, conversation):
            raise ChannelError(Code.conversation_not_found)

    @asynccontextmanager
    async def _alone(self, conversation: str) -> AsyncIterator[None]:
        try:
            alone = await self._locks.acquire(conversation)
        except LocksAwayError as error:
            log.error("the turn locks are away: %s", error)
            raise ChannelError(Code.store_away, retry_after=5) from error
        if not alone:
            raise ChannelError(Code.turn_running, retry_after=2)
        try:
            yield
        finally:
            await self._locks.release(conversation)


def _noted(answer: Answer, began: float) -> Noted:
    following = (answer.advice or {}).get("next")
    milliseconds = round((time.monotonic() - began) * 1000)
    return Noted(not answer.misunderstood, following and following["fact"], milliseconds)


async def _stored(work: Callable[..., T], *args: object) -> T:
    """Run work of the store in a thread; what it raises becomes what the person is told."""
    try:
        with stage("store"):
            return await run_in_threadpool(work, *args)
    except StoreAwayError as error:
        log.error("the store is away: %s", error)
        raise ChannelError(Code.store_away, retry_after=10) from error
    except ForgottenError as error:
        raise ChannelError(Code.conversation_not_found) from error
    except NotOfferedError as error:
        raise ChannelError(Code.choice_unknown) from error
    except KeyReusedError as error:
        raise ChannelError(Code.key_reused) from error


def _storable(text: str) -> str:
    """The text as typed, without what a database or a page cannot hold or what hides other text."""
    return "".join(char for char in text if char in _KEPT or unicodedata.category(char) not in _HIDDEN)
