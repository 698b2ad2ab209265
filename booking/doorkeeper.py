"""The doorkeeper of the rooms: hands out the two links of a session and lets their holders in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from booking import rooms
from booking.bookings import OPEN, Booking, State
from booking.errors import CannotMove, NotFound, TooEarly, WithOther
from booking.rooms import (
    RoomRules,
    SessionCancelled,
    SessionOver,
    Side,
    WithColleague,
    WrongToken,
)
from booking.waiting_room import WaitingRoom

HELD: tuple[State, ...] = ("done", "to_window", "to_complete")
"""The states of a session that took place: one may still say how it was."""


@dataclass(frozen=True)
class Links:
    """
    The two ways into one room, and between when they open it.

    Whoever holds a link is let in: an officer's never goes to a citizen. officer: "" when no
    officer was named.
    """

    citizen: str
    officer: str
    opens: datetime
    expires: datetime


@dataclass(frozen=True)
class Admission:
    """
    Who stands at the door. officer: their name; "" for the citizen. opens_in: how long until they
    may go in; zero once they may. over: the session took place.
    """

    booking: Booking
    side: Side
    officer: str
    opens_in: timedelta
    over: bool


@dataclass(frozen=True)
class Doorkeeper:
    """
    room: the waiting room by the rules of the moment, since staff edit them while we run.
    key: signs the tokens. address: where citizens reach the rooms, https://xiaofu.example/room/.
    """

    room: Callable[[], WaitingRoom]
    key: bytes
    address: str
    rules: RoomRules = field(default_factory=RoomRules)

    @property
    def call_back_after(self) -> timedelta:
        return self.room().desk.rules.call_back_after

    def links(self, booking: Booking, officer: str = "") -> Links:
        """
        A booking's links, for its citizen and for the officer of that name.

        The token stands behind the #, which browsers keep to themselves: no log on the way, and
        no page one goes on to, ever sees it.
        """
        half_day_end = self.room().desk.timetable.half_day_end
        expires = half_day_end(booking.start, booking.end) + self.rules.overrun

        def link(side: Side, name: str = "") -> str:
            token = rooms.token(self.key, booking.id, side, name, booking.start, expires)
            return f"{self.address}#{token}"

        return Links(
            citizen=link("citizen"),
            officer=link("officer", officer) if officer else "",
            opens=booking.start - self.rules.early,
            expires=expires,
        )

    def admit(self, token: str, now: datetime) -> Admission:
        """
        Who a token lets in.

        Raises WrongToken, TokenExpired, SessionCancelled, SessionOver, or WithColleague.
        """
        claim = rooms.read(token)
        try:
            booking = self.room().desk.get(claim.booking_id)
        except NotFound:
            raise WrongToken from None
        claim.verify(self.key, booking.start, now)
        if booking.state == "cancelled":
            raise SessionCancelled
        if booking.state not in OPEN + HELD:
            raise SessionOver
        taken = booking.called_at is not None or booking.state == "in_session"
        if claim.side == "officer" and taken and booking.officer != claim.officer:
            raise WithColleague
        opens_in = self.rules.opens_in(booking.start, now)
        return Admission(booking, claim.side, claim.officer, opens_in, booking.state in HELD)

    def check_in(self, booking_id: int, now: datetime) -> None:
        """The citizen is there, perhaps again; what cannot be moved any more stays as it is."""
        with suppress(TooEarly, CannotMove):
            self.room().admit(booking_id, now, by="citizen")

    def tick(self, booking_id: int, line: str, ready: bool, now: datetime) -> Booking:
        """
        The citizen has a line of the checklist ready, or has not after all.

        Raises NotListed, or CannotMove once it is over.
        """
        return self.room().tick(booking_id, line, ready, now)

    def begin(self, booking_id: int, now: datetime, officer: str) -> None:
        """Both have met, perhaps again; not if a colleague was faster in the console."""
        with suppress(CannotMove, WithOther):
            self.room().start(booking_id, now, by=officer)

    def break_off(self, booking_id: int, now: datetime) -> None:
        """A side is missing for longer than `call_back_after`."""
        with suppress(CannotMove):
            self.room().drop(booking_id, now)
