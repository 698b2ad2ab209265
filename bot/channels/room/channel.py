"""The room as a channel: its page, and the socket over which two browsers find each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, redirect, text
from sanic.server.websockets.impl import WebsocketImplProtocol

from booking.doorkeeper import Doorkeeper
from booking.store import RatingStore
from bot.channels.intake import OnNewMessage
from bot.channels.kiosk.channel import PAGE as KIOSK_PAGE
from bot.channels.pages import HEADERS, page_files, welcome_origin
from bot.channels.room.connection import Connection
from bot.channels.room.meeting import Meeting, Meetings
from bot.channels.room.turn import Turn
from xiaofu.clock import Clock
from xiaofu.services import Services, services

PAGE = Path(__file__).parent / "page"
SHARED = ("bloom.svg", "elements.js", "ground.css", "tick.svg")
"""What the room's page has from the kiosk's."""
SWEEP_EVERY = 1
"""Seconds between two looks for lines that are broken too long."""

ROOM_HEADERS = HEADERS | {
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}

MatterName = Callable[[str], str]
"""What a matter is called, by its id."""


class RoomChannel(InputChannel):  # type: ignore[misc]  # rasa is untyped
    """
    Mounted like a channel, beside the kiosk; it has nothing to say to Rasa.

    The signalling goes through this process's memory: with several processes the proxy sends both
    sides of one room, `line/<booking>`, to one of them.
    """

    def __init__(
        self,
        doorkeeper: Doorkeeper,
        ratings: RatingStore,
        clock: Clock,
        matter_name: MatterName = str,
        turn: Turn | None = None,
    ) -> None:
        self.doorkeeper = doorkeeper
        self.ratings = ratings
        self.now = clock
        self.matter_name = matter_name
        self.turn = turn or Turn()
        self._moving = asyncio.Lock()  # a line that breaks and comes back at once moves in order
        self.meetings = Meetings(lambda: doorkeeper.call_back_after)

    @classmethod
    def name(cls) -> str:
        return "room"

    @classmethod
    def over(cls, whole: Services) -> RoomChannel:
        """The rooms of a process's services."""
        settings = whole.settings
        urls = tuple(filter(None, settings.turn_url.split(",")))
        turn = Turn(urls, settings.turn_user, settings.turn_secret)
        return cls(whole.doorkeeper, whole.ratings, whole.now, whole.matter_name, turn)

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> RoomChannel:
        """For `rasa run`."""
        return cls.over(services())

    def url_prefix(self) -> str:
        return "/room"

    def blueprint(self, on_new_message: OnNewMessage | None = None) -> Blueprint:
        """The routes `/`, `/page/<file>` and `/line/<booking>`, under `/room`."""
        room = Blueprint("room")
        shared = [KIOSK_PAGE / name for name in SHARED]
        files = page_files([*PAGE.iterdir(), *shared], ROOM_HEADERS)

        @room.get("/")
        async def page(request: Request) -> HTTPResponse:
            if not request.path.endswith("/"):  # the page names its files relative to itself
                return redirect(request.path + "/", headers=ROOM_HEADERS)
            return files["index.html"]()

        @room.get("/page/<name:str>")
        async def page_file(request: Request, name: str) -> HTTPResponse:
            if name not in files:
                return text("no such file", status=404, headers=ROOM_HEADERS)
            return files[name]()

        async def only_from_our_page(request: Request) -> HTTPResponse | None:
            if request.route and request.route.ctx.websocket:
                if request.headers.get("upgrade", "").lower() != "websocket":
                    return text("WebSocket only", status=426, headers=ROOM_HEADERS)
                if not welcome_origin(request):
                    return text("this page may not open it", status=403, headers=ROOM_HEADERS)
            return None

        async def line(request: Request, socket: WebsocketImplProtocol, booking: int) -> None:
            await Connection(socket, self, booking).serve()

        async def begin_sweeping(app: Sanic, loop: Any) -> None:
            app.ctx.room_sweeper = asyncio.create_task(self._sweep())

        async def stop_sweeping(app: Sanic, loop: Any) -> None:
            app.ctx.room_sweeper.cancel()

        room.add_websocket_route(line, "/line/<booking:int>")
        room.middleware(only_from_our_page)
        room.listener("after_server_start")(begin_sweeping)
        room.listener("before_server_stop")(stop_sweeping)
        return room

    async def begin(self, booking_id: int, meeting: Meeting) -> None:
        """Both are there, perhaps again."""
        async with self._moving:
            begin = self.doorkeeper.begin
            await asyncio.to_thread(begin, booking_id, self.now(), meeting.officer)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY)
            for booking_id, meeting in self.meetings.sweep(self.now()):
                await self._break_off(booking_id, meeting)

    async def _break_off(self, booking_id: int, meeting: Meeting) -> None:
        async with self._moving:
            if meeting.broken:  # nobody came back while this waited
                await asyncio.to_thread(self.doorkeeper.break_off, booking_id, self.now())
                meeting.tell_broken()
