"""One page's line to a room, for as long as its socket is open."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from contextlib import suppress
from datetime import timedelta
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Any

from sanic.exceptions import ServerError, WebsocketClosed
from sanic.server.websockets.impl import WebsocketImplProtocol

from booking.checklist import NotListed
from booking.doorkeeper import Admission
from booking.errors import CannotMove
from booking.ratings import WORDS_LIMIT, AlreadyRated
from booking.rooms import RoomRefused
from bot.channels.room.frames import (
    TEXT_LIMIT,
    Enter,
    Frame,
    HangUp,
    Hello,
    Leave,
    Ping,
    Rate,
    Say,
    Signal,
    Tick,
    read_frame,
)
from bot.channels.room.meeting import Meeting
from bot.channels.room.refusals import (
    AT_THE_DOOR,
    BadFrame,
    Early,
    HelloFirst,
    NothingToRate,
    NotOnTheList,
    Refusal,
    TooLong,
    TooMuch,
    Wrong,
)
from xiaofu.privacy import mask

if TYPE_CHECKING:
    from bot.channels.room.channel import RoomChannel

logger = logging.getLogger(__name__)

SILENCE = 8
"""Seconds without a word from a page, which pings every two, until its line counts as lost."""
PATIENCE = 10
"""Seconds an open socket has to say who it is."""
PER_TEN_SECONDS = 400
"""Frames a page may send: a call begins with some forty, most of them at once."""
UNSENT = 500
"""Frames that may wait for a slow page before it counts as gone."""


class Connection:
    """Takes a page's frames to its meeting; a meeting's Line."""

    def __init__(
        self, socket: WebsocketImplProtocol, channel: RoomChannel, booking_id: int
    ) -> None:
        self._socket = socket
        self._channel = channel
        self._booking_id = booking_id
        self._token = ""
        self._admission: Admission | None = None
        self._meeting: Meeting | None = None
        self._heard: deque[float] = deque(maxlen=PER_TEN_SECONDS)
        self._unsent: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(UNSENT)

    async def serve(self) -> None:
        """Answer frames until the page goes or falls silent."""
        writing = asyncio.create_task(self._write())
        try:
            while not writing.done():
                patience = PATIENCE if self._meeting is None else SILENCE
                # `recv` of Sanic 21.12 gives asyncio.wait a coroutine, which Python 3.11 refuses
                data = await asyncio.wait_for(self._socket.assembler.get(), patience)
                try:
                    self._count()
                    await self._answer(read_frame(data))
                except Refusal as refusal:
                    self._refuse(type(refusal))
        except TimeoutError:
            self._socket.fail_connection(1001)
        finally:
            self._go()
            writing.cancel()

    def tell(self, frame: dict[str, Any]) -> None:
        """Send when the page takes it; a page that takes nothing any more is given up."""
        try:
            self._unsent.put_nowait(frame)
        except asyncio.QueueFull:
            self._socket.fail_connection(1008)

    def stop(self, why: type[Refusal]) -> None:
        self.tell({"type": "error", "code": why.code, "message": why.sentence, "final": True})
        with suppress(asyncio.QueueFull):
            self._unsent.put_nowait(None)

    async def _answer(self, frame: Frame) -> None:
        match frame:
            case Ping():
                self.tell({"type": "pong"})
            case Hello():
                await self._sit(frame)
            case Enter():
                await self._enter(frame)
            case Signal():
                meeting, admission = self._seated()
                meeting.pass_on(admission.side, frame.dict(exclude_defaults=True))
            case Say():
                self._say(frame)
            case HangUp():
                meeting, admission = self._seated()
                meeting.hang_up(admission.side)
            case Leave():
                self._go(for_good=True)
            case Rate():
                await self._rate(frame)
            case Tick():
                await self._tick(frame)

    async def _sit(self, hello: Hello) -> None:
        if self._token not in ("", hello.token):
            raise BadFrame
        admission = await self._admit(hello.token)
        booking, now = admission.booking, self._channel.now()
        if booking.id != self._booking_id:
            raise Wrong  # the other side would be in another process
        meeting = self._channel.meetings.of(booking.id)
        if self._meeting is None:
            meeting.sit(admission.side, hello.instance, hello.load, self, now)
        self._token, self._meeting = hello.token, meeting
        meeting.officer = admission.officer or meeting.officer
        rated = False
        if admission.side == "citizen":
            if not admission.opens_in and not meeting.over:
                await asyncio.to_thread(self._channel.doorkeeper.check_in, booking.id, now)
            rated = await asyncio.to_thread(self._channel.ratings.of, booking.id) is not None
        matter = await asyncio.to_thread(self._channel.matter_name, booking.matter_id)
        self.tell(self._welcome(admission, meeting, matter, rated))

    def _welcome(
        self, admission: Admission, meeting: Meeting, matter: str, rated: bool
    ) -> dict[str, Any]:
        booking, channel = admission.booking, self._channel
        return {
            "type": "welcome",
            "side": admission.side,
            "number": booking.number,
            "matter": matter,
            "start": booking.start.isoformat(),
            "ready": list(booking.checklist),
            "ticked": list(booking.ticked),
            "opens_in": ceil(admission.opens_in / timedelta(seconds=1)),
            "begun": meeting.begun,
            "over": meeting.over or admission.over,
            "rated": rated,
            "recording": None,  # nothing is recorded: decision 19
            "call_back_after": channel.doorkeeper.call_back_after.total_seconds(),
            "ice_servers": channel.turn.servers(channel.now()),
            "peer": meeting.peer(admission.side),
            "said": meeting.said,
        }

    async def _enter(self, enter: Enter) -> None:
        meeting, _ = self._seated()
        admission = await self._admit(self._token)  # it may have been moved while they waited
        if admission.opens_in:
            raise Early
        if meeting.over or admission.over:
            self.tell({"type": "ended"})
        elif meeting.enter(admission.side, enter.audio, enter.video):
            await self._channel.begin(admission.booking.id, meeting)

    def _say(self, said: Say) -> None:
        meeting, admission = self._seated()
        text = said.text.encode(errors="replace").decode().strip()  # half an emoji is not UTF-8
        if len(text) > TEXT_LIMIT:
            raise TooLong
        if text:
            meeting.say(admission.side, str(said.msg_id), mask(text).text)

    async def _rate(self, rate: Rate) -> None:
        meeting, admission = self._seated()
        if admission.side != "citizen" or not (meeting.over or admission.over):
            raise NothingToRate
        words = rate.words.encode(errors="replace").decode().strip()
        if len(words) > WORDS_LIMIT:
            raise TooLong
        keep, now = self._channel.ratings.keep, self._channel.now()
        with suppress(AlreadyRated):  # the first one stands; the page comes back after a cut
            await asyncio.to_thread(keep, admission.booking.id, rate.level, mask(words).text, now)
        self.tell({"type": "rated"})

    async def _tick(self, tick: Tick) -> None:
        meeting, admission = self._seated()
        meeting.count_tick(admission.side)
        admission = await self._admit(self._token)  # it may have ended while they got ready
        if meeting.over or admission.over:
            self.tell({"type": "ended"})
            return
        keep, now = self._channel.doorkeeper.tick, self._channel.now()
        try:
            kept = await asyncio.to_thread(keep, admission.booking.id, tick.line, tick.ready, now)
        except NotListed:
            raise NotOnTheList from None
        except CannotMove:  # it ended just now: the next try is told how
            raise BadFrame from None
        meeting.tell_ticked(kept.ticked)

    async def _admit(self, token: str) -> Admission:
        doorkeeper, now = self._channel.doorkeeper, self._channel.now()
        try:
            self._admission = await asyncio.to_thread(doorkeeper.admit, token, now)
        except RoomRefused as refused:
            raise AT_THE_DOOR[type(refused)] from None
        return self._admission

    def _seated(self) -> tuple[Meeting, Admission]:
        if self._meeting is None or self._admission is None:
            raise HelloFirst
        return self._meeting, self._admission

    def _go(self, for_good: bool = False) -> None:
        if self._meeting and self._admission:
            self._meeting.lose(self._admission.side, self, self._channel.now(), for_good)

    def _refuse(self, refusal: type[Refusal]) -> None:
        if refusal.final:
            self.stop(refusal)
        else:
            frame = {"type": "error", "code": refusal.code, "message": refusal.sentence}
            self.tell({**frame, "final": False})

    def _count(self) -> None:
        now = monotonic()
        if len(self._heard) == PER_TEN_SECONDS and self._heard[0] > now - 10:
            raise TooMuch
        self._heard.append(now)

    async def _write(self) -> None:
        while (frame := await self._unsent.get()) is not None:
            try:
                await self._socket.send(json.dumps(frame, ensure_ascii=False))
            except (WebsocketClosed, ServerError):  # the page went; it asks again when it is back
                return
        with suppress(WebsocketClosed, ServerError):
            await self._socket.close()
