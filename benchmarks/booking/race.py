"""Many ask for the last desk of one session at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from benchmarks.booking.databases import NOW, desk
from booking.bookings import Booking
from booking.desk import BookingDesk
from booking.errors import SessionTaken
from xiaofu.database import open_engine

DESKS = 1


@dataclass(frozen=True)
class _Answer:
    booking: Booking | None
    near: list[datetime]
    ms: float


@dataclass
class Raced:
    """
    ms: from asking to the booking or the alternatives, of every client.
    winners: rounds by how many clients got the session. doubled: live rows more than one, after a
    round. without_way_out: who got neither a session nor an alternative.
    """

    rounds: int
    ms: list[float] = field(default_factory=list)
    winners: Counter[int] = field(default_factory=Counter)
    without_way_out: int = 0
    doubled: int = 0

    @property
    def right(self) -> bool:
        """One winner in each round, and everybody else told where to go."""
        return self.winners == {1: self.rounds} and not self.without_way_out and not self.doubled


def race(url: str, clients: int, rounds: int, tell: Callable[[str], None]) -> Raced:
    """A client who does not get the session asks for the two nearest; the winner then cancels."""
    engine = open_engine(url)
    booking_desk = desk(engine, DESKS)
    starts = [
        start
        for day in booking_desk.bookable_days(NOW)
        for start in booking_desk.openings(day, NOW)
    ]
    raced = Raced(rounds)
    with ThreadPoolExecutor(clients) as pool:
        for number in range(rounds):
            start, barrier = starts[number % len(starts)], threading.Barrier(clients)
            ask = partial(_ask, booking_desk, start, barrier)
            answers = list(pool.map(ask, (f"1{number:03}{n:07}" for n in range(clients))))
            booked = [answer.booking for answer in answers if answer.booking]
            raced.winners[len(booked)] += 1
            raced.without_way_out += sum(not a.booking and not a.near for a in answers)
            raced.doubled += len(booking_desk.store.taken(start, start, NOW)) - 1
            raced.ms += [answer.ms for answer in answers]
            for booking in booked:
                booking_desk.cancel(booking.number, booking.phone, NOW)
            if number % 20 == 19:
                tell(f"{number + 1} 轮")
    engine.dispose()
    return raced


def _ask(
    booking_desk: BookingDesk, start: datetime, barrier: threading.Barrier, phone: str
) -> _Answer:
    barrier.wait()
    began = time.perf_counter()
    booking, near = None, []
    try:
        booking = booking_desk.book(start, "card", "市民", phone, NOW)
    except SessionTaken:
        near = booking_desk.nearest(start, NOW)
    return _Answer(booking, near, (time.perf_counter() - began) * 1000)
