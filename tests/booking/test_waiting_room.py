"""The waiting room: the order people are called in, and what becomes of a session."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from booking.bookings import Booking
from booking.calendar import SHENZHEN
from booking.desk import BookingDesk
from booking.errors import CannotMove, NotFound, TooEarly, WithOther
from booking.waiting_room import WaitingRoom

MINUTE = timedelta(minutes=1)


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHENZHEN)


@pytest.fixture
def room(desk: BookingDesk) -> WaitingRoom:
    return WaitingRoom(desk)


def book(room: WaitingRoom, hour: int, minute: int = 0, person: int = 1) -> Booking:
    monday = datetime(2026, 11, 23, 8, tzinfo=SHENZHEN)
    return room.desk.book(at(hour, minute), "card", f"市民{person}", _phone(person), monday)


def come(room: WaitingRoom, booking: Booking, now: datetime) -> Booking:
    return room.check_in(booking.number, booking.phone, now)


def begin(room: WaitingRoom, booking: Booking, now: datetime, by: str = "张三") -> Booking:
    come(room, booking, now)
    room.call(booking.id, now, by=by)
    return room.start(booking.id, now, by=by)


def _phone(person: int) -> str:
    return f"138{person:08}"


def test_a_session_from_the_door_to_its_end(room: WaitingRoom) -> None:
    booked = book(room, 9)
    there = come(room, booked, at(8, 45))
    assert (there.state, there.checked_in_at, there.passes) == ("checked_in", at(8, 45), 0)
    assert come(room, booked, at(8, 46)) == there
    called = room.call_next(at(9), by="张三", desk=1)
    assert (called.id, called.officer, called.called_at) == (booked.id, "张三", at(9))
    assert called.version == there.version  # being called changes no reminder
    running = room.start(booked.id, at(9, 1), by="张三")
    assert (running.state, running.officer) == ("in_session", "张三")
    done = room.finish(booked.id, "done", at(9, 12), by="张三", outcome="已受理")
    assert (done.state, done.outcome) == ("done", "已受理")
    assert room.finish(booked.id, "done", at(9, 13), by="张三", outcome="已受理") == done
    events = room.desk.store.history(booked)
    assert [(event.after, event.by) for event in events] == [
        ("booked", "citizen"),
        ("checked_in", "citizen"),
        ("checked_in", "张三"),
        ("in_session", "张三"),
        ("done", "张三"),
    ]


def test_the_door_opens_half_an_hour_before_and_closes_with_the_half_day(room: WaitingRoom) -> None:
    booked = book(room, 9)
    with pytest.raises(TooEarly) as refused:
        come(room, booked, at(8, 29))
    assert refused.value.earliest == at(8, 30)
    with pytest.raises(CannotMove):
        come(room, booked, at(12))
    with pytest.raises(NotFound):
        room.check_in(booked.number, _phone(2), at(8, 45))
    assert room.admit(booked.id, at(11, 59), by="张三").state == "checked_in"


def test_who_is_in_time_comes_first_by_the_time_booked(room: WaitingRoom) -> None:
    """Not by who came first; the late and the passed over after them, who was cut off before."""
    late, early, middle, cut_off = (
        book(room, *time, person=n) for n, time in enumerate([(9,), (9, 30), (10,), (10, 30)])
    )
    begin(room, cut_off, at(10, 1))
    come(room, middle, at(9, 40))
    come(room, early, at(9, 40))
    come(room, late, at(9, 11))
    assert [one.id for one in room.queue(at(10))] == [early.id, middle.id, late.id]
    room.drop(cut_off.id, at(10, 5), by="张三")
    order = [cut_off.id, early.id, middle.id, late.id]
    assert [one.id for one in room.queue(at(10, 6))] == order
    called = [room.call_next(at(10, 7), by=f"officer-{n}").id for n in range(4)]
    assert called == order
    assert room.call_next(at(10, 7), by="officer-5") is None


def test_a_desk_has_a_queue_of_its_own(room: WaitingRoom) -> None:
    first, second = book(room, 9, person=1), book(room, 9, person=2)
    for booking in (first, second):
        come(room, booking, at(9))
    assert [one.id for one in room.queue(at(9), desk=second.desk)] == [second.id]
    assert room.call_next(at(9), by="张三", desk=second.desk).id == second.id
    assert room.call_next(at(9), by="张三", desk=second.desk) is None


def test_whose_number_was_passed_over_is_called_once_more(room: WaitingRoom) -> None:
    absent, other = book(room, 9, person=1), book(room, 10, person=2)
    come(room, absent, at(9))
    come(room, other, at(9, 45))
    room.call(absent.id, at(9, 5), by="张三")
    with pytest.raises(TooEarly) as refused:
        room.pass_over(absent.id, at(9, 9), by="张三")
    assert refused.value.earliest == at(9, 10)
    passed = room.pass_over(absent.id, at(9, 10), by="张三")
    assert (passed.state, passed.called_at, passed.passes) == ("checked_in", None, 1)
    assert [one.id for one in room.queue(at(9, 46))] == [other.id, absent.id]
    room.call(absent.id, at(9, 50), by="李四")
    over = room.pass_over(absent.id, at(9, 51), by="李四")
    assert over.state == "expired"  # 过号, which is no 爽约
    assert room.desk.store.missed_by(absent.phone, lambda one: room.desk.overdue(one, at(13))) == []


def test_who_comes_late_is_passed_over_already(room: WaitingRoom) -> None:
    on_time, late = book(room, 9, person=1), book(room, 9, person=2)
    assert come(room, on_time, at(9, 10)).passes == 0
    assert come(room, late, at(9, 10) + MINUTE / 60).passes == 1
    room.call(late.id, at(9, 20), by="张三")
    assert room.pass_over(late.id, at(9, 21), by="张三").state == "expired"


def test_a_broken_line_is_called_back_once_then_first_when_they_return(room: WaitingRoom) -> None:
    cut_off, other = book(room, 9, person=1), book(room, 9, 30, person=2)
    begin(room, cut_off, at(9))
    come(room, other, at(9, 10))
    dropped = room.drop(cut_off.id, at(9, 8))
    assert (dropped.state, dropped.dropped_at) == ("broken_off", at(9, 8))
    assert room.drop(cut_off.id, at(9, 9)) == dropped
    assert room.call_next(at(9, 12), by="李四").id == cut_off.id
    missed = room.pass_over(cut_off.id, at(9, 13), by="李四")
    assert (missed.state, missed.passes) == ("broken_off", 1)
    assert room.call_next(at(9, 14), by="李四").id == other.id
    assert room.call_next(at(9, 14), by="王五") is None
    come(room, cut_off, at(9, 40))
    third = book(room, 10, person=3)
    come(room, third, at(9, 41))
    assert room.queue(at(9, 42))[0].id == cut_off.id
    assert room.call_next(at(9, 42), by="王五").id == cut_off.id
    assert room.start(cut_off.id, at(9, 43), by="王五").passes == 0


def test_a_broken_session_is_taken_up_or_closed(room: WaitingRoom) -> None:
    again, closed = book(room, 9, person=1), book(room, 9, person=2)
    for booking in (again, closed):
        begin(room, booking, at(9))
        room.drop(booking.id, at(9, 5))
    assert room.start(again.id, at(9, 6), by="李四").state == "in_session"
    ended = room.finish(closed.id, "to_complete", at(9, 6), by="张三", outcome="补租赁凭证")
    assert (ended.state, ended.outcome) == ("to_complete", "补租赁凭证")
    assert room.finish(closed.id, "done", at(15), by="李四").state == "done"


def test_nobody_takes_whom_another_officer_has(room: WaitingRoom) -> None:
    booked = book(room, 9)
    come(room, booked, at(9))
    called = room.call(booked.id, at(9), by="张三")
    assert room.call(booked.id, at(9, 1), by="张三") == called
    for act in (room.call, room.start, room.pass_over):
        with pytest.raises(WithOther) as refused:
            act(booked.id, at(9, 11), by="李四")
        assert refused.value.booking.officer == "张三"
    room.start(booked.id, at(9, 2), by="张三")
    assert room.start(booked.id, at(9, 3), by="张三").called_at == at(9, 2)
    with pytest.raises(WithOther):
        room.start(booked.id, at(9, 3), by="李四")


def test_only_who_waits_is_called_and_only_a_session_ends(room: WaitingRoom) -> None:
    booked = book(room, 9)
    with pytest.raises(CannotMove):
        room.call(booked.id, at(9), by="张三")
    with pytest.raises(CannotMove):
        room.finish(booked.id, "done", at(9), by="张三")
    with pytest.raises(CannotMove):
        room.drop(booked.id, at(9))
    come(room, booked, at(9))
    with pytest.raises(CannotMove):
        room.pass_over(booked.id, at(9, 30), by="张三")  # nobody called


def test_officers_who_call_at_once_get_one_each(room: WaitingRoom) -> None:
    waiting = [book(room, 9, person=1), book(room, 9, person=2), book(room, 9, 30, person=3)]
    for booking in waiting:
        come(room, booking, at(9, 15))
    barrier = threading.Barrier(12)

    def call(n: int) -> int | None:
        barrier.wait()
        called = room.call_next(at(9, 20), by=f"officer-{n}")
        return called and called.id

    with ThreadPoolExecutor(12) as pool:
        called = [one for one in pool.map(call, range(12)) if one]
    assert sorted(called) == sorted(booking.id for booking in waiting)
    for booking in waiting:
        whys = [event.why for event in room.desk.store.history(booking)]
        assert whys.count("called") == 1


def test_a_call_asked_for_again_is_the_same_call(room: WaitingRoom) -> None:
    first, second = book(room, 9, person=1), book(room, 9, person=2)
    for booking in (first, second):
        come(room, booking, at(9))
    called = room.call_next(at(9), by="张三", key="k1")
    assert room.call_next(at(9), by="张三", key="k1") == called
    assert room.call_next(at(9), by="张三", key="k2").id == second.id


def test_notes_are_kept_and_audited(room: WaitingRoom) -> None:
    booked = book(room, 9)
    noted = room.note(booked.id, "听力不好，慢点说", at(9), by="张三")
    assert noted.note == "听力不好，慢点说"
    assert noted.version == booked.version
    assert "听力" not in repr(noted)
    assert room.desk.store.history(booked)[-1].why == "noted"


def test_what_nobody_closed_is_put_away_and_only_who_never_came_has_missed(
    room: WaitingRoom,
) -> None:
    absent, uncalled, unclosed = (book(room, 9 + n, person=n) for n in range(3))
    come(room, uncalled, at(10))
    begin(room, unclosed, at(11))

    def states(now: datetime) -> dict[int, str]:
        return {one.id: one.state for one in room.today(now)}

    assert states(at(11, 59))[absent.id] == "booked"
    assert states(at(12))[absent.id] == "missed"
    assert states(at(23, 59)) == {
        absent.id: "missed",
        uncalled.id: "checked_in",
        unclosed.id: "in_session",
    }
    assert room.today(at(0, day=25)) == []
    assert room.desk.get(uncalled.id).state == "cancelled"
    assert room.desk.get(unclosed.id).state == "broken_off"
    for booking in (uncalled, unclosed):
        assert room.desk.store.missed_by(booking.phone, lambda _: None) == []
