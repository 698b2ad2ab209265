"""Which times may be asked for: working days, hours, notice and horizon together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.calendar import SHENZHEN, Calendar
from booking.errors import BeyondHorizon, ClosedDay, NoSession, OutsideHours, Past, TooSoon
from booking.timetable import Timetable


@dataclass(frozen=True)
class Schedule:
    """The timetable on the calendar's days; who has booked what is not known here."""

    timetable: Timetable
    calendar: Calendar

    def bookable_days(self, now: datetime) -> list[date]:
        """Today, if it is a working day, and the working days ahead that are open for booking."""
        today = _today(now)
        last = self._last_day(now) or today
        return [
            day
            for day in (today + timedelta(days=n) for n in range((last - today).days + 1))
            if self.calendar.works(day)
        ]

    def check_wanted(self, start: datetime, now: datetime) -> None:
        """Raise the refusal that a citizen who wants `start` would meet."""
        self._check_day(start, now)
        last = self._last_day(now) or _today(now)
        if start.date() > last:
            ends = self.calendar.after(last) is None
            raise BeyondHorizon(start.date(), last, calendar_ends=ends)
        self.check_open(start, now)
        earliest = now + self.timetable.lead
        if start < earliest:
            raise TooSoon(start, earliest.astimezone(SHENZHEN))

    def check_open(self, start: datetime, now: datetime) -> None:
        """Raise unless a session starts then, however soon or far it is."""
        self._check_day(start, now)
        if not self.timetable.covers(start.time()):
            raise OutsideHours(start, self.timetable.hours)
        if not self.timetable.desks_for(start):
            raise NoSession(start)
        if closed := self.calendar.closed_at(start):
            raise ClosedDay(start.date(), closed.why, closed.half or "")

    def _check_day(self, start: datetime, now: datetime) -> None:
        day = start.date()
        if start <= now:
            raise Past(start)
        if day <= self.calendar.known_until and (why := self.calendar.closed_because(day)):
            raise ClosedDay(day, why)

    def _last_day(self, now: datetime) -> date | None:
        return self.calendar.after(_today(now), self.timetable.horizon)


def _today(now: datetime) -> date:
    return now.astimezone(SHENZHEN).date()
