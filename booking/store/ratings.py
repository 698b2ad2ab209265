"""The ratings, and the cases that low ones open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from booking.ratings import (
    AlreadyRated,
    Level,
    NoSuchRating,
    NoSuchStep,
    Rating,
    Stage,
    Step,
    check_step,
    is_low,
)
from booking.store.tables import rating_steps, ratings


class RatingStore:
    """What citizens thought of their sessions, and what became of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, booking_id: int, level: Level, words: str, now: datetime) -> Rating:
        """
        Keep a rating, and open a case when it is low.

        words: masked by the caller. Raises AlreadyRated.
        """
        row = {"booking_id": booking_id, "level": level, "words": words, "at": now}
        try:
            with self._engine.begin() as connection:
                [key] = connection.execute(insert(ratings).values(row)).inserted_primary_key
                if is_low(level):
                    _add(connection, key, 1, Step("open", "citizen", now))
        except IntegrityError:
            if self.of(booking_id) is None:
                raise  # there is no such booking
            raise AlreadyRated from None
        return self.get(key)

    def of(self, booking_id: int) -> Rating | None:
        """How a session was, when it has been said."""
        found = self._read(ratings.c.booking_id == booking_id)
        return found[0] if found else None

    def get(self, rating_id: int) -> Rating:
        """Raises NoSuchRating."""
        found = self._read(ratings.c.id == rating_id)
        if not found:
            raise NoSuchRating
        return found[0]

    def latest(self, limit: int) -> list[Rating]:
        """The newest ratings, newest first."""
        newest = select(ratings.c.id).order_by(ratings.c.id.desc()).limit(limit)
        return self._read(ratings.c.id.in_(newest))

    def go_on(self, rating_id: int, to: Stage, by: str, note: str, now: datetime) -> Rating:
        """
        Take a case one step on.

        by: the officer's name. note: what was done, masked by the caller.
        Raises NoSuchRating, NoteMissing, or NoSuchStep, such as when somebody else was first.
        """
        rating = self.get(rating_id)
        check_step(rating.stage, to, note)
        try:
            with self._engine.begin() as connection:
                _add(connection, rating_id, len(rating.steps) + 1, Step(to, by, now, note.strip()))
        except IntegrityError:
            raise NoSuchStep from None
        return self.get(rating_id)

    def _read(self, condition: Any) -> list[Rating]:
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(ratings).where(condition).order_by(ratings.c.id.desc())
            ).all()
            taken = connection.execute(
                select(rating_steps)
                .where(rating_steps.c.rating_id.in_([row.id for row in rows]))
                .order_by(rating_steps.c.rating_id, rating_steps.c.turn)
            ).all()
        steps: dict[int, list[Step]] = {}
        for step in taken:
            steps.setdefault(step.rating_id, []).append(
                Step(step.stage, step.by, step.at, step.note)
            )
        return [
            Rating(
                row.id, row.booking_id, row.level, row.at, row.words, tuple(steps.get(row.id, ()))
            )
            for row in rows
        ]


def _add(connection: Connection, rating_id: int, turn: int, step: Step) -> None:
    row = {
        "rating_id": rating_id,
        "turn": turn,
        "stage": step.stage,
        "by": step.by,
        "at": step.at,
        "note": step.note,
    }
    connection.execute(insert(rating_steps).values(row))
