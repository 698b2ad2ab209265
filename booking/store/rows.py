"""A row of the bookings, and how one is written with its audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from booking.bookings import Booking, OnBehalf, State, Wish, new_number
from booking.calendar import SHENZHEN
from booking.store.tables import booking_events, bookings

SHOWN = list(bookings.c)


@dataclass(frozen=True)
class Row:
    """A booking, with what only the store needs of it."""

    booking: Booking
    day: date
    turn: int
    revision: int


def read(row: Any) -> Row:
    booking = Booking(
        id=row.id,
        number=row.number,
        matter_id=row.matter_id,
        start=row.starts_at,
        end=row.ends_at,
        desk=row.desk,
        name=row.name,
        phone=row.phone,
        state=row.state,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        held_until=row.held_until,
        renewed=row.renewed,
        on_behalf_of=OnBehalf(row.principal, row.authority) if row.principal else None,
        question=row.question,
        checklist=row.checklist,
        ticked=row.ticked,
        note=row.note,
        outcome=row.outcome,
        checked_in_at=row.checked_in_at,
        called_at=row.called_at,
        officer=row.officer,
        passes=row.passes,
        dropped_at=row.dropped_at,
    )
    return Row(booking, row.day, row.turn, row.revision)


def told(wish: Wish) -> dict[str, Any]:
    """What a wish says besides when: the columns that may still change while it is held."""
    return {
        "name": wish.name,
        "principal": wish.principal,
        "authority": wish.on_behalf_of.authority if wish.on_behalf_of else "",
        "question": wish.question,
        "checklist": wish.checklist,
    }


def new(wish: Wish, state: State, desk: int, turn: int) -> dict[str, Any]:
    """The columns of a booking that is made."""
    return {
        "number": new_number(),
        "matter_id": wish.matter_id,
        "starts_at": wish.start,
        "ends_at": wish.end,
        "desk": desk,
        "phone": wish.phone,
        "day": day_of(wish.start),
        "turn": turn,
        "state": state,
        **told(wish),
    }


def day_of(start: datetime) -> date:
    return start.astimezone(SHENZHEN).date()


@dataclass(frozen=True)
class Writing:
    """One transaction's change of bookings: by whom, when, for which key, and why."""

    connection: Connection
    by: str
    now: datetime
    key: str | None = None
    why: str = ""

    def add(self, values: Mapping[str, Any]) -> Booking:
        row = {**values, "created_at": self.now, "updated_at": self.now}
        made = self.connection.execute(insert(bookings).values(row))
        booking = self._one(made.inserted_primary_key[0])
        self._record(None, booking)
        return booking

    def change(self, row: Row, to: State, **values: Any) -> Booking:
        """
        Move a booking to `to`, which may be where it is, and set `values`.

        Raises Changed, which undoes the transaction, when somebody changed it meanwhile.
        """
        before = row.booking
        moved = values.get("starts_at", before.start) != before.start
        seen = moved or to != before.state or values.get("desk", before.desk) != before.desk
        done = self.connection.execute(
            update(bookings)
            .where(bookings.c.id == before.id, bookings.c.revision == row.revision)
            .values(
                state=to,
                version=bookings.c.version + int(seen),
                revision=bookings.c.revision + 1,
                updated_at=self.now,
                **values,
            )
        )
        if not done.rowcount:
            raise Changed(before.id)
        booking = self._one(before.id)
        self._record(before.state, booking)
        return booking

    def _record(self, before: State | None, booking: Booking) -> None:
        row = {
            "booking_id": booking.id,
            "at": self.now,
            "before": before,
            "after": booking.state,
            "by": self.by,
            "why": self.why,
            "key": self.key,
            "starts_at": booking.start,
            "desk": booking.desk,
        }
        self.connection.execute(insert(booking_events).values(row))

    def _one(self, booking_id: int) -> Booking:
        found = select(*SHOWN).where(bookings.c.id == booking_id)
        return read(self.connection.execute(found).one()).booking


class Changed(Exception):
    """Somebody else changed the booking first: look again."""


RACES = (Changed, IntegrityError, OperationalError)


def lost(error: Exception) -> bool:
    """Whether an error only says that somebody else was quicker, so that looking again helps."""
    deadlock = getattr(getattr(error, "orig", None), "pgcode", None) == "40P01"
    return deadlock or not isinstance(error, OperationalError)
