"""When officers take video sessions, and which of those are still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.calendar import SHENZHEN


@dataclass(frozen=True)
class Hours:
    """One half-day. desks: how many sessions run side by side in it."""

    opens: time
    closes: time
    desks: int = 2


@dataclass(frozen=True)
class Timetable:
    """
    The sessions of a working day, the same on each.

    hours: the half-days, in order, not touching each other's time.
    length: of a session; the last one of a half-day ends by its closing time.
    horizon: how many working days after today can be booked.
    lead: how long before its start a session must be booked.
    """

    hours: tuple[Hours, ...] = (Hours(time(9), time(12)), Hours(time(14), time(17, 45)))
    length: timedelta = timedelta(minutes=30)
    horizon: int = 5
    lead: timedelta = timedelta(hours=2)

    def __post_init__(self) -> None:
        edges = [edge for hours in self.hours for edge in (hours.opens, hours.closes)]
        if edges != sorted(edges) or any(hours.opens == hours.closes for hours in self.hours):
            raise ValueError("办理时段要按先后写，不能重叠")
        if self.length < timedelta(minutes=1) or any(hours.desks < 0 for hours in self.hours):
            raise ValueError("每场时长至少一分钟，席位数不能是负的")

    def sessions(self, day: date) -> Iterator[datetime]:
        """The starts on `day`, in order."""
        for hours in self.hours:
            start = datetime.combine(day, hours.opens, SHENZHEN)
            closing = datetime.combine(day, hours.closes, SHENZHEN)
            while start + self.length <= closing:
                yield start
                start += self.length

    def covers(self, at: time) -> bool:
        """Whether the office is open at this time of a working day."""
        return any(hours.opens <= at < hours.closes for hours in self.hours)

    def desks_at(self, start: datetime) -> int:
        """How many desks take a session at `start`; 0 when none starts then."""
        if start not in self.sessions(start.date()):
            return 0
        return next(h.desks for h in self.hours if h.opens <= start.time() < h.closes)

    def open_sessions(
        self, day: date, taken: Iterable[datetime], earliest: datetime
    ) -> list[datetime]:
        """
        The starts a citizen can still book on `day`, in order.

        taken: the start of every live booking, so a start appears as often as desks are taken.
        earliest: the first moment a session may start; aware.
        """
        held = Counter(taken)
        return [
            start
            for start in self.sessions(day)
            if start >= earliest and held[start] < self.desks_at(start)
        ]


OFFICE = Timetable()


def nearest(wanted: datetime, open_starts: Iterable[datetime], limit: int = 3) -> list[datetime]:
    """Those of `open_starts` nearest to `wanted`, nearest first; of two as near, the earlier."""
    return sorted(open_starts, key=lambda start: (abs(start - wanted), start))[:limit]
