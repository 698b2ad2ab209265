"""Reminders to send, codes that prove a phone, and commitments with all their steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _reminders()
    _codes()
    _commitments()


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("booking_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("state", sa.String(8), nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("claim", sa.String(32)),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_index(
        "one_reminder_per_start", "reminders", ["booking_id", "kind", "starts_at"], unique=True
    )


def _codes() -> None:
    op.create_table(
        "phone_codes",
        sa.Column("phone", sa.String(64), primary_key=True),
        sa.Column("visit", sa.String(64), nullable=False, index=True),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("locked_until", MOMENT),
    )
    op.create_table(
        "code_sends",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False, index=True),
    )
    op.create_index("code_sends_of", "code_sends", ["subject", "at"])
    op.create_table(
        "phone_proofs",
        sa.Column("phone", sa.String(64), primary_key=True),
        sa.Column("visit", sa.String(64), primary_key=True),
        sa.Column("until", MOMENT, nullable=False),
    )


def _commitments() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(32), nullable=False, unique=True),
        sa.Column("booking_id", sa.Integer, nullable=False, unique=True),
        sa.Column("matter_id", sa.String(64), nullable=False),
        sa.Column("matter_name", sa.String(128), nullable=False),
        sa.Column("person", sa.String(64), nullable=False, index=True),
        sa.Column("state", sa.String(16), nullable=False, index=True),
    )
    made = sa.ForeignKey("commitments.id")
    op.create_table(
        "commitment_steps",
        sa.Column("commitment_id", sa.Integer, made, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("before", sa.String(16)),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
    )
    op.create_table(
        "credit_records",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "commitment_id",
            sa.Integer,
            sa.ForeignKey("commitments.id"),
            nullable=False,
            unique=True,
        ),
        sa.Column("line", sa.Text, nullable=False),
    )
