"""Real databases for the booking tests: SQLite files, and PostgreSQL where a server is named."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine

from booking.calendar import SHENZHEN, Calendar
from booking.desk import BookingDesk
from booking.store import BookingStore
from booking.timetable import Timetable
from xiaofu.migrations import upgrade


def _sqlite(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", future=True)

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = _sqlite(tmp_path / "bookings.db")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def postgres() -> Iterator[Engine]:
    url = os.environ.get("XIAOFU_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("没有设置 XIAOFU_TEST_POSTGRES_URL，跳过 PostgreSQL 上的测试")
    schema = f"booking_{secrets.token_hex(4)}"
    admin = create_engine(url, future=True)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine = create_engine(
        url, future=True, connect_args={"options": f"-c search_path={schema}"}, pool_timeout=60
    )
    try:
        upgrade(engine)
        yield engine
    finally:
        engine.dispose()
        with admin.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def store(engine: Engine) -> BookingStore:
    return BookingStore(engine)


@pytest.fixture
def desk(store: BookingStore) -> BookingDesk:
    return BookingDesk(store, Timetable(), Calendar())


@pytest.fixture
def now() -> datetime:
    """Monday morning, before the office opens."""
    return datetime(2026, 11, 23, 8, tzinfo=SHENZHEN)
