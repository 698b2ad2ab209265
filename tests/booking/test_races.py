"""Many at once: the database, SQLite or PostgreSQL, lets through as many as the rules do."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking.bookings import Booking
from booking.desk import BookingDesk
from booking.errors import BookingRefused
from booking.store import BookingStore, rows
from booking.store.tables import booking_events, bookings

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
