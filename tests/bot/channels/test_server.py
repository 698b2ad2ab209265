"""The bot's app before and after it is warm, over real HTTP; a fake stands for Rasa."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from booking.calendar import SHENZHEN
from bot.agent import WARM_UP
from bot.channels.rest import RestInput
from bot.channels.server import create_app
from knowledge_base.live import Live
from knowledge_base.store import Unreachable
from xiaofu.services import services

Sanic.test_mode = True
pytestmark = pytest.mark.usefixtures("data_dir")


@dataclass
class FakeAgent:
    """Takes a turn once the gate is open."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    heard: list[UserMessage] = field(default_factory=list)
    processor: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(model_filename="xiaofu-today.tar.gz")
    )
    tracker_store: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(forget=lambda sender: None)
    )

    async def handle_message(self, message: UserMessage) -> None:
        self.heard.append(message)
        await self.gate.wait()
        await message.output_channel.send_response(
            message.sender_id, {"text": "您好", "custom": {"kind": "smalltalk"}}
        )


def with_the_app(
    act: Callable[[httpx.AsyncClient, FakeAgent], Awaitable[None]], whole: Any = None
) -> None:
    async def run() -> None:
        agent = FakeAgent()
        app = create_app(agent, whole or services(), [RestInput()])
        door = socket.create_server(("127.0.0.1", 0))
        server = await app.create_server(sock=door, return_asyncio_server=True)
        await server.startup()
        await server.before_start()
        warming = asyncio.ensure_future(server.after_start())
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        try:
            async with httpx.AsyncClient(base_url=address) as client:
                await asyncio.wait_for(act(client, agent), 10)
                agent.gate.set()
                await warming
        finally:
            server.close()
            for connection in server.connections:
                connection.close_if_idle()
            await server.wait_closed()

    asyncio.run(run())


def test_health_is_503_until_the_first_turns_are_taken_and_200_from_then_on(monkeypatch):
    async def act(client, agent):
        early = await client.get("/health")
        assert early.status_code == 503
        assert early.json() == {"status": "starting", "reason": "还在预热"}
        agent.gate.set()
        while (answer := await client.get("/health")).status_code == 503:
            await asyncio.sleep(0.01)
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ok",
            "revision": 0,
            "entries": 0,
            "matters": 0,
            "model": "xiaofu-today.tar.gz",
            "encoder": services().knowledge.encoder,
            "calendar": {
                "known_until": "2026-12-31",
                "days_left": 60,
                "warning": answer.json()["calendar"]["warning"],
                "problem": None,
            },
        }
        assert "还有 60 天" in answer.json()["calendar"]["warning"]
        assert {message.sender_id for message in agent.heard} == {WARM_UP}

    whole = services()
    monkeypatch.setitem(vars(whole), "now", lambda: datetime(2026, 11, 1, 9, tzinfo=SHENZHEN))
    with_the_app(act, whole)


def test_health_tells_what_is_wrong_with_the_calendar_file(data_dir, monkeypatch):
    monkeypatch.setenv("XIAOFU_CALENDAR", str(data_dir / "office.yml"))
    services.cache_clear()

    async def act(client, agent):
        agent.gate.set()
        while (answer := await client.get("/health")).status_code == 503:
            await asyncio.sleep(0.01)
        assert answer.json()["calendar"]["problem"] is None
        (data_dir / "office.yml").write_text("停办:\n- {日期: 12月3日, 原因: 台风}\n", "utf-8")
        told = (await client.get("/health")).json()
        assert told["status"] == "ok"
        assert "office.yml 第 2 行" in told["calendar"]["problem"]

    with_the_app(act, services())


def test_health_is_200_without_an_encoder_and_says_what_is_missing():
    async def act(client, agent):
        agent.gate.set()
        while (answer := await client.get("/health")).status_code == 503:
            await asyncio.sleep(0.01)
        told = answer.json()
        assert (told["status"], told["encoder"]) == ("ok", None)
        assert "没有装句子编码器" in told["hint"]

    whole = services()
    plain = SimpleNamespace(
        knowledge=Live(whole.knowledge_store, encoder=None),
        office_calendar=whole.office_calendar,
        now=whole.now,
    )
    with_the_app(act, plain)


def test_health_is_503_with_the_reason_when_the_database_cannot_be_read():
    class Gone:
        def current(self) -> None:
            raise Unreachable("no such file")

    async def act(client, agent):
        agent.gate.set()
        while (answer := await client.get("/health")).json()["status"] == "starting":
            await asyncio.sleep(0.01)
        assert answer.status_code == 503
        assert "数据库" in answer.json()["reason"]

    with_the_app(act, SimpleNamespace(knowledge=Gone()))


def test_a_citizen_is_answered_on_the_channels():
    async def act(client, agent):
        agent.gate.set()
        said = {"sender": "me", "message": "你好"}
        answer = await client.post("/webhooks/rest/webhook", json=said)
        assert answer.json()[0] == {"recipient_id": "me", "text": "您好"}

    with_the_app(act)


def test_a_request_too_large_is_refused():
    async def act(client, agent):
        agent.gate.set()
        said = {"sender": "me", "message": "办" * 100_000}
        answer = await client.post("/webhooks/rest/webhook", json=said)
        assert answer.status_code == 413
        assert all(message.sender_id == WARM_UP for message in agent.heard)

    with_the_app(act)


def test_nothing_else_of_rasas_server_is_open():
    async def act(client, agent):
        for path in ("/", "/status", "/conversations/me/tracker", "/model/parse", "/domain"):
            assert (await client.get(path)).status_code == 404

    with_the_app(act)
