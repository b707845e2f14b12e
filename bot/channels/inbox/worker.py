"""Answers what the inbox keeps: a thread's events one by one, many threads at a time."""

from __future__ import annotations

import asyncio
import logging
import traceback
import uuid
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

from bot.channels.database import StoreAwayError
from bot.channels.errors import ChannelError, Code
from bot.channels.inbox.answering import Answering
from bot.channels.inbox.events import Event, Queue, SendError, Speech, Vendor
from bot.channels.inbox.store import Inbox, LeaseLostError
from bot.channels.messages import Reply

log = logging.getLogger(__name__)

LEASE_SECONDS = 10.0
_KEEP_ALIVE_SECONDS = 3.0
_IDLE_SECONDS, _BUSY_SECONDS = 0.5, 0.05
_START_SECONDS = 1.0
_PURGE_SECONDS = 3600
_REMEMBER_MS = 7 * 24 * 3600 * 1000
"""How long an event's id is remembered."""
_FIRST_RETRY, _LONGEST_RETRY = 2.0, 60.0
_NAMESPACE = uuid.UUID("6f1a3a0e-7f0b-4a57-9a6e-2f6b1b1f3c11")

# The person is told, and the event is done: sending the same again changes nothing.
_TOLD = {Code.text_empty, Code.text_too_long, Code.conversation_long, Code.choice_unknown, Code.key_reused}
# Nothing is wrong: it is only too early, or a conversation that was deleted meanwhile is begun anew.
_EARLY = {Code.turn_running, Code.too_many, Code.busy, Code.conversation_not_found}

T = TypeVar("T")


