"""The waiting room (候场): who is there, who is called, and what came of each session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from booking.bookings import OPEN, Booking, State, may_move
from booking.calendar import SHENZHEN
from booking.checklist import marked
from booking.desk import BookingDesk
from booking.errors import CannotMove, TooEarly, WithOther
from booking.line import callable_now, line
from booking.rules import arriving
from booking.steps import Outcome
from booking.store.bookings import Change


@dataclass(frozen=True)
class WaitingRoom:
    """
    A day's sessions as officers run them; `by` is the officer's name everywhere.

    key: as at the booking desk, asking again changes nothing.
    """

    desk: BookingDesk

    def today(self, now: datetime) -> list[Booking]:
        """Everything booked for today, by time, whatever came of it; unconfirmed holds left out."""
        self.desk.settle(now)
        first = datetime.combine(now.astimezone(SHENZHEN).date(), time.min, SHENZHEN)
        found = self.desk.store.between(first, first + timedelta(days=1))
        return [booking for booking in found if booking.held_until is None]

    def queue(self, now: datetime, desk: int | None = None) -> list[Booking]:
        """Those who wait, first to last, at one desk or all; see `line`."""
        return [one for one in line(self.today(now)) if desk in (None, one.desk)]

    def check_in(
        self, number: str, phone: str, now: datetime, *, key: str | None = None
    ) -> Booking:
        """
        Be there for a session by number and phone, from a little before it to its half-day's end.

        Later than the grace it is 过号: behind those who were in time. Whose line broke is first
        again. Raises NotFound, TooEarly or CannotMove.
        """
        return self._check_in(self.desk.find(number, phone), "citizen", now, key)

    def admit(self, booking_id: int, now: datetime, *, by: str, key: str | None = None) -> Booking:
        """An officer checks somebody in who cannot do it themselves."""
        return self._check_in(self.desk.get(booking_id), by, now, key)

    def call_next(
        self, now: datetime, *, by: str, desk: int | None = None, key: str | None = None
    ) -> Booking | None:
        """
        Call the first who may be called; None when nobody waits.

        Of two officers who call at once each gets another one. The key names this call: after it
        the same booking is returned, even when others wait.
        """
        if key and (called := self.desk.store.named(key)):
            return called
        for booking in self.queue(now, desk):
            if not callable_now(booking):
                continue
            try:
                return self.call(booking.id, now, by=by, key=key)
            except (WithOther, CannotMove):
                continue
        return None

    def call(self, booking_id: int, now: datetime, *, by: str, key: str | None = None) -> Booking:
        """
        Call somebody who waits; it is this officer's from then on.

        Raises WithOther, or CannotMove when they do not wait.
        """

        def step(booking: Booking) -> Change | None:
            if booking.state not in ("checked_in", "broken_off"):
                raise CannotMove(booking, "in_session")
            if booking.called_at is not None:
                if booking.officer != by:
                    raise WithOther(booking)
                return None
            return Change(booking.state, "called", {"called_at": now, "officer": by})

        return self.desk.store.change(booking_id, step, by=by, now=now, key=key)

    def pass_over(
        self, booking_id: int, now: datetime, *, by: str, key: str | None = None
    ) -> Booking:
        """
        Whoever was called is not there: 过号, to be called once more; the second time it is over.

        Raises TooEarly while they may still be late, WithOther, or CannotMove when not called.
        """

        def step(booking: Booking) -> Change:
            _check_officer(booking, by)
            if booking.called_at is None or booking.state not in ("checked_in", "broken_off"):
                raise CannotMove(booking, "expired")
            earliest = booking.start + self.desk.rules.grace
            if booking.state == "checked_in" and not booking.passes and now < earliest:
                raise TooEarly(booking, earliest)
            passes = booking.passes + 1
            values = {"called_at": None, "officer": "", "passes": passes}
            if booking.state == "broken_off":
                return Change("broken_off", "not reached", values)
            if passes > 1:
                return Change("expired", "passed over twice", values)
            return Change("checked_in", "passed over", values | {"checked_in_at": now})

        return self.desk.store.change(booking_id, step, by=by, now=now, key=key)

    def start(self, booking_id: int, now: datetime, *, by: str, key: str | None = None) -> Booking:
        """Begin, or take up again what was broken off. Raises WithOther or CannotMove."""

        def step(booking: Booking) -> Change | None:
            if booking.state == "in_session" and booking.officer == by:
                return None
            _check_officer(booking, by)
            return _moving(booking, "in_session", now, officer=by)

        return self.desk.store.change(booking_id, step, by=by, now=now, key=key)

    def drop(
        self, booking_id: int, now: datetime, *, by: str = "clock", key: str | None = None
    ) -> Booking:
        """The line broke, for longer than the rules' `call_back_after`: they are first again."""

        def step(booking: Booking) -> Change | None:
            if booking.state == "broken_off":
                return None
            return _moving(booking, "broken_off", now)

        return self.desk.store.change(booking_id, step, by=by, now=now, key=key)

    def finish(
        self,
        booking_id: int,
        to: Outcome,
        now: datetime,
        *,
        by: str,
        outcome: str = "",
        key: str | None = None,
    ) -> Booking:
        """
        Say how it went. outcome: what the citizen is told, such as what is still to come.

        Raises CannotMove, or WithOther: a colleague's session is broken off first. What was broken
        off, or is to be completed, may be finished later.
        """

        def step(booking: Booking) -> Change | None:
            if (booking.state, booking.outcome) == (to, outcome):
                return None
            _check_officer(booking, by)
            return _moving(booking, to, now, outcome=outcome)

        return self.desk.store.change(booking_id, step, by=by, now=now, key=key)

    def note(
        self, booking_id: int, text: str, now: datetime, *, by: str, key: str | None = None
    ) -> Booking:
        """Keep what only officers read."""

        def step(booking: Booking) -> Change | None:
            if booking.note == text:
                return None
            return Change(booking.state, "noted", {"note": text})

        return self.desk.store.change(booking_id, step, by=by, now=now, key=key)

    def add_note(
        self, booking_id: int, text: str, now: datetime, *, by: str, key: str | None = None
    ) -> Booking:
        """Write one more line under what officers have noted, with when and by whom."""

        def step(booking: Booking) -> Change:
            line = f"{now.astimezone(SHENZHEN):%Y-%m-%d %H:%M} {by}：{text}"
            return Change(booking.state, "noted", {"note": f"{booking.note}\n{line}".strip()})

        return self.desk.store.change(booking_id, step, by=by, now=now, key=key)

    def tick(
        self, booking_id: int, line: str, ready: bool, now: datetime, *, by: str = "citizen"
    ) -> Booking:
        """
        Keep that a line of the booking's checklist is ready, or is not after all.

        The same again changes nothing, and no second audit row is left.
        Raises NotFound, NotListed, or CannotMove once there is nothing to get ready for.
        """

        def step(booking: Booking) -> Change | None:
            if booking.state not in OPEN:
                raise CannotMove(booking, booking.state)
            ticked = marked(booking.checklist, booking.ticked, line, ready)
            if ticked == booking.ticked:
                return None
            return Change(booking.state, "ticked", {"ticked": ticked})

        return self.desk.store.change(booking_id, step, by=by, now=now)

    def _check_in(self, found: Booking, by: str, now: datetime, key: str | None) -> Booking:
        def step(booking: Booking) -> Change | None:
            if booking.state == "checked_in":
                return None
            if booking.state == "booked":
                earliest = booking.start - self.desk.rules.early
                if now < earliest:
                    raise TooEarly(booking, earliest)
                if self.desk.overdue(booking, now):
                    raise CannotMove(booking, "checked_in")
                late = now > booking.start + self.desk.rules.grace
                return _moving(booking, "checked_in", now, passes=int(late))
            return _moving(booking, "checked_in", now)

        return self.desk.store.change(found.id, step, by=by, now=now, key=key)


def _moving(booking: Booking, to: State, now: datetime, **values: object) -> Change:
    if not may_move(booking.state, to):
        raise CannotMove(booking, to)
    return Change(to, values=arriving(to, now) | values)


def _check_officer(booking: Booking, by: str) -> None:
    taken = booking.called_at is not None or booking.state == "in_session"
    if taken and booking.officer != by:
        raise WithOther(booking)
