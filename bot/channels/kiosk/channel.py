"""The Rasa channel behind the kiosk page: its files, and the chat of docs/protocol.md."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic
from sanic.exceptions import ServerError, WebsocketClosed
from sanic.request import Request
from sanic.response import HTTPResponse, redirect, text
from sanic.server.websockets.impl import WebsocketImplProtocol

from bot.channels.intake import OnNewMessage, take_turn
from bot.channels.kiosk.frames import End, Frame, Hello, Message, Ping, checked_text, read_frame
from bot.channels.kiosk.refusals import HelloFirst, Refusal, TurnFailed
from bot.channels.kiosk.themes import Theme, read_themes
from bot.channels.kiosk.visits import Forget, Messages, Visit, Visits
from bot.channels.pages import HEADERS, page_files, welcome_origin

logger = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "page"
TURN_LIMIT = 30
"""Seconds a turn may take before the citizen is told that it failed."""
PARTS = ("text", "buttons", "custom")
"""What a page gets of a message: the sender's name stays here."""
SWEEP_EVERY = 60
"""Seconds between two looks for visits that fell silent."""


class KioskInput(InputChannel):  # type: ignore[misc]  # rasa is untyped
    """
    The kiosk page and its chat.

    suggestions: what the page offers to start from.
    path: where the page is mounted; `/` where 小福 runs on its own, elsewhere beside Rasa's own
        root page.
    origins: pages on other hosts that may open the chat, as `https://host`; the channel's own may
        always.
    forget: deletes what Rasa keeps of a conversation; called when its visit is over.
    clock: seconds that only go forward.
    """

    def __init__(
        self,
        suggestions: Sequence[Theme] = (),
        path: str = "/",
        origins: Collection[str] = (),
        forget: Forget = lambda sender: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.visits = Visits(forget)
        self._suggestions = [asdict(theme) for theme in suggestions]
        self._path = path
        self._origins = frozenset(origins)
        self._clock = clock

    @classmethod
    def name(cls) -> str:
        return "kiosk"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> KioskInput:
        """For `rasa run`, whose own page holds `/`: there the kiosk stands at `/kiosk/`."""
        given = credentials or {}
        return cls(
            read_themes(), path=given.get("path", "/kiosk/"), origins=given.get("origins", ())
        )

    def url_prefix(self) -> str:
        return self._path.rstrip("/") or "/"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes `/`, `/page/<file>` and `/chat`, under the channel's path."""
        kiosk = Blueprint("kiosk")
        files = page_files(PAGE.iterdir())

        @kiosk.get("/")
        async def page(request: Request) -> HTTPResponse:
            if not request.path.endswith("/"):  # the page names its files relative to itself
                return redirect(request.path + "/", headers=HEADERS)
            return files["index.html"]()

        @kiosk.get("/page/<name:str>")
        async def page_file(request: Request, name: str) -> HTTPResponse:
            if name not in files:
                return text("no such file", status=404, headers=HEADERS)
            return files[name]()

        async def only_from_our_page(request: Request) -> HTTPResponse | None:
            if request.route and request.route.ctx.websocket:
                if request.headers.get("upgrade", "").lower() != "websocket":
                    return text("WebSocket only", status=426, headers=HEADERS)
                if not welcome_origin(request, self._origins):
                    return text("this page may not open the chat", status=403, headers=HEADERS)
            return None

        async def chat(request: Request, socket: WebsocketImplProtocol) -> None:
            await Connection(socket, self, on_new_message).serve()

        async def begin_sweeping(app: Sanic, loop: Any) -> None:
            app.ctx.kiosk_sweeper = asyncio.create_task(self._sweep())

        async def stop_sweeping(app: Sanic, loop: Any) -> None:
            app.ctx.kiosk_sweeper.cancel()

        kiosk.add_websocket_route(chat, "/chat")
        kiosk.middleware(only_from_our_page)
        kiosk.listener("after_server_start")(begin_sweeping)
        kiosk.listener("before_server_stop")(stop_sweeping)
        return kiosk

    @property
    def suggestions(self) -> list[dict[str, Any]]:
        return self._suggestions

    def now(self) -> float:
        return self._clock()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY)
            self.visits.sweep(self.now())


