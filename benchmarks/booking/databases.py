"""Databases with today's tables, made for a measurement and gone after it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

from booking.calendar import SHENZHEN, Calendar
from booking.desk import BookingDesk
from booking.rules import Rules
from booking.store import BookingStore
from booking.timetable import Hours, Timetable
from xiaofu.database import open_engine
from xiaofu.migrations import upgrade

NOW = datetime(2026, 11, 23, 8, tzinfo=SHENZHEN)
"""A Monday morning, before the office opens."""


@contextmanager
def sqlite() -> Iterator[str]:
    """The address of a file as 小福 opens it, every commit waiting for the disk."""
    with TemporaryDirectory(prefix="booking-") as folder:
        url = f"sqlite:///{Path(folder) / 'xiaofu.db'}"
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        yield url


@contextmanager
def postgres(url: str) -> Iterator[str]:
    """The address of a schema of its own in the database that `url` names."""
    schema = f"measured_{secrets.token_hex(4)}"
    admin = open_engine(url)
    with admin.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
    inside = make_url(url).update_query_dict({"options": f"-c search_path={schema}"})
    own = inside.render_as_string(hide_password=False)
    try:
        engine = open_engine(own)
        upgrade(engine)
        engine.dispose()
        yield own
    finally:
        with admin.begin() as connection:
            connection.execute(sa.text(f"DROP SCHEMA {schema} CASCADE"))
        admin.dispose()


def desk(engine: Engine, desks: int = 2, rules: Rules | None = None) -> BookingDesk:
    """A booking desk by the office's usual hours, with as many desks in each half-day."""
    hours = (Hours(time(9), time(12), desks), Hours(time(14), time(17, 45), desks))
    return BookingDesk(BookingStore(engine), Timetable(hours), Calendar(), rules or Rules())
