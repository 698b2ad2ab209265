"""Which reminders a booking owes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["day", "soon"]


@dataclass(frozen=True)
class Rule:
    """
    When a kind of reminder is sent: `ahead` of the start, if late then at most until `until`
    before the start, when it would help nobody any more.
    """

    ahead: timedelta
    until: timedelta


RULES: dict[Kind, Rule] = {
    # two hours before it is too late to move or cancel, which is what this one is for
    "day": Rule(ahead=timedelta(hours=24), until=timedelta(hours=2)),
    "soon": Rule(ahead=timedelta(minutes=30), until=timedelta(0)),
}

FIRST_AHEAD = max(rule.ahead for rule in RULES.values())
"""How long before its start a session may owe a first reminder."""


@dataclass(frozen=True)
class Session:
    """
    What a reminder needs to know of a booking, as it is now.

    version: goes up with every change. since: when the booking got this start. waited_for:
    whether the citizen is still expected, neither cancelled nor there already.
    phone: digits only, out of the repr.
    """

    booking_id: int
    version: int
    start: datetime
    since: datetime
    waited_for: bool
    matter_id: str
    number: str
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Reminder:
    """One reminder of one start of a booking. version: the booking's when it was found owed."""

    booking_id: int
    version: int
    kind: Kind
    start: datetime
    due: datetime
    until: datetime

    @property
    def key(self) -> str:
        return f"reminder-{self.booking_id}-{self.version}-{self.kind}"


def owed(session: Session, now: datetime) -> Iterator[Reminder]:
    """
    The reminders whose time has come at `now` and is not over; whether one was sent is not known
    here.

    A session made or moved to its start when a reminder's time had passed owes none of that kind:
    who books three hours ahead needs no word a day before.
    """
    if not session.waited_for:
        return
    for kind, rule in RULES.items():
        due, until = session.start - rule.ahead, session.start - rule.until
        if session.since <= due <= now < until:
            yield Reminder(session.booking_id, session.version, kind, session.start, due, until)
