"""The booking desk: what is open, what is refused and why, who has which session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.bookings import Booking, Wish, plain_digits, plain_phone
from booking.calendar import SHENZHEN, Calendar
from booking.errors import (
    BeyondHorizon,
    ClosedDay,
    NoSession,
    NotFound,
    OutsideHours,
    Past,
    SessionTaken,
    TooLateToCancel,
    TooSoon,
)
from booking.store import BookingStore
from booking.timetable import Timetable, nearest


@dataclass(frozen=True)
class BookingDesk:
    """
    Books and cancels video sessions by the rules.

    daily_limit: sessions one phone may have on one day.
    cancel_until: how long before its start a session can still be cancelled by oneself.
    """

    store: BookingStore
    timetable: Timetable
    calendar: Calendar
    daily_limit: int = 2
    cancel_until: timedelta = timedelta(hours=2)

    def openings(self, day: date, now: datetime) -> list[datetime]:
        """The starts that can be booked on `day`, in order."""
        return self._openings([day], now) if day in self.bookable_days(now) else []

    def bookable_days(self, now: datetime) -> list[date]:
        """Today, if it is a working day, and the working days ahead that are open for booking."""
        today = self._today(now)
        last = self._last_day(now) or today
        return [
            day
            for day in (today + timedelta(days=n) for n in range((last - today).days + 1))
            if self.calendar.works(day)
        ]

    def check(self, start: datetime, now: datetime) -> None:
        """Raise the refusal that a booking at `start` would meet, whoever asks."""
        start = start.astimezone(SHENZHEN)
        self._check_rules(start, now)
        if len(self.store.taken(start, start)) >= self.timetable.desks_at(start):
            raise SessionTaken(start)

    def nearest(self, start: datetime, now: datetime, limit: int = 2) -> list[datetime]:
        """The open sessions nearest to `start`, nearest first; at most `limit`."""
        return nearest(start, self._openings(self.bookable_days(now), now), limit)

    def book(
        self, start: datetime, matter_id: str, name: str, phone: str, now: datetime
    ) -> Booking:
        """Book the session at `start`, or raise the refusal that says why not."""
        start = start.astimezone(SHENZHEN)
        self._check_rules(start, now)
        return self.store.reserve(
            Wish(start, matter_id, name, plain_phone(phone)),
            desks=self.timetable.desks_at(start),
            daily_limit=self.daily_limit,
            over=now - self.timetable.length,
            now=now,
        )

    def cancel(self, number: str, phone: str, now: datetime) -> Booking:
        """
        Cancel by number and phone; doing it again returns the same.

        Raises NotFound or TooLateToCancel.
        """
        booking = self.store.find(plain_digits(number), plain_phone(phone))
        if booking is None:
            raise NotFound
        until = booking.start - self.cancel_until
        if booking.state == "booked" and now <= until:
            booking = self.store.move(booking, "cancelled", by="citizen", now=now)
        if booking.state != "cancelled":
            raise TooLateToCancel(booking, until)
        return booking

    def of_phone(self, phone: str, now: datetime) -> list[Booking]:
        """The person's sessions that are ahead or running, by time."""
        return self.store.live_of(plain_phone(phone), over=now - self.timetable.length)

    def _check_rules(self, start: datetime, now: datetime) -> None:
        day = start.date()
        if start <= now:
            raise Past(start)
        if day <= self.calendar.known_until and (why := self.calendar.closed_because(day)):
            raise ClosedDay(day, why)
        last = self._last_day(now) or self._today(now)
        if day > last:
            raise BeyondHorizon(day, last, calendar_ends=self.calendar.after(last) is None)
        if not self.timetable.covers(start.time()):
            raise OutsideHours(start, self.timetable.hours)
        if not self.timetable.desks_at(start):
            raise NoSession(start)
        earliest = now + self.timetable.lead
        if start < earliest:
            raise TooSoon(start, earliest.astimezone(SHENZHEN))

    def _openings(self, days: list[date], now: datetime) -> list[datetime]:
        if not days:
            return []
        taken = self.store.taken(
            datetime.combine(days[0], time.min, SHENZHEN),
            datetime.combine(days[-1], time.max, SHENZHEN),
        )
        earliest = now + self.timetable.lead
        return [
            start for day in days for start in self.timetable.open_sessions(day, taken, earliest)
        ]

    def _last_day(self, now: datetime) -> date | None:
        return self.calendar.after(self._today(now), self.timetable.horizon)

    def _today(self, now: datetime) -> date:
        return now.astimezone(SHENZHEN).date()
