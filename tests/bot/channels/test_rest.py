"""Rasa's REST channel over real HTTP; a fake stands for Rasa."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import httpx
import pytest
from rasa.core.channels.channel import UserMessage, register
from sanic import Sanic

from bot.channels.rest import RestInput

Sanic.test_mode = True
NAMES = count()
ADDRESS = "/webhooks/rest/webhook"

pytestmark = pytest.mark.usefixtures("data_dir")


class FakeRasa:
    """Answers with what it was told, and keeps what it was told."""

    def __init__(self) -> None:
        self.heard: list[UserMessage] = []

    async def handle_message(self, message: UserMessage) -> None:
        self.heard.append(message)
        if message.text == "出错":
            raise RuntimeError("broken")
        await message.output_channel.send_response(
            message.sender_id,
            {
                "text": f"您说：{message.text}",
                "buttons": [{"title": "好", "payload": "好"}],
                "custom": {"kind": "answer", "id": "a", "score": 1.0},
            },
        )


@asynccontextmanager
async def listening(rasa: FakeRasa) -> AsyncIterator[httpx.AsyncClient]:
    app = Sanic(f"rest-test-{next(NAMES)}", configure_logging=False)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.agent = rasa
    register([RestInput()], app, route="/webhooks/")
    door = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=door, return_asyncio_server=True)
    await server.startup()
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{door.getsockname()[1]}"
        ) as client:
            yield client
    finally:
        server.close()
        for connection in server.connections:
            connection.close_if_idle()
        await server.wait_closed()


def talk(
    act: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]],
) -> tuple[httpx.Response, list[UserMessage]]:
    """The answer to a request, and what Rasa heard of it."""
    rasa = FakeRasa()

    async def run() -> httpx.Response:
        async with listening(rasa) as client:
            return await asyncio.wait_for(act(client), 10)

    return asyncio.run(run()), rasa.heard


def post(said: Any) -> tuple[httpx.Response, list[UserMessage]]:
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    return talk(lambda client: client.post(ADDRESS, content=content))


def test_a_message_is_answered_at_rasas_address_in_rasas_form():
    answer, heard = post({"sender": "me", "message": "办居住证要带什么"})
    assert answer.status_code == 200
    text, custom = answer.json()
    assert text == {
        "recipient_id": "me",
        "text": "您说：办居住证要带什么",
        "buttons": [{"title": "好", "payload": "好"}],
    }
    assert custom == {
        "recipient_id": "me",
        "custom": {"kind": "answer", "id": "a", "score": 1.0},
    }
    assert "您说".encode() in answer.content  # Chinese as Chinese: half the bytes
    assert [(one.text, one.sender_id, one.input_channel) for one in heard] == [
        ("办居住证要带什么", "me", "rest")
    ]


def test_personal_numbers_never_reach_rasa_nor_come_back():
    answer, heard = post({"sender": "me", "message": "我的电话13812345678"})
    assert heard[0].text == "我的电话138****5678"
    assert "13812345678" not in answer.text


@pytest.mark.parametrize("said", [{}, {"sender": None}, {"sender": ""}])
def test_without_a_sender_it_is_rasas_default_one(said):
    _, heard = post({**said, "message": "你好"})
    assert heard[0].sender_id == "default"


@pytest.mark.parametrize("body", [b'"hello"', b"[]", b"null", b"1"])
def test_what_is_no_object_is_refused_with_the_form_it_wants(body):
    answer, heard = post(body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_request"
    assert "JSON" in answer.json()["message"]
    assert heard == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", "办".encode("gb18030")])
def test_what_is_no_json_is_refused(body):
    answer, heard = post(body)
    assert answer.status_code == 400
    assert heard == []


@pytest.mark.parametrize("message", [None, 1, ["你好"], {"text": "你好"}])
def test_a_message_that_is_no_text_is_refused(message):
    answer, heard = post({"sender": "me", "message": message})
    assert (answer.status_code, heard) == (400, [])
    assert "message" in answer.json()["message"]


@pytest.mark.parametrize("sender", [1, ["me"], "s" * 129, "me\0", "\ud800"])
def test_a_sender_that_cannot_be_kept_is_refused(sender):
    answer, heard = post({"sender": sender, "message": "你好"})
    assert (answer.status_code, heard) == (400, [])
    assert answer.json()["message"] == "sender 是不超过 128 个字符的文字"


def test_halves_of_characters_in_a_message_do_no_harm():
    answer, heard = post({"sender": "me", "message": "你\ud83d好"})
    assert answer.status_code == 200
    assert heard[0].text == "你好"


def test_a_turn_that_fails_is_answered_all_the_same():
    answer, _ = post({"sender": "me", "message": "出错"})
    [trouble] = answer.json()
    assert answer.status_code == 200
    assert trouble["recipient_id"] == "me"
    assert trouble["custom"]["kind"] == "handoff"


def test_a_page_cannot_be_read_there():
    answer, _ = talk(lambda client: client.get(ADDRESS))
    assert answer.status_code == 405
