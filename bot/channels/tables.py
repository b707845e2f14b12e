"""Tables of the public process. Times are whole seconds since 1970, UTC."""

from __future__ import annotations

from sqlalchemy import (  # type: ignore[import-untyped]
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

_conversation = "conversations.id"

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("spoke_at", BigInteger, nullable=False),
    Index("conversations_by_silence", "spoke_at"),
)

# Numbered within the conversation: an id tells nothing about other conversations.
messages = Table(
    "messages",
    metadata,
    Column("conversation", ForeignKey(_conversation, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("role", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    # Of what the bot says: the options offered, and the message that it answers.
    Column("options", JSON, nullable=False),
    Column("reply_to", Integer),
    # Whether it ends a turn that brought advice with nothing left to ask: such a message is rated.
    Column("final", Boolean),
    # Of what the person says: the option chosen, the sender's key, and whether an answer was given.
    Column("choice", String(80)),
    Column("key", String(64)),
    Column("answered", Boolean),
    # ... and of its turn: whether it was understood, the fact asked for then, and how long the answer took.
    Column("understood", Boolean),
    Column("asked", String(40)),
    Column("milliseconds", Integer),
    UniqueConstraint("conversation", "key", name="a_key_is_used_once"),
)

# The newest of each conversation.
advice = Table(
    "advice",
    metadata,
    Column("conversation", ForeignKey(_conversation, ondelete="CASCADE"), primary_key=True),
    Column("content", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("conversation", ForeignKey(_conversation, ondelete="CASCADE"), primary_key=True),
    Column("message", Integer, primary_key=True, autoincrement=False),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text),
    Column("created_at", BigInteger, nullable=False),
)

# Short codes by which a conversation goes from one channel to another; the code itself is not kept.
handovers = Table(
    "handovers",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("conversation", String(64), nullable=False),
    Column("direction", String(8), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)
