"""From an event to what is said: the same for every vendor."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool

from bot.channels.conversations import Conversations, Turn
from bot.channels.errors import ChannelError, Code
from bot.channels.handover import Handovers
from bot.channels.inbox.events import Event, Queue, Speech, Thread
from bot.channels.inbox.store import Inbox
from bot.channels.inbox.texts import InboxTexts
from bot.channels.messages import Message, Options, Reply, Transcript
from bot.text import normalise
from knowledge import Knowledge

# Answers to these are never bare numbers: a number alone is that of an option.
_NOT_NUMERIC = {"problems", "countries", "choice", "boolean"}
_NUMBER = re.compile(r"\(?(?P<number>[0-9]{1,2})(?P<word>\)|番目?|ばん)?(です|で|でお願いします)?[.。]?")

Sheet = Callable[[Transcript], str]
Link = Callable[[str], str | None]


class Answering:
    """Says what an event deserves. Tried again, an event gets the same answer: nothing is said twice."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        inbox: Inbox,
        knowledge: Knowledge,
        texts: InboxTexts,
        desk: dict[str, str],
        link: Link,
        sheet: Sheet,
        sheet_minutes: int,
        handovers: Handovers,
        handover_hours: int,
    ) -> None:
        """What is answered with.

        Args:
            conversations: All conversations.
            inbox: Knows which thread is in which conversation.
            knowledge: Knows what kind of answer a question wants.
            texts: Sentences.
            desk: How to reach the desk, under the names that sentences use.
            link: Address of a conversation's sheet, None where pages have no public address.
            sheet: The sheet as text.
            sheet_minutes: How long the address is good.
            handovers: Makes the numbers by which an operator takes a conversation over.
            handover_hours: How long such a number is good.
        """
        self._conversations = conversations
        self._inbox = inbox
        self._knowledge = knowledge
        self._texts = texts
        self._desk = desk
        self._link = link
        self._sheet = sheet
        self._sheet_minutes = sheet_minutes
        self._handovers = handovers
        self._handover_hours = handover_hours

    async def speech(self, queue: Queue, event: Event) -> Speech | None:
        """What to say to an event; None: nothing.

        Raises:
            ChannelError: If there is no answer now, or the person must be told something.
            LeaseLostError: If another process works on the queue.
        """
        thread = await self.thread(queue)
        if event.kind == "leave":
            await self._forget(queue, thread)
            return None
        if event.kind == "unsend":
            if thread is not None:
                await self._conversations.take_back(thread.conversation, event.content, self._texts.removed)
            return None
        if event.kind == "follow":
            return await self._begin(queue, thread)
        said = await self._said(queue, event, thread)
        return said if said is None else await self.greeted(queue, thread, said)

    def apology(self, *, gave_up: bool) -> Speech:
        """What to say when there is no answer now, or never."""
        text = self._texts.gave_up if gave_up else self._texts.later
        return Speech([Reply(text.format(**self._desk), [])])

    async def greeted(self, queue: Queue, before: Thread | None, speech: Speech) -> Speech:
        """The speech, with what must be said first to somebody who comes for the first time."""
        if before is not None and before.greeted:
            return speech
        thread = await self._opened(queue, before)
        transcript = await self._conversations.transcript(thread.conversation)
        return replace(speech, replies=[self._opening(queue, transcript, options=[]), *speech.replies])

    async def thread(self, queue: Queue) -> Thread | None:
        """The conversation of the queue's thread."""
        return await run_in_threadpool(self._inbox.thread, queue.vendor, queue.thread)

    async def _said(self, queue: Queue, event: Event, thread: Thread | None) -> Speech | None:
        if event.kind == "unreadable":
            return Speech([Reply(self._texts.unreadable, [])])
        if event.kind == "text":
            event = await self._understood(queue, event, thread)
        if event.kind == "command":
            return await self._obey(queue, event.content, thread)
        return await self._turn(queue, event, thread)

    async def _understood(self, queue: Queue, event: Event, thread: Thread | None) -> Event:
        """A text that is one of our own words, or the number of an option, as what it stands for."""
        command = self._texts.command(event.content)
        if command is not None:
            event = replace(event, kind="command", content=command)
        else:
            option = await self._numbered(event.content, thread)
            if option is None:
                return event
            event = replace(event, kind="choice", content=option)
        await run_in_threadpool(self._inbox.interpret, queue, event, event.kind, event.content)
        return event

    async def _numbered(self, text: str, thread: Thread | None) -> str | None:
        found = _NUMBER.fullmatch(normalise(text).replace(" ", ""))
        if found is None or thread is None:
            return None
        transcript = await self._conversations.transcript(thread.conversation)
        if not found["word"] and self._numeric(transcript.advice):
            return None
        offered = _offered(transcript.messages)
        number = int(found["number"])
        return offered[number - 1]["id"] if 1 <= number <= len(offered) else None

    async def _turn(self, queue: Queue, event: Event, thread: Thread | None) -> Speech:
        thread = await self._opened(queue, thread)
        conversation, channel = thread.conversation, event.vendor
        if event.kind == "choice":
            turn = await self._conversations.say_choice(conversation, event.content, channel, event.message)
        else:
            turn = await self._conversations.say_text(conversation, event.content, channel, event.message)
        return self._spoken(turn)

    def _spoken(self, turn: Turn) -> Speech:
        replies = [Reply(message.text, message.options) for message in turn.messages]
        final = bool(turn.messages) and turn.messages[-1].final
        if not final or turn.advice is None:
            return Speech(replies, numeric=self._numeric(turn.advice))
        if not replies[-1].options:
            replies[-1] = Reply(replies[-1].text, self._texts.buttons("sheet", "handover", "restart"))
        return Speech(replies, advice=turn.advice)

    def _numeric(self, advice: dict[str, Any] | None) -> bool:
        question = (advice or {}).get("next")
        known = self._knowledge.facts.get(question["fact"]) if question else None
        return known is not None and known.type not in _NOT_NUMERIC

    async def _obey(self, queue: Queue, command: str, thread: Thread | None) -> Speech | None:
        texts = self._texts
        if command == "desk":
            return Speech([Reply(texts.desk.format(**self._desk), texts.buttons("sheet"))])
        if command == "sheet":
            return await self._consultation_sheet(thread)
        if command == "handover":
            return await self._handover(thread)
        if command == "handover_yes" and thread is not None:
            code = await run_in_threadpool(self._handovers.offer, thread.conversation)
            text = texts.handover.format(code=code, hours=self._handover_hours, **self._desk)
            return Speech([Reply(text, [])])
        if command in {"restart", "forget"} and thread is not None:
            text = texts.confirm_restart if command == "restart" else texts.confirm_forget
            return Speech([Reply(text, texts.buttons(f"{command}_yes", "keep"))])
        if command in {"restart", "restart_yes"}:
            await self._forget(queue, thread)
            return await self._begin(queue, None)
        if command in {"forget", "forget_yes"}:
            await self._forget(queue, thread)
            return Speech([Reply(texts.forgotten, [])])
        return Speech([Reply(texts.kept, [])])

    async def _handover(self, thread: Thread | None) -> Speech:
        """Asks whether an operator may see what was said; nothing to see, the phone number alone."""
        texts = self._texts
        transcript = await self._conversations.transcript(thread.conversation) if thread else None
        if transcript is None or len(transcript.messages) < 2:
            return Speech([Reply(texts.desk_alone.format(**self._desk), [])])
        text = f"{texts.confirm_handover}\n{texts.desk_alone.format(**self._desk)}"
        return Speech([Reply(text, texts.buttons("handover_yes", "keep"))])

    async def _consultation_sheet(self, thread: Thread | None) -> Speech:
        transcript = await self._conversations.transcript(thread.conversation) if thread else None
        if transcript is None or len(transcript.messages) < 2:
            return Speech([Reply(self._texts.sheet_none, [])])
        link = self._link(transcript.conversation)
        if link is not None:
            text = self._texts.sheet_link.format(minutes=self._sheet_minutes)
            return Speech([Reply(f"{text}\n{link}", self._texts.buttons("desk"))])
        return Speech([], sheet=await run_in_threadpool(self._sheet, transcript))

    async def _begin(self, queue: Queue, thread: Thread | None) -> Speech:
        thread = await self._opened(queue, thread)
        transcript = await self._conversations.transcript(thread.conversation)
        return Speech([self._opening(queue, transcript, transcript.messages[0].options)])

    def _opening(self, queue: Queue, transcript: Transcript, options: Options) -> Reply:
        return Reply(f"{transcript.messages[0].text}\n{self._texts.notice[queue.vendor]}", options)

    async def _opened(self, queue: Queue, thread: Thread | None) -> Thread:
        """The thread's conversation, begun if there is none."""
        thread = thread or await self.thread(queue)
        if thread is not None:
            return thread
        transcript = await self._conversations.open(queue.vendor)
        await run_in_threadpool(self._inbox.bind, queue, transcript.conversation)
        return Thread(transcript.conversation, greeted=False, prompt=None)

    async def _forget(self, queue: Queue, thread: Thread | None) -> None:
        if thread is None:
            return
        try:
            await self._conversations.forget(thread.conversation)
        except ChannelError as error:
            if error.code is not Code.conversation_not_found:
                raise
        await run_in_threadpool(self._inbox.unbind, queue)


def _offered(messages: list[Message]) -> Options:
    """The options of the newest message that has any."""
    return next((m.options for m in reversed(messages) if m.role == "bot" and m.options), [])
