"""What a citizen has ready: only lines of the booking's own checklist, kept whoever else writes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.bookings import OPEN, Booking
from booking.checklist import NotListed, marked
from booking.desk import BookingDesk
from booking.errors import CannotMove
from booking.store import BookingStore, ExpectedSessions
from booking.waiting_room import WaitingRoom

LINES = ("身份证", "近期免冠照片", "租赁凭证")
LISTS = st.lists(st.sampled_from("甲乙丙丁戊"), unique=True)


@pytest.fixture
def room(desk: BookingDesk) -> WaitingRoom:
    return WaitingRoom(desk)


@pytest.fixture
def booked(desk: BookingDesk, now: datetime) -> Booking:
    start = now + timedelta(days=1, hours=1)
    return desk.book(start, "card", "王芳", "13800000001", now, checklist=LINES)


@given(LISTS, st.lists(st.tuples(st.sampled_from("甲乙丙丁戊"), st.booleans())))
def test_ticked_are_lines_of_the_list_in_its_order_as_last_said(lines, said):
    ticked, last = (), {}
    for line, ready in said:
        if line not in lines:
            with pytest.raises(NotListed):
                marked(lines, ticked, line, ready)
            continue
        ticked = marked(lines, ticked, line, ready)
        assert marked(lines, ticked, line, ready) == ticked
        last[line] = ready
    assert list(ticked) == [line for line in lines if last.get(line)]


def test_ticks_are_kept_and_taken_back(room, booked, now):
    assert booked.ticked == ()
    room.tick(booked.id, "租赁凭证", True, now)
    room.tick(booked.id, "身份证", True, now)
    assert room.desk.get(booked.id).ticked == ("身份证", "租赁凭证")
    assert room.tick(booked.id, "身份证", False, now).ticked == ("租赁凭证",)
    assert room.desk.get(booked.id).checklist == LINES


def test_the_same_tick_again_changes_nothing(room, booked, now):
    once = room.tick(booked.id, "身份证", True, now)
    assert room.tick(booked.id, "身份证", True, now + timedelta(minutes=1)) == once
    whys = [event.why for event in room.desk.store.history(booked)]
    assert whys == ["", "ticked"]


def test_a_line_of_no_list_is_refused(room, booked, now):
    for line in ("驾驶证", "身份", ""):
        with pytest.raises(NotListed):
            room.tick(booked.id, line, True, now)
    assert room.desk.get(booked.id) == booked


def test_a_tick_outdates_neither_reminders_nor_calendar_files(room, booked, now):
    engine = room.desk.store._engine
    expected = ExpectedSessions(engine).one(booked.id)
    ticked = room.tick(booked.id, "身份证", True, now)
    assert (ticked.version, ticked.state, ticked.start) == (1, booked.state, booked.start)
    assert ExpectedSessions(engine).one(booked.id) == expected


def test_ticks_stay_when_the_session_is_moved_and_stop_when_it_is_over(room, booked, now):
    room.tick(booked.id, "身份证", True, now)
    later = booked.start + timedelta(days=1)
    moved = room.desk.reschedule(booked.number, booked.phone, later, now)
    assert moved.ticked == ("身份证",)
    room.desk.cancel(booked.number, booked.phone, now)
    with pytest.raises(CannotMove):
        room.tick(booked.id, "租赁凭证", True, now)
    assert room.desk.get(booked.id).ticked == ("身份证",)


def test_a_hold_is_nothing_to_get_ready_for_yet(room, now):
    start = now + timedelta(days=1, hours=1)
    held = room.desk.hold(start, "card", "王芳", "13800000002", now, checklist=LINES)
    with pytest.raises(CannotMove):
        room.tick(held.id, "身份证", True, now)
    assert "held" not in OPEN


def test_of_many_at_once_every_tick_and_note_is_kept(
    store: BookingStore, room: WaitingRoom, now: datetime
) -> None:
    lines = tuple(f"材料 {n}" for n in range(8))
    start = now + timedelta(days=1, hours=1)
    booked = room.desk.book(start, "card", "王芳", "13800000001", now, checklist=lines)
    barrier = threading.Barrier(12)

    def tick(line: str) -> None:
        barrier.wait()
        room.tick(booked.id, line, True, now)

    def note(n: int) -> None:
        barrier.wait()
        room.add_note(booked.id, f"第 {n} 条", now, by="林晓")

    with ThreadPoolExecutor(12) as pool:
        done = [pool.submit(tick, line) for line in lines]
        done += [pool.submit(note, n) for n in range(4)]
        for one in done:
            one.result()
    kept = store.get(booked.id)
    assert kept.ticked == lines
    assert len(kept.note.splitlines()) == 4
    assert kept.version == booked.version
