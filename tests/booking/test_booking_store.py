from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, StatementError

from booking.bookings import Booking, Wish
from booking.calendar import SHENZHEN
from booking.store import BookingStore
from booking.store.bookings import Change, Place
from booking.timetable import Taken
from xiaofu.migrations import upgrade

NINE = datetime(2026, 11, 24, 9, tzinfo=SHENZHEN)
HALF_AN_HOUR = timedelta(minutes=30)


def reserve(
    store: BookingStore,
    start: datetime,
    now: datetime,
    length: timedelta = HALF_AN_HOUR,
    phone: str = "13800000001",
) -> Booking:
    wish = Wish(start, start + length, "a", "甲", phone)
    place = Place(wish.start, wish.end, (1,), 2, lambda booking: None)
    return store.reserve(wish, "booked", place, by="citizen", now=now)


def test_times_lie_in_utc_and_come_back_in_shenzhens(sqlite: Engine, now: datetime) -> None:
    store = BookingStore(sqlite)
    reserve(store, NINE, now)
    with sqlite.connect() as connection:
        [stored] = connection.execute(text("SELECT starts_at FROM bookings")).one()
    assert stored.startswith("2026-11-24 01:00:00")
    [found] = store.taken(NINE, NINE, now)
    assert (found.start, found.start.tzinfo) == (NINE, SHENZHEN)


def test_a_time_without_its_zone_never_reaches_the_database(
    store: BookingStore, now: datetime
) -> None:
    with pytest.raises(StatementError, match="without its zone"):
        store.taken(datetime(2026, 11, 24, 9), now, now)


def test_tables_are_made_once_and_kept(engine: Engine, store: BookingStore, now: datetime) -> None:
    reserve(store, NINE, now)
    upgrade(engine)
    assert store.taken(NINE, NINE, now) == [Taken(1, NINE, NINE + HALF_AN_HOUR)]


def test_two_who_change_a_booking_at_once_do_not_overwrite_each_other(
    store: BookingStore, now: datetime
) -> None:
    booked = reserve(store, NINE, now)
    seen = []

    def slow(booking: Booking) -> Change | None:
        seen.append(booking.state)
        if booking.state == "booked":
            cancel = Change("cancelled", "先到一步")
            store.change(booking.id, lambda _: cancel, by="officer", now=now)
            return Change("checked_in")
        return None

    assert store.change(booked.id, slow, by="citizen", now=now).state == "cancelled"
    assert seen == ["booked", "cancelled"]
    assert [event.after for event in store.history(booked)] == ["booked", "cancelled"]


@pytest.mark.parametrize("minutes", [-20, -1, 1, 29])
@pytest.mark.parametrize("length", [5, 30, 90])
def test_the_database_itself_keeps_two_sessions_off_a_desk(
    engine: Engine, store: BookingStore, now: datetime, minutes: int, length: int
) -> None:
    """Whatever the length: by insert, and by a move, with no code in between."""
    reserve(store, NINE, now)
    start = NINE + timedelta(minutes=minutes)
    end = start + timedelta(minutes=length)
    later = reserve(store, NINE + timedelta(hours=3), now, phone="13800000002")
    meets = start < NINE + HALF_AN_HOUR and end > NINE
    columns = {"start": _utc(start), "end": _utc(end)}
    move = text("UPDATE bookings SET starts_at = :start, ends_at = :end WHERE id = :id")
    copy = text(
        "INSERT INTO bookings (number, matter_id, starts_at, ends_at, desk, name, phone, day,"
        " turn, state, created_at, updated_at) SELECT '100001', 'b', :start, :end, desk, name,"
        " '13800000003', day, turn, state, created_at, updated_at FROM bookings WHERE id = :id"
    )
    for statement in (move, copy):
        with engine.connect() as connection:
            if meets:
                with pytest.raises(IntegrityError, match="no_two_sessions_on_a_desk"):
                    connection.execute(statement, columns | {"id": later.id})
            else:
                connection.execute(statement, columns | {"id": later.id})


def _utc(moment: datetime) -> str:
    """As both databases read it: SQLite compares times as text, six digits after the point."""
    return f"{moment - moment.utcoffset():%Y-%m-%d %H:%M:%S}.000000"
