"""A counter of 视频办 of three desks, and citizens who book at it, on Monday 2026-11-23."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from booking.calendar import SHENZHEN, Calendar
from booking.clerks import Clerks
from booking.desk import BookingDesk
from booking.office import Office
from booking.rules import Rules
from booking.store import AppealStore, BookingStore, OfficeStore
from booking.timetable import Hours, Timetable
from booking.waiting_room import WaitingRoom
from console.counter import Counter
from xiaofu.migrations import upgrade

NAMES = ["张伟", "王芳", "李娜", "刘洋", "陈静", "杨帆", "赵磊", "黄丽", "周强"]
MATTER = "marriage-registration"


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHENZHEN)


class Place:
    """The counter behind the pages, and citizens who book at it."""

    def __init__(self, engine, clock, knowledge) -> None:
        upgrade(engine)
        standard = Timetable()
        hours = tuple(Hours(one.opens, one.closes, 3) for one in standard.hours)
        office = OfficeStore(engine, Office(Timetable(hours), Rules()))
        self.store = BookingStore(engine)
        self.clock = clock
        self.calendar = Calendar()
        self.counter = Counter(
            self._desk,
            office,
            AppealStore(engine),
            lambda matter_id: knowledge.spoken_of("matter", matter_id),
            lambda booking_id: None,
            lambda booking, officer: f"https://room.example/room/#{booking.id}.{officer}",
        )
        self._phones = count(13800000000)

    def _desk(self) -> BookingDesk:
        office = self.counter.office.current()
        return BookingDesk(self.store, office.timetable, self.calendar, office.rules)

    @property
    def room(self) -> WaitingRoom:
        return WaitingRoom(self._desk())

    def book(self, start: datetime, name: str = "张伟", **more):
        """As a citizen did three days ago."""
        phone = str(next(self._phones))
        return self._desk().book(start, MATTER, name, phone, at(9, day=20), **more)

    def arrived(self, start: datetime, name: str = "张伟"):
        """Booked, and there by now."""
        booking = self.book(start, name)
        return self.room.admit(booking.id, self.clock(), by="citizen")

    def running(self, start: datetime, by: str = "林晓"):
        booking = self.arrived(start)
        self.room.call(booking.id, self.clock(), by=by)
        return self.room.start(booking.id, self.clock(), by=by)

    def conflicts(self):
        return Clerks(self._desk()).conflicts(self.clock())

    def now(self, booking):
        return self.store.get(booking.id)

    def events(self, booking) -> list[str]:
        return [event.why or event.after for event in self.store.history(booking)]
