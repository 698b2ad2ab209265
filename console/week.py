"""The week calendar of 视频办: what is free, held and booked, by day, half-day and desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from booking.bookings import Booking
from booking.calendar import SHENZHEN
from booking.desk import BookingDesk
from booking.timetable import Hours, Taken
from console.counter import Visit
from console.pages import render, threaded
from console.session_words import STATES

WEEK = timedelta(days=7)
NOT_SHOWN = ("cancelled", "expired")

week = Blueprint("week")


@dataclass(frozen=True)
class Cell:
    """One desk in one half-day. free, held: how many. booked: those who have it or had it."""

    free: int
    held: int
    booked: tuple[Booking, ...]
    away: str = ""


@dataclass(frozen=True)
class Day:
    """closed: why nobody works, None for a working day. cells: by half-day, then by desk."""

    day: date
    closed: str | None
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def empty(self) -> bool:
        return not any(cell.booked or cell.held for half in self.cells for cell in half)


@week.get("/desk/week")
@threaded
def shown(request: Request) -> HTTPResponse:
    visit = Visit.of(request)
    today = visit.now.astimezone(SHENZHEN).date()
    monday = _monday(_day(request.args.get("day", "")) or today)
    first = datetime.combine(monday, time.min, SHENZHEN)
    found = visit.desk.store.between(first, first + WEEK)
    numbers = desks_of(visit.desk, found)
    return render(
        request,
        "week.html",
        days=list(days(visit.desk, found, monday, numbers, visit.now)),
        desks=numbers,
        names={desk.number: desk.name for desk in visit.desk.timetable.desks},
        hours=visit.desk.timetable.hours,
        monday=monday,
        sunday=monday + timedelta(days=6),
        earlier=monday - WEEK,
        later=monday + WEEK,
        today=today,
        state_words=STATES,
    )


def desks_of(desk: BookingDesk, bookings: Iterable[Booking]) -> list[int]:
    """The desks there are, and those that somebody is booked at all the same."""
    timetable = desk.timetable
    there = [one.number for one in timetable.desks if one.active]
    if not timetable.desks:
        there = list(range(1, max((hours.desks for hours in timetable.hours), default=0) + 1))
    return sorted({*there, *(one.desk for one in bookings if one.state not in NOT_SHOWN)})


def days(
    desk: BookingDesk,
    bookings: Sequence[Booking],
    monday: date,
    desks: Sequence[int],
    now: datetime,
) -> Iterator[Day]:
    """The seven days from `monday`, as things are at `now`."""
    standing = [one for one in bookings if desk.overdue(one, now) != "expired"]
    taken = [Taken(one.desk, one.start, one.end) for one in standing if one.live]
    for day in (monday + timedelta(days=n) for n in range(7)):
        own = [one for one in standing if one.start.date() == day and one.state not in NOT_SHOWN]
        free = _free(desk, day, taken, now)
        yield Day(
            day,
            _closed(desk, day),
            tuple(
                tuple(_cell(desk, half, hours, number, day, own, free) for number in desks)
                for half, hours in enumerate(desk.timetable.hours)
            ),
        )


def _cell(
    desk: BookingDesk,
    half: int,
    hours: Hours,
    number: int,
    day: date,
    own: Iterable[Booking],
    free: Iterable[tuple[datetime, int]],
) -> Cell:
    here = [
        one
        for one in own
        if one.desk == number and _half_of(one.start, desk.timetable.hours) == half
    ]
    return Cell(
        sum(at == number and hours.opens <= start.time() < hours.closes for start, at in free),
        sum(one.state == "held" for one in here),
        tuple(one for one in here if one.state != "held"),
        _away(desk, hours, number, day),
    )


def _free(
    desk: BookingDesk, day: date, taken: Sequence[Taken], now: datetime
) -> list[tuple[datetime, int]]:
    """The starts still ahead and the desks free at each."""
    if not desk.calendar.works(day):
        return []
    return [
        (start, number)
        for start in desk.timetable.sessions(day)
        if start > now and not desk.calendar.closed_at(start)
        for number in desk.timetable.free_desks(start, taken)
    ]


def _away(desk: BookingDesk, hours: Hours, number: int, day: date) -> str:
    """Why a desk is not there in some of the half-day, or nobody is; "" when it is."""
    opens, closes = (datetime.combine(day, edge, SHENZHEN) for edge in (hours.opens, hours.closes))
    if closed := desk.calendar.closed_at(opens):
        return closed.why
    for leave in desk.timetable.leaves:
        if leave.desk == number and leave.start < closes and opens < leave.end:
            return leave.why or "停用"
    return ""


def _half_of(start: datetime, hours: Sequence[Hours]) -> int:
    """Which half-day a start belongs to, also when the hours have changed since it was booked."""
    begun = [at for at, one in enumerate(hours) if one.opens <= start.time()]
    return begun[-1] if begun else 0


def _closed(desk: BookingDesk, day: date) -> str | None:
    if day > desk.calendar.known_until:
        return "放假安排还没公布"
    return desk.calendar.closed_because(day)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _day(given: str) -> date | None:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if 2000 < day.year < 2100 else None
