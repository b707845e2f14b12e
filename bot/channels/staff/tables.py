"""Tables of the staff console, beside those of the conversations. Times are whole seconds since 1970, UTC.

A case outlives its conversation: that one is deleted after a time of silence, the record of a call is not.
"""

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
    Text,
)

from bot.channels.tables import metadata

_account = "staff_accounts.name"
_case = "staff_cases.id"

accounts = Table(
    "staff_accounts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("display", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("shortcuts", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# By the name that was typed, whether there is such an account or not: the answer must not tell.
attempts = Table(
    "staff_attempts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
)

# The token itself stands in the cookie only; here is its hash.
sessions = Table(
    "staff_sessions",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("account", String(64), ForeignKey(_account, ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

# Who saw or changed what. Never what a caller said.
audit = Table(
    "staff_audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("action", String(40), nullable=False),
    Column("case", String(64)),
    Column("detail", Text, nullable=False),
    Index("staff_audit_by_case", "case"),
)

cases = Table(
    "staff_cases",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", String(24), nullable=False, unique=True),
    Column("conversation", String(64), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("owner", String(64), ForeignKey(_account), nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    # Grows by one with each change: who changes an older one is told.
    Column("version", Integer, nullable=False),
    # What the operator wrote in place of what the sheet fills by itself, by field.
    Column("fields", JSON, nullable=False),
    # Typed and not yet analysed.
    Column("draft", Text, nullable=False),
    # What a search looks through.
    Column("words", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
    Index("staff_cases_by_day", "created_at"),
)

# One row a step of a call: what was said or put, and the facts before and after it.
turns = Table(
    "staff_turns",
    metadata,
    Column("case", String(64), ForeignKey(_case, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("understanding", JSON),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("undone", Boolean, nullable=False),
)

# Each confirmed sheet as it was; never changed.
sheets = Table(
    "staff_sheets",
    metadata,
    Column("case", String(64), ForeignKey(_case, ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", JSON, nullable=False),
    Column("confirmed_by", String(64), nullable=False),
    Column("confirmed_at", BigInteger, nullable=False),
)

# What stood in a field of a draft before it was written over.
earlier = Table(
    "staff_earlier",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case", String(64), ForeignKey(_case, ondelete="CASCADE"), nullable=False),
    Column("field", String(40), nullable=False),
    Column("text", Text, nullable=False),
    # Who wrote over it, and when.
    Column("account", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("staff_earlier_by_case", "case"),
)

# Who has a case open at the moment.
presence = Table(
    "staff_presence",
    metadata,
    Column("case", String(64), ForeignKey(_case, ondelete="CASCADE"), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("seen_at", BigInteger, nullable=False),
)

# "Wrong" on a problem that was found, kept for a supervisor to review; never learned from by itself.
examples = Table(
    "staff_examples",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case", String(64), ForeignKey(_case, ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    Column("found", String(40), nullable=False),
    Column("meant", String(40)),
    Column("account", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("review", String(16)),
    Column("reviewed_by", String(64)),
    Column("reviewed_at", BigInteger),
)
