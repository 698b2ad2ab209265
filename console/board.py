"""Today's queue as the desk shows it: a column for each desk, a card for each session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from booking.bookings import Booking
from booking.desk import BookingDesk
from booking.line import line
from booking.steps import OUTCOMES, Step, steps
from console.session_words import Tone, standing, waiting
from xiaofu.privacy import hide_mobile


@dataclass(frozen=True)
class Said:
    """What to tell the officer about their last click. number: whose card; text: what they wrote,
    which is kept for them when it could not be saved."""

    number: str
    sentence: str
    text: str = ""


@dataclass(frozen=True)
class Card:
    """
    One session. mark: changes with all that is shown but the waiting time. seen: what the buttons
    were made for, see `seen`. room: the officer's way into the video room, "" when not theirs.
    """

    booking: Booking
    matter: str
    phone: str
    state: str
    tone: Tone
    wait: str
    steps: tuple[Step, ...]
    seen: str
    mark: str
    mine: bool
    room: str = ""
    said: Said | None = None

    @property
    def outcomes(self) -> tuple[Step, ...]:
        return tuple(one for one in self.steps if one in OUTCOMES)


@dataclass(frozen=True)
class Column:
    """
    One desk's day. waiting: first to last. callable: whether anybody there may be called.
    """

    number: int
    name: str
    running: tuple[Card, ...]
    waiting: tuple[Card, ...]
    expected: tuple[Card, ...]
    over: tuple[Card, ...]

    @property
    def callable(self) -> int:
        return sum("call" in card.steps for card in self.waiting)


@dataclass(frozen=True)
class Maker:
    """
    Makes cards. me: whose page it is. matter_name: by the matter's id. room: the link for an
    officer into a session's room; None when there are no rooms.
    """

    desk: BookingDesk
    now: datetime
    me: str
    matter_name: Callable[[str], str]
    room: Callable[[Booking, str], str] | None = None

    def card(self, booking: Booking, said: Said | None = None) -> Card:
        able = steps(booking, self.desk.rules, self.desk.timetable, self.now, self.me)
        state, tone = standing(booking, self.desk.rules, self.now, self.me)
        taken = booking.called_at is not None or booking.state == "in_session"
        mine = tone == "running" and taken and booking.officer == self.me
        told = said if said and said.number == booking.number else None
        matter = self.matter_name(booking.matter_id)
        shown = (booking.updated_at, booking.desk, state, tone, able, matter, told)
        return Card(
            booking,
            matter,
            hide_mobile(booking.phone),
            state,
            tone,
            waiting(booking, self.now),
            able,
            seen(booking),
            hashlib.sha256(repr(shown).encode()).hexdigest()[:12],
            mine,
            self.room(booking, self.me) if mine and self.room else "",
            told,
        )

    def columns(
        self, bookings: Iterable[Booking], said: Said | None = None, only: int | None = None
    ) -> list[Column]:
        """Today's bookings by desk; desks that are off show only while somebody is booked there."""
        every = list(bookings)
        names = {desk.number: desk.name for desk in self.desk.timetable.desks if desk.active}
        if not self.desk.timetable.desks:
            most = max((hours.desks for hours in self.desk.timetable.hours), default=0)
            names = dict.fromkeys(range(1, most + 1), "")
        numbers = sorted({*names, *(one.desk for one in every)})
        known = {desk.number: desk.name for desk in self.desk.timetable.desks} | names
        return [
            self._column(number, known.get(number, ""), every, said)
            for number in numbers
            if only in (None, number)
        ]

    def _column(
        self, number: int, name: str, every: Iterable[Booking], said: Said | None
    ) -> Column:
        own = [one for one in every if one.desk == number]
        cards = {one.id: self.card(one, said) for one in own}
        queued = [cards[one.id] for one in line(own) if cards[one.id].tone != "running"]

        def those(*states: str) -> Iterator[Card]:
            return (cards[one.id] for one in own if one.state in states)

        return Column(
            number,
            name,
            running=tuple(card for card in cards.values() if card.tone == "running"),
            waiting=tuple(card for card in queued if card.tone != "over"),
            expected=tuple(those("booked")),
            over=(
                *(card for card in queued if card.tone == "over"),
                *those("to_complete", "done", "to_window", "missed", "expired", "cancelled"),
            ),
        )


def seen(booking: Booking) -> str:
    """
    How a booking was when a button was made for it.

    A click on what has changed since then is an old page's, and is told so; a note by somebody
    changes nothing.
    """
    called = int(booking.called_at is not None)
    return f"{booking.version}.{booking.passes}.{called}.{booking.officer}"
