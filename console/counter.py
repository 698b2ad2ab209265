"""What the pages of 视频办 work on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sanic.exceptions import NotFound
from sanic.request import Request

from booking.bookings import Booking
from booking.clerks import Clerks
from booking.commitments import Commitment
from booking.desk import BookingDesk
from booking.errors import NotFound as NoBooking
from booking.store import AppealStore, OfficeStore
from booking.waiting_room import WaitingRoom
from console.board import Maker
from knowledge_base.matters import Matter
from xiaofu.privacy import mask

_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")


@dataclass(frozen=True)
class Counter:
    """
    desk: the booking desk by the rules in force at that moment. matter: what citizens are told of
    a matter, by its id. commitment: of a booking, by its id. room: the link into a session's room
    for the officer of that name; None where there are no rooms.
    """

    desk: Callable[[], BookingDesk]
    office: OfficeStore
    appeals: AppealStore
    matter: Callable[[str], Matter | None]
    commitment: Callable[[int], Commitment | None]
    room: Callable[[Booking, str], str] | None = None

    def matter_name(self, matter_id: str) -> str:
        matter = self.matter(matter_id)
        return matter.name if matter else matter_id


@dataclass(frozen=True)
class Visit:
    """One request at the counter: who it is, when, and by which rules, looked up once."""

    counter: Counter
    desk: BookingDesk
    me: str
    now: datetime

    @classmethod
    def of(cls, request: Request) -> Visit:
        counter: Counter = request.app.ctx.counter
        return cls(counter, counter.desk(), request.ctx.session.name, request.app.ctx.clock())

    @property
    def room(self) -> WaitingRoom:
        return WaitingRoom(self.desk)

    @property
    def clerks(self) -> Clerks:
        return Clerks(self.desk)

    def maker(self) -> Maker:
        names: dict[str, str] = {}

        def name(matter_id: str) -> str:
            if matter_id not in names:
                names[matter_id] = self.counter.matter_name(matter_id)
            return names[matter_id]

        return Maker(self.desk, self.now, self.me, name, self.counter.room)

    def booking(self, number: int) -> Booking:
        """By its number in an address; no such booking is no such page."""
        try:
            return self.desk.get(str(number))
        except NoBooking:
            raise NotFound from None

    def key(self, request: Request) -> str | None:
        """
        The audit's name for what a form asks, so that sent twice it is done once.

        Another officer's form never has the same; None for a form that brought no key.
        """
        given = request.ctx.form.text("key")
        return f"{self.me}:{given}" if _KEY.fullmatch(given) else None


def written(request: Request, name: str) -> str:
    """
    What an officer wrote, personal numbers masked: they belong into the department's own system.

    Without any it stays as it was written, full-width punctuation included.
    """
    text: str = request.ctx.form.text(name)
    masked = mask(text).text
    return text if masked == unicodedata.normalize("NFKC", text) else masked


def back(request: Request, otherwise: str) -> str:
    """Where a form was: the board, perhaps of one desk, or a packet; nowhere else."""
    given: str = request.ctx.form.text("back")
    return given if re.fullmatch(r"/desk(\?desk=[0-9]{1,3}|/[0-9]{6})?", given) else otherwise
