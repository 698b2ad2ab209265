"""
No-shows and the appeals (申诉) against them.

A no-show pauses booking online for a while and does nothing else. It is no credit record: it is
not among what articles 64 and 65 of 深圳经济特区社会信用条例 list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from booking.bookings import Booking


@dataclass(frozen=True)
class Appeal:
    """
    Why a no-show should not count, and what an officer decided.

    made_by: citizen, or the officer who wrote it down. granted: None while undecided; True lifts
    the no-show. note: what the citizen is told of the decision.
    """

    booking: Booking
    reason: str = field(repr=False)
    made_by: str
    made_at: datetime
    granted: bool | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = field(default="", repr=False)
