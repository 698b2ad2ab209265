"""Commitments, every step of theirs, and the records that were made of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from booking.commitments import BOT, UNTRUE, Commitment, IllegalMove, State, Step
from booking.store.tables import Moment, metadata

commitments = sa.Table(
    "commitments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("booking_id", sa.Integer, nullable=False, unique=True),
    sa.Column("matter_id", sa.String(64), nullable=False),
    sa.Column("matter_name", sa.String(128), nullable=False),
    sa.Column("person", sa.String(64), nullable=False, index=True),  # the phone, hashed
    sa.Column("state", sa.String(16), nullable=False, index=True),  # of the last step
)

commitment_steps = sa.Table(
    "commitment_steps",
    metadata,
    sa.Column("commitment_id", sa.ForeignKey(commitments.c.id), primary_key=True),
    # of two who take a step at once, one finds its place taken
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("before", sa.String(16)),
    sa.Column("after", sa.String(16), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("said", sa.Text, nullable=False),  # JSON, by commitments.FIELDS
)

credit_records = sa.Table(
    "credit_records",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("commitment_id", sa.ForeignKey(commitments.c.id), nullable=False, unique=True),
    sa.Column("line", sa.Text, nullable=False),
)


class NoSuchCommitment(LookupError):
    """There is none of that number."""


class CommitmentStore:
    """The commitments; a step is written with the state it leads to, in one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        booking_id: int,
        matter_id: str,
        matter_name: str,
        person: str,
        said: Mapping[str, str],
        now: datetime,
    ) -> Commitment:
        """A new one, offered; the one that somebody else added at the same moment, if so."""
        row = {
            "code": secrets.token_hex(16),
            "booking_id": booking_id,
            "matter_id": matter_id,
            "matter_name": matter_name,
            "person": person,
            "state": "offered",
        }
        try:
            with self._engine.begin() as connection:
                made = connection.execute(commitments.insert().values(row))
                [commitment_id] = made.inserted_primary_key
                self._write(connection, commitment_id, 0, Step(now, None, "offered", BOT, said))
        except IntegrityError:
            there = self.of_booking(booking_id)
            if there is None:
                raise
            return there
        return self.get(commitment_id)

    def append(self, made: Commitment, step: Step) -> Commitment:
        """Add a step to what `made` was; IllegalMove when somebody else was first."""
        try:
            with self._engine.begin() as connection:
                self._append(connection, made, step)
        except IntegrityError:
            raise IllegalMove(made.state, step.after) from None
        return self.get(made.id)

    def export(self, made: Commitment, step: Step, line: str) -> None:
        """Keep the record of a case and that it was handed over; nothing when that was done."""
        # another export may have made it a moment ago
        with suppress(IllegalMove, IntegrityError), self._engine.begin() as connection:
            self._append(connection, made, step)
            connection.execute(credit_records.insert().values(commitment_id=made.id, line=line))

    def records(self) -> list[str]:
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(credit_records.c.line).order_by(credit_records.c.id)
            ).all()
        return [row.line for row in rows]

    def get(self, commitment_id: int) -> Commitment:
        """Raises NoSuchCommitment."""
        made = self.find(commitment_id)
        if made is None:
            raise NoSuchCommitment(commitment_id)
        return made

    def find(self, commitment_id: int) -> Commitment | None:
        return next(iter(self._read(commitments.c.id == commitment_id)), None)

    def of_booking(self, booking_id: int) -> Commitment | None:
        return next(iter(self._read(commitments.c.booking_id == booking_id)), None)

    def all(self, *states: State) -> list[Commitment]:
        """Those in one of the states, in any without, oldest first."""
        return self._read(commitments.c.state.in_(states) if states else sa.true())

    def untrue_of(self, person: str) -> bool:
        """Whether a promise of the person's was decided to be untrue and is not repaired."""
        with self._engine.connect() as connection:
            found = connection.execute(
                sa.select(commitments.c.id).where(
                    commitments.c.person == person, commitments.c.state.in_(UNTRUE)
                )
            ).first()
        return found is not None

    def _append(self, connection: Connection, made: Commitment, step: Step) -> None:
        moved = connection.execute(
            commitments.update()
            .where(commitments.c.id == made.id, commitments.c.state == step.before)
            .values(state=step.after)
        )
        if not moved.rowcount:
            raise IllegalMove(made.state, step.after)
        self._write(connection, made.id, len(made.steps), step)

    def _write(self, connection: Connection, commitment_id: int, position: int, step: Step) -> None:
        connection.execute(
            commitment_steps.insert().values(
                commitment_id=commitment_id,
                position=position,
                at=step.at,
                before=step.before,
                after=step.after,
                by=step.by,
                said=json.dumps(dict(step.said), ensure_ascii=False),
            )
        )

    def _read(self, condition: Any) -> list[Commitment]:
        rows = sa.select(commitments, *(commitment_steps.c[name] for name in _STEP)).join(
            commitment_steps
        )
        with self._engine.connect() as connection:
            found = connection.execute(
                rows.where(condition).order_by(commitments.c.id, commitment_steps.c.position)
            ).all()
        return [_commitment(list(steps)) for _, steps in groupby(found, lambda row: row.id)]


_STEP = ("at", "before", "after", "by", "said")


def _commitment(rows: list[Any]) -> Commitment:
    """One commitment from the rows of its steps."""
    steps = (Step(row.at, row.before, row.after, row.by, json.loads(row.said)) for row in rows)
    one = rows[0]
    return Commitment(
        one.id,
        one.code,
        one.booking_id,
        one.matter_id,
        one.matter_name,
        one.person,
        tuple(steps),
    )
