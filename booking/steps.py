"""What an officer may do about a booking at this moment: the buttons that a page shows for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, get_args

from booking.bookings import Booking, may_move
from booking.line import callable_now
from booking.rules import Rules, overdue
from booking.timetable import Timetable

Step = Literal[
    "admit",
    "call",
    "start",
    "pass_over",
    "drop",
    "done",
    "to_window",
    "to_complete",
    "reassign",
    "cancel",
]
"""As the waiting room calls them; reassign is the clerks', done to to_complete are outcomes."""

Outcome = Literal["done", "to_window", "to_complete"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def steps(
    booking: Booking, rules: Rules, timetable: Timetable, now: datetime, by: str
) -> tuple[Step, ...]:
    """
    The steps that officer `by` may take now, in the order of a session.

    None that the table of moves or the rules would refuse; one that is somebody else's, called
    or in session, can only be broken off, so that nobody is stuck with a colleague who has left.
    """
    if booking.state == "held" or overdue(booking, timetable, now):
        return ()
    return tuple(_steps(booking, rules, now, by))


def _steps(booking: Booking, rules: Rules, now: datetime, by: str) -> Iterator[Step]:
    taken = booking.called_at is not None or booking.state == "in_session"
    if taken and booking.officer != by:
        if may_move(booking.state, "broken_off"):
            yield "drop"
        return
    waits = booking.state in ("checked_in", "broken_off")
    if waits and callable_now(booking):
        yield "call"
    if (taken and waits) or booking.state == "broken_off":
        yield "start"
    if not taken and _may_admit(booking, rules, now):
        yield "admit"
    if taken and waits and not _may_still_come(booking, rules, now):
        yield "pass_over"
    if may_move(booking.state, "broken_off"):
        yield "drop"
    for outcome in OUTCOMES:
        if may_move(booking.state, outcome):
            yield outcome
    if booking.state == "booked":
        yield "reassign"
    if may_move(booking.state, "cancelled"):
        yield "cancel"


def _may_admit(booking: Booking, rules: Rules, now: datetime) -> bool:
    if booking.state == "booked":
        return now >= booking.start - rules.early
    return booking.state == "broken_off"


def _may_still_come(booking: Booking, rules: Rules, now: datetime) -> bool:
    """Called before their time, and not later than the grace: nobody may pass them over yet."""
    early = now < booking.start + rules.grace
    return booking.state == "checked_in" and not booking.passes and early
