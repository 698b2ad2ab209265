"""On which days the office works stands in its calendar file: the table for them goes, unused."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.drop_table("day_changes")
