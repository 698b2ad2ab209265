"""Bookings and contacts, in SQLite or PostgreSQL; the database's constraints decide every race."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeDecorator

from booking.bookings import LIVE, MOVES, Booking, Event, State, Wish, new_number, plain_phone
from booking.calendar import SHENZHEN
from booking.errors import AlreadyBooked, DailyLimit, SameTime, SessionTaken


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


metadata = MetaData()

bookings = Table(
    "bookings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(6), nullable=False, unique=True),
    Column("matter_id", String(64), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("desk", Integer, nullable=False),
    Column("name", String(64), nullable=False),
    Column("phone", String(20), nullable=False),
    # the person's first, second, … session of the day: a daily limit as a constraint
    Column("day", Date, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)


def _one_each(name: str, columns: Sequence[str], where: str) -> Index:
    """A unique index over the rows `where` holds for, on both databases."""
    rows = text(where)
    return Index(
        name,
        *(bookings.c[column] for column in columns),
        unique=True,
        sqlite_where=rows,
        postgresql_where=rows,
    )


_LIVE = "state IN ({})".format(", ".join(f"'{state}'" for state in LIVE))
_one_each("one_live_booking_per_desk", ["starts_at", "desk"], _LIVE)
_one_each("one_live_booking_per_matter", ["phone", "matter_id"], _LIVE)
_one_each("one_live_booking_at_a_time", ["phone", "starts_at"], _LIVE)
# a session that was held still counts for its day, one that was cancelled does not
_one_each("one_booking_per_turn", ["phone", "day", "turn"], "state <> 'cancelled'")

booking_events = Table(
    "booking_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("booking_id", ForeignKey(bookings.c.id), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("before", String(16)),
    Column("after", String(16), nullable=False),
    Column("by", String(64), nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("phone", String(20), nullable=False),
    Column("used_at", Moment, nullable=False, index=True),
)

_SHOWN = [column for column in bookings.c if column.name not in ("day", "turn")]

ATTEMPTS = 50
"""More than desks and turns there are: each lost attempt means that somebody else got one."""


def create_tables(engine: Engine) -> None:
    metadata.create_all(engine)


@dataclass(frozen=True)
class _View:
    """What stands in the way of a wish, at one moment: it guides an attempt, it decides nothing."""

    live: tuple[Booking, ...]
    turns: frozenset[int]
    desks: frozenset[int]


class BookingStore:
    """
    The bookings.

    The unique indexes decide between people who ask at once. What is read before an insert only
    guides it to a free desk, or finds the words for a refusal; it is read on a connection of its
    own, because a SQLite transaction that has read cannot start to write once another has written.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(
        self, wish: Wish, *, desks: int, daily_limit: int, over: datetime, now: datetime
    ) -> Booking:
        """
        Give the wish the first desk free.

        desks: how many there are at that time. over: live bookings that start at or before this
        are over; the person's own are marked elapsed on the way, so that no sweeper is needed.

        Raises AlreadyBooked, SameTime, DailyLimit or SessionTaken.
        """
        for _ in range(ATTEMPTS):
            view = self._view(wish)
            elapsed = [booking for booking in view.live if booking.start <= over]
            for booking in view.live:
                if booking in elapsed:
                    continue
                if booking.matter_id == wish.matter_id:
                    raise AlreadyBooked(booking)
                if booking.start == wish.start:
                    raise SameTime(booking)
            turn = _first_free(daily_limit, view.turns)
            if turn is None:
                raise DailyLimit(_day(wish.start), daily_limit)
            desk = _first_free(desks, view.desks)
            if desk is None:
                break
            try:
                with self._engine.begin() as connection:
                    for booking in elapsed:
                        self._move(connection, booking, "elapsed", by="clock", now=now)
                    return self._insert(connection, wish, desk, turn, now)
            except IntegrityError:
                continue
        raise SessionTaken(wish.start)

    def move(self, booking: Booking, to: State, *, by: str, now: datetime) -> Booking:
        """
        Move a booking, once: doing it again changes nothing and leaves no second audit row.

        Returns it as it then is, which is another state than `to` if someone else moved it first.
        by: who did it, for the audit: citizen, officer, clock.
        """
        with self._engine.begin() as connection:
            self._move(connection, booking, to, by=by, now=now)
            return self._one(connection, bookings.c.id == booking.id)

    def find(self, number: str, phone: str) -> Booking | None:
        with self._engine.connect() as connection:
            row = connection.execute(
                select(*_SHOWN).where(bookings.c.number == number, bookings.c.phone == phone)
            ).one_or_none()
        return None if row is None else _booking(row)

    def live_of(self, phone: str, over: datetime) -> list[Booking]:
        """The person's live bookings that start after `over`, by time."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(*_SHOWN)
                .where(
                    bookings.c.phone == phone,
                    bookings.c.state.in_(LIVE),
                    bookings.c.starts_at > over,
                )
                .order_by(bookings.c.starts_at)
            ).all()
        return [_booking(row) for row in rows]

    def taken(self, first: datetime, last: datetime) -> list[datetime]:
        """The start of every live booking from `first` to `last`, both included."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(bookings.c.starts_at).where(
                    bookings.c.state.in_(LIVE), bookings.c.starts_at.between(first, last)
                )
            ).all()
        return [row.starts_at for row in rows]

    def history(self, booking: Booking) -> list[Event]:
        """What happened to a booking, in order."""
        columns = (booking_events.c[c] for c in ("at", "before", "after", "by"))
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(*columns)
                .where(booking_events.c.booking_id == booking.id)
                .order_by(booking_events.c.id)
            ).all()
        return [Event(*row) for row in rows]

    def _view(self, wish: Wish) -> _View:
        own = bookings.c.phone == wish.phone
        live = bookings.c.state.in_(LIVE)
        with self._engine.connect() as connection:
            mine = connection.execute(select(*_SHOWN).where(own, live)).all()
            turns = connection.execute(
                select(bookings.c.turn).where(
                    own, bookings.c.day == _day(wish.start), bookings.c.state != "cancelled"
                )
            ).all()
            desks = connection.execute(
                select(bookings.c.desk).where(bookings.c.starts_at == wish.start, live)
            ).all()
        return _View(
            live=tuple(_booking(row) for row in mine),
            turns=frozenset(row.turn for row in turns),
            desks=frozenset(row.desk for row in desks),
        )

    def _insert(
        self, connection: Connection, wish: Wish, desk: int, turn: int, now: datetime
    ) -> Booking:
        row = {
            "number": new_number(),
            "matter_id": wish.matter_id,
            "starts_at": wish.start,
            "desk": desk,
            "name": wish.name,
            "phone": wish.phone,
            "day": _day(wish.start),
            "turn": turn,
            "state": "booked",
            "created_at": now,
            "updated_at": now,
        }
        [booking_id] = connection.execute(insert(bookings).values(row)).inserted_primary_key
        _record(connection, booking_id, None, "booked", by="citizen", now=now)
        return self._one(connection, bookings.c.id == booking_id)

    def _move(
        self, connection: Connection, booking: Booking, to: State, *, by: str, now: datetime
    ) -> None:
        before = booking.state
        if before == to:
            return
        if (before, to) not in MOVES:
            raise ValueError(f"a {before} booking cannot become {to}")
        moved = connection.execute(
            update(bookings)
            .where(bookings.c.id == booking.id, bookings.c.state == before)
            .values(state=to, updated_at=now)
        )
        if moved.rowcount:
            _record(connection, booking.id, before, to, by=by, now=now)

    def _one(self, connection: Connection, condition: Any) -> Booking:
        return _booking(connection.execute(select(*_SHOWN).where(condition)).one())


