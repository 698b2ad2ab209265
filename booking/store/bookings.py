"""The bookings, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Engine

from booking.bookings import LIVE, UNCOUNTED, Booking, Event, State, Wish
from booking.errors import AlreadyBooked, DailyLimit, KeyUsed, NotFound, SameTime, SessionTaken
from booking.store import rows
from booking.store.rows import RACES, Row, Writing, day_of
from booking.store.tables import booking_events, bookings
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
    """Which desks there are at a time, and how many sessions a person may have that day."""

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
            if key and (done := self._named(key)):
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
        start: datetime,
        end: datetime,
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
        for _ in range(ATTEMPTS):
            if key and (done := self._named(key, booking_id)):
                return done
            own = self._row(booking_id)
            check(own.booking)
            if (own.booking.start, own.booking.end) == (start, end):
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
    ) -> Booking:
        """
        Change a booking as `step` says for how it is now; None leaves it as it is.

        `step` may raise, and is asked again when somebody else changed the booking meanwhile.
        """
        for _ in range(ATTEMPTS):
            if key and (done := self._named(key, booking_id)):
                return done
            row = self._row(booking_id)
            change = step(row.booking)
            if change is None:
                return row.booking
            with self._attempt(by=by, now=now, key=key, why=change.why) as attempt:
                attempt.made = attempt.writing.change(row, change.to, **(change.values or {}))
            if attempt.made:
                return attempt.made
        raise RuntimeError(f"booking {booking_id} kept changing")

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

    def _named(self, key: str, booking_id: int | None = None) -> Booking | None:
        """The booking as it now is that the key's change was made to; None for a new key."""
        of_key = select(booking_events.c.booking_id).where(booking_events.c.key == key)
        found = self._rows(bookings.c.id == of_key.scalar_subquery())
        if found and booking_id not in (None, found[0].booking.id):
            raise KeyUsed(key)
        return found[0].booking if found else None

    def _view(self, phone: str, start: datetime, end: datetime, overdue: Overdue) -> _View:
        own = and_(
            bookings.c.phone == phone,
            or_(_IS_LIVE, bookings.c.day == day_of(start)),
        )
        there = and_(_IS_LIVE, bookings.c.starts_at < end, bookings.c.ends_at > start)
        found = self._rows(or_(own, there))
        return _View(found, {row.booking.id: overdue(row.booking) for row in found})

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


@dataclass(frozen=True)
class _View:
    """What stands around a wish, at one moment: it guides an attempt, it decides nothing."""

    rows: Sequence[Row]
    fates: dict[int, State | None]

    def holds_of(self, phone: str) -> Iterator[Row]:
        """The person's holds that have not run out."""
        for row in self.rows:
            if row.booking.phone == phone and row.booking.state == "held" and not self._fate(row):
                yield row

    def way(self, phone: str, start: datetime, end: datetime, besides: Row | None) -> _Way:
        """What is in the way of a session of this person; `besides` is not."""
        others = [
            row for row in self.rows if besides is None or row.booking.id != besides.booking.id
        ]
        gone = [(row, fate) for row in others if (fate := self._fate(row))]
        let_go = [row for row in self.holds_of(phone) if row in others]
        given_up = {row.booking.id for row in let_go} | {row.booking.id for row, _ in gone}
        standing = [r for r in others if r.booking.live and r.booking.id not in given_up]
        own = [row for row in others if row.booking.phone == phone]
        kept_days = [row for row in own if row not in let_go and self._counts(row)]
        return _Way(
            start,
            end,
            gone=gone,
            let_go=let_go,
            kept=[row.booking for row in standing if row.booking.phone == phone],
            desks=frozenset(
                row.booking.desk for row in standing if row.booking.overlaps(start, end)
            ),
            turns=frozenset(row.turn for row in kept_days if row.day == day_of(start)),
        )

    def _fate(self, row: Row) -> State | None:
        return self.fates[row.booking.id]

    def _counts(self, row: Row) -> bool:
        return (self._fate(row) or row.booking.state) not in UNCOUNTED


@dataclass(frozen=True)
class _Way:
    """
    What is in the way of one session, and what gives way.

    gone: overdue, with what they become. let_go: the person's other holds. kept: the person's
    other live bookings. desks, turns: those in use.
    """

    start: datetime
    end: datetime
    gone: Sequence[tuple[Row, State]]
    let_go: Sequence[Row]
    kept: Sequence[Booking]
    desks: frozenset[int]
    turns: frozenset[int]

    def check_time(self) -> None:
        for booking in self.kept:
            if booking.overlaps(self.start, self.end):
                raise SameTime(booking)

    def turn(self, daily_limit: int) -> int:
        turn = _first_free(range(1, daily_limit + 1), self.turns)
        if turn is None:
            raise DailyLimit(day_of(self.start), daily_limit)
        return turn

    def desk(self, desks: Sequence[int]) -> int:
        desk = _first_free(desks, self.desks)
        if desk is None:
            raise SessionTaken(self.start)
        return desk

    def clear(self, writing: Writing) -> None:
        """Put away what gives way."""
        clock = Writing(writing.connection, "clock", writing.now, why="overdue")
        for row, fate in self.gone:
            clock.change(row, fate)
        person = Writing(writing.connection, writing.by, writing.now, why="released")
        for row in self.let_go:
            person.change(row, "cancelled")


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


def _first_free(among: Sequence[int], taken: Collection[int]) -> int | None:
    return next((one for one in among if one not in taken), None)
