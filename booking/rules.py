"""The numbers that the office sets for 视频办, and what follows from them for one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from booking.bookings import Booking, State
from booking.calendar import SHENZHEN
from booking.timetable import Timetable


@dataclass(frozen=True)
class Rules:
    """
    hold: how long a session is kept for somebody who has not confirmed; renewable once.
    daily_limit: sessions one phone may have on one day.
    cancel_until: how long before its start a session can still be cancelled or moved by oneself.
    early: how long before its start one may check in.
    grace: how late one may be; later, or not there when called, is 过号.
    no_shows within `no_show_window` pause online booking for `pause` after the last of them;
        windows and phone stay open. 0: nobody is ever paused.
    call_back_after: how long a line may be broken before the officer calls back.
    """

    hold: timedelta = timedelta(minutes=5)
    daily_limit: int = 2
    cancel_until: timedelta = timedelta(hours=2)
    early: timedelta = timedelta(minutes=30)
    grace: timedelta = timedelta(minutes=10)
    no_shows: int = 3
    no_show_window: timedelta = timedelta(days=90)
    pause: timedelta = timedelta(days=30)
    call_back_after: timedelta = timedelta(minutes=3)


def overdue(booking: Booking, timetable: Timetable, now: datetime) -> State | None:
    """
    What time alone made of a booking that nobody moved on; None while it stands.

    Somebody who never came has missed it once the half-day is over, since until then they are
    still taken. What the office left open that day, by never calling or never closing, is nobody's
    no-show.
    """
    match booking.state:
        case "held":
            ends = booking.held_until
            return "expired" if ends is None or ends <= now else None
        case "booked":
            over = now >= timetable.half_day_end(booking.start, booking.end)
            return "missed" if over else None
        case "checked_in":
            return "cancelled" if _day_is_over(booking, now) else None
        case "in_session":
            return "broken_off" if _day_is_over(booking, now) else None
    return None


def _day_is_over(booking: Booking, now: datetime) -> bool:
    return now.astimezone(SHENZHEN).date() > booking.end.date()


def arriving(to: State, now: datetime) -> dict[str, Any]:
    """The particulars that change with a move to `to`, whoever makes it."""
    match to:
        case "booked":
            return {"held_until": None}
        case "in_session":
            return {"called_at": now, "passes": 0}
        case "broken_off":
            return {"called_at": None, "dropped_at": now}
        case "checked_in":
            return {"called_at": None, "checked_in_at": now}
    return {}


def paused_until(missed: Iterable[datetime], rules: Rules) -> datetime | None:
    """
    Until when online booking is paused by these no-shows, the starts of the sessions missed.

    The moment may be past: the caller compares it with its own now.
    """
    starts, count = sorted(missed), rules.no_shows
    if count < 1:
        return None
    last = [
        late
        for early, late in zip(starts, starts[count - 1 :], strict=False)
        if late - early <= rules.no_show_window
    ]
    return last[-1] + rules.pause if last else None
