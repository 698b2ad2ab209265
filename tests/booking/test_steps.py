"""What an officer may do about a booking: nothing that is offered is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.engine import Engine

from booking.bookings import MOVES, Booking
from booking.calendar import SHENZHEN, Calendar
from booking.clerks import Clerks
from booking.desk import BookingDesk
from booking.errors import BookingRefused, WithOther
from booking.steps import OUTCOMES, Step, steps
from booking.store import BookingStore
from booking.timetable import Timetable
from booking.waiting_room import WaitingRoom

NINE = datetime(2026, 11, 24, 9, tzinfo=SHENZHEN)
OFFICERS = ("林晓", "陈建国")
CLICKS = st.tuples(st.integers(0, 90), st.sampled_from(OFFICERS), st.integers(0, 9))
"""Minutes later, by whom, and which of the steps that are offered."""


def take(room: WaitingRoom, booking: Booking, step: Step, now: datetime, by: str) -> Booking:
    if step in OUTCOMES:
        return room.finish(booking.id, step, now, by=by, outcome="说明")
    if step == "cancel":
        return room.desk.move(booking.id, "cancelled", by=by, now=now)
    if step == "reassign":
        later = NINE + timedelta(days=1)
        return Clerks(room.desk).reassign(booking.id, later, now, by=by, why="停用")
    act = {
        "admit": room.admit,
        "call": room.call,
        "start": room.start,
        "pass_over": room.pass_over,
        "drop": room.drop,
    }[step]
    return act(booking.id, now, by=by)


def offered(room: WaitingRoom, booking: Booking, now: datetime, by: str) -> tuple[Step, ...]:
    return steps(booking, room.desk.rules, room.desk.timetable, now, by)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from(OFFICERS), st.integers(0, 9)), max_size=8
    )
)
@example([(0, "林晓", 0), (0, "林晓", 0), (0, "陈建国", 0), (9, "林晓", 1), (0, "林晓", 0)])
def test_no_step_that_is_offered_is_refused(
    sqlite: Engine, walk: list[tuple[int, str, int]]
) -> None:
    with sqlite.begin() as connection:
        connection.execute(text("DELETE FROM booking_events"))
        connection.execute(text("DELETE FROM bookings"))
    room = WaitingRoom(BookingDesk(BookingStore(sqlite), Timetable(), Calendar()))
    booking = room.desk.book(NINE, "card", "王芳", "13800000001", NINE - timedelta(days=1))
    now = NINE - timedelta(minutes=45)
    for minutes, by, choice in walk:
        now += timedelta(minutes=minutes)
        able = offered(room, booking, now, by)
        if not able:
            continue
        before, step = booking, able[choice % len(able)]
        booking = take(room, booking, step, now, by)
        assert booking != before or step == "reassign"  # it may have been moved there before


@pytest.fixture
def room(sqlite: Engine) -> WaitingRoom:
    return WaitingRoom(BookingDesk(BookingStore(sqlite), Timetable(), Calendar()))


@pytest.fixture
def running(room: WaitingRoom) -> Booking:
    booking = room.desk.book(NINE, "card", "王芳", "13800000001", NINE - timedelta(days=1))
    room.admit(booking.id, NINE, by="citizen")
    room.call(booking.id, NINE, by="林晓")
    return room.start(booking.id, NINE, by="林晓")


def test_a_colleagues_session_can_only_be_broken_off(room: WaitingRoom, running: Booking) -> None:
    assert offered(room, running, NINE, "陈建国") == ("drop",)
    with pytest.raises(WithOther):
        room.finish(running.id, "done", NINE, by="陈建国")
    broken = room.drop(running.id, NINE, by="陈建国")
    assert "start" in offered(room, broken, NINE, "陈建国")


def test_what_is_over_has_no_steps(room: WaitingRoom, running: Booking) -> None:
    done = room.finish(running.id, "done", NINE, by="林晓")
    assert MOVES[done.state] == () and offered(room, done, NINE, "林晓") == ()


def test_a_hold_is_the_citizens_until_it_is_confirmed(room: WaitingRoom) -> None:
    held = room.desk.hold(NINE, "card", "王芳", "13800000001", NINE - timedelta(days=1))
    assert offered(room, held, NINE - timedelta(days=1), "林晓") == ()


@pytest.mark.parametrize(("minutes", "may"), [(-31, False), (-30, True), (179, True), (180, False)])
def test_somebody_is_checked_in_from_a_little_before_to_the_half_days_end(
    room: WaitingRoom, minutes: int, may: bool
) -> None:
    booking = room.desk.book(NINE, "card", "王芳", "13800000001", NINE - timedelta(days=1))
    now = NINE + timedelta(minutes=minutes)
    assert ("admit" in offered(room, booking, now, "林晓")) == may
    if not may:
        with pytest.raises(BookingRefused):
            room.admit(booking.id, now, by="林晓")


def test_notes_are_written_under_each_other(room: WaitingRoom, running: Booking) -> None:
    room.add_note(running.id, "听力不好", NINE, by="林晓")
    room.add_note(running.id, "慢点说", NINE, by="陈建国", key="k1")
    noted = room.add_note(running.id, "慢点说", NINE, by="陈建国", key="k1")
    assert noted.note == "2026-11-24 09:00 林晓：听力不好\n2026-11-24 09:00 陈建国：慢点说"
    assert noted.version == running.version
