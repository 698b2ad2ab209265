"""The booking desk: what is open, what is refused and why, who has which session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial

from booking.bookings import (
    Booking,
    OnBehalf,
    State,
    Wish,
    may_move,
    plain_digits,
    plain_phone,
)
from booking.calendar import SHENZHEN, Calendar
from booking.errors import (
    CannotMove,
    HoldExpired,
    HoldRenewed,
    NotFound,
    Paused,
    SessionTaken,
    TooLateToCancel,
    TooLateToMove,
)
from booking.rules import Rules, arriving, overdue, paused_until
from booking.schedule import Schedule
from booking.store.bookings import BookingStore, Change, Place
from booking.timetable import Timetable, nearest


@dataclass(frozen=True)
class BookingDesk:
    """
    Holds, books, moves and cancels video sessions by the rules.

    Everywhere: key, what the caller names the request, such as the id of the message that asked;
    asking again with it returns the same booking and changes nothing. by: citizen, clock, or the
    officer's name, for the audit.
    """

    store: BookingStore
    timetable: Timetable
    calendar: Calendar
    rules: Rules = field(default_factory=Rules)

    def openings(self, day: date, now: datetime) -> list[datetime]:
        """The starts that can be booked on `day`, in order."""
        return self._openings([day], now) if day in self.bookable_days(now) else []

    def bookable_days(self, now: datetime) -> list[date]:
        """Today, if it is a working day, and the working days ahead that are open for booking."""
        return self.schedule.bookable_days(now)

    def check(self, start: datetime, now: datetime) -> None:
        """Raise the refusal that a booking at `start` would meet, whoever asks."""
        start = start.astimezone(SHENZHEN)
        self.schedule.check_wanted(start, now)
        taken = self.store.taken(start, start + self.timetable.length, now)
        if not self.timetable.free_desks(start, taken):
            raise SessionTaken(start)

    def nearest(self, start: datetime, now: datetime, limit: int = 2) -> list[datetime]:
        """The open sessions nearest to `start`, nearest first; at most `limit`."""
        return nearest(start, self._openings(self.bookable_days(now), now), limit)

    def hold(
        self,
        start: datetime,
        matter_id: str,
        name: str,
        phone: str,
        now: datetime,
        *,
        on_behalf_of: OnBehalf | None = None,
        question: str = "",
        checklist: tuple[str, ...] = (),
        key: str | None = None,
    ) -> Booking:
        """
        Keep the session at `start` for somebody who has yet to confirm, or raise why not.

        A person has one hold: another one lets it go, once the new session is got. Held again,
        the same session stays held as long as it was, and takes what is said of it now.
        """
        wish = self._wish(start, matter_id, name, phone, on_behalf_of, question, checklist)
        until = now + self.rules.hold
        return self.store.reserve(
            wish,
            "held",
            self.place(wish.start, now),
            self._admission(wish, now, online=True),
            by="citizen",
            now=now,
            held_until=until,
            key=key,
        )

    def renew(self, booking_id: int, now: datetime, *, key: str | None = None) -> Booking:
        """
        Keep a held session as long again from now; once.

        Raises HoldExpired, HoldRenewed or CannotMove.
        """

        def step(booking: Booking) -> Change:
            self._check_held(booking, "held", now)
            if booking.renewed:
                raise HoldRenewed(booking)
            values = {"held_until": now + self.rules.hold, "renewed": True}
            return Change("held", "renewed", values)

        return self.store.change(booking_id, step, by="citizen", now=now, key=key)

    def confirm(self, booking_id: int, now: datetime, *, key: str | None = None) -> Booking:
        """
        Book the session that is held; again returns the same.

        Raises HoldExpired when it was held too long, CannotMove when it is over otherwise.
        """

        def step(booking: Booking) -> Change | None:
            if booking.state == "booked":
                return None
            self._check_held(booking, "booked", now)
            return Change("booked", values=arriving("booked", now))

        return self.store.change(booking_id, step, by="citizen", now=now, key=key)

    def release(self, phone: str, now: datetime) -> None:
        """Let the person's hold go, as when they change their mind."""

        def step(booking: Booking) -> Change | None:
            return Change("cancelled", "released") if booking.state == "held" else None

        for booking in self.store.live_of(plain_phone(phone)):
            if booking.state == "held":
                self.store.change(booking.id, step, by="citizen", now=now)

    def book(
        self,
        start: datetime,
        matter_id: str,
        name: str,
        phone: str,
        now: datetime,
        *,
        on_behalf_of: OnBehalf | None = None,
        question: str = "",
        checklist: tuple[str, ...] = (),
        by: str = "citizen",
        key: str | None = None,
    ) -> Booking:
        """
        Book the session at `start`, or raise the refusal that says why not.

        What the person holds becomes the booking; held too long, or never, it is booked if it is
        still free. A pause binds booking online, not an officer who books at the window or on the
        phone.
        """
        wish = self._wish(start, matter_id, name, phone, on_behalf_of, question, checklist)
        check = self._admission(wish, now, online=by == "citizen")
        return self.store.reserve(
            wish, "booked", self.place(wish.start, now), check, by=by, now=now, key=key
        )

    def reschedule(
        self,
        number: str,
        phone: str,
        start: datetime,
        now: datetime,
        *,
        key: str | None = None,
    ) -> Booking:
        """
        Move a booking to another time by number and phone; the old time is free only when the new
        one is got.

        Raises NotFound, TooLateToMove, CannotMove, or what a booking at `start` would meet.
        """
        booking = self.find(number, phone)
        start = start.astimezone(SHENZHEN)

        def check(booking: Booking) -> None:
            check_booked(booking)
            until = booking.start - self.rules.cancel_until
            if now > until:
                raise TooLateToMove(booking, until)
            if start != booking.start:
                self.schedule.check_wanted(start, now)

        return self.store.reschedule(
            booking.id, self.place(start, now), check, by="citizen", now=now, key=key
        )

    def cancel(self, number: str, phone: str, now: datetime, *, key: str | None = None) -> Booking:
        """
        Cancel by number and phone; doing it again returns the same.

        Raises NotFound, TooLateToCancel, or CannotMove when the session is over.
        """

        def step(booking: Booking) -> Change | None:
            if booking.state == "cancelled":
                return None
            until = booking.start - self.rules.cancel_until
            if booking.state == "booked" and now > until:
                raise TooLateToCancel(booking, until)
            if booking.state not in ("held", "booked"):
                raise CannotMove(booking, "cancelled")
            return Change("cancelled")

        found = self.find(number, phone)
        return self.store.change(found.id, step, by="citizen", now=now, key=key)

    def move(
        self,
        which: int | str,
        to: State,
        *,
        by: str,
        now: datetime,
        why: str = "",
        key: str | None = None,
    ) -> Booking:
        """
        Move a booking, by id or number, where the table of moves lets it go.

        It is there already: nothing changes, and no second audit row is left.
        Raises NotFound, CannotMove or KeyUsed.
        """

        def step(booking: Booking) -> Change | None:
            if booking.state == to:
                return None
            if not may_move(booking.state, to):
                raise CannotMove(booking, to)
            return Change(to, why, arriving(to, now))

        found = self.get(which)
        return self.store.change(found.id, step, by=by, now=now, key=key, to=to)

    def of_phone(self, phone: str, now: datetime) -> list[Booking]:
        """The person's sessions that are ahead or running, by time; holds are none yet."""
        return [
            booking
            for booking in self.store.live_of(plain_phone(phone))
            if booking.state != "held" and not self.overdue(booking, now)
        ]

    def held_by(self, phone: str, now: datetime) -> Booking | None:
        """What the person holds and has not confirmed yet."""
        found = (one for one in self.store.live_of(plain_phone(phone)) if one.state == "held")
        return next((one for one in found if not self.overdue(one, now)), None)

    def check_pause(self, phone: str, now: datetime) -> None:
        """Raise Paused while too many no-shows pause booking online."""
        missed = self.store.missed_by(plain_phone(phone), partial(self.overdue, now=now))
        starts = tuple(booking.start for booking in missed)
        until = paused_until(starts, self.rules)
        if until is not None and now < until:
            since = until - self.rules.pause - self.rules.no_show_window
            raise Paused(until, tuple(start for start in starts if start >= since))

    def overdue(self, booking: Booking, now: datetime) -> State | None:
        """What time alone made of a booking; None while it stands."""
        return overdue(booking, self.timetable, now)

    def settle(self, now: datetime) -> list[Booking]:
        """
        Put away what time alone has ended, and return it as it then is.

        Booking does it on its way; the officers' lists do it before they are shown.
        """

        def step(booking: Booking) -> Change | None:
            fate = self.overdue(booking, now)
            return Change(fate, "overdue", arriving(fate, now)) if fate else None

        return [
            self.store.change(booking.id, step, by="clock", now=now)
            for booking in self.store.due(now)
            if self.overdue(booking, now)
        ]

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.timetable, self.calendar)

    def _wish(
        self,
        start: datetime,
        matter_id: str,
        name: str,
        phone: str,
        on_behalf_of: OnBehalf | None,
        question: str,
        checklist: tuple[str, ...],
    ) -> Wish:
        start = start.astimezone(SHENZHEN)
        return Wish(
            start,
            start + self.timetable.length,
            matter_id,
            name,
            plain_phone(phone),
            on_behalf_of,
            question,
            checklist,
        )

    def place(self, start: datetime, now: datetime) -> Place:
        """Where and for how long a session at `start` could be."""
        return Place(
            start,
            start + self.timetable.length,
            self.timetable.desks_for(start),
            self.rules.daily_limit,
            partial(self.overdue, now=now),
        )

    def _admission(
        self, wish: Wish, now: datetime, *, online: bool
    ) -> Callable[[Sequence[Booking], bool], None]:
        """Whether a wish may be had at all; what is held has been let in before."""

        def check(own: Sequence[Booking], held: bool) -> None:
            if held:
                return
            self.schedule.check_wanted(wish.start, now)
            if online and any(booking.state == "missed" for booking in own):
                self.check_pause(wish.phone, now)

        return check

    def find(self, number: str, phone: str) -> Booking:
        """By number and phone, as a citizen gives them. Raises NotFound."""
        found = self.store.find(plain_digits(number), plain_phone(phone))
        if found is None:
            raise NotFound
        return found

    def get(self, which: int | str) -> Booking:
        """By id or number, as an officer does. Raises NotFound."""
        found = self.store.get(which) if isinstance(which, int) else self.store.find(which)
        if found is None:
            raise NotFound
        return found

    def _check_held(self, booking: Booking, to: State, now: datetime) -> None:
        if booking.state == "expired" or self.overdue(booking, now) == "expired":
            raise HoldExpired(booking)
        if booking.state != "held":
            raise CannotMove(booking, to)

    def _openings(self, days: list[date], now: datetime) -> list[datetime]:
        if not days:
            return []
        taken = self.store.taken(
            datetime.combine(days[0], time.min, SHENZHEN),
            datetime.combine(days[-1], time.max, SHENZHEN),
            now,
        )
        earliest = now + self.timetable.lead
        return [
            start
            for day in days
            for start in self.timetable.open_sessions(day, taken, earliest)
            if not self.calendar.closed_at(start)
        ]


def check_booked(booking: Booking) -> None:
    if booking.state != "booked":
        raise CannotMove(booking, booking.state)
