"""
The outbox: every reminder that is or was to be sent, in SQLite or PostgreSQL.

At most once. A reminder is put down as `sending` before the gateway is asked, and what is once
`sending` is never asked for again: a process that dies there leaves the reminder `sending`, and
staff are shown it as perhaps not sent. Before that mark it can be tried by anybody, any number of
times, since nothing has left the house.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from booking.reminders import Kind, Reminder
from booking.store.tables import Moment, metadata

State = Literal["waiting", "claimed", "sending", "sent", "void", "refused", "missed"]
"""
waiting: owed, nobody at it. claimed: somebody's until the lease is over. sending: given to the
gateway, no answer yet. sent: the gateway took it. void: the booking changed before it was sent.
refused: the gateway would not take it, however often asked. missed: its time was over first.
"""

LEASE = timedelta(minutes=1)
ATTEMPTS = 5
"""How often a gateway that refuses is asked for one reminder."""
PAUSE = timedelta(minutes=1)
"""Between two attempts, doubled each time."""
SILENT = timedelta(minutes=2)
"""A reminder this long without the gateway's answer is perhaps not sent."""

reminders = sa.Table(
    "reminders",
    metadata,
    sa.Column("booking_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("due", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("state", sa.String(8), nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Moment, nullable=False),  # not before; the lease's end while claimed
    sa.Column("claim", sa.String(32)),
    sa.Column("changed_at", Moment, nullable=False),
    # a version that changed nothing about the time owes no reminder anew
    sa.Index("one_reminder_per_start", "booking_id", "kind", "starts_at", unique=True),
)


@dataclass(frozen=True)
class Claimed:
    """
    A reminder that is this worker's until its lease is over.

    claim: the worker's token. attempts: how often the gateway has refused it.
    """

    reminder: Reminder
    claim: str
    attempts: int


@dataclass(frozen=True)
class Trouble:
    """
    A reminder that did not go as it should, for staff to see.

    what: "sending", the gateway was asked long ago and nobody knows; "refused" and "missed" as
    in State: certainly not sent.
    """

    booking_id: int
    kind: Kind
    at: datetime
    what: Literal["sending", "refused", "missed"]


class Outbox:
    """The reminders. Of any number of workers, one gets to send each: the database decides."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, owed: Iterable[Reminder], now: datetime) -> None:
        """Put down what is owed; what is there already, in whatever state, stays as it is."""
        rows = [
            {
                "booking_id": one.booking_id,
                "version": one.version,
                "kind": one.kind,
                "starts_at": one.start,
                "due": one.due,
                "until": one.until,
                "state": "waiting",
                "attempts": 0,
                "next_at": now,
                "changed_at": now,
            }
            for one in owed
        ]
        if not rows:
            return
        dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
        with self._engine.begin() as connection:
            connection.execute(dialect.insert(reminders).values(rows).on_conflict_do_nothing())

    def claim(self, now: datetime, limit: int = 20) -> list[Claimed]:
        """Take up to `limit` reminders that nobody is at, or whose worker's lease is over."""
        token = secrets.token_hex(8)
        free = sa.and_(reminders.c.state.in_(("waiting", "claimed")), reminders.c.next_at <= now)
        key = sa.tuple_(*reminders.primary_key.columns)
        first = (
            sa.select(*reminders.primary_key.columns)
            .where(free)
            .order_by(reminders.c.due)
            .limit(limit)
            .with_for_update(skip_locked=True)  # SQLite has one writer at a time anyway
        )
        with self._engine.begin() as connection:
            # `free` stands here again: who waited for another worker's row looks at it anew
            connection.execute(
                reminders.update()
                .where(key.in_(first), free)
                .values(state="claimed", claim=token, next_at=now + LEASE, changed_at=now)
            )
            rows = connection.execute(
                sa.select(reminders).where(reminders.c.claim == token).order_by(reminders.c.due)
            ).all()
        return [
            Claimed(
                Reminder(row.booking_id, row.version, row.kind, row.starts_at, row.due, row.until),
                token,
                row.attempts,
            )
            for row in rows
        ]

    def begin(self, claimed: Claimed, now: datetime) -> bool:
        """
        Put it down as given to the gateway, for good; only then may the gateway be asked.

        False when it is not the worker's any more, since its lease is over.
        """
        mine = sa.and_(reminders.c.state == "claimed", reminders.c.next_at > now)
        return self._move(claimed, mine, now, state="sending")

    def sent(self, claimed: Claimed, now: datetime) -> None:
        self._move(claimed, reminders.c.state == "sending", now, state="sent")

    def refused(self, claimed: Claimed, now: datetime) -> None:
        """The gateway certainly did not take it: it waits for another attempt, if one is left."""
        attempts = claimed.attempts + 1
        self._move(
            claimed,
            reminders.c.state == "sending",
            now,
            state="waiting" if attempts < ATTEMPTS else "refused",
            attempts=attempts,
            next_at=now + PAUSE * 2**claimed.attempts,
        )

    def void(self, claimed: Claimed, now: datetime) -> None:
        """The booking is not what it was: nobody is to be reminded of this any more."""
        self._move(claimed, reminders.c.state == "claimed", now, state="void")

    def missed(self, claimed: Claimed, now: datetime) -> None:
        """Its time was over before it could be sent."""
        self._move(claimed, reminders.c.state == "claimed", now, state="missed")

    def troubles(self, now: datetime, since: datetime) -> list[Trouble]:
        """What staff may want to call about, newest first; not older than `since`."""
        silent = sa.and_(reminders.c.state == "sending", reminders.c.changed_at <= now - SILENT)
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(reminders)
                .where(
                    sa.or_(silent, reminders.c.state.in_(("refused", "missed"))),
                    reminders.c.changed_at >= since,
                )
                .order_by(reminders.c.changed_at.desc())
            ).all()
        return [Trouble(row.booking_id, row.kind, row.changed_at, row.state) for row in rows]

    def _move(self, claimed: Claimed, allowed: Any, now: datetime, **values: Any) -> bool:
        one = claimed.reminder
        with self._engine.begin() as connection:
            moved = connection.execute(
                reminders.update()
                .where(
                    reminders.c.booking_id == one.booking_id,
                    reminders.c.version == one.version,
                    reminders.c.kind == one.kind,
                    reminders.c.claim == claimed.claim,
                    allowed,
                )
                .values(changed_at=now, **values)
            )
        return bool(moved.rowcount)
