"""The bookings as reminders need them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from booking.reminders import Session
from booking.store.tables import booking_events, bookings

_SINCE = sa.func.coalesce(
    sa.select(sa.func.min(booking_events.c.at))
    .where(
        booking_events.c.booking_id == bookings.c.id,
        booking_events.c.starts_at == bookings.c.starts_at,
    )
    .scalar_subquery(),
    bookings.c.created_at,  # events from before there were times in them
).label("since")


class ExpectedSessions:
    """Who is expected when, and since when they have been."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def starting(self, after: datetime, until: datetime) -> Iterable[Session]:
        """Those that start after one moment and not later than the other, and are waited for."""
        return self._read(
            bookings.c.state == "booked",
            bookings.c.starts_at > after,
            bookings.c.starts_at <= until,
        )

    def one(self, booking_id: int) -> Session | None:
        return next(iter(self._read(bookings.c.id == booking_id)), None)

    def _read(self, *conditions: Any) -> list[Session]:
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(bookings, _SINCE).where(*conditions).order_by(bookings.c.starts_at)
            ).all()
        return [
            Session(
                booking_id=row.id,
                version=row.version,
                start=row.starts_at,
                since=row.since,
                waited_for=row.state == "booked",
                matter_id=row.matter_id,
                number=row.number,
                phone=row.phone,
            )
            for row in rows
        ]
