"""Who is waiting for an officer, and in what order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from booking.bookings import Booking


def line(bookings: Iterable[Booking]) -> list[Booking]:
    """
    Those who wait, first to last.

    First whose line broke, then by the time booked, then whose number was passed over (过号), in
    the order they came back. Who waits: checked in, or broken off and not given up.
    """
    waiting = (one for one in bookings if one.state in ("checked_in", "broken_off"))
    return sorted(waiting, key=_rank)


def callable_now(booking: Booking) -> bool:
    """
    Whether an officer may call this one: not called by another, and there to be called.

    Whose line broke is called back once, by whoever is free first; after that they are called only
    once they have checked in again.
    """
    if booking.called_at is not None:
        return False
    return booking.state == "checked_in" or (booking.state == "broken_off" and booking.passes < 1)


def _rank(booking: Booking) -> tuple[int, datetime, int]:
    came = booking.checked_in_at or booking.start
    if booking.dropped_at is not None:
        return 0, booking.dropped_at, booking.id
    if booking.passes:
        return 2, came, booking.id
    return 1, booking.start, booking.id
