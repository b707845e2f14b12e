"""What the report needs of each turn."""

from __future__ import annotations

import sqlalchemy as sa  # type: ignore[import-untyped]
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0003 to 0004."""
    op.add_column("messages", sa.Column("understood", sa.Boolean))
    op.add_column("messages", sa.Column("asked", sa.String(40)))
    op.add_column("messages", sa.Column("milliseconds", sa.Integer))
