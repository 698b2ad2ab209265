"""Which lines of its checklist a booking's citizen has ready; none as yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    ticked = sa.Column("ticked", sa.Text, nullable=False, server_default="[]")
    op.add_column("bookings", ticked)
