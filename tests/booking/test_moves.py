"""Moves are legal by one table, and rescheduling never loses the time one has."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import get_args

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from booking.bookings import LIVE, MOVES, Booking, State, may_move
from booking.calendar import SHENZHEN
from booking.clerks import Clerks
from booking.desk import BookingDesk
from booking.errors import (
    AlreadyBooked,
    CannotMove,
    DailyLimit,
    KeyUsed,
    NotFound,
    SameTime,
    SessionTaken,
    TooLateToMove,
    TooSoon,
)

PHONE, OTHER = "13800000001", "13800000002"
STATES: tuple[State, ...] = get_args(State)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHENZHEN)


def book(
    desk: BookingDesk, start: datetime, now: datetime, matter: str = "a", phone: str = PHONE
) -> Booking:
    return desk.book(start, matter, "王小福", phone, now)


def test_a_booking_moves_as_the_table_says_and_no_other_way(
    engine: Engine, desk: BookingDesk, now: datetime
) -> None:
    booked = book(desk, at(24, 9), now)
    for before, to in product(STATES, STATES):
        with engine.begin() as connection:
            connection.execute(text("UPDATE bookings SET state = :state"), {"state": before})
        rows = len(desk.store.history(booked))
        if before == to or may_move(before, to):
            assert desk.move(booked.id, to, by="张三", now=now).state == to
            assert len(desk.store.history(booked)) == rows + (before != to)
        else:
            with pytest.raises(CannotMove) as refused:
                desk.move(booked.number, to, by="张三", now=now)
            assert (refused.value.booking.state, refused.value.to) == (before, to)
            assert len(desk.store.history(booked)) == rows


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    assert set(MOVES) == set(STATES)
    reached = {"held", "booked"} | {to for moves in MOVES.values() for to in moves}
    assert reached == set(STATES)
    assert set(LIVE) <= {state for state, moves in MOVES.items() if moves}


def test_a_move_is_audited_with_who_why_and_key_and_done_once(
    desk: BookingDesk, now: datetime
) -> None:
    booked = book(desk, at(24, 9), now)
    for _ in range(3):
        moved = desk.move(booked.id, "cancelled", by="张三", why="台风", key="k1", now=now)
        assert (moved.state, moved.version) == ("cancelled", booked.version + 1)
    [_, event] = desk.store.history(booked)
    assert (event.before, event.after, event.by, event.why, event.key, event.at) == (
        "booked",
        "cancelled",
        "张三",
        "台风",
        "k1",
        now,
    )


def test_a_key_names_one_change(desk: BookingDesk, now: datetime) -> None:
    booked = book(desk, at(24, 9), now)
    desk.move(booked.id, "checked_in", by="张三", key="k1", now=now)
    with pytest.raises(KeyUsed):
        desk.move(booked.id, "cancelled", by="张三", key="k1", now=now)
    assert desk.get(booked.id).state == "checked_in"


def test_nothing_is_moved_that_is_not_there(desk: BookingDesk, now: datetime) -> None:
    for which in (999, "999999"):
        with pytest.raises(NotFound):
            desk.move(which, "cancelled", by="张三", now=now)
    with pytest.raises(NotFound):
        desk.confirm(999, now)


def test_the_old_time_is_free_once_the_new_one_is_got(desk: BookingDesk, now: datetime) -> None:
    first = book(desk, at(24, 9), now)
    moved = desk.reschedule(first.number, PHONE, at(25, 10), now, key="k1")
    assert (moved.id, moved.number, moved.start, moved.state) == (
        first.id,
        first.number,
        at(25, 10),
        "booked",
    )
    assert moved.version == first.version + 1
    assert desk.reschedule(first.number, PHONE, at(25, 10), now, key="k1") == moved
    assert desk.reschedule(first.number, PHONE, at(25, 10), now) == moved
    events = desk.store.history(first)
    assert [(event.before, event.after, event.start) for event in events] == [
        (None, "booked", at(24, 9)),
        ("booked", "booked", at(25, 10)),
    ]
    assert [taken.start for taken in desk.store.taken(at(24, 9), at(25, 18), now)] == [at(25, 10)]


def test_a_request_that_went_through_is_answered_the_same_when_asked_too_late(
    desk: BookingDesk, now: datetime
) -> None:
    first = book(desk, at(24, 9), now)
    moved = desk.reschedule(first.number, PHONE, at(24, 10), now, key="k1")
    too_late = at(24, 10, 30)
    assert desk.reschedule(first.number, PHONE, at(24, 10), too_late, key="k1") == moved
    assert desk.book(at(25, 9), "b", "王小福", PHONE, now, key="k2").state == "booked"
    assert desk.book(at(25, 9), "b", "王小福", PHONE, at(25, 12), key="k2").start == at(25, 9)


def test_who_does_not_get_the_new_time_keeps_the_old(desk: BookingDesk, now: datetime) -> None:
    first = book(desk, at(24, 9), now)
    for phone in (OTHER, "13800000003"):
        book(desk, at(24, 10), now, phone=phone)
    own = book(desk, at(25, 9), now, matter="b")
    book(desk, at(25, 10), now, matter="c")
    for start, refusal in (
        (at(24, 10), SessionTaken),
        (at(25, 9), SameTime),
        (at(25, 11), DailyLimit),
        (at(23, 9), TooSoon),
    ):
        with pytest.raises(refusal):
            desk.reschedule(first.number, PHONE, start, now)
        assert desk.find(first.number, PHONE) == first
    assert desk.find(own.number, PHONE) == own


def test_moving_on_the_same_day_needs_no_further_turn(desk: BookingDesk, now: datetime) -> None:
    first = book(desk, at(24, 9), now)
    book(desk, at(24, 10), now, matter="b")
    assert desk.reschedule(first.number, PHONE, at(24, 11), now).start == at(24, 11)
    with pytest.raises(DailyLimit):
        book(desk, at(24, 9), now, matter="c")


def test_two_hours_before_it_starts_it_is_too_late_to_move(
    desk: BookingDesk, now: datetime
) -> None:
    first = book(desk, at(24, 9), now)
    with pytest.raises(TooLateToMove) as refused:
        desk.reschedule(first.number, PHONE, at(25, 9), at(24, 7, 1))
    assert refused.value.until == at(24, 7)
    assert desk.reschedule(first.number, PHONE, at(25, 9), at(24, 7)).start == at(25, 9)


def test_only_what_is_booked_is_moved_and_cancelled(desk: BookingDesk, now: datetime) -> None:
    first = book(desk, at(24, 9), now)
    desk.move(first.id, "checked_in", by="张三", now=now)
    with pytest.raises(CannotMove):
        desk.reschedule(first.number, PHONE, at(25, 9), now)
    with pytest.raises(CannotMove):
        desk.cancel(first.number, PHONE, now)


def test_a_clerk_moves_without_notice_and_says_why(desk: BookingDesk, now: datetime) -> None:
    first = book(desk, at(24, 9), now)
    soon = at(24, 8, 50)
    moved = Clerks(desk).reassign(first.id, at(24, 9, 30), soon, by="张三", why="席位检修")
    assert moved.start == at(24, 9, 30)
    far = at(24, 9) + timedelta(days=20)
    assert Clerks(desk).reassign(first.id, far, soon, by="张三", why="席位检修").start == far
    assert [(event.by, event.why) for event in desk.store.history(first)][1:] == [
        ("张三", "席位检修"),
        ("张三", "席位检修"),
    ]


def test_what_is_broken_off_is_not_taken_up_beside_a_new_booking(
    desk: BookingDesk, now: datetime
) -> None:
    first = book(desk, at(24, 9), now)
    for to in ("checked_in", "in_session", "broken_off"):
        desk.move(first.id, to, by="张三", now=at(24, 9))
    again = book(desk, at(25, 9), at(24, 9))
    with pytest.raises(CannotMove):
        desk.move(first.id, "in_session", by="张三", now=at(24, 10))
    with pytest.raises(AlreadyBooked):
        book(desk, at(25, 10), at(24, 10))
    assert desk.of_phone(PHONE, at(24, 10)) == [again]
