"""The inbox of LINE and Slack."""

from __future__ import annotations

import sqlalchemy as sa  # type: ignore[import-untyped]
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0001 to 0002."""
    _make_events()
    op.create_table(
        "vendor_queues",
        sa.Column("vendor", sa.String(8), primary_key=True),
        sa.Column("thread", sa.String(64), primary_key=True),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("holder", sa.String(32)),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
    )
    op.create_index("vendor_queues_by_due", "vendor_queues", ["due_at"])
    op.create_table(
        "vendor_threads",
        sa.Column("vendor", sa.String(8), primary_key=True),
        sa.Column("thread", sa.String(64), primary_key=True),
        sa.Column("conversation", sa.String(64), _conversation(), nullable=False),
        sa.Column("greeted", sa.Boolean, nullable=False),
        sa.Column("prompt", sa.JSON),
    )
    op.create_index("ix_vendor_threads_conversation", "vendor_threads", ["conversation"])


def _make_events() -> None:
    op.create_table(
        "vendor_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("vendor", sa.String(8), nullable=False),
        sa.Column("event_id", sa.String(128), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("message", sa.String(64)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("apologised", sa.Boolean, nullable=False),
        sa.Column("outbox", sa.JSON),
        sa.Column("ends", sa.Boolean, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("sending", sa.Boolean, nullable=False),
        sa.UniqueConstraint("vendor", "event_id", name="an_event_is_kept_once"),
    )
    op.create_index("vendor_events_in_order", "vendor_events", ["vendor", "thread", "done", "sent_at", "id"])


def _conversation() -> sa.ForeignKey:
    return sa.ForeignKey("conversations.id", ondelete="CASCADE")
