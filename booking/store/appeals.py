"""The appeals against no-shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from booking.appeals import Appeal
from booking.errors import AppealDecided, CannotMove, NotFound
from booking.store import rows
from booking.store.rows import Writing
from booking.store.tables import bookings, no_show_appeals


class AppealStore:
    """The appeals; a missed session has one at most."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(self, booking_id: int, reason: str, now: datetime, *, by: str = "citizen") -> Appeal:
        """
        Write an appeal down; made again, the first one stands.

        Raises NotFound, or CannotMove when the session was not missed.
        """
        with self._engine.connect() as connection:
            booking = self._row(connection, booking_id).booking
        if booking.state != "missed":
            raise CannotMove(booking, booking.state)
        row = {"booking_id": booking_id, "reason": reason, "made_by": by, "made_at": now}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(no_show_appeals).values(row))
        except IntegrityError:
            pass  # the first one stands
        return self.of(booking_id)

    def decide(
        self, booking_id: int, granted: bool, now: datetime, *, by: str, note: str = ""
    ) -> Appeal:
        """
        Grant it, which lifts the no-show, or refuse it; by: the officer's name.

        Raises NotFound, or AppealDecided when it was decided otherwise before.
        """
        values = {"granted": granted, "decided_by": by, "decided_at": now, "note": note}
        undecided = no_show_appeals.c.granted.is_(None)
        with self._engine.begin() as connection:
            done = connection.execute(
                update(no_show_appeals)
                .where(no_show_appeals.c.booking_id == booking_id, undecided)
                .values(values)
            )
            if done.rowcount:
                why = "no-show lifted" if granted else "no-show stands"
                writing = Writing(connection, by, now, why=why)
                writing.change(self._row(connection, booking_id), "missed")
        appeal = self.of(booking_id)
        if (appeal.granted, appeal.decided_by) != (granted, by):
            raise AppealDecided(booking_id)
        return appeal

    def of(self, booking_id: int) -> Appeal:
        """The appeal against one no-show. Raises NotFound."""
        found = self._appeals(no_show_appeals.c.booking_id == booking_id)
        if not found:
            raise NotFound
        return found[0]

    def undecided(self) -> list[Appeal]:
        """The appeals that wait for an officer, oldest first."""
        return self._appeals(no_show_appeals.c.granted.is_(None))

    def _appeals(self, condition: Any) -> list[Appeal]:
        wanted = select(no_show_appeals).where(condition).order_by(no_show_appeals.c.made_at)
        with self._engine.connect() as connection:
            return [
                Appeal(
                    self._row(connection, row.booking_id).booking,
                    row.reason,
                    row.made_by,
                    row.made_at,
                    row.granted,
                    row.decided_by,
                    row.decided_at,
                    row.note,
                )
                for row in connection.execute(wanted).all()
            ]

    def _row(self, connection: Connection, booking_id: int) -> rows.Row:
        found = connection.execute(
            select(*rows.SHOWN).where(bookings.c.id == booking_id)
        ).one_or_none()
        if found is None:
            raise NotFound
        return rows.read(found)
