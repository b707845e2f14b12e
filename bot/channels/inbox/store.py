"""The inbox in the database: what came, who works on it, what is to be sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy import and_, delete, exists, insert, null, select, update  # type: ignore[import-untyped]
from sqlalchemy.exc import IntegrityError  # type: ignore[import-untyped]

from bot.channels.database import Database
from bot.channels.inbox.events import Arrival, Event, Parcel, Queue, Thread
from bot.channels.inbox.tables import vendor_events as events
from bot.channels.inbox.tables import vendor_queues as queues
from bot.channels.inbox.tables import vendor_threads as threads

_IN_PAYLOAD = ("kind", "content", "address")


class LeaseLostError(Exception):
    """Another process works on the queue now, or the event was taken back."""


class Inbox:
    """Blocking: call it in a worker thread. Every method is one short transaction.

    Several processes share it. A queue is worked on by whoever holds its lease; every write of work in
    progress is refused if the lease went to another.
    """

    def __init__(
        self,
        database: Database,
        *,
        settle_ms: int,
        lease_ms: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """The inbox in a database.

        Args:
            database: The own database.
            settle_ms: How long an event waits for earlier ones that arrive after it.
            lease_ms: How long a queue stays with a process that gives no sign of life.
            clock: Seconds since 1970.
        """
        self._database = database
        self._settle_ms = settle_ms
        self._lease_ms = lease_ms
        self._clock = clock

    def keep(self, arrivals: Sequence[Arrival]) -> int:
        """Keep what arrived, each event once.

        Returns:
            How many were new.
        """
        if not arrivals:
            return 0
        now = self.now()
        with self._database.writing() as connection:
            new = [arrival for arrival in arrivals if self._add(connection, arrival, now)]
            for vendor, thread in {(arrival.vendor, arrival.thread) for arrival in new}:
                _schedule(connection, vendor, thread)
        return len(new)

    def claim(self, vendors: Collection[str], holder: str, count: int) -> list[Queue]:
        """Take up to so many queues with something to do that nobody works on."""
        now = self.now()
        ready = and_(queues.c.due_at <= now, queues.c.lease_until < now, queues.c.vendor.in_(vendors))
        with self._database.reading() as connection:
            found = connection.execute(
                select(queues).where(ready).order_by(queues.c.due_at).limit(count)
            ).all()
        if not found:
            return []
        claimed = []
        with self._database.writing() as connection:
            for row in found:
                # Compare and set: of several processes, one changes the row.
                taken = connection.execute(
                    update(queues)
                    .where(queues.c.vendor == row.vendor, queues.c.thread == row.thread, ready)
                    .values(holder=holder, lease_until=now + self._lease_ms)
                )
                if taken.rowcount:
                    claimed.append(Queue(row.vendor, row.thread, holder))
        return claimed

    def keep_alive(self, holder: str) -> None:
        """Renew all leases of a process."""
        with self._database.writing() as connection:
            held = update(queues).where(queues.c.holder == holder)
            connection.execute(held.values(lease_until=self.now() + self._lease_ms))

    def release(self, queue: Queue) -> None:
        """Let others work on the queue; it goes when there is nothing left to do."""
        with self._database.writing() as connection:
            _schedule(connection, queue.vendor, queue.thread)
            held = _of(queue) & (queues.c.holder == queue.holder)
            connection.execute(update(queues).where(held).values(holder=None, lease_until=0))
            connection.execute(
                delete(queues).where(_of(queue), queues.c.holder.is_(None), queues.c.due_at.is_(None))
            )

    def head(self, queue: Queue) -> Event | None:
        """The earliest event that is not done, if it is time for it."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(events).where(_waiting(queue.vendor, queue.thread)).order_by(*_ORDER).limit(1)
            ).one_or_none()
        if row is None or row.due_at > self.now():
            return None
        return _event(row)

    def interpret(self, queue: Queue, event: Event, kind: str, content: str) -> None:
        """Keep what an event was understood to be, so that it is understood alike if it is tried again."""
        payload = {"kind": kind, "content": content, "address": event.address}
        with self._held(queue) as connection:
            _change(connection, event, payload=payload)

    def put_out(self, queue: Queue, event: Event, parcels: list[Parcel], *, ends: bool) -> None:
        """Keep what is to be sent before any of it is.

        Args:
            queue: Held by this process.
            event: What is answered.
            parcels: What to send; of none, an event that ends is done.
            ends: Whether the event is done then; else this is an apology.
        """
        with self._held(queue) as connection:
            _change(connection, event, outbox=parcels, ends=ends, sent=0, sending=False)
            connection.execute(update(threads).where(_thread(queue)).values(greeted=True))

    def sending(self, queue: Queue, event: Event) -> None:
        """A parcel is about to be sent."""
        with self._held(queue) as connection:
            _change(connection, event, sending=True)

    def sent(self, queue: Queue, event: Event, number: int, prompt: Parcel | None) -> None:
        """A parcel was sent, the `number`th, counted from one."""
        with self._held(queue) as connection:
            _change(connection, event, sent=number, sending=False)
            if prompt is not None:
                connection.execute(update(threads).where(_thread(queue)).values(prompt=prompt))

    def finish(self, queue: Queue, event: Event) -> None:
        """The event is done; what it said is not needed any more."""
        with self._held(queue) as connection:
            _change(connection, event, done=True, payload={}, outbox=null(), sending=False)
        if event.kind in {"leave", "unsend"}:
            self._database.wipe_remains()

    def put_off(
        self, queue: Queue, event: Event, seconds: float, *, counts: bool, apologised: bool, sending: bool
    ) -> None:
        """Try the event again later.

        Args:
            queue: Held by this process.
            event: Which.
            seconds: How much later.
            counts: Whether it was a failed attempt.
            apologised: Whether the person was told; then the outbox, which held the apology, is emptied.
            sending: Whether nobody knows if the parcel was delivered.
        """
        changes: dict[str, Any] = {
            "due_at": self.now() + int(seconds * 1000),
            "attempts": event.attempts + (1 if counts else 0),
            "sending": sending,
        }
        if apologised:
            changes |= {"apologised": True, "outbox": null(), "sent": 0}
        with self._held(queue) as connection:
            _change(connection, event, **changes)

    def thread(self, vendor: str, thread: str) -> Thread | None:
        """The conversation of a thread."""
        query = select(threads).where(threads.c.vendor == vendor, threads.c.thread == thread)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return row and Thread(row.conversation, row.greeted, row.prompt)

    def bind(self, queue: Queue, conversation: str) -> None:
        """From now on, the thread is in this conversation."""
        with self._held(queue) as connection:
            connection.execute(delete(threads).where(_thread(queue)))
            row = {"conversation": conversation, "greeted": False}
            connection.execute(insert(threads).values(vendor=queue.vendor, thread=queue.thread, **row))

    def unbind(self, queue: Queue) -> None:
        """The thread is in no conversation any more."""
        with self._held(queue) as connection:
            connection.execute(delete(threads).where(_thread(queue)))

    def clear_prompt(self, queue: Queue) -> None:
        """No buttons are open any more."""
        with self._held(queue) as connection:
            connection.execute(update(threads).where(_thread(queue)).values(prompt=null()))

    def purge(self, before_ms: int) -> None:
        """Forget that events were worked on; vendors deliver again within hours."""
        with self._database.writing() as connection:
            connection.execute(
                delete(events).where(events.c.done.is_(True), events.c.received_at < before_ms)
            )

    def now(self) -> int:
        """The time, milliseconds."""
        return int(self._clock() * 1000)

    def _add(self, connection: Any, arrival: Arrival, now: int) -> bool:
        payload = {name: value for name, value in asdict(arrival).items() if name in _IN_PAYLOAD}
        row = {
            "vendor": arrival.vendor,
            "event_id": arrival.event_id,
            "thread": arrival.thread,
            "sent_at": arrival.sent_at,
            "received_at": now,
            "due_at": now + self._settle_ms,
            "payload": payload,
            "message": arrival.message,
        }
        fresh = {
            "done": False,
            "attempts": 0,
            "apologised": False,
            "ends": False,
            "sent": 0,
            "sending": False,
        }
        known = (events.c.vendor == arrival.vendor) & (events.c.event_id == arrival.event_id)
        if connection.execute(select(exists().where(known))).scalar_one():
            return False
        try:
            with connection.begin_nested():
                connection.execute(insert(events).values(**row, **fresh))
        except IntegrityError:
            # Another process was given it at the same moment.
            return False
        _take_back(connection, arrival)
        return True

    @contextmanager
    def _held(self, queue: Queue) -> Iterator[Any]:
        """A transaction of the queue's holder; it renews the lease.

        Raises:
            LeaseLostError: If another process holds the queue.
        """
        with self._database.writing() as connection:
            held = update(queues).where(_of(queue), queues.c.holder == queue.holder)
            if not connection.execute(held.values(lease_until=self.now() + self._lease_ms)).rowcount:
                raise LeaseLostError
            yield connection


