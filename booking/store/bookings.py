"""The bookings, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.engine import Engine

from booking.bookings import LIVE, Booking, Event, State, Wish
from booking.errors import (
    AlreadyBooked,
    BookingRefused,
    CannotMove,
    KeyUsed,
    NotFound,
    SessionTaken,
)
from booking.store import rows
from booking.store.rows import RACES, Row, Writing, day_of
from booking.store.tables import booking_events, bookings, no_show_appeals
from booking.store.ways import View, Way
from booking.timetable import Taken

ATTEMPTS = 50
"""More than desks and turns there are: each lost attempt means that somebody else got one."""

Overdue = Callable[[Booking], State | None]
"""What time alone made of a booking, see `rules.overdue`."""

_IS_LIVE = bookings.c.state.in_(LIVE)

# Built once: in a race for a desk, building them would cost more than running them.
_AROUND = select(*rows.SHOWN).where(
    or_(
        and_(
            bookings.c.phone == bindparam("phone"),
            or_(_IS_LIVE, bookings.c.state == "missed", bookings.c.day == bindparam("day")),
        ),
        and_(
            _IS_LIVE,
            bookings.c.starts_at < bindparam("end"),
            bookings.c.ends_at > bindparam("start"),
        ),
    )
)
"""A person's bookings that may matter, and whatever is live at some time."""

_TAKEN = select(bookings.c.desk, bookings.c.starts_at, bookings.c.ends_at).where(
    _IS_LIVE,
    bookings.c.starts_at <= bindparam("last"),
    bookings.c.ends_at > bindparam("first"),
    or_(bookings.c.state != "held", bookings.c.held_until > bindparam("now")),
)
"""The desks in use."""


@dataclass(frozen=True)
class Change:
    """What is to become of a booking: a state, which may be the one it has, and columns."""

    to: State
    why: str = ""
    values: dict[str, Any] | None = None


@dataclass(frozen=True)
class Place:
    """A time, which desks there are at it, and how many sessions a person may have that day."""

    start: datetime
    end: datetime
    desks: Sequence[int]
    daily_limit: int
    overdue: Overdue


