"""Sends the reminders that are owed, one worker among any number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from booking.gateway import Gateway, Message, NotSent, PerhapsSent, Template
from booking.reminders import FIRST_AHEAD, Kind, Session, owed
from booking.store.outbox import Claimed, Outbox
from booking.timewords import say
from booking.wording import Wording

TEMPLATES: dict[Kind, Template] = {"day": "reminder_day", "soon": "reminder_soon"}

Ended = Literal["sent", "refused", "unsure", "void", "missed", "lost"]
"""lost: the lease was over before its turn came, somebody else has it."""


class Sessions(Protocol):
    """The bookings as they are at this moment."""

    def starting(self, after: datetime, until: datetime) -> Iterable[Session]:
        """Those that start after one moment and not later than the other."""

    def one(self, booking_id: int) -> Session | None: ...


@dataclass(frozen=True)
class Sender:
    """
    Finds what is owed, claims it, sends it; `step` is called again and again.

    matter_name: the name of a matter by its id. change_until: how long before its start a
    session can still be moved or cancelled.
    """

    outbox: Outbox
    sessions: Sessions
    gateway: Gateway
    wording: Wording
    matter_name: Callable[[str], str]
    change_until: timedelta
    clock: Callable[[], datetime]

    def step(self) -> Counter[Ended]:
        """Send what is due now; how each ended. Database errors are the caller's."""
        now = self.clock()
        for session in self.sessions.starting(now, now + FIRST_AHEAD):
            self.outbox.put(owed(session, now), now)
        return Counter(self._send(claimed) for claimed in self.outbox.claim(now))

    def _send(self, claimed: Claimed) -> Ended:
        reminder, now = claimed.reminder, self.clock()
        session = self.sessions.one(reminder.booking_id)
        if session is None or session.start != reminder.start or not session.waited_for:
            self.outbox.void(claimed, now)
            return "void"
        if now >= reminder.until:
            self.outbox.missed(claimed, now)
            return "missed"
        if not self.outbox.begin(claimed, now):
            return "lost"
        try:
            self.gateway.send(self._message(session, claimed, now))
        except NotSent:
            self.outbox.refused(claimed, self.clock())
            return "refused"
        except PerhapsSent:
            return "unsure"  # it stays `sending`
        self.outbox.sent(claimed, self.clock())
        return "sent"

    def _message(self, session: Session, claimed: Claimed, now: datetime) -> Message:
        values = {
            "when": say(session.start, now),
            "matter": self.matter_name(session.matter_id),
            "number": session.number,
        }
        if claimed.reminder.kind == "day":
            values["hours"] = f"{self.change_until / timedelta(hours=1):g}"
        template = TEMPLATES[claimed.reminder.kind]
        text = self.wording.say(template, values)
        return Message(session.phone, template, values, text, claimed.reminder.key)
