"""Sessions from hold to outcome, the office's own hours, and no two of them on one desk at once."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
LIVE = "state IN ('held', 'booked', 'checked_in', 'in_session')"

# How long a session was is not on record: half an hour unless the office had set another length,
# and never into the next one at its desk.
HALF_AN_HOUR = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', bookings.starts_at, '+30 minutes')",
    "postgresql": "bookings.starts_at + interval '30 minutes'",
}
NEXT = """(
    SELECT min(next.starts_at) FROM bookings AS next
    WHERE next.desk = bookings.desk AND next.starts_at > bookings.starts_at
      AND next.state = 'booked'
)"""

# int4range(desk, desk, '[]') is the desk as a range: GiST then needs no extension for "the same".
EXCLUDE = f"""
ALTER TABLE bookings ADD CONSTRAINT no_two_sessions_on_a_desk EXCLUDE USING gist
    (int4range(desk, desk, '[]') WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE ({LIVE})
"""

# SQLite has no EXCLUDE; it lets one transaction write at a time, so a trigger sees all there is.
TRIGGER = f"""
CREATE TRIGGER no_two_sessions_on_a_desk_{{what}} BEFORE {{event}} ON bookings
WHEN NEW.{LIVE} AND EXISTS (
    SELECT 1 FROM bookings
    WHERE desk = NEW.desk AND {LIVE} AND id IS NOT NEW.id
      AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
)
BEGIN SELECT RAISE(ABORT, 'no_two_sessions_on_a_desk'); END
"""


def upgrade() -> None:
    _events()
    _bookings()
    _appeals()
    _office()


def _bookings() -> None:
    dialect = op.get_bind().dialect.name
    for index in ("desk", "matter"):
        op.drop_index(f"one_live_booking_per_{index}", "bookings")
    op.drop_index("one_live_booking_at_a_time", "bookings")
    op.drop_index("one_booking_per_turn", "bookings")
    text, number = sa.Text(), sa.Integer()
    for column in (
        sa.Column("ends_at", MOMENT),
        sa.Column("principal", sa.String(64), nullable=False, server_default=""),
        sa.Column("authority", sa.String(16), nullable=False, server_default=""),
        sa.Column("version", number, nullable=False, server_default="1"),
        sa.Column("held_until", MOMENT),
        sa.Column("renewed", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("question", text, nullable=False, server_default=""),
        sa.Column("checklist", text, nullable=False, server_default="[]"),
        sa.Column("note", text, nullable=False, server_default=""),
        sa.Column("outcome", text, nullable=False, server_default=""),
        sa.Column("checked_in_at", MOMENT),
        sa.Column("called_at", MOMENT),
        sa.Column("officer", sa.String(64), nullable=False, server_default=""),
        sa.Column("passes", number, nullable=False, server_default="0"),
        sa.Column("dropped_at", MOMENT),
        sa.Column("revision", number, nullable=False, server_default="1"),
    ):
        op.add_column("bookings", column)
    op.execute(f"UPDATE bookings SET ends_at = {HALF_AN_HOUR[dialect]}")
    op.execute(f"UPDATE bookings SET ends_at = {NEXT} WHERE ends_at > {NEXT}")
    # One could not check in then, so a session that nobody closed is nobody's no-show.
    op.execute(
        "INSERT INTO booking_events (booking_id, at, before, after, by, why, starts_at, desk) "
        "SELECT id, updated_at, 'elapsed', 'expired', 'clock', 'elapsed', starts_at, desk "
        "FROM bookings WHERE state = 'elapsed'"
    )
    op.execute("UPDATE bookings SET state = 'expired' WHERE state = 'elapsed'")
    with op.batch_alter_table("bookings") as batch:
        batch.alter_column("ends_at", existing_type=MOMENT, nullable=False)
    _one_each("one_live_booking_per_desk", ["starts_at", "desk"], LIVE)
    _one_each("one_live_booking_per_matter", ["phone", "principal", "matter_id"], LIVE)
    _one_each("one_live_booking_at_a_time", ["phone", "starts_at"], LIVE)
    counted = "state NOT IN ('cancelled', 'expired')"
    _one_each("one_booking_per_turn", ["phone", "day", "turn"], counted)
    op.create_index("bookings_by_time", "bookings", ["starts_at"])
    if dialect == "postgresql":
        op.execute(EXCLUDE)
    else:
        op.execute(TRIGGER.format(what="made", event="INSERT"))
        op.execute(TRIGGER.format(what="moved", event="UPDATE"))


def _events() -> None:
    for column in (
        sa.Column("why", sa.Text, nullable=False, server_default=""),
        sa.Column("key", sa.String(128)),
        sa.Column("starts_at", MOMENT),
        sa.Column("desk", sa.Integer),
    ):
        op.add_column("booking_events", column)
    op.create_index("one_event_per_key", "booking_events", ["key"], unique=True)


def _appeals() -> None:
    op.create_table(
        "no_show_appeals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("booking_id", sa.Integer, sa.ForeignKey("bookings.id"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("granted", sa.Boolean),
        sa.Column("decided_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("decided_at", MOMENT),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.UniqueConstraint("booking_id"),
    )


def _office() -> None:
    op.create_table(
        "desks",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "half_days",
        sa.Column("opens", sa.Time, primary_key=True),
        sa.Column("closes", sa.Time, nullable=False),
        sa.Column("desks", sa.Integer, nullable=False),
    )
    op.create_table(
        "desk_leaves",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("desk", sa.Integer, sa.ForeignKey("desks.number"), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "booking_rules",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(32), nullable=False),
    )
    op.create_table(
        "office_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )


def _one_each(name: str, columns: Iterable[str], where: str) -> None:
    """A unique index over the rows `where` holds for."""
    rows = sa.text(where)
    op.create_index(
        name, "bookings", list(columns), unique=True, sqlite_where=rows, postgresql_where=rows
    )
