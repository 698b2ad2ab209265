"""When officers take video sessions, and which of those are still open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.calendar import SHENZHEN


@dataclass(frozen=True)
class Hours:
    """One half-day. desks: how many sessions run side by side in it, at most."""

    opens: time
    closes: time
    desks: int = 2


@dataclass(frozen=True)
class Desk:
    """A place where an officer takes sessions; one that is not active takes no new ones."""

    number: int
    name: str = ""
    active: bool = True


@dataclass(frozen=True)
class Leave:
    """A desk that is not there from `start` until `end`; aware. id: None before it is kept."""

    desk: int
    start: datetime
    end: datetime
    why: str = ""
    id: int | None = None


@dataclass(frozen=True)
class Taken:
    """A desk in use, from `start` until `end`."""

    desk: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Timetable:
    """
    The sessions of a working day, the same on each.

    hours: the half-days, in order, not touching each other's time.
    length: of a session; the last one of a half-day ends by its closing time.
    horizon: how many working days after today can be booked.
    lead: how long before its start a session must be booked.
    desks: those there are; when none are named, as many as each half-day takes, from 1.
    leaves: when which of them are not there.
    """

    hours: tuple[Hours, ...] = (Hours(time(9), time(12)), Hours(time(14), time(17, 45)))
    length: timedelta = timedelta(minutes=30)
    horizon: int = 5
    lead: timedelta = timedelta(hours=2)
    desks: tuple[Desk, ...] = ()
    leaves: tuple[Leave, ...] = ()

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
        return len(self.desks_for(start))

    def desks_for(self, start: datetime) -> tuple[int, ...]:
        """The numbers of the desks that take a session at `start`, in order."""
        return self._desks_of(start) if start in self.sessions(start.date()) else ()

    def takes(self, desk: int, start: datetime, end: datetime) -> bool:
        """Whether a desk is there for all of a session, whatever minute it starts at."""
        hours = self._hours_at(start)
        if hours is None or end > datetime.combine(start.date(), hours.closes, SHENZHEN):
            return False
        return desk in self._there(hours, start, end)

    def half_day_end(self, start: datetime, end: datetime) -> datetime:
        """
        When the half-day of a session is over; its own end when the hours have changed since.
        """
        hours = self._hours_at(start)
        return max(end, datetime.combine(start.date(), hours.closes, SHENZHEN)) if hours else end

    def open_sessions(
        self, day: date, taken: Iterable[Taken], earliest: datetime
    ) -> list[datetime]:
        """
        The starts a citizen can still book on `day`, in order.

        taken: every desk in use; one booked when sessions had another length may be in the way of
        several, or of parts of them.
        earliest: the first moment a session may start; aware.
        """
        in_use = [one for one in taken if one.start.date() == day or one.end.date() == day]
        return [
            start
            for start in self.sessions(day)
            if start >= earliest and _free(self._desks_of(start), start, self.length, in_use)
        ]

    def free_desks(self, start: datetime, taken: Iterable[Taken]) -> tuple[int, ...]:
        """The desks where a session at `start` would be in nobody's way, in order."""
        return _free(self.desks_for(start), start, self.length, taken)

    def _desks_of(self, session: datetime) -> tuple[int, ...]:
        """The desks of a start that is known to be one."""
        hours = self._hours_at(session)
        return self._there(hours, session, session + self.length) if hours else ()

    def _there(self, hours: Hours, start: datetime, end: datetime) -> tuple[int, ...]:
        numbers = sorted(desk.number for desk in self.desks if desk.active)
        if not self.desks:
            numbers = list(range(1, hours.desks + 1))
        away = {one.desk for one in self.leaves if one.start < end and start < one.end}
        return tuple(number for number in numbers if number not in away)[: hours.desks]

    def _hours_at(self, start: datetime) -> Hours | None:
        at = start.time()
        return next((hours for hours in self.hours if hours.opens <= at < hours.closes), None)


def _free(
    desks: Iterable[int], start: datetime, length: timedelta, taken: Iterable[Taken]
) -> tuple[int, ...]:
    """Those of `desks` where nobody would be in the way of a session at `start`."""
    end = start + length
    in_use = {one.desk for one in taken if one.start < end and start < one.end}
    return tuple(desk for desk in desks if desk not in in_use)


OFFICE = Timetable()


def nearest(wanted: datetime, open_starts: Iterable[datetime], limit: int = 3) -> list[datetime]:
    """Those of `open_starts` nearest to `wanted`, nearest first; of two as near, the earlier."""
    return sorted(open_starts, key=lambda start: (abs(start - wanted), start))[:limit]