_ORDER = (events.c.sent_at, events.c.id)


def _of(queue: Queue) -> Any:
    return (queues.c.vendor == queue.vendor) & (queues.c.thread == queue.thread)


def _thread(queue: Queue) -> Any:
    return (threads.c.vendor == queue.vendor) & (threads.c.thread == queue.thread)


def _waiting(vendor: str, thread: str) -> Any:
    return and_(events.c.vendor == vendor, events.c.thread == thread, events.c.done.is_(False))


def _schedule(connection: Any, vendor: str, thread: str) -> None:
    """Note when the queue has something to do: when its earliest event is due."""
    earliest = select(events.c.due_at).where(_waiting(vendor, thread)).order_by(*_ORDER).limit(1)
    due_at = connection.execute(earliest).scalar_one_or_none()
    place = and_(queues.c.vendor == vendor, queues.c.thread == thread)
    if connection.execute(update(queues).where(place).values(due_at=due_at)).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(
                insert(queues).values(vendor=vendor, thread=thread, due_at=due_at, lease_until=0)
            )
    except IntegrityError:
        connection.execute(update(queues).where(place).values(due_at=due_at))


def _take_back(connection: Any, arrival: Arrival) -> None:
    """What waits is not answered any more once its message, or the whole thread, is taken back."""
    waiting = _waiting(arrival.vendor, arrival.thread)
    if arrival.kind == "unsend":
        waiting &= events.c.message == arrival.content
    elif arrival.kind == "leave":
        waiting &= (events.c.sent_at <= arrival.sent_at) & (events.c.event_id != arrival.event_id)
    else:
        return
    connection.execute(update(events).where(waiting).values(done=True, payload={}, outbox=null()))


def _change(connection: Any, event: Event, **changes: Any) -> None:
    waiting = (events.c.id == event.id) & events.c.done.is_(False)
    if not connection.execute(update(events).where(waiting).values(**changes)).rowcount:
        raise LeaseLostError


def _event(row: Any) -> Event:
    return Event(
        id=row.id,
        vendor=row.vendor,
        event_id=row.event_id,
        thread=row.thread,
        sent_at=row.sent_at,
        received_at=row.received_at,
        due_at=row.due_at,
        kind=row.payload["kind"],
        content=row.payload["content"],
        address=row.payload["address"],
        message=row.message,
        attempts=row.attempts,
        apologised=row.apologised,
        outbox=row.outbox,
        ends=row.ends,
        sent=row.sent,
        sending=row.sending,
    )
