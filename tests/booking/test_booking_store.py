from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import StatementError

from booking.bookings import Wish
from booking.calendar import SHENZHEN
from booking.store import BookingStore, create_tables


def reserve(store: BookingStore, start: datetime, now: datetime) -> None:
    wish = Wish(start, "a", "甲", "13800000001")
    store.reserve(wish, desks=1, daily_limit=2, over=now, now=now)


def test_times_lie_in_utc_and_come_back_in_shenzhens(sqlite: Engine, now: datetime) -> None:
    store = BookingStore(sqlite)
    start = datetime(2026, 11, 24, 9, tzinfo=SHENZHEN)
    reserve(store, start, now)
    with sqlite.connect() as connection:
        [stored] = connection.execute(text("SELECT starts_at FROM bookings")).one()
    assert stored.startswith("2026-11-24 01:00:00")
    [found] = store.taken(start, start)
    assert (found, found.tzinfo) == (start, SHENZHEN)


def test_a_time_without_its_zone_never_reaches_the_database(
    store: BookingStore, now: datetime
) -> None:
    with pytest.raises(StatementError, match="without its zone"):
        store.taken(datetime(2026, 11, 24, 9), now)


def test_tables_are_made_once_and_kept(engine: Engine, store: BookingStore, now: datetime) -> None:
    start = datetime(2026, 11, 24, 9, tzinfo=SHENZHEN)
    reserve(store, start, now)
    create_tables(engine)
    assert store.taken(start, start) == [start]


def test_a_booking_moves_only_as_it_may(store: BookingStore, now: datetime) -> None:
    wish = Wish(datetime(2026, 11, 24, 9, tzinfo=SHENZHEN), "a", "甲", "13800000001")
    booked = store.reserve(wish, desks=1, daily_limit=2, over=now, now=now)
    cancelled = store.move(booked, "cancelled", by="officer", now=now)
    with pytest.raises(ValueError, match="cannot become"):
        store.move(cancelled, "booked", by="officer", now=now)
    assert store.move(booked, "elapsed", by="clock", now=now) == cancelled
