"""Whom to call because a reminder did not go out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.calendar import Calendar
from booking.desk import BookingDesk
from booking.reminders import owed
from booking.store import BookingStore, ExpectedSessions, Outbox
from booking.timetable import Timetable
from console.app import create_app
from console.missed_reminders import Reminders
from xiaofu.migrations import upgrade

DAY = timedelta(days=1)


@pytest.fixture
def desk(engine) -> BookingDesk:
    upgrade(engine)
    return BookingDesk(BookingStore(engine), Timetable(), Calendar())


@pytest.fixture
def booking(desk, clock):
    start = desk.openings(desk.bookable_days(clock())[2], clock())[0]
    return desk.book(start, "residence-permit", "王芳", "13800005678", clock())


@pytest.fixture
def app(knowledge, staff, clock, statutes, engine, desk):
    reminders = Reminders(
        Outbox(engine), desk.store.get, {"residence-permit": "居住证申领"}.__getitem__
    )
    return create_app(
        knowledge, staff, clock, statutes, name="console-reminders", reminders=reminders
    )


def begun(engine, booking, now):
    """A reminder that was given to the gateway, which then said nothing."""
    session = ExpectedSessions(engine).one(booking.id)
    outbox = Outbox(engine)
    outbox.put(owed(session, now), now)
    [claimed] = outbox.claim(now)
    assert outbox.begin(claimed, now)


def test_nobody_to_call(clerk):
    assert "都送出去了" in clerk.get("/reminders").words


def test_a_reminder_that_perhaps_did_not_go_out_is_somebody_to_call(clerk, engine, booking, clock):
    begun(engine, booking, booking.start - DAY)
    clock.now = booking.start - DAY + timedelta(minutes=3)
    words = clerk.sign_in().words and clerk.get("/reminders").words
    for said in ("王芳", "13800005678", "居住证申领", booking.number, "说不准有没有发出去"):
        assert said in words
    assert "已经过了" not in words


def test_after_the_session_nobody_needs_a_call(clerk, engine, booking, clock):
    begun(engine, booking, booking.start - DAY)
    clock.now = booking.start + timedelta(minutes=3)
    clerk.sign_in()
    assert "已经过了或取消了" in clerk.get("/reminders").words
    clock.now = booking.start + 4 * DAY
    clerk.sign_in()
    assert "都送出去了" in clerk.get("/reminders").words