class Connection:
    """One page's socket, for as long as it is open."""

    def __init__(
        self, socket: WebsocketImplProtocol, channel: KioskInput, on_new_message: OnNewMessage
    ) -> None:
        self._socket = socket
        self._channel = channel
        self._on_new_message = on_new_message
        self._visit: Visit | None = None
        self._waiting: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Answer frames until the page goes; turns it began go on without it."""
        try:
            while True:
                # `recv` of Sanic 21.12 gives asyncio.wait a coroutine, which Python 3.11 refuses.
                # This is what it waits for; Sanic cancels the handler when the socket closes.
                data = await self._socket.assembler.get()
                try:
                    await self._answer(read_frame(data))
                except Refusal as refusal:
                    await self._refuse(refusal)
        finally:
            for waiting in self._waiting:
                waiting.cancel()

    async def _answer(self, frame: Frame) -> None:
        match frame:
            case Ping():
                await self._send({"type": "pong"})
            case Hello(visit=token):
                self._visit = self._channel.visits.open(token, self._channel.now())
                await self._send(
                    {
                        "type": "welcome",
                        "visit": self._visit.token,
                        "suggestions": self._channel.suggestions,
                    }
                )
            case Message():
                try:
                    self._take(frame)
                except Refusal as refusal:
                    await self._refuse(refusal, frame.msg_id)
            case End():
                if self._visit:
                    self._channel.visits.end(self._visit)
                    self._visit = None
                await self._send({"type": "ended"})

    def _take(self, message: Message) -> None:
        if self._visit is None:
            raise HelloFirst
        now = self._channel.now()
        visit = self._channel.visits.living(self._visit, now)
        said = checked_text(message.text)
        turn = visit.turn(message.msg_id, now, lambda: self._turn(visit, message.msg_id, said))
        waiting = asyncio.create_task(self._deliver(visit, message.msg_id, turn))
        self._waiting.add(waiting)
        waiting.add_done_callback(self._waiting.discard)

    async def _turn(self, visit: Visit, msg_id: UUID, said: str) -> Messages:
        turn = take_turn(self._on_new_message, said, visit.sender, KioskInput.name(), str(msg_id))
        try:
            messages = await asyncio.wait_for(turn, TURN_LIMIT)
        except TimeoutError:
            logger.error("a turn of the kiosk took longer than %s s", TURN_LIMIT)
            raise TurnFailed from None
        return [{part: said[part] for part in PARTS if part in said} for said in messages]

    async def _deliver(self, visit: Visit, msg_id: UUID, turn: asyncio.Task[Any]) -> None:
        if not turn.done():
            await self._send({"type": "typing", "msg_id": str(msg_id)})
        try:
            reply = await asyncio.shield(turn)
        except Refusal as refusal:
            if not visit.ended:
                await self._refuse(refusal, msg_id)
            return
        if not visit.ended:  # else nobody is there any more who may read it
            await self._send(
                {
                    "type": "reply",
                    "msg_id": str(msg_id),
                    "seq": reply.seq,
                    "messages": reply.messages,
                }
            )

    async def _refuse(self, refusal: Refusal, msg_id: UUID | None = None) -> None:
        frame = {"type": "error", "code": refusal.code, "message": refusal.sentence}
        await self._send(frame if msg_id is None else {**frame, "msg_id": str(msg_id)})

    async def _send(self, frame: dict[str, Any]) -> None:
        with suppress(WebsocketClosed, ServerError):  # the page went; it asks again when it is back
            await self._socket.send(json.dumps(frame, ensure_ascii=False))
