"""A booking, and how it may move from state to state."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal[
    "held",
    "booked",
    "checked_in",
    "in_session",
    "done",
    "to_window",
    "to_complete",
    "cancelled",
    "expired",
    "missed",
    "broken_off",
]
"""
held (待确认): kept for somebody who has not confirmed yet, until `held_until`. booked (已预约).
checked_in (候场): there, waiting to be called. in_session (办理中). done (已办结).
to_window (转窗口). to_complete (待补正): materials are still to come. cancelled (已取消): by the
citizen or the office.
expired (过号): a hold that ran out, or somebody called twice who was not there.
missed (爽约): neither checked in nor cancelled. broken_off (中断): may be taken up again.
"""

LIVE: tuple[State, ...] = ("held", "booked", "checked_in", "in_session")
"""The states that hold a desk."""

OPEN: tuple[State, ...] = ("booked", "checked_in", "in_session", "broken_off")
"""The states in which there is something to meet for, or to get ready for."""

UNCOUNTED: tuple[State, ...] = ("cancelled", "expired")
"""The states that do not count for the day a person had a session on."""

MOVES: dict[State, tuple[State, ...]] = {
    "held": ("booked", "cancelled", "expired"),
    "booked": ("checked_in", "cancelled", "missed", "to_window"),
    "checked_in": ("in_session", "cancelled", "expired", "to_window"),
    "in_session": ("done", "to_window", "to_complete", "broken_off"),
    "broken_off": ("checked_in", "in_session", "done", "to_window", "to_complete", "cancelled"),
    "to_complete": ("done", "to_window", "cancelled"),
    "to_window": (),
    "done": (),
    "cancelled": (),
    "expired": (),
    "missed": (),
}
"""From each state, where a booking may go: the one table of legal moves."""

Authority = Literal["letter", "online", "guardian"]
"""How an agent may act: 授权委托书 on paper, 电子授权, or 法定监护."""


def may_move(before: State, to: State) -> bool:
    return to in MOVES[before]


@dataclass(frozen=True)
class OnBehalf:
    """Whom an agent (代办) books for, and by what right; the officer checks both at the camera."""

    principal: str = field(repr=False)
    authority: Authority


@dataclass(frozen=True)
class Wish:
    """
    Who wants which session for what.

    phone: digits only, see `plain_phone`. question: in the citizen's own words, numbers masked by
    the caller. checklist: what to have ready, line by line, as it was told.
    """

    start: datetime
    end: datetime
    matter_id: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    on_behalf_of: OnBehalf | None = None
    question: str = field(default="", repr=False)
    checklist: tuple[str, ...] = ()

    @property
    def principal(self) -> str:
        """Whose matter it is when not the caller's own; "" then."""
        return self.on_behalf_of.principal if self.on_behalf_of else ""


@dataclass(frozen=True)
class Booking:
    """
    A session someone has or had; its times are aware, Asia/Shanghai.

    number: six digits, what the citizen keeps. version: goes up with every change of state, time
    or desk, so that reminders and calendar files know an outdated one. held_until: while held.
    passes: how often the person was late or not there when called. called_at, officer: while being
    called or in session. dropped_at: when the line broke, the last time. ticked: the lines of the
    checklist that the citizen has ready. note: the officers' own. outcome: what came of it, told
    to the citizen. Name and phone stay out of the repr, hence of logs.
    """

    id: int
    number: str
    matter_id: str
    start: datetime
    end: datetime
    desk: int
    name: str = field(repr=False)
    phone: str = field(repr=False)
    state: State
    version: int
    created_at: datetime
    updated_at: datetime
    held_until: datetime | None = None
    renewed: bool = False
    on_behalf_of: OnBehalf | None = None
    question: str = field(default="", repr=False)
    checklist: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    note: str = field(default="", repr=False)
    outcome: str = field(default="", repr=False)
    checked_in_at: datetime | None = None
    called_at: datetime | None = None
    officer: str = ""
    passes: int = 0
    dropped_at: datetime | None = None

    @property
    def live(self) -> bool:
        return self.state in LIVE

    @property
    def principal(self) -> str:
        return self.on_behalf_of.principal if self.on_behalf_of else ""

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start < end and start < self.end


@dataclass(frozen=True)
class Event:
    """
    One change of a booking, as the audit keeps it.

    before: None for the booking itself. why: a short word for the record, such as "moved".
    start, desk: the booking's after the change.
    """

    at: datetime
    before: State | None
    after: State
    by: str
    why: str = ""
    key: str | None = None
    start: datetime | None = None
    desk: int | None = None


def new_number() -> str:
    """
    A booking number nobody can guess from another: six digits, no leading zero.

    Never one digit three times in a row: said aloud, such runs are miscounted.
    """
    while True:
        number = str(secrets.randbelow(900_000) + 100_000)
        if not any(digit * 3 in number for digit in number):
            return number


def plain_digits(text: str) -> str:
    """The digits in `text`, full-width ones included: "382 916" is said and typed in many ways."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c in "0123456789")


def plain_phone(text: str) -> str:
    """One way of writing a phone number, so that nobody is two people: +86 and spaces go."""
    digits = plain_digits(text)
    return digits.removeprefix("86") if len(digits) == 13 else digits
