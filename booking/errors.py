"""Why a booking is refused, with what the reply needs to say so and help on."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from booking.bookings import Booking, State
from booking.timetable import Hours


class BookingRefused(Exception):
    """
    A booking cannot be made or cancelled, for a reason the citizen can act on.

    `reason` is stable: the bot answers with `utter_booking_<reason>`. The message is for logs and
    carries neither name nor phone.
    """

    reason: ClassVar[str]


class Past(BookingRefused):
    """The start lies behind us."""

    reason = "past"

    def __init__(self, start: datetime) -> None:
        super().__init__(f"{start:%Y-%m-%d %H:%M} is past")
        self.start = start


class ClosedDay(BookingRefused):
    """
    The office is closed that day, or that half of it.

    why: "周末", "国庆节", or what the office put down. half: "上午", "下午", "" for the whole day.
    """

    reason = "closed_day"

    def __init__(self, day: date, why: str, half: str = "") -> None:
        super().__init__(f"closed on {day}{half}: {why}")
        self.day = day
        self.why = why
        self.half = half


class BeyondHorizon(BookingRefused):
    """
    Not bookable yet. last_day: the last day that is.

    calendar_ends: no later working day is known, next year's holidays are still to be announced.
    """

    reason = "beyond_horizon"

    def __init__(self, day: date, last_day: date, calendar_ends: bool) -> None:
        super().__init__(f"{day} is after the last bookable day {last_day}")
        self.day = day
        self.last_day = last_day
        self.calendar_ends = calendar_ends


class OutsideHours(BookingRefused):
    """Too early, too late, or lunch. hours: when the office is open."""

    reason = "outside_hours"

    def __init__(self, start: datetime, hours: tuple[Hours, ...]) -> None:
        super().__init__(f"{start:%Y-%m-%d %H:%M} is outside the hours")
        self.start = start
        self.hours = hours


class NoSession(BookingRefused):
    """The office is open then, but no session starts at that minute, such as 10:10."""

    reason = "no_session"

    def __init__(self, start: datetime) -> None:
        super().__init__(f"no session starts at {start:%Y-%m-%d %H:%M}")
        self.start = start


class TooSoon(BookingRefused):
    """Nobody could be ready for it. earliest: the first moment a session may start now."""

    reason = "too_soon"

    def __init__(self, start: datetime, earliest: datetime) -> None:
        super().__init__(f"{start:%Y-%m-%d %H:%M} is before {earliest:%Y-%m-%d %H:%M}")
        self.start = start
        self.earliest = earliest


class SessionTaken(BookingRefused):
    reason = "session_taken"

    def __init__(self, start: datetime) -> None:
        super().__init__(f"every desk is taken at {start:%Y-%m-%d %H:%M}")
        self.start = start


class AlreadyBooked(BookingRefused):
    """The person has a live booking for this matter. booking: that one."""

    reason = "already_booked"

    def __init__(self, booking: Booking) -> None:
        super().__init__(f"booking {booking.id} is for the same person and matter")
        self.booking = booking


class SameTime(BookingRefused):
    """The person has another matter's session at this very time. booking: that one."""

    reason = "same_time"

    def __init__(self, booking: Booking) -> None:
        super().__init__(f"booking {booking.id} is for the same person and time")
        self.booking = booking


class DailyLimit(BookingRefused):
    """The person has had as many sessions on that day as one may."""

    reason = "daily_limit"

    def __init__(self, day: date, limit: int) -> None:
        super().__init__(f"{limit} bookings on {day} already")
        self.day = day
        self.limit = limit


class NotFound(BookingRefused):
    """No booking has this number and phone; which of the two is wrong is not told."""

    reason = "not_found"

    def __init__(self) -> None:
        super().__init__("no booking with this number and phone")


class TooLateToCancel(BookingRefused):
    """until: the last moment it could be cancelled by oneself."""

    reason = "too_late_to_cancel"

    def __init__(self, booking: Booking, until: datetime) -> None:
        super().__init__(f"booking {booking.id} could be cancelled until {until:%Y-%m-%d %H:%M}")
        self.booking = booking
        self.until = until


class TooLateToMove(BookingRefused):
    """until: the last moment it could be moved to another time by oneself."""

    reason = "too_late_to_move"

    def __init__(self, booking: Booking, until: datetime) -> None:
        super().__init__(f"booking {booking.id} could be moved until {until:%Y-%m-%d %H:%M}")
        self.booking = booking
        self.until = until


class Paused(BookingRefused):
    """
    Too many sessions were missed: no booking online for a while; windows and phone stay open.

    missed: the starts of the sessions that count, in order; each may be appealed.
    """

    reason = "paused"

    def __init__(self, until: datetime, missed: tuple[datetime, ...]) -> None:
        super().__init__(f"online booking is paused until {until:%Y-%m-%d %H:%M}")
        self.until = until
        self.missed = missed


class HoldExpired(BookingRefused):
    """Too long without a word: the session is open to all again, the person included."""

    reason = "hold_expired"

    def __init__(self, booking: Booking) -> None:
        super().__init__(f"the hold on booking {booking.id} has run out")
        self.booking = booking


class HoldRenewed(BookingRefused):
    """A hold is renewed once, not twice."""

    reason = "hold_renewed"

    def __init__(self, booking: Booking) -> None:
        super().__init__(f"the hold on booking {booking.id} was renewed before")
        self.booking = booking


class CannotMove(BookingRefused):
    """A booking in this state does not go there. booking: as it is now; to: what was wanted."""

    reason = "cannot_move"

    def __init__(self, booking: Booking, to: State) -> None:
        super().__init__(f"booking {booking.id} is {booking.state} and cannot become {to}")
        self.booking = booking
        self.to = to


class KeyUsed(BookingRefused):
    """The caller's key already names another change."""

    reason = "key_used"

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key!r} names another change")
        self.key = key


class TooEarly(BookingRefused):
    """Not yet: one may check in, or a number be passed over, from `earliest` on."""

    reason = "too_early"

    def __init__(self, booking: Booking, earliest: datetime) -> None:
        super().__init__(f"booking {booking.id}: not before {earliest:%Y-%m-%d %H:%M}")
        self.booking = booking
        self.earliest = earliest


class WithOther(BookingRefused):
    """Another officer has called this one, or is in session with them. booking.officer: who."""

    reason = "with_other"

    def __init__(self, booking: Booking) -> None:
        super().__init__(f"booking {booking.id} is with another officer")
        self.booking = booking


class AppealDecided(BookingRefused):
    """An appeal is decided once."""

    reason = "appeal_decided"

    def __init__(self, booking_id: int) -> None:
        super().__init__(f"the appeal of booking {booking_id} is decided")
