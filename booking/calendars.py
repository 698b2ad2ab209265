"""The links to bookings' calendar files, and the files behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from booking import links
from booking.bookings import Booking, State
from booking.calendar_file import Invitation, calendar_file
from booking.wording import Wording

OFF: tuple[State, ...] = ("cancelled", "expired")
"""Nobody is expected any more: the event is to leave the calendar."""


@dataclass(frozen=True)
class Calendars:
    """
    Makes the links, and the files for those who come with one.

    booking: by its id. key: what links are signed with, for nothing else. site: where citizens
    reach the bot, without a slash at the end. kept: how long after a session its file can be had.
    """

    booking: Callable[[int], Booking | None]
    matter_name: Callable[[str], str]
    wording: Wording
    site: str
    key: bytes = field(repr=False)
    kept: timedelta = timedelta(days=7)

    def link(self, booking_id: int) -> str:
        """Where the booking's file is, always its latest version."""
        return f"{self.site}/calendar/{links.token(self.key, booking_id)}.ics"

    def file(self, token: str, now: datetime) -> bytes | None:
        """The file behind a link, None when there is none, or no more."""
        booking_id = links.record_id(self.key, token)
        booking = None if booking_id is None else self.booking(booking_id)
        if booking is None or booking.state == "held" or now > booking.end + self.kept:
            return None
        invitation = Invitation(
            booking.id,
            booking.number,
            booking.version,
            booking.start,
            booking.end,
            self.matter_name(booking.matter_id),
            booking.updated_at,
            cancelled=booking.state in OFF,
        )
        return calendar_file(invitation, self.wording, self.site)
