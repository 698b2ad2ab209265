"""The days on which the office works: the nation's calendar, and what the office itself decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

import chinese_calendar

SHENZHEN = ZoneInfo("Asia/Shanghai")

HalfDay = Literal["上午", "下午"]
_MIDDAY = time(13)

NATION_KNOWN_FROM = date(min(chinese_calendar.holidays).year, 1, 1)
NATION_KNOWN_UNTIL = date(max(chinese_calendar.holidays).year, 12, 31)
"""The State Council announces one year at a time; of what comes later the package knows nothing."""


@dataclass(frozen=True)
class Change:
    """
    What the office decides about one day, against the nation's calendar.

    works: False closes the day, True opens it. why: what citizens are told, "台风红色预警".
    holiday: a day off of the whole nation, from the State Council's notice; why names it.
    half: the half-day that is closed, the other one stays as it was; None for the whole day.
    """

    day: date
    works: bool
    why: str
    holiday: bool = False
    half: HalfDay | None = None


@dataclass(frozen=True)
class Calendar:
    """
    Working days, with holidays and make-up days.

    changes: the office's own; of two for one day the later one holds.
    known_until: the last day whose calendar is known, included; no day after it is a working day.
        Put it later than the package's own only once `changes` holds that year's notice: until
        then its holidays would look like ordinary days.
    """

    changes: tuple[Change, ...] = ()
    known_until: date = NATION_KNOWN_UNTIL

    def works(self, day: date) -> bool:
        return day <= self.known_until and self.closed_because(day) is None

    def closed_because(self, day: date) -> str | None:
        """Why the office is closed on `day` ("周末", "国庆节", …), None when it is open."""
        if change := self._changes.get(day):
            return None if change.works else change.why
        if not NATION_KNOWN_FROM <= day <= NATION_KNOWN_UNTIL:
            return "周末" if day.isoweekday() > 5 else None
        if chinese_calendar.is_workday(day):
            return None
        return _national(day) or "周末"

    def closed_at(self, start: datetime) -> Change | None:
        """The closure of the half-day that `start` is in, on a day that is worked otherwise."""
        half: HalfDay = "上午" if start.time() < _MIDDAY else "下午"
        closed = (one for one in self.changes if one.day == start.date() and one.half == half)
        return next((one for one in closed if not one.works), None)

    def holiday(self, day: date) -> str | None:
        """The public holiday that `day` is off for ("国庆节"), whatever the office does then."""
        if change := self._holidays.get(day):
            return change.why
        if not NATION_KNOWN_FROM <= day <= NATION_KNOWN_UNTIL:
            return None
        return None if chinese_calendar.is_workday(day) else _national(day)

    def working_days(self, first: date) -> Iterator[date]:
        """The working days from `first` on, itself included, to the end of what is known."""
        day = first
        while day <= self.known_until:
            if self.works(day):
                yield day
            day += timedelta(days=1)

    def after(self, day: date, count: int = 1) -> date | None:
        """The `count`-th working day after `day`, or the last one known; None when none is."""
        ahead = islice(self.working_days(day + timedelta(days=1)), count)
        return max(ahead, default=None)

    @cached_property
    def _changes(self) -> dict[date, Change]:
        return {change.day: change for change in self.changes if change.half is None}

    @cached_property
    def _holidays(self) -> dict[date, Change]:
        return {change.day: change for change in self.changes if change.holiday}


def _national(day: date) -> str | None:
    """The holiday as the package names it; a weekend within one counts to it."""
    _, holiday = chinese_calendar.get_holiday_detail(day)
    return str(chinese_calendar.Holiday(holiday).chinese) if holiday else None


CHINA = Calendar()
