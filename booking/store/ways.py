"""What stands in the way of a session, and what of it gives way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.bookings import UNCOUNTED, Booking, State
from booking.errors import DailyLimit, SameTime, SessionTaken
from booking.store.rows import Row, Writing, day_of


@dataclass(frozen=True)
class View:
    """What stands around a wish, at one moment: it guides an attempt, it decides nothing."""

    rows: Sequence[Row]
    fates: dict[int, State | None]

    def of(self, phone: str) -> list[Booking]:
        """The person's own bookings, each in the state that time has made of it."""
        return [
            replace(row.booking, state=self._fate(row) or row.booking.state)
            for row in self.rows
            if row.booking.phone == phone
        ]

    def holds_of(self, phone: str) -> Iterator[Row]:
        """The person's holds that have not run out."""
        for row in self.rows:
            if row.booking.phone == phone and row.booking.state == "held" and not self._fate(row):
                yield row

    def way(self, phone: str, start: datetime, end: datetime, besides: Row | None) -> Way:
        """What is in the way of a session of this person; `besides` is not."""
        others = [
            row for row in self.rows if besides is None or row.booking.id != besides.booking.id
        ]
        gone = [(row, fate) for row in others if (fate := self._fate(row))]
        let_go = [row for row in self.holds_of(phone) if row in others]
        given_up = {row.booking.id for row in let_go} | {row.booking.id for row, _ in gone}
        standing = [r for r in others if r.booking.live and r.booking.id not in given_up]
        own = [row for row in others if row.booking.phone == phone]
        kept_days = [row for row in own if row not in let_go and self._counts(row)]
        return Way(
            start,
            end,
            gone=gone,
            let_go=let_go,
            kept=[row.booking for row in standing if row.booking.phone == phone],
            desks=frozenset(
                row.booking.desk for row in standing if row.booking.overlaps(start, end)
            ),
            turns=frozenset(row.turn for row in kept_days if row.day == day_of(start)),
        )

    def _fate(self, row: Row) -> State | None:
        return self.fates[row.booking.id]

    def _counts(self, row: Row) -> bool:
        return (self._fate(row) or row.booking.state) not in UNCOUNTED


@dataclass(frozen=True)
class Way:
    """
    What is in the way of one session, and what gives way.

    gone: overdue, with what they become. let_go: the person's other holds. kept: the person's
    other live bookings. desks, turns: those in use.
    """

    start: datetime
    end: datetime
    gone: Sequence[tuple[Row, State]]
    let_go: Sequence[Row]
    kept: Sequence[Booking]
    desks: frozenset[int]
    turns: frozenset[int]

    def check_time(self) -> None:
        for booking in self.kept:
            if booking.overlaps(self.start, self.end):
                raise SameTime(booking)

    def turn(self, daily_limit: int) -> int:
        turn = _first_free(range(1, daily_limit + 1), self.turns)
        if turn is None:
            raise DailyLimit(day_of(self.start), daily_limit)
        return turn

    def desk(self, desks: Sequence[int]) -> int:
        desk = _first_free(desks, self.desks)
        if desk is None:
            raise SessionTaken(self.start)
        return desk

    def clear(self, writing: Writing) -> None:
        """Put away what gives way."""
        clock = Writing(writing.connection, "clock", writing.now, why="overdue")
        for row, fate in self.gone:
            clock.change(row, fate)
        person = Writing(writing.connection, writing.by, writing.now, why="released")
        for row in self.let_go:
            person.change(row, "cancelled")


def _first_free(among: Sequence[int], taken: Collection[int]) -> int | None:
    return next((one for one in among if one not in taken), None)