class ContactBook:
    """
    Phone numbers said in chat, under references that say nothing, so that no log and no
    conversation store holds a number.

    keeps: how long a reference lives after it was last used.
    """

    def __init__(self, engine: Engine, keeps: timedelta = timedelta(minutes=30)) -> None:
        self._engine = engine
        self._keeps = keeps

    def keep(self, phone: str, now: datetime) -> str:
        """Put a number away; what has expired is forgotten on the way."""
        ref = f"contact:{secrets.token_urlsafe(12)}"
        row = {"ref": ref, "phone": plain_phone(phone), "used_at": now}
        with self._engine.begin() as connection:
            connection.execute(delete(contacts).where(contacts.c.used_at <= now - self._keeps))
            connection.execute(insert(contacts).values(row))
        return ref

    def phone(self, ref: str, now: datetime) -> str | None:
        """The number behind `ref`, which then lives on; None when it has expired or never was."""
        with self._engine.begin() as connection:
            known = connection.execute(
                update(contacts)
                .where(contacts.c.ref == ref, contacts.c.used_at > now - self._keeps)
                .values(used_at=now)
            )
            if not known.rowcount:
                return None
            found = select(contacts.c.phone).where(contacts.c.ref == ref)
            phone: str = connection.execute(found).scalar_one()
            return phone


def _record(
    connection: Connection,
    booking_id: int,
    before: State | None,
    after: State,
    *,
    by: str,
    now: datetime,
) -> None:
    row = {"booking_id": booking_id, "at": now, "before": before, "after": after, "by": by}
    connection.execute(insert(booking_events).values(row))


def _booking(row: Any) -> Booking:
    return Booking(*row)


def _day(start: datetime) -> date:
    return start.astimezone(SHENZHEN).date()


def _first_free(count: int, taken: frozenset[int]) -> int | None:
    return next((one for one in range(1, count + 1) if one not in taken), None)
