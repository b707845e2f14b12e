"""Tables of the inbox. Times are whole milliseconds since 1970, UTC: vendors order events by them."""

from __future__ import annotations

from sqlalchemy import (  # type: ignore[import-untyped]
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from bot.channels.tables import metadata

# SQLite numbers its rows by itself only under a plain INTEGER.
_number = BigInteger().with_variant(Integer, "sqlite")

# What a vendor sent. A row outlives its content: its id is how a second delivery is known.
vendor_events = Table(
    "vendor_events",
    metadata,
    Column("id", _number, primary_key=True),
    Column("vendor", String(8), nullable=False),
    Column("event_id", String(128), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("sent_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
    # Empty once done: it holds what was said and where to answer.
    Column("payload", JSON, nullable=False),
    # Name of the message, for taking it back.
    Column("message", String(64)),
    Column("attempts", Integer, nullable=False),
    Column("apologised", Boolean, nullable=False),
    # What is to be sent, kept before the first of it is; `sent` of it are, and one more may be.
    Column("outbox", JSON),
    Column("ends", Boolean, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("sending", Boolean, nullable=False),
    UniqueConstraint("vendor", "event_id", name="an_event_is_kept_once"),
    Index("vendor_events_in_order", "vendor", "thread", "done", "sent_at", "id"),
)

# One a thread with something to do: who works on it, and when there is something to do.
vendor_queues = Table(
    "vendor_queues",
    metadata,
    Column("vendor", String(8), primary_key=True),
    Column("thread", String(64), primary_key=True),
    Column("due_at", BigInteger),
    Column("holder", String(32)),
    Column("lease_until", BigInteger, nullable=False),
    Index("vendor_queues_by_due", "due_at"),
)

# Which conversation a vendor's user or thread is in. The vendor's own id is hashed.
vendor_threads = Table(
    "vendor_threads",
    metadata,
    Column("vendor", String(8), primary_key=True),
    Column("thread", String(64), primary_key=True),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    # Whether the person was told what this is.
    Column("greeted", Boolean, nullable=False),
    # The vendor's own message whose buttons are still open.
    Column("prompt", JSON),
)
