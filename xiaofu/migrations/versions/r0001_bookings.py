"""Bookings, their audit and the contact book, as they were before there were steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("bookings"):
        return
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String(6), nullable=False, unique=True),
        sa.Column("matter_id", sa.String(64), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("desk", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    for name, columns, where in (
        ("one_live_booking_per_desk", ["starts_at", "desk"], "state IN ('booked')"),
        ("one_live_booking_per_matter", ["phone", "matter_id"], "state IN ('booked')"),
        ("one_live_booking_at_a_time", ["phone", "starts_at"], "state IN ('booked')"),
        ("one_booking_per_turn", ["phone", "day", "turn"], "state <> 'cancelled'"),
    ):
        rows = sa.text(where)
        op.create_index(
            name, "bookings", columns, unique=True, sqlite_where=rows, postgresql_where=rows
        )
    op.create_table(
        "booking_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("booking_id", sa.Integer, sa.ForeignKey("bookings.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("before", sa.String(16)),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Index("ix_booking_events_booking_id", "booking_id"),
    )
    op.create_table(
        "contacts",
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("used_at", MOMENT, nullable=False, index=True),
    )