class BookingStore:
    """
    The bookings.

    The constraints decide between people who ask at once. What is read before a write only guides
    it to a free desk, or finds the words for a refusal; it is read on a connection of its own,
    because a SQLite transaction that has read cannot start to write once another has written.

    Everywhere: by, who does it, for the audit: citizen, clock, or an officer's name. key: what the
    caller names the change; the second time it returns the booking and changes nothing.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(
        self,
        wish: Wish,
        to: Literal["held", "booked"],
        place: Place,
        check: Callable[[Sequence[Booking], bool], None] = lambda own, held: None,
        *,
        by: str,
        now: datetime,
        held_until: datetime | None = None,
        key: str | None = None,
    ) -> Booking:
        """
        Give the wish the first desk free; the person's hold on just this becomes the booking.

        check: given the person's own bookings, live, missed or on that day, and whether just this
        is held; raises when it may not be booked.
        held_until: for a new hold; one there already keeps its own.

        In the same transaction holds that ran out and what else is overdue give way, so that no
        sweeper is needed, and other holds of the person are let go.

        Raises AlreadyBooked, SameTime, DailyLimit or SessionTaken.
        """

        def attempt() -> Booking | None:
            view = self._view(wish.phone, wish.start, wish.end, place.overdue)
            same = next((row for row in view.holds_of(wish.phone) if _same(row, wish)), None)
            check(view.of(wish.phone), same is not None)
            way = view.way(wish.phone, wish.start, wish.end, besides=same)
            for booking in way.kept:
                if (booking.matter_id, booking.principal) == (wish.matter_id, wish.principal):
                    raise AlreadyBooked(booking)
            way.check_time()
            told = rows.told(wish)
            if same is not None:
                if to == "held" and _told_already(same.booking, wish):
                    return same.booking
                until = same.booking.held_until if to == "held" else None
                changed = Change(to, values={**told, "held_until": until})
                return self._write(same, changed, way, by=by, now=now, key=key)
            row = rows.new(wish, to, way.desk(place.desks), way.turn(place.daily_limit))
            row["held_until"] = held_until
            return self._write(None, Change(to, values=row), way, by=by, now=now, key=key)

        made = self._answered(attempt, key)
        if made is None:
            raise SessionTaken(wish.start)
        return made

    def reschedule(
        self,
        booking_id: int,
        place: Place,
        check: Callable[[Booking], None],
        *,
        by: str,
        now: datetime,
        key: str | None = None,
        why: str = "",
    ) -> Booking:
        """
        Move a booking to another time: one row changes, so the old time is free only when the new
        one is got. check: raises when the booking may not be moved.

        Raises SameTime, DailyLimit or SessionTaken.
        """
        start, end = place.start, place.end

        def attempt() -> Booking | None:
            own = self._row(booking_id)
            check(own.booking)
            there = own.booking.desk in place.desks
            if there and (own.booking.start, own.booking.end) == (start, end):
                return own.booking
            view = self._view(own.booking.phone, start, end, place.overdue)
            way = view.way(own.booking.phone, start, end, besides=own)
            way.check_time()
            day = day_of(start)
            values = {
                "starts_at": start,
                "ends_at": end,
                "desk": way.desk(place.desks),
                "day": day,
                "turn": own.turn if day == own.day else way.turn(place.daily_limit),
            }
            moved = Change(own.booking.state, why, values)
            return self._write(own, moved, way, by=by, now=now, key=key)

        made = self._answered(attempt, key, booking_id)
        if made is None:
            raise SessionTaken(start)
        return made

    def change(
        self,
        booking_id: int,
        step: Callable[[Booking], Change | None],
        *,
        by: str,
        now: datetime,
        key: str | None = None,
        to: State | None = None,
    ) -> Booking:
        """
        Change a booking as `step` says for how it is now; None leaves it as it is.

        to: what the key's change must have led to, when that is known beforehand.
        `step` may raise, and is asked again when somebody else changed the booking meanwhile.
        Raises CannotMove when another live booking stands in the way, as of the same matter.
        """
        wanted = to

        def attempt() -> Booking | None:
            nonlocal wanted
            row = self._row(booking_id)
            change = step(row.booking)
            if change is None:
                return row.booking
            wanted = change.to
            return self._write(row, change, None, by=by, now=now, key=key)

        made = self._answered(attempt, key, booking_id, to)
        if made is None:
            now_ = self._row(booking_id).booking
            raise CannotMove(now_, wanted or now_.state)
        return made

    def get(self, booking_id: int) -> Booking | None:
        found = self._rows(bookings.c.id == booking_id)
        return found[0].booking if found else None

    def find(self, number: str, phone: str | None = None) -> Booking | None:
        """By number, and phone unless an officer asks."""
        own = () if phone is None else (bookings.c.phone == phone,)
        found = self._rows(bookings.c.number == number, *own)
        return found[0].booking if found else None

    def live_of(self, phone: str) -> list[Booking]:
        """The person's live bookings and holds, by time."""
        return self._bookings(bookings.c.phone == phone, _IS_LIVE)

    def between(
        self, first: datetime, last: datetime, states: Collection[State] | None = None
    ) -> list[Booking]:
        """What starts from `first` to before `last`, by time; in all states or those named."""
        named = () if states is None else (bookings.c.state.in_(states),)
        return self._bookings(bookings.c.starts_at >= first, bookings.c.starts_at < last, *named)

    def missed_by(self, phone: str, overdue: Overdue) -> list[Booking]:
        """The no-shows that count against a phone, by time: missed, and not lifted by an appeal."""
        lifted = select(no_show_appeals.c.booking_id).where(no_show_appeals.c.granted)
        found = self._bookings(
            bookings.c.phone == phone,
            bookings.c.state.in_(("booked", "missed")),
            bookings.c.id.not_in(lifted),
        )
        return [one for one in found if one.state == "missed" or overdue(one) == "missed"]

    def due(self, now: datetime) -> list[Booking]:
        """What has begun and is still open, and the holds that ran out, by time."""
        return self._bookings(
            _IS_LIVE, or_(bookings.c.starts_at <= now, bookings.c.held_until <= now)
        )

    def taken(self, first: datetime, last: datetime, now: datetime) -> list[Taken]:
        """The desks in use at some time from `first` to `last`; holds that ran out use none."""
        around = {"first": first, "last": last, "now": now}
        with self._engine.connect() as connection:
            return [Taken(*row) for row in connection.execute(_TAKEN, around)]

    def history(self, booking: Booking) -> list[Event]:
        """What happened to a booking, in order."""
        names = ("at", "before", "after", "by", "why", "key", "starts_at", "desk")
        with self._engine.connect() as connection:
            found = connection.execute(
                select(*(booking_events.c[name] for name in names))
                .where(booking_events.c.booking_id == booking.id)
                .order_by(booking_events.c.id)
            ).all()
        return [Event(*row) for row in found]

    def latest_event(self) -> int:
        """A number that grows with every change of any booking: cheap to ask again and again."""
        newest = select(func.coalesce(func.max(booking_events.c.id), 0))
        with self._engine.connect() as connection:
            return int(connection.execute(newest).scalar_one())

    def named(
        self, key: str, booking_id: int | None = None, to: State | None = None
    ) -> Booking | None:
        """
        The booking as it now is that the key's change was made to; None for a new key.

        Raises KeyUsed when the key names a change of another booking, or to another state.
        """
        events = booking_events.c
        with self._engine.connect() as connection:
            found = connection.execute(
                select(events.booking_id, events.after).where(events.key == key)
            ).one_or_none()
        if found is None:
            return None
        if booking_id not in (None, found.booking_id) or to not in (None, found.after):
            raise KeyUsed(key)
        return self._row(found.booking_id).booking

    def _view(self, phone: str, start: datetime, end: datetime, overdue: Overdue) -> View:
        around = {"phone": phone, "day": day_of(start), "start": start, "end": end}
        with self._engine.connect() as connection:
            found = [rows.read(row) for row in connection.execute(_AROUND, around)]
        return View(found, {row.booking.id: overdue(row.booking) for row in found})

    def _row(self, booking_id: int) -> Row:
        found = self._rows(bookings.c.id == booking_id)
        if not found:
            raise NotFound
        return found[0]

    def _bookings(self, *conditions: Any) -> list[Booking]:
        return [row.booking for row in self._rows(*conditions)]

    def _rows(self, *conditions: Any) -> list[Row]:
        wanted = select(*rows.SHOWN).where(*conditions)
        with self._engine.connect() as connection:
            found = connection.execute(wanted.order_by(bookings.c.starts_at, bookings.c.id))
            return [rows.read(row) for row in found]

    def _answered(
        self,
        attempt: Callable[[], Booking | None],
        key: str | None,
        booking_id: int | None = None,
        to: State | None = None,
    ) -> Booking | None:
        """
        What the key's change made, or what an attempt makes now; None when all attempts are lost.

        The same request may have come in at another door, and been quicker than ours: what it has
        made is then in our way, which is no reason to refuse it.
        """

        def done() -> Booking | None:
            return self.named(key, booking_id, to) if key else None

        for _ in range(ATTEMPTS):
            if made := done():
                return made
            try:
                made = attempt()
            except BookingRefused:
                if made := done():
                    return made
                raise
            if made:
                return made
        return None

    def _write(
        self,
        row: Row | None,
        change: Change,
        way: Way | None,
        *,
        by: str,
        now: datetime,
        key: str | None,
    ) -> Booking | None:
        """Make a booking, or change one, and clear its way; None when somebody was quicker."""
        try:
            with self._engine.begin() as connection:
                writing = Writing(connection, by, now, key, change.why)
                if way is not None:
                    way.clear(writing)
                values = change.values or {}
                if row is None:
                    return writing.add(values)
                return writing.change(row, change.to, **values)
        except RACES as error:
            if not rows.lost(error):
                raise
            return None


def _same(row: Row, wish: Wish) -> bool:
    """Whether a hold is for just this."""
    held = row.booking
    return (held.start, held.end, held.matter_id, held.principal) == (
        wish.start,
        wish.end,
        wish.matter_id,
        wish.principal,
    )


def _told_already(held: Booking, wish: Wish) -> bool:
    return (held.name, held.on_behalf_of, held.question, held.checklist) == (
        wish.name,
        wish.on_behalf_of,
        wish.question,
        wish.checklist,
    )
