"""The bookings, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Engine

from booking.bookings import LIVE, Booking, Event, State, Wish
from booking.errors import (
    AlreadyBooked,
    CannotMove,
    KeyUsed,
    NotFound,
    SessionTaken,
)
from booking.store import rows
from booking.store.rows import RACES, Row, Writing, day_of
from booking.store.tables import booking_events, bookings, no_show_appeals
from booking.store.ways import View
from booking.timetable import Taken

ATTEMPTS = 50
"""More than desks and turns there are: each lost attempt means that somebody else got one."""

Overdue = Callable[[Booking], State | None]
"""What time alone made of a booking, see `rules.overdue`."""

_IS_LIVE = bookings.c.state.in_(LIVE)


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
        *,
        by: str,
        now: datetime,
        held_until: datetime | None = None,
        key: str | None = None,
    ) -> Booking:
        """
        Give the wish the first desk free; the person's hold on just this becomes the booking.

        held_until: for a new hold; one there already keeps its own.

        In the same transaction holds that ran out and what else is overdue give way, so that no
        sweeper is needed, and other holds of the person are let go.

        Raises AlreadyBooked, SameTime, DailyLimit or SessionTaken.
        """
        for _ in range(ATTEMPTS):
            if key and (done := self.named(key)):
                return done
            view = self._view(wish.phone, wish.start, wish.end, place.overdue)
            same = next((row for row in view.holds_of(wish.phone) if _same(row, wish)), None)
            way = view.way(wish.phone, wish.start, wish.end, besides=same)
            for booking in way.kept:
                if (booking.matter_id, booking.principal) == (wish.matter_id, wish.principal):
                    raise AlreadyBooked(booking)
            way.check_time()
            if same is None:
                desk, turn = way.desk(place.desks), way.turn(place.daily_limit)
            elif to == "held" and _told_already(same.booking, wish):
                return same.booking
            with self._attempt(by=by, now=now, key=key) as attempt:
                way.clear(attempt.writing)
                if same is not None:
                    until = same.booking.held_until if to == "held" else None
                    told = rows.told(wish)
                    attempt.made = attempt.writing.change(same, to, held_until=until, **told)
                else:
                    row = rows.new(wish, to, desk, turn)
                    attempt.made = attempt.writing.add(row | {"held_until": held_until})
            if attempt.made:
                return attempt.made
        raise SessionTaken(wish.start)

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
        for _ in range(ATTEMPTS):
            if key and (done := self.named(key, booking_id)):
                return done
            own = self._row(booking_id)
            check(own.booking)
            there = own.booking.desk in place.desks
            if there and (own.booking.start, own.booking.end) == (start, end):
                return own.booking
            view = self._view(own.booking.phone, start, end, place.overdue)
            way = view.way(own.booking.phone, start, end, besides=own)
            way.check_time()
            day = day_of(start)
            turn = own.turn if day == own.day else way.turn(place.daily_limit)
            desk = way.desk(place.desks)
            with self._attempt(by=by, now=now, key=key, why=why) as attempt:
                way.clear(attempt.writing)
                attempt.made = attempt.writing.change(
                    own,
                    own.booking.state,
                    starts_at=start,
                    ends_at=end,
                    desk=desk,
                    day=day,
                    turn=turn,
                )
            if attempt.made:
                return attempt.made
        raise SessionTaken(start)

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
        for _ in range(ATTEMPTS):
            if key and (done := self.named(key, booking_id, to)):
                return done
            row = self._row(booking_id)
            change = step(row.booking)
            if change is None:
                return row.booking
            wanted = change.to
            with self._attempt(by=by, now=now, key=key, why=change.why) as attempt:
                attempt.made = attempt.writing.change(row, change.to, **(change.values or {}))
            if attempt.made:
                return attempt.made
        raise CannotMove(self._row(booking_id).booking, wanted)

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
        columns = (bookings.c.desk, bookings.c.starts_at, bookings.c.ends_at)
        wanted = select(*columns).where(
            _IS_LIVE,
            bookings.c.starts_at <= last,
            bookings.c.ends_at > first,
            or_(bookings.c.state != "held", bookings.c.held_until > now),
        )
        with self._engine.connect() as connection:
            return [Taken(*row) for row in connection.execute(wanted)]

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
        own = and_(
            bookings.c.phone == phone,
            or_(_IS_LIVE, bookings.c.day == day_of(start)),
        )
        there = and_(_IS_LIVE, bookings.c.starts_at < end, bookings.c.ends_at > start)
        found = self._rows(or_(own, there))
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

    @contextmanager
    def _attempt(
        self, *, by: str, now: datetime, key: str | None, why: str = ""
    ) -> Iterator[_Attempt]:
        """A transaction that may lose against another's: then nothing is made."""
        attempt = _Attempt()
        try:
            with self._engine.begin() as connection:
                attempt.writing = Writing(connection, by, now, key, why)
                yield attempt
        except RACES as error:
            if not rows.lost(error):
                raise
            attempt.made = None


class _Attempt:
    """made: what was written, once the transaction is through."""

    writing: Writing
    made: Booking | None = None


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
