"""Which reminders are owed, and that each is sent once at most, whoever dies on the way."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from booking.bookings import Booking
from booking.calendar import SHENZHEN
from booking.desk import BookingDesk
from booking.gateway import Message, NotSent, PerhapsSent
from booking.reminders import RULES, Session, owed
from booking.reminding import Sender
from booking.store import ExpectedSessions
from booking.store.outbox import ATTEMPTS, LEASE, SILENT, Outbox, reminders
from booking.wording import message_wording

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
START = datetime(2026, 11, 26, 9, 30, tzinfo=SHENZHEN)


def session(**changes: Any) -> Session:
    made = Session(
        booking_id=7,
        version=2,
        start=START,
        since=START - 3 * 24 * HOUR,
        waited_for=True,
        matter_id="residence-permit",
        number="482915",
        phone="13800005678",
    )
    return replace(made, **changes)


def kinds(session: Session, now: datetime) -> list[str]:
    return [reminder.kind for reminder in owed(session, now)]


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        (25 * HOUR, []),
        (24 * HOUR, ["day"]),
        (2 * HOUR + MINUTE, ["day"]),
        (2 * HOUR, []),  # too late to change anything about it
        (31 * MINUTE, []),
        (30 * MINUTE, ["soon"]),
        (1 * MINUTE, ["soon"]),
        (0 * MINUTE, []),
        (-5 * MINUTE, []),
    ],
)
def test_a_day_before_and_half_an_hour_before(before: timedelta, kind: list[str]) -> None:
    assert kinds(session(), START - before) == kind


def test_who_books_three_hours_ahead_is_not_reminded_a_day_ahead() -> None:
    late = session(since=START - 3 * HOUR)
    assert kinds(late, START - 3 * HOUR) == []
    assert kinds(late, START - 30 * MINUTE) == ["soon"]


def test_nobody_is_reminded_of_what_is_cancelled_or_where_they_already_are() -> None:
    assert kinds(session(waited_for=False), START - 30 * MINUTE) == []


@given(st.integers(-3000, 3000), st.integers(0, 6000), st.booleans())
def test_never_after_the_start_never_before_its_time_never_for_what_was_booked_later(
    minutes: int, since: int, waited_for: bool
) -> None:
    now = START + minutes * MINUTE
    one = session(since=START - since * MINUTE, waited_for=waited_for)
    for reminder in owed(one, now):
        assert waited_for and now < START
        assert reminder.due <= now < reminder.until <= START
        assert one.since <= reminder.due == START - RULES[reminder.kind].ahead


@dataclass
class Office:
    """The bookings, a gateway that keeps what it is given, and the time."""

    sessions: dict[int, Session] = field(default_factory=dict)
    now: datetime = START - 24 * HOUR
    messages: list[Message] = field(default_factory=list)
    fails: type[Exception] | None = None

    visible = False

    def starting(self, after: datetime, until: datetime) -> Iterator[Session]:
        return (one for one in list(self.sessions.values()) if after < one.start <= until)

    def one(self, booking_id: int) -> Session | None:
        return self.sessions.get(booking_id)

    def send(self, message: Message) -> None:
        self.messages.append(message)
        if self.fails:
            raise self.fails

    def clock(self) -> datetime:
        return self.now

    def put(self, *sessions: Session) -> None:
        self.sessions |= {one.booking_id: one for one in sessions}

    def sender(self, engine: Engine) -> Sender:
        return Sender(
            Outbox(engine),
            self,
            self,
            message_wording(),
            matter_name={"residence-permit": "居住证申领"}.__getitem__,
            change_until=2 * HOUR,
            clock=self.clock,
        )


@pytest.fixture
def office() -> Office:
    return Office({7: session()})


@pytest.fixture
def sender(office: Office, engine: Engine) -> Sender:
    return office.sender(engine)


def test_each_is_sent_once_however_often_somebody_looks(office: Office, sender: Sender) -> None:
    for _ in range(3):
        sender.step()
    office.now = START - 30 * MINUTE
    for _ in range(3):
        sender.step()
    day, soon = office.messages
    assert (day.template, soon.template) == ("reminder_day", "reminder_soon")
    assert day.phone == "13800005678" and day.key != soon.key
    assert day.text == (
        "提醒您：11月26日（明天，周四）上午9:30有视频办「居住证申领」，预约号 482915。"
        "想改时间或取消，请在开始前 2 小时办。"
    )


def test_a_move_voids_what_was_not_sent_and_owes_anew(office: Office, sender: Sender) -> None:
    office.fails = NotSent
    assert sender.step() == {"refused": 1}
    moved = session(version=3, start=START + 24 * HOUR, since=office.now)
    office.fails, office.now = None, office.now + 10 * MINUTE
    office.put(moved)
    assert sender.step() == {"void": 1}
    office.now = moved.start - 24 * HOUR
    assert sender.step() == {"sent": 1}
    assert "11月27日" in office.messages[-1].text


def test_a_cancelled_booking_is_not_reminded_of(office: Office, sender: Sender) -> None:
    office.fails = NotSent
    sender.step()
    office.fails, office.now = None, office.now + 10 * MINUTE
    office.put(session(version=3, waited_for=False))
    assert sender.step() == {"void": 1}
    office.now += HOUR
    assert sender.step() == {} and len(office.messages) == 1


def test_a_change_that_leaves_the_time_alone_reminds_nobody_twice(
    office: Office, sender: Sender
) -> None:
    assert sender.step() == {"sent": 1}
    office.put(session(version=3))  # another desk, say
    office.now += MINUTE
    assert sender.step() == {}


def test_a_gateway_that_refuses_is_asked_again_later_but_not_for_ever(
    office: Office, sender: Sender
) -> None:
    office.fails = NotSent
    for _ in range(10 * 60):
        sender.step()
        office.now += MINUTE
    assert len(office.messages) == ATTEMPTS
    [trouble] = sender.outbox.troubles(office.now, START - 48 * HOUR)
    assert (trouble.booking_id, trouble.kind, trouble.what) == (7, "day", "refused")


def test_a_gateway_that_comes_back_is_given_the_reminder(office: Office, sender: Sender) -> None:
    office.fails = NotSent
    sender.step()
    office.fails = None
    assert sender.step() == {}  # not at once
    office.now += MINUTE
    assert sender.step() == {"sent": 1}
    assert sender.outbox.troubles(office.now + HOUR, START - 48 * HOUR) == []


def test_when_nobody_knows_whether_it_went_it_is_not_sent_again_and_staff_see_it(
    office: Office, sender: Sender
) -> None:
    office.fails = PerhapsSent
    assert sender.step() == {"unsure": 1}
    office.fails, office.now = None, office.now + SILENT
    assert sender.step() == {}
    [trouble] = sender.outbox.troubles(office.now, START - 48 * HOUR)
    assert (trouble.what, trouble.kind) == ("sending", "day")


def test_what_could_not_be_sent_in_time_is_not_sent_late(office: Office, sender: Sender) -> None:
    office.now = START - 30 * MINUTE
    office.fails = NotSent
    sender.step()
    office.now, office.fails = START, None
    assert sender.step() == {"missed": 1}
    assert len(office.messages) == 1
    [trouble] = sender.outbox.troubles(office.now, START - 48 * HOUR)
    assert trouble.what == "missed"


def test_what_a_dead_worker_had_not_begun_another_takes_after_the_lease(
    office: Office, sender: Sender, engine: Engine
) -> None:
    outbox = Outbox(engine)
    outbox.put(owed(session(), office.now), office.now)
    [claimed] = outbox.claim(office.now)
    assert outbox.claim(office.now + LEASE - timedelta(seconds=1)) == []
    office.now += LEASE
    assert sender.step() == {"sent": 1}
    assert not outbox.begin(claimed, office.now)  # should the dead one wake up


def test_a_worker_whose_lease_is_over_does_not_begin(office: Office, engine: Engine) -> None:
    outbox = Outbox(engine)
    outbox.put(owed(session(), office.now), office.now)
    [claimed] = outbox.claim(office.now)
    assert not outbox.begin(claimed, office.now + LEASE)


def test_many_workers_send_each_once(office: Office, engine: Engine) -> None:
    office.sessions.clear()
    office.put(*(session(booking_id=n, number=f"{n:06}") for n in range(50)))
    barrier = threading.Barrier(8)

    def work(_: int) -> Counter[Any]:
        sender = office.sender(engine)
        barrier.wait()
        return sum((sender.step() for _ in range(12)), Counter())

    with ThreadPoolExecutor(8) as pool:
        ended = sum(pool.map(work, range(8)), Counter())
    assert ended == {"sent": 50}
    assert Counter(message.key for message in office.messages) == {
        f"reminder-{n}-2-day": 1 for n in range(50)
    }


def test_neither_phone_nor_text_is_kept_in_the_outbox(
    office: Office, sender: Sender, engine: Engine
) -> None:
    sender.step()
    with engine.connect() as connection:
        [row] = connection.execute(sa.select(reminders)).all()
    assert "13800005678" not in str(row) and "482915" not in str(row)


KILLED = 6
"""Workers that are killed with SIGKILL, each at a moment nobody chose."""

WORKER = """
import os, sys
sys.path.insert(0, "tests/booking")
from sqlalchemy import create_engine
import test_reminders as here
url, schema, sent, pause = sys.argv[1:]
options = {"options": f"-c search_path={schema}"} if schema else {}
engine = create_engine(url, future=True, connect_args=options)
office = here.Office()
office.put(*here.crowd())
class ToFile(here.Office):
    def send(self, message):
        here.time.sleep(float(pause) * here.random.random())
        line = os.open(sent, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(line, f"{message.key}\\n".encode())  # from here on the citizen has it
        os.close(line)
        here.time.sleep(float(pause) * here.random.random())
gateway = ToFile()
sender = here.replace(office.sender(engine), gateway=gateway)
while True:
    office.now += here.MINUTE  # leases of the dead run out
    sender.step()
"""


CROWD = 120


def crowd() -> list[Session]:
    """More than all workers together can have been through when they are killed."""
    return [session(booking_id=n, number=f"{n:06}") for n in range(CROWD)]


def test_workers_killed_at_any_moment_send_nothing_twice(engine: Engine, tmp_path: Path) -> None:
    """kill -9: what was asked of the gateway without an answer is the only thing that may lack."""
    sent = tmp_path / "sent"
    sent.touch()
    url = engine.url.render_as_string(hide_password=False)
    schema = ""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            schema = connection.execute(sa.text("SELECT current_schema()")).scalar_one()
    for _ in range(KILLED):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, url, schema, str(sent), "0.02"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": "."},
            start_new_session=True,
        )
        before = sent.stat().st_size
        while sent.stat().st_size == before:  # it is in the midst of it
            assert worker.poll() is None
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.1))
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    office = Office(now=START - 4 * HOUR)
    office.put(*crowd())
    while office.sender(engine).step():
        pass
    keys = Counter(sent.read_text().split()) + Counter(m.key for m in office.messages)
    assert set(keys.values()) == {1}
    unsure = {
        one.booking_id
        for one in office.sender(engine).outbox.troubles(office.now, START - 48 * HOUR)
    }
    lacking = {n for n in range(CROWD) if f"reminder-{n}-2-day" not in keys}
    assert lacking <= unsure and len(unsure) <= KILLED


# over the bookings themselves


@pytest.fixture
def expected(engine: Engine) -> ExpectedSessions:
    return ExpectedSessions(engine)


def booked(desk: BookingDesk, now: datetime, start: datetime) -> Booking:
    return desk.book(start, "residence-permit", "王芳", "13800005678", now)


def test_a_booking_is_expected_from_when_it_got_its_time(
    desk: BookingDesk, expected: ExpectedSessions, now: datetime
) -> None:
    made = booked(desk, now, now + timedelta(days=2, hours=1))
    later = now + timedelta(days=3, hours=1)
    moved = desk.reschedule(made.number, made.phone, later, now + HOUR)
    [one] = expected.starting(now, now + timedelta(days=4))
    assert (one.booking_id, one.start, one.since) == (made.id, moved.start, now + HOUR)
    assert (one.version, one.number, one.phone) == (moved.version, made.number, made.phone)
    assert expected.one(made.id) == one
    assert list(expected.starting(moved.start, now + timedelta(days=4))) == []


def test_who_is_there_or_has_cancelled_is_not_expected(
    desk: BookingDesk, expected: ExpectedSessions, now: datetime
) -> None:
    made = booked(desk, now, now + timedelta(days=1, hours=1))
    desk.cancel(made.number, made.phone, now + HOUR)
    assert list(expected.starting(now, now + timedelta(days=2))) == []
    one = expected.one(made.id)
    assert one is not None and not one.waited_for
    assert expected.one(made.id + 1) is None


def test_from_booking_to_reminder(
    desk: BookingDesk, expected: ExpectedSessions, engine: Engine, now: datetime
) -> None:
    made = booked(desk, now, now + timedelta(days=2, hours=1))
    office = Office(now=made.start - 24 * HOUR)
    sender = replace(office.sender(engine), sessions=expected)
    assert sender.step() == {"sent": 1}
    desk.reschedule(made.number, made.phone, made.start + 24 * HOUR, office.now)
    for _ in range(3):
        office.now += 12 * HOUR
        sender.step()
    assert [message.template for message in office.messages] == ["reminder_day", "reminder_day"]
    assert made.number in office.messages[-1].text
