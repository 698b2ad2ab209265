"""Visits: who is talking at a page, from the first word until they leave or fall silent."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from bot.channels.kiosk.refusals import Busy, TooFast, VisitExpired

LASTS = 15 * 60
"""Seconds a visit lives after the last word."""
PER_MINUTE = 30
REPLIES_KEPT = 64
VISITS_KEPT = 5000

Messages = list[dict[str, Any]]
Forget = Callable[[str], None]


@dataclass(frozen=True)
class Reply:
    """What 小福 said to one message; `seq` counts the visit's replies from 1."""

    msg_id: UUID
    seq: int
    messages: Messages


@dataclass(eq=False)
class Visit:
    """
    One citizen's conversation, held in memory only.

    token: what the page shows to go on with it; never logged, never given to Rasa.
    sender: what Rasa knows the citizen by; says nothing about person or device.
    forget: deletes what Rasa keeps of a sender; called when the visit is over.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    sender: str = field(default_factory=lambda: f"kiosk-{uuid4().hex}")
    last_word: float = 0
    ended: bool = False
    forget: Forget = field(default=lambda sender: None, repr=False)
    _spoken: deque[float] = field(default_factory=deque, repr=False)
    _turns: dict[UUID, asyncio.Task[Reply]] = field(default_factory=dict, repr=False)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _replies: int = 0

    @property
    def begun(self) -> bool:
        return bool(self._turns)

    def turn(
        self, msg_id: UUID, now: float, take: Callable[[], Awaitable[Messages]]
    ) -> asyncio.Task[Reply]:
        """
        The turn of `msg_id`, begun once: who asks again, even at the same moment, gets the same.

        A turn goes on when the page that asked is gone, so that it can come back for the reply.
        Raises TooFast for a new one beyond `PER_MINUTE`.
        """
        self.last_word = now
        if msg_id not in self._turns:
            self._count(now)
            turn = asyncio.create_task(self._take(msg_id, take))
            turn.add_done_callback(_seen)
            self._turns[msg_id] = turn
            self._forget_old()
        return self._turns[msg_id]

    def _count(self, now: float) -> None:
        while self._spoken and self._spoken[0] <= now - 60:
            self._spoken.popleft()
        if len(self._spoken) >= PER_MINUTE:
            raise TooFast
        self._spoken.append(now)

    async def _take(self, msg_id: UUID, take: Callable[[], Awaitable[Messages]]) -> Reply:
        async with self._one_at_a_time:
            if self.ended:  # while this turn waited for the one before it
                raise VisitExpired
            messages = await take()
            if self.ended:  # while it was under way: what it left behind goes, too
                self.forget(self.sender)
            self._replies += 1
            return Reply(msg_id, self._replies, messages)

    def _forget_old(self) -> None:
        done = [msg_id for msg_id, turn in self._turns.items() if turn.done()]
        for msg_id in done[: max(0, len(self._turns) - REPLIES_KEPT)]:
            del self._turns[msg_id]


class Visits:
    """The visits under way. Times are seconds of one steady clock. forget: see Visit."""

    def __init__(self, forget: Forget = lambda sender: None) -> None:
        self._visits: dict[str, Visit] = {}
        self._forget = forget

    def __len__(self) -> int:
        return len(self._visits)

    def open(self, token: str | None, now: float) -> Visit:
        """The visit of `token` when it still lives, otherwise a new one; raises Busy when full."""
        self.sweep(now)
        visit = self._visits.get(token) if token else None
        if visit is None:
            if len(self._visits) >= VISITS_KEPT:
                self._make_room()
            visit = Visit(last_word=now, forget=self._forget)
            self._visits[visit.token] = visit
        return visit

    def _make_room(self) -> None:
        """Let a visit go in which nothing was said; its page gets another when it speaks."""
        silent = next((visit for visit in self._visits.values() if not visit.begun), None)
        if silent is None:
            raise Busy
        self.end(silent)

    def living(self, visit: Visit, now: float) -> Visit:
        """`visit`, or VisitExpired when it ended or fell silent too long ago."""
        if _silent(visit, now):
            self.end(visit)
        if visit.ended:
            raise VisitExpired
        return visit

    def end(self, visit: Visit) -> None:
        """Forget a visit, its replies and its token; turns of it that wait never begin."""
        visit.ended = True
        self._visits.pop(visit.token, None)
        if visit.begun:
            visit.forget(visit.sender)

    def sweep(self, now: float) -> None:
        """Forget the visits that fell silent."""
        for visit in [visit for visit in self._visits.values() if _silent(visit, now)]:
            self.end(visit)


def _silent(visit: Visit, now: float) -> bool:
    return visit.last_word + LASTS <= now


def _seen(turn: asyncio.Task[Reply]) -> None:
    """Take note of a failure that nobody waits for any more, so that asyncio does not complain."""
    if not turn.cancelled():
        turn.exception()
