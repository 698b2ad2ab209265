"""A booking, and how it may move from state to state."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["booked", "cancelled", "elapsed"]
"""
booked: the session is ahead or running. cancelled: by the citizen or the office. elapsed: its time
is over and nobody has said how it went; an officer may, later.
"""

LIVE: tuple[State, ...] = ("booked",)
"""The states that hold a desk."""

MOVES: frozenset[tuple[State, State]] = frozenset(
    {("booked", "cancelled"), ("booked", "elapsed")},
)


@dataclass(frozen=True)
class Wish:
    """Who wants which session for what. phone: digits only, see `plain_phone`."""

    start: datetime
    matter_id: str
    name: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Booking:
    """
    A session someone has or had; its times are aware, Asia/Shanghai.

    number: six digits, what the citizen keeps. Name and phone stay out of the repr, hence of logs.
    """

    id: int
    number: str
    matter_id: str
    start: datetime
    desk: int
    name: str = field(repr=False)
    phone: str = field(repr=False)
    state: State
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Event:
    """One move of a booking, as the audit keeps it. before: None for the booking itself."""

    at: datetime
    before: State | None
    after: State
    by: str


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
