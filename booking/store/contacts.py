"""Phone numbers kept outside the conversation."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Engine

from booking.bookings import plain_phone
from booking.store.tables import contacts


class ContactBook:
    """
    Phone numbers and one-time codes said in chat, under references that say nothing, so that no
    log and no conversation store holds a number.

    keeps: how long a reference lives after it was last used.
    """

    def __init__(self, engine: Engine, keeps: timedelta = timedelta(minutes=30)) -> None:
        self._engine = engine
        self._keeps = keeps

    def keep(self, phone: str, now: datetime) -> str:
        """Put a number away; what has expired is forgotten on the way."""
        ref = f"contact:{secrets.token_urlsafe(12)}"
        row = {"ref": ref, "phone": plain_phone(phone), "used_at": now}
        with self._engine.begin() as connection:
            connection.execute(delete(contacts).where(contacts.c.used_at <= now - self._keeps))
            connection.execute(insert(contacts).values(row))
        return ref

    def phone(self, ref: str, now: datetime) -> str | None:
        """The number behind `ref`, which then lives on; None when it has expired or never was."""
        with self._engine.begin() as connection:
            known = connection.execute(
                update(contacts)
                .where(contacts.c.ref == ref, contacts.c.used_at > now - self._keeps)
                .values(used_at=now)
            )
            if not known.rowcount:
                return None
            found = select(contacts.c.phone).where(contacts.c.ref == ref)
            phone: str = connection.execute(found).scalar_one()
            return phone

    def take(self, ref: str, now: datetime) -> str | None:
        """What is behind `ref`, which then is no more: a code is read once."""
        found = self.phone(ref, now)
        with self._engine.begin() as connection:
            connection.execute(delete(contacts).where(contacts.c.ref == ref))
        return found
