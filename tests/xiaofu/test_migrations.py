"""A database of any age comes to today's tables, with every booking it had."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Engine

from booking.calendar import SHENZHEN, Calendar
from booking.desk import BookingDesk
from booking.store import BookingStore
from booking.store.tables import metadata
from booking.timetable import Timetable
from booking.waiting_room import WaitingRoom
from xiaofu.database import open_engine
from xiaofu.migrations import upgrade

MONDAY = datetime(2026, 11, 23, 8, tzinfo=SHENZHEN)
PHONE = "13800000001"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with no table."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'xiaofu.db'}")
        yield engine
        engine.dispose()
        return
    url = os.environ.get("XIAOFU_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("没有设置 XIAOFU_TEST_POSTGRES_URL，跳过 PostgreSQL 上的测试")
    schema = f"migrations_{secrets.token_hex(4)}"
    admin = sa.create_engine(url, future=True)
    with admin.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
    search = {"options": f"-c search_path={schema}"}
    engine = sa.create_engine(url, future=True, connect_args=search)
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


OLD_ROW = """
INSERT INTO bookings (number, matter_id, starts_at, desk, name, phone, day, turn, state,
                      created_at, updated_at)
VALUES (:number, :matter, :start, :desk, '王芳', :phone, :day, :turn, :state, :made, :made)
"""
OLD_EVENT = """
INSERT INTO booking_events (booking_id, at, before, after, by)
SELECT id, updated_at, NULL, state, 'citizen' FROM bookings
"""


def as_it_was(engine: Engine) -> list[tuple[str, str]]:
    """The tables before there were steps, with bookings in every state there was."""
    upgrade(engine, to="0001")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))
        for number, matter, day, minutes, state, phone in (
            ("482915", "card", 24, 0, "booked", PHONE),
            ("482916", "permit", 25, 0, "booked", PHONE),
            ("482917", "card", 24, 20, "booked", "13800000002"),  # when sessions were shorter
            ("482918", "card", 23, 0, "elapsed", PHONE),
            ("482919", "card", 24, 0, "cancelled", PHONE),
        ):
            start = datetime(2026, 11, day, 1) + timedelta(minutes=minutes)
            row = {
                "number": number,
                "matter": matter,
                "start": f"{start:%Y-%m-%d %H:%M:%S}.000000",
                "desk": 1,
                "phone": phone,
                "day": f"{start:%Y-%m-%d}",
                "turn": 1,
                "state": state,
                "made": "2026-11-20 01:00:00.000000",
            }
            if engine.dialect.name == "postgresql":
                row |= {name: f"{row[name]}+00" for name in ("start", "made")}
            connection.execute(sa.text(OLD_ROW), row)
        connection.execute(sa.text(OLD_EVENT))
        kept = connection.execute(sa.text("SELECT number, state FROM bookings ORDER BY number"))
        return [tuple(row) for row in kept]


def test_a_database_of_yesterday_keeps_every_booking(engine: Engine) -> None:
    before = as_it_was(engine)
    upgrade(engine)
    store = BookingStore(engine)
    found = {number: store.find(number) for number, _ in before}
    assert [(number, found[number].state) for number in found] == [
        (number, "expired" if state == "elapsed" else state) for number, state in before
    ]
    first = found["482915"]
    assert (first.start, first.name, first.phone) == (
        datetime(2026, 11, 24, 9, tzinfo=SHENZHEN),
        "王芳",
        PHONE,
    )
    assert first.end - first.start == timedelta(minutes=20)  # until the next at its desk
    assert found["482917"].end - found["482917"].start == timedelta(minutes=30)
    assert [event.after for event in store.history(first)] == ["booked"]
    elapsed = store.history(found["482918"])
    assert [(event.before, event.after) for event in elapsed] == [
        (None, "elapsed"),
        ("elapsed", "expired"),
    ]
    desk = BookingDesk(store, Timetable(), Calendar())
    assert [booking.number for booking in desk.of_phone(PHONE, MONDAY)] == ["482915", "482916"]
    assert desk.cancel("482915", PHONE, MONDAY).state == "cancelled"
    assert desk.book(first.start, "card", "王芳", PHONE, MONDAY).desk == 2  # 9:20 is at desk 1


def test_a_booking_from_before_the_ticks_can_be_ticked(engine: Engine) -> None:
    as_it_was(engine)
    upgrade(engine, to="0004")
    with engine.begin() as connection:
        told = sa.text("UPDATE bookings SET checklist = '[\"身份证\"]' WHERE number = '482915'")
        connection.execute(told)
    upgrade(engine)
    store = BookingStore(engine)
    room = WaitingRoom(BookingDesk(store, Timetable(), Calendar()))
    before = store.find("482915")
    assert (before.checklist, before.ticked) == (("身份证",), ())
    assert room.tick(before.id, "身份证", True, MONDAY).ticked == ("身份证",)


def test_a_second_start_changes_nothing(engine: Engine) -> None:
    as_it_was(engine)
    upgrade(engine)
    with engine.connect() as connection:
        before = connection.execute(sa.text("SELECT * FROM bookings ORDER BY id")).all()
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT * FROM bookings ORDER BY id")).all() == before


def test_processes_that_start_together_all_find_the_tables(engine: Engine) -> None:
    as_it_was(engine)
    failed: list[BaseException] = []
    barrier = threading.Barrier(4)

    def start() -> None:
        barrier.wait()
        try:
            upgrade(engine)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert BookingStore(engine).find("482915").state == "booked"


def test_a_step_that_fails_leaves_the_database_as_it_was(engine: Engine) -> None:
    before = as_it_was(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE half_days (id INTEGER)"))  # in the step's way
    with pytest.raises(sa.exc.DBAPIError):
        upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT number, state FROM bookings ORDER BY number"))
        assert [tuple(row) for row in rows] == before
        columns = {one["name"] for one in sa.inspect(connection).get_columns("bookings")}
        assert "ends_at" not in columns
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE half_days"))
    upgrade(engine)
    assert BookingStore(engine).find("482915").state == "booked"


def test_the_steps_lead_to_the_tables_that_queries_name(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        told = compare_metadata(context, metadata)
    named = set(metadata.tables)
    assert [one for one in told if one[0] != "remove_table" or one[1].name in named] == []


def test_rows_that_point_at_others_are_still_held_to_it(engine: Engine) -> None:
    upgrade(engine)
    orphan = sa.text(
        "INSERT INTO booking_events (booking_id, at, after, by)"
        " VALUES (999, '2026-11-20 01:00:00', 'booked', 'citizen')"
    )
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(orphan)
