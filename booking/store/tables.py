"""
The tables of the sessions, as queries name them.

They are made and changed by xiaofu/migrations; a test holds the two together. What keeps two
sessions off one desk stands there: PostgreSQL's EXCLUDE, SQLite's triggers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    text,
)
from sqlalchemy.types import TypeDecorator

from booking.bookings import LIVE, UNCOUNTED, State
from booking.calendar import SHENZHEN


class Moment(TypeDecorator):  # type: ignore[misc] # SQLAlchemy 1.4 ships no types
    """An aware datetime: UTC in the database, Asia/Shanghai when it comes back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time without its zone: {value}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone: what it gives back is the UTC that was put in
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(SHENZHEN)


class Lines(TypeDecorator):  # type: ignore[misc] # SQLAlchemy 1.4 ships no types
    """Lines of text: a JSON list in the database, a tuple when it comes back."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


metadata = MetaData()

bookings = Table(
    "bookings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(6), nullable=False, unique=True),
    Column("matter_id", String(64), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("desk", Integer, nullable=False),
    Column("name", String(64), nullable=False),
    Column("phone", String(20), nullable=False),
    # whom an agent books for, and by what right; "" for one's own matter
    Column("principal", String(64), nullable=False, server_default=""),
    Column("authority", String(16), nullable=False, server_default=""),
    # the person's first, second, … session of the day: a daily limit as a constraint
    Column("day", Date, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("held_until", Moment),
    Column("renewed", Boolean, nullable=False, server_default=text("false")),
    Column("question", Text, nullable=False, server_default=""),
    Column("checklist", Lines, nullable=False, server_default="[]"),
    Column("ticked", Lines, nullable=False, server_default="[]"),  # those that are ready
    Column("note", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("checked_in_at", Moment),
    Column("called_at", Moment),
    Column("officer", String(64), nullable=False, server_default=""),
    Column("passes", Integer, nullable=False, server_default="0"),
    Column("dropped_at", Moment),
    # counts every change of the row, so that of two who change it at once one must look again
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)


def _listed(states: Iterable[State]) -> str:
    return "({})".format(", ".join(f"'{state}'" for state in states))


def _one_each(name: str, columns: Iterable[str], where: str) -> Index:
    """A unique index over the rows `where` holds for, on both databases."""
    rows = text(where)
    return Index(
        name,
        *(bookings.c[column] for column in columns),
        unique=True,
        sqlite_where=rows,
        postgresql_where=rows,
    )


_LIVE = f"state IN {_listed(LIVE)}"
_one_each("one_live_booking_per_desk", ["starts_at", "desk"], _LIVE)
_one_each("one_live_booking_per_matter", ["phone", "principal", "matter_id"], _LIVE)
_one_each("one_live_booking_at_a_time", ["phone", "starts_at"], _LIVE)
# a session that was held still counts for its day, one that was cancelled does not
_one_each("one_booking_per_turn", ["phone", "day", "turn"], f"state NOT IN {_listed(UNCOUNTED)}")
Index("bookings_by_time", bookings.c.starts_at)

booking_events = Table(
    "booking_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("booking_id", ForeignKey(bookings.c.id), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("before", String(16)),
    Column("after", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    # what the caller named the change: asking for it again is no second change
    Column("key", String(128)),
    Column("starts_at", Moment),
    Column("desk", Integer),
    Index("one_event_per_key", "key", unique=True),
)

contacts = Table(
    "contacts",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("phone", String(20), nullable=False),
    Column("used_at", Moment, nullable=False, index=True),
)

no_show_appeals = Table(
    "no_show_appeals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("booking_id", ForeignKey(bookings.c.id), nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("granted", Boolean),  # NULL while nobody has decided
    Column("decided_by", String(64), nullable=False, server_default=""),
    Column("decided_at", Moment),
    Column("note", Text, nullable=False, server_default=""),
)

ratings = Table(
    "ratings",
    metadata,
    Column("id", Integer, primary_key=True),
    # one a session: the constraint decides, whoever sends twice
    Column("booking_id", ForeignKey(bookings.c.id), nullable=False, unique=True),
    Column("level", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

rating_steps = Table(
    "rating_steps",
    metadata,
    # the first, second, … step of a case: of two who go on at once, one must look again
    Column("rating_id", ForeignKey(ratings.c.id), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("stage", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
)

# What the office edits. An empty table means the defaults of the settings.
desks = Table(
    "desks",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("active", Boolean, nullable=False),
)

half_days = Table(
    "half_days",
    metadata,
    Column("opens", Time, primary_key=True),
    Column("closes", Time, nullable=False),
    Column("desks", Integer, nullable=False),
)

desk_leaves = Table(
    "desk_leaves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", ForeignKey(desks.c.number), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("why", Text, nullable=False),
)

booking_rules = Table(
    "booking_rules",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(32), nullable=False),
)

# who changed what of the above; the newest id is the office's revision
office_changes = Table(
    "office_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("what", Text, nullable=False),
)
