"""The one clock of a process: real time, or a moment set for a demonstration that then runs on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from booking.calendar import SHENZHEN

Clock = Callable[[], datetime]


def real() -> datetime:
    return datetime.now(SHENZHEN)


def starting_at(moment: datetime) -> Clock:
    """A clock that shows `moment` now and runs at the usual pace."""
    ahead = moment - real()
    return lambda: real() + ahead
