"""What clerks do about bookings when the office's hours, desks or days have changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from booking.bookings import LIVE, Booking
from booking.calendar import SHENZHEN
from booking.desk import BookingDesk, check_booked


@dataclass(frozen=True)
class Clerks:
    """A change of hours never takes a booking away: it stands until a clerk has moved it."""

    desk: BookingDesk

    def conflicts(self, now: datetime) -> list[Booking]:
        """The bookings ahead that no longer fit hours, desks and days as they are now, by time."""
        ahead = self.desk.store.between(now, datetime.max.replace(tzinfo=SHENZHEN), LIVE)
        return [
            booking
            for booking in ahead
            if not self._fits(booking) and not self.desk.overdue(booking, now)
        ]

    def free_sessions(self, now: datetime, days: int) -> dict[date, list[datetime]]:
        """Where a clerk may move a booking: what is free on the next working days, today too."""
        today = now.astimezone(SHENZHEN).date()
        ahead = list(islice(self.desk.calendar.working_days(today), days))
        if not ahead:
            return {}
        first, last = (datetime.combine(day, time.min, SHENZHEN) for day in (ahead[0], ahead[-1]))
        taken = self.desk.store.taken(first, last + timedelta(days=1), now)
        free = {
            day: [
                start
                for start in self.desk.timetable.open_sessions(day, taken, now)
                if not self.desk.calendar.closed_at(start)
            ]
            for day in ahead
        }
        return {day: starts for day, starts in free.items() if starts}

    def reassign(
        self,
        booking_id: int,
        start: datetime,
        now: datetime,
        *,
        by: str,
        why: str,
        key: str | None = None,
    ) -> Booking:
        """
        Move a booking to another time, or to a desk that is there at its own.

        Neither notice nor horizon bind the office. why: for the record. Raises NotFound,
        CannotMove, Past, ClosedDay, OutsideHours, NoSession, SameTime, DailyLimit or SessionTaken.
        """
        start = start.astimezone(SHENZHEN)

        def check(booking: Booking) -> None:
            check_booked(booking)
            self.desk.schedule.check_open(start, now)

        place = self.desk.place(start, now)
        return self.desk.store.reschedule(
            booking_id, place, check, by=by, now=now, key=key, why=why
        )

    def _fits(self, booking: Booking) -> bool:
        calendar = self.desk.calendar
        works = calendar.works(booking.start.date()) and not calendar.closed_at(booking.start)
        return works and self.desk.timetable.takes(booking.desk, booking.start, booking.end)
