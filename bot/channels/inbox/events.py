"""What the inbox and the vendors' adapters say to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.channels.messages import Reply

Kind = Literal["text", "choice", "command", "unreadable", "follow", "leave", "unsend"]
Parcel = dict[str, Any]
"""What one call of a vendor's API sends, as JSON."""


@dataclass(frozen=True)
class Arrival:
    """Something that a vendor delivered and that is to be worked on.

    Attributes:
        vendor: Name of the vendor.
        event_id: The vendor's own id of the event; the same one is worked on once.
        thread: Who speaks, or where; hashed.
        sent_at: When it happened by the vendor's clock, milliseconds.
        kind: What it is.
        content: The text, the option's id, the command, or the name of the message that is taken back.
        address: Where the answer goes; the adapter's own.
        message: Name of the message, hashed: it can be taken back by it.
    """

    vendor: str
    event_id: str
    thread: str
    sent_at: int
    kind: Kind
    content: str = ""
    address: dict[str, Any] = field(default_factory=dict)
    message: str | None = None


@dataclass(frozen=True)
class Queue:
    """The events of one thread, while this process holds them."""

    vendor: str
    thread: str
    holder: str


@dataclass(frozen=True)
class Event:
    """An event that is worked on."""

    id: int
    vendor: str
    event_id: str
    thread: str
    sent_at: int
    received_at: int
    due_at: int
    kind: Kind
    content: str
    address: dict[str, Any]
    message: str | None
    attempts: int
    apologised: bool
    outbox: list[Parcel] | None
    ends: bool
    """Whether the event is done once the outbox is sent; else it was an apology."""
    sent: int
    sending: bool
    """Whether a parcel was begun and nobody knows how that ended."""


@dataclass(frozen=True)
class Thread:
    """The conversation that a vendor's user or thread is in."""

    conversation: str
    greeted: bool
    prompt: Parcel | None


@dataclass(frozen=True)
class Speech:
    """What is to be said, before it has a vendor's form."""

    replies: list[Reply]
    advice: dict[str, Any] | None = None
    """Advice with nothing left to ask, to be shown as cards."""
    numeric: bool = False
    """Whether a bare number would be an answer to the question itself."""
    sheet: str | None = None
    """The consultation sheet as text."""


@dataclass(frozen=True)
class Delivery:
    """How the sending of a parcel ended."""

    prompt: Parcel | None = None
    """The vendor's own message whose buttons are open now."""


class SendError(Exception):
    """A parcel was not delivered.

    Attributes:
        retry_after: Seconds to wait, where the vendor says so.
        unsure: Whether it may have been delivered all the same.
        hopeless: Whether trying again cannot help.
    """

    def __init__(
        self, reason: str, *, retry_after: float | None = None, unsure: bool = False, hopeless: bool = False
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.unsure = unsure
        self.hopeless = hopeless


class Vendor(Protocol):
    """A vendor's adapter: gives words the vendor's form, and sends them."""

    name: str

    def parcels(self, event: Event, speech: Speech) -> list[Parcel]:
        """The speech in the vendor's form, each parcel within the vendor's limits."""
        ...

    async def send(self, event: Event, parcel: Parcel, key: str, *, unsure: bool) -> Delivery:
        """Deliver one parcel.

        Args:
            event: What is answered.
            parcel: One of `parcels`.
            key: A UUID: the same for the same parcel, whoever sends it.
            unsure: Whether it may have been delivered before.

        Raises:
            SendError: If it was not delivered, or that is not known.
        """
        ...

    async def begin(self, event: Event, prompt: Parcel | None) -> None:
        """Work on an event begins: show that, and close the buttons that are open. Never fails."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