class Worker:
    """Works as long as the process serves. Several processes work on the same inbox."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        answering: Answering,
        vendors: dict[str, Vendor],
        said: Callable[[ChannelError], str],
        lanes: int,
        give_up_seconds: float,
    ) -> None:
        """A worker that is not running yet.

        Args:
            inbox: What to work on.
            answering: Finds what to say.
            vendors: Adapters by name; events of others are left alone.
            said: The sentence for an error.
            lanes: How many threads are worked on at a time.
            give_up_seconds: Age at which an event without an answer is given up.
        """
        self._inbox = inbox
        self._answering = answering
        self._vendors = vendors
        self._said = said
        self._lanes = lanes
        self._give_up_ms = give_up_seconds * 1000
        self._holder = uuid.uuid4().hex
        self._stopping = False
        self._wake = asyncio.Event()
        self._working: set[asyncio.Task[None]] = set()
        self._services: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to work, in the running loop."""
        work = (self._begin(), self._forever(self._keep_alive), self._forever(self._purge))
        self._services = [asyncio.create_task(one) for one in work]

    async def stop(self) -> None:
        """Take nothing new, finish the events that are begun."""
        self._stopping = True
        for service in self._services:
            service.cancel()
        await asyncio.gather(*self._services, *self._working, return_exceptions=True)
        for vendor in self._vendors.values():
            await vendor.close()

    def wake(self) -> None:
        """Something arrived."""
        self._wake.set()

    async def _begin(self) -> None:
        # What was refused while nobody listened comes again first, to be answered in its order.
        await asyncio.sleep(_START_SECONDS)
        await self._forever(self._work)

    async def _forever(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                await work()
            except StoreAwayError as error:
                log.error("the store is away: %s", error)
                await asyncio.sleep(_FIRST_RETRY)
            except Exception as error:
                _log(error)
                await asyncio.sleep(_FIRST_RETRY)

    async def _work(self) -> None:
        free = self._lanes - len(self._working)
        queues = await self._do(self._inbox.claim, list(self._vendors), self._holder, free) if free else []
        for queue in queues:
            task = asyncio.create_task(self._drain(queue))
            self._working.add(task)
            task.add_done_callback(self._done)
        if queues:
            return
        waking = self._wake.is_set() or self._working
        self._wake.clear()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._wake.wait(), _BUSY_SECONDS if waking else _IDLE_SECONDS)
            # What has just come is not due yet.
            await asyncio.sleep(_BUSY_SECONDS)

    async def _keep_alive(self) -> None:
        await asyncio.sleep(_KEEP_ALIVE_SECONDS)
        if self._working:
            await self._do(self._inbox.keep_alive, self._holder)

    async def _purge(self) -> None:
        await self._do(self._inbox.purge, self._inbox.now() - _REMEMBER_MS)
        await asyncio.sleep(_PURGE_SECONDS)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._wake.set()

    async def _drain(self, queue: Queue) -> None:
        """Answer what is due in a queue, in order."""
        try:
            while not self._stopping and (event := await self._do(self._inbox.head, queue)) is not None:
                await self._handle(queue, event)
            await self._do(self._inbox.release, queue)
        except LeaseLostError:
            log.info("a queue went to another process, or its event was taken back")
            with suppress(StoreAwayError):
                await self._do(self._inbox.release, queue)
        except StoreAwayError as error:
            # The lease ends by itself.
            log.error("the store is away: %s", error)
        except Exception as error:
            _log(error)
            with suppress(StoreAwayError):
                await self._do(self._inbox.release, queue)

    async def _handle(self, queue: Queue, event: Event) -> None:
        try:
            if event.outbox is None or not (event.ends or event.sending):
                event = await self._answer(queue, event)
            await self._deliver(queue, event)
        except ChannelError as error:
            await self._without_answer(queue, event, error)
        except SendError as error:
            await self._undelivered(queue, event, error)
        except (LeaseLostError, StoreAwayError):
            raise
        except Exception as error:
            _log(error)
            await self._without_answer(queue, event, ChannelError(Code.internal))

    async def _answer(self, queue: Queue, event: Event) -> Event:
        vendor = self._vendors[queue.vendor]
        thread = await self._answering.thread(queue)
        prompt = thread.prompt if thread else None
        speech, _ = await asyncio.gather(
            self._answering.speech(queue, event), vendor.begin(event, prompt), return_exceptions=True
        )
        if prompt is not None:
            await self._do(self._inbox.clear_prompt, queue)
        if isinstance(speech, BaseException):
            raise speech
        return await self._put_out(queue, event, speech, ends=True)

    async def _put_out(self, queue: Queue, event: Event, speech: Speech | None, *, ends: bool) -> Event:
        parcels = self._vendors[queue.vendor].parcels(event, speech) if speech else []
        await self._do(self._inbox.put_out, queue, event, parcels, ends=ends)
        return replace(event, outbox=parcels, ends=ends, sent=0, sending=False)

    async def _deliver(self, queue: Queue, event: Event) -> None:
        """Send what is not sent yet, and note it."""
        vendor = self._vendors[queue.vendor]
        parcels = event.outbox or []
        for number in range(event.sent, len(parcels)):
            unsure = event.sending and number == event.sent
            await self._do(self._inbox.sending, queue, event)
            purpose = "answer" if event.ends else "apology"
            name = f"{event.vendor}:{event.event_id}:{purpose}:{number}"
            key = str(uuid.uuid5(_NAMESPACE, name))
            delivery = await vendor.send(event, parcels[number], key, unsure=unsure)
            await self._do(self._inbox.sent, queue, event, number + 1, delivery.prompt)
        if event.ends:
            await self._do(self._inbox.finish, queue, event)
        else:
            await self._put_off(queue, event, _delay(event), apologised=True)

    async def _without_answer(self, queue: Queue, event: Event, error: ChannelError) -> None:
        """Tell the person, now or later, why there is no answer."""
        if error.code is Code.store_away:
            raise StoreAwayError
        if error.code in _EARLY:
            await self._put_off(queue, event, error.retry_after or 1, counts=False)
        elif error.code in _TOLD:
            await self._say(queue, event, Speech([Reply(self._said(error), [])]), ends=True)
        elif event.kind in {"leave", "unsend"}:
            await self._put_off(queue, event, _delay(event))
        elif self._inbox.now() - event.received_at > self._give_up_ms:
            log.error("an event was given up: %s", error.code.value)
            await self._say(queue, event, self._answering.apology(gave_up=True), ends=True)
        elif event.apologised:
            await self._put_off(queue, event, _delay(event))
        else:
            await self._say(queue, event, self._answering.apology(gave_up=False), ends=False)

    async def _say(self, queue: Queue, event: Event, speech: Speech, *, ends: bool) -> None:
        with suppress(ChannelError):
            speech = await self._answering.greeted(queue, await self._answering.thread(queue), speech)
        event = await self._put_out(queue, event, speech, ends=ends)
        try:
            await self._deliver(queue, event)
        except SendError as error:
            await self._undelivered(queue, event, error)

    async def _undelivered(self, queue: Queue, event: Event, error: SendError) -> None:
        old = self._inbox.now() - event.received_at > self._give_up_ms
        if error.hopeless or old:
            log.error("an answer in %s was not delivered: %s", event.vendor, error)
            await self._do(self._inbox.finish, queue, event)
            return
        log.warning("an answer in %s is delivered later: %s", event.vendor, error)
        unsure = error.unsure or event.sending
        await self._put_off(queue, event, error.retry_after or _delay(event), sending=unsure)

    async def _put_off(
        self,
        queue: Queue,
        event: Event,
        seconds: float,
        *,
        counts: bool = True,
        apologised: bool = False,
        sending: bool = False,
    ) -> None:
        await self._do(
            self._inbox.put_off, queue, event, seconds, counts=counts, apologised=apologised, sending=sending
        )

    async def _do(self, work: Callable[..., T], *arguments: Any, **named: Any) -> T:
        return await run_in_threadpool(work, *arguments, **named)


def _delay(event: Event) -> float:
    """Seconds to the next attempt."""
    return min(_FIRST_RETRY * 2.0 ** min(event.attempts, 10), _LONGEST_RETRY)


def _log(error: BaseException) -> None:
    # The error's own words may be a person's; its type and the lines of code are not.
    lines = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    log.error("%s\n%s", type(error).__name__, lines)
