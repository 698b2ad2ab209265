"""Which times may be asked for: working days, hours, notice and horizon together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

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
        return list(_bookable_days(self.calendar, _today(now), self.timetable.horizon))

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
        return _last_day(self.calendar, _today(now), self.timetable.horizon)


# A day's answers are asked for at every turn and every race for a desk, and never change.
@lru_cache(maxsize=64)
def _bookable_days(calendar: Calendar, today: date, horizon: int) -> tuple[date, ...]:
    last = _last_day(calendar, today, horizon) or today
    days = (today + timedelta(days=n) for n in range((last - today).days + 1))
    return tuple(day for day in days if calendar.works(day))


@lru_cache(maxsize=64)
def _last_day(calendar: Calendar, today: date, horizon: int) -> date | None:
    return calendar.after(today, horizon)


def _today(now: datetime) -> date:
    return now.astimezone(SHENZHEN).date()
