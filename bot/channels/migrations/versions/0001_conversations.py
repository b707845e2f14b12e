"""Conversations, messages, advice and feedback."""

from __future__ import annotations

import sqlalchemy as sa  # type: ignore[import-untyped]
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From nothing, or from tables that were made before there were releases, to 0001."""
    tables = set(sa.inspect(op.get_bind()).get_table_names())
    if "conversations" not in tables:
        _make_conversations()
        _make_messages()
        _make_advice()
        _make_feedback()
        return
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("messages")}
    if "final" not in columns:
        op.add_column("messages", sa.Column("final", sa.Boolean))


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("spoke_at", sa.BigInteger, nullable=False),
    )
    op.create_index("conversations_by_silence", "conversations", ["spoke_at"])


def _make_messages() -> None:
    op.create_table(
        "messages",
        _conversation(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("reply_to", sa.Integer),
        sa.Column("final", sa.Boolean),
        sa.Column("choice", sa.String(80)),
        sa.Column("key", sa.String(64)),
        sa.Column("answered", sa.Boolean),
        sa.UniqueConstraint("conversation", "key", name="a_key_is_used_once"),
    )


def _make_advice() -> None:
    op.create_table(
        "advice",
        _conversation(),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )


def _make_feedback() -> None:
    op.create_table(
        "feedback",
        _conversation(),
        sa.Column("message", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )


def _conversation() -> sa.Column:
    key = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return sa.Column("conversation", sa.String(64), key, primary_key=True)
