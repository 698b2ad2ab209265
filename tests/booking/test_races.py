"""Many at once: the database, SQLite or PostgreSQL, lets through as many as the rules do."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from booking.bookings import Booking
from booking.calendar import Calendar
from booking.desk import BookingDesk
from booking.errors import BookingRefused
from booking.store import BookingStore, rows
from booking.store.tables import booking_events, bookings
from booking.timetable import Hours, Timetable

CLIENTS = 40


def all_at_once(attempts: Sequence[Callable[[], Booking]]) -> Counter[str]:
    """How each attempt ended: "booked" or the reason of its refusal."""
    barrier = threading.Barrier(len(attempts))

    def attempt(book: Callable[[], Booking]) -> str:
        barrier.wait()
        try:
            return book().state
        except BookingRefused as refusal:
            return refusal.reason

    with ThreadPoolExecutor(len(attempts)) as pool:
        return Counter(pool.map(attempt, attempts))


def counted(store: BookingStore) -> int:
    with store._engine.connect() as connection:
        count: int = connection.execute(select(func.count()).select_from(bookings)).scalar_one()
        events = connection.execute(select(func.count()).select_from(booking_events)).scalar_one()
    assert count == events
    return count


@pytest.fixture
def start(now: datetime) -> datetime:
    return now + timedelta(days=1, hours=1)


def test_the_last_desk_goes_to_exactly_one(
    desk: BookingDesk, now: datetime, start: datetime
) -> None:
    desk.book(start, "a", "甲", "13900000000", now)
    ended = all_at_once(
        [lambda n=n: desk.book(start, "a", "乙", f"138000000{n:02}", now) for n in range(CLIENTS)]
    )
    assert ended == {"booked": 1, "session_taken": CLIENTS - 1}
    assert counted(desk.store) == 2


def test_one_person_at_many_doors_gets_one_booking_for_a_matter(
    desk: BookingDesk, now: datetime, start: datetime
) -> None:
    starts = desk.openings(start.date(), now)
    ended = all_at_once(
        [lambda s=s: desk.book(s, "a", "甲", "13800000001", now) for s in starts for _ in range(2)]
    )
    assert ended == {"booked": 1, "already_booked": 2 * len(starts) - 1}


def test_one_person_at_many_doors_gets_two_sessions_a_day(
    desk: BookingDesk, now: datetime, start: datetime
) -> None:
    starts = desk.openings(start.date(), now)
    ended = all_at_once(
        [
            lambda n=n, s=s: desk.book(s, f"matter-{n}", "甲", "13800000001", now)
            for n, s in enumerate(starts)
        ]
    )
    assert ended == {"booked": 2, "daily_limit": len(starts) - 2}


def test_one_person_at_many_doors_sits_before_one_camera(
    desk: BookingDesk, now: datetime, start: datetime
) -> None:
    ended = all_at_once(
        [lambda n=n: desk.book(start, f"m-{n}", "甲", "13800000001", now) for n in range(10)]
    )
    assert ended == {"booked": 1, "same_time": 9}


def test_a_booking_cancelled_by_many_leaves_one_audit_row(
    desk: BookingDesk, now: datetime, start: datetime
) -> None:
    booked = desk.book(start, "a", "甲", "13800000001", now)
    ended = all_at_once([lambda: desk.cancel(booked.number, booked.phone, now)] * 10)
    assert ended == {"cancelled": 10}
    assert [event.after for event in desk.store.history(booked)] == ["booked", "cancelled"]


def test_a_missed_booking_is_put_away_once(
    desk: BookingDesk, now: datetime, start: datetime
) -> None:
    first = desk.book(now + timedelta(hours=2), "a", "甲", "13800000001", now)
    later = now + timedelta(hours=4)
    ended = all_at_once([lambda: desk.book(start, "a", "甲", "13800000001", later)] * 10)
    assert ended == {"booked": 1, "already_booked": 9}
    assert [event.after for event in desk.store.history(first)] == ["booked", "missed"]


def test_a_number_that_is_taken_is_drawn_again(
    desk: BookingDesk, now: datetime, start: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(["482915", "482915", "482915", "730264"])
    monkeypatch.setattr(rows, "new_number", lambda: next(numbers))
    drawn = [desk.book(start, "a", "甲", f"1380000000{n}", now).number for n in (1, 2)]
    assert drawn == ["482915", "730264"]


def test_sessions_of_different_lengths_do_not_share_a_desk_either(
    engine: Engine, now: datetime, start: datetime
) -> None:
    """Clerks change the length while citizens book: what overlaps meets in the constraint."""
    desks = [
        BookingDesk(
            BookingStore(engine),
            Timetable((Hours(time(9), time(12), 1),), length=timedelta(minutes=minutes)),
            Calendar(),
        )
        for minutes in (20, 30, 60)
    ]
    attempts = [
        lambda desk=desk, begins=begins, n=n: desk.book(begins, "a", "甲", f"1380000{n:04}", now)
        for n, (desk, begins) in enumerate(
            (desk, begins) for desk in desks for begins in desk.openings(start.date(), now)
        )
    ]
    ended = all_at_once(attempts)
    assert set(ended) == {"booked", "session_taken"}
    live = sorted(BookingStore(engine).between(start, start + timedelta(days=1)), key=_begins)
    assert len(live) == ended["booked"]
    assert all(one.end <= other.start for one, other in pairwise(live))


def test_holds_that_ran_out_are_taken_over_by_one(
    desk: BookingDesk, now: datetime, start: datetime
) -> None:
    desk.book(start, "a", "甲", "13900000000", now)
    held = desk.hold(start, "a", "乙", "13900000001", now)
    later = now + timedelta(minutes=5)
    ended = all_at_once(
        [lambda n=n: desk.hold(start, "a", "丙", f"138000000{n:02}", later) for n in range(20)]
    )
    assert ended == {"held": 1, "session_taken": 19}
    assert [event.after for event in desk.store.history(held)] == ["held", "expired"]


def test_the_same_key_at_many_doors_is_one_booking(
    desk: BookingDesk, now: datetime, start: datetime
) -> None:
    ended = all_at_once(
        [lambda: desk.book(start, "a", "甲", "13800000001", now, key="k1")] * CLIENTS
    )
    assert ended == {"booked": CLIENTS}
    assert counted(desk.store) == 1


def test_two_who_move_to_the_last_desk_of_a_session_keep_theirs_or_get_it(
    desk: BookingDesk, now: datetime, start: datetime
) -> None:
    desk.book(start, "a", "甲", "13900000000", now)
    later = start + timedelta(hours=1)
    movers = [
        desk.book(begins, "a", "乙", f"1380000000{n}", now)
        for n, begins in enumerate([later, later, later + timedelta(hours=1)])
    ]
    ended = all_at_once(
        [lambda one=one: desk.reschedule(one.number, one.phone, start, now) for one in movers]
    )
    assert ended == {"booked": 1, "session_taken": 2}
    stayed = [desk.get(one.id) for one in movers]
    assert sum(one.start == start for one in stayed) == 1
    assert all(now_.start in (start, was.start) for now_, was in zip(stayed, movers, strict=True))


def _begins(booking: Booking) -> datetime:
    return booking.start
