"""Meetings: who sits in which room now. In memory only; nothing here waits or asks a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from booking.rooms import Side
from bot.channels.room.refusals import (
    Full,
    NotYours,
    Refusal,
    Replaced,
    Taken,
    TooManyTicks,
)

HELD = timedelta(seconds=15)
"""How long a seat waits for the tab that lost its line before another may take it."""
KEPT = timedelta(hours=2)
"""How long an empty meeting is remembered, with what was written in it."""
MEETINGS_KEPT = 2000
SAID_KEPT = 200
TICKS_KEPT = 300
"""Ticks a meeting takes to the database, where each leaves a row of the audit."""

OTHER: dict[Side, Side] = {"citizen": "officer", "officer": "citizen"}


class Line(Protocol):
    """A page's socket as a meeting sees it; both return at once."""

    def tell(self, frame: dict[str, Any]) -> None: ...

    def stop(self, why: type[Refusal]) -> None: ...


@dataclass(eq=False)
class Seat:
    """
    One side of a room, once somebody has sat there.

    instance, load: of the page, see frames.Hello; instance is "" after somebody left for good.
    line: None while there is none. left: when it went. entered: ready. audio, video: whether one
    hears and sees them.
    """

    instance: str
    load: str
    line: Line | None
    left: datetime
    entered: bool = False
    audio: bool = False
    video: bool = False

    @property
    def ready(self) -> bool:
        return self.line is not None and self.entered


@dataclass(eq=False)
class Meeting:
    """
    One room. officer: the name of who sits, or sat, there. begun: both sides have met. over: the
    officer hung up. broken: a side is missing so long that it is called back; told once, until
    both are there again. ticks: how many the citizen has sent.
    """

    seats: dict[Side, Seat] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    officer: str = ""
    begun: bool = False
    over: bool = False
    broken: bool = False
    ticks: int = 0

    def sit(self, side: Side, instance: str, load: str, line: Line, now: datetime) -> None:
        """
        Take the seat of `side`, or raise Taken.

        The same tab gets it back whenever it asks; its old line is stopped.
        """
        seat = self.seats.get(side)
        stranger = seat is not None and seat.instance not in ("", instance)
        if seat and stranger and (seat.line or now < seat.left + HELD):
            raise Taken
        if seat and seat.line not in (None, line):
            assert seat.line
            seat.line.stop(Replaced)
        if seat and (seat.instance, seat.load) == (instance, load):
            seat.line = line
        else:
            self.seats[side] = Seat(instance, load, line, now)
        self._tell_of(side)

    def enter(self, side: Side, audio: bool, video: bool) -> bool:
        """`side` is ready; returns whether the session begins with this, or again after a break."""
        seat = self.seats[side]
        seat.entered, seat.audio, seat.video = True, audio, video
        both = len(self.seats) == 2 and all(seat.ready for seat in self.seats.values())
        begins = both and (self.broken or not self.begun)
        if begins:
            self.begun, self.broken = True, False
        self._tell(side, self.peer(side))  # first, so that it knows whose signals come next
        self._tell_of(side)
        return begins

    def lose(self, side: Side, line: Line, now: datetime, for_good: bool = False) -> None:
        """A line went; nothing when the side has another one by now."""
        seat = self.seats.get(side)
        if seat is None or seat.line is not line:
            return
        seat.line, seat.left = None, now
        if for_good:
            seat.instance, seat.entered = "", False
        self._tell_of(side)

    def pass_on(self, side: Side, signal: dict[str, Any]) -> None:
        self._tell(OTHER[side], {"type": "signal", **signal})

    def say(self, side: Side, msg_id: str, text: str) -> None:
        """Write `text` for both to read; the same `msg_id` again is answered and not repeated."""
        known = next((one for one in self.said if one["msg_id"] == msg_id), None)
        if known:
            self._tell(side, known)
            return
        said = {"type": "said", "msg_id": msg_id, "by": side, "text": text}
        self.said = [*self.said[1 - SAID_KEPT :], said]
        for one in self.seats:
            self._tell(one, said)

    def count_tick(self, side: Side) -> None:
        """`side` wants to tick something; only the citizen may, and not without end."""
        if side != "citizen":
            raise NotYours
        if self.ticks >= TICKS_KEPT:
            raise TooManyTicks
        self.ticks += 1

    def tell_ticked(self, lines: Sequence[str]) -> None:
        """Both see what is ready now."""
        for side in self.seats:
            self._tell(side, {"type": "ticked", "lines": list(lines)})

    def hang_up(self, side: Side) -> None:
        """The session is over; only the officer says so."""
        if side != "officer":
            raise NotYours
        self.over = True
        self.said = []  # nothing of it is kept
        for one in self.seats:
            self._tell(one, {"type": "ended"})

    def peer(self, side: Side) -> dict[str, Any]:
        """What `side` is told of the other."""
        seat = self.seats.get(OTHER[side])
        if seat is None or seat.line is None:
            return {"type": "peer", "here": False, "entered": False}
        return {
            "type": "peer",
            "here": True,
            "entered": seat.entered,
            "load": seat.load,
            "audio": seat.audio,
            "video": seat.video,
        }

    def missing_since(self) -> datetime | None:
        """Since when a side has been missing from a session under way; None when none has."""
        if not self.begun or self.over:
            return None
        left = [seat.left for seat in self.seats.values() if seat.line is None]
        return min(left, default=None)

    def tell_broken(self) -> None:
        """Somebody is missing too long: who stays learns that they are called back."""
        for side in self.seats:
            self._tell(side, {"type": "broken"})

    def empty_since(self) -> datetime | None:
        """Since when nobody has been here; None while somebody is."""
        if any(seat.line for seat in self.seats.values()):
            return None
        return max((seat.left for seat in self.seats.values()), default=None)

    def _tell_of(self, side: Side) -> None:
        self._tell(OTHER[side], self.peer(OTHER[side]))

    def _tell(self, side: Side, frame: dict[str, Any]) -> None:
        seat = self.seats.get(side)
        if seat and seat.line:
            seat.line.tell(frame)


class Meetings:
    """
    The meetings under way, by booking. call_back_after: how long a line may be broken, by the
    rules of the moment.
    """

    def __init__(self, call_back_after: Callable[[], timedelta]) -> None:
        self._meetings: dict[int, Meeting] = {}
        self._call_back_after = call_back_after

    def __len__(self) -> int:
        return len(self._meetings)

    def of(self, booking_id: int) -> Meeting:
        """The meeting of a booking, begun when there is none; raises Full."""
        if booking_id not in self._meetings:
            if len(self._meetings) >= MEETINGS_KEPT:
                raise Full
            self._meetings[booking_id] = Meeting()
        return self._meetings[booking_id]

    def sweep(self, now: datetime) -> Iterator[tuple[int, Meeting]]:
        """Forget the empty ones; yield those whose line is broken for too long, each break once."""
        for booking_id, meeting in list(self._meetings.items()):
            missing, empty = meeting.missing_since(), meeting.empty_since()
            if missing and not meeting.broken and now >= missing + self._call_back_after():
                meeting.broken = True
                yield booking_id, meeting
            if empty and now >= empty + KEPT:
                del self._meetings[booking_id]
