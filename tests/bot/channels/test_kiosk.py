"""The kiosk channel as a page meets it, over HTTP and a WebSocket; a fake stands for Rasa."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest
import websockets
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channels.kiosk.channel import HEADERS, PAGE, KioskInput
from bot.channels.kiosk.frames import FRAME_LIMIT, TEXT_LIMIT, checked_text, read_frame
from bot.channels.kiosk.refusals import Busy, Refusal
from bot.channels.kiosk.themes import Theme, read_themes
from bot.channels.kiosk.visits import LASTS, PER_MINUTE, REPLIES_KEPT, Visit, Visits

Sanic.test_mode = True
NAMES = count()
THEMES = (Theme("居住", ("办居住证要带什么？",), "home"),)


@dataclass
class FakeRasa:
    """Answers every turn with what was said; waits at `gate` before it does."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    turns: list[tuple[str, str]] = field(default_factory=list)
    under_way: int = 0
    most_at_once: int = 0

    async def __call__(self, message: UserMessage) -> None:
        self.turns.append((message.sender_id, message.text))
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await self.gate.wait()
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
        finally:
            self.under_way -= 1


class Page:
    """The page's end of the socket."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def send(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame))

    async def receive(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame; typing is passed over unless asked for."""
        while True:
            frame = json.loads(await asyncio.wait_for(self.connection.recv(), 5))
            if kind is None and frame["type"] == "typing":
                continue
            assert kind is None or frame["type"] == kind, frame
            return frame

    async def hello(self, visit: str | None = None) -> str:
        await self.send(type="hello", version=1, visit=visit)
        return (await self.receive("welcome"))["visit"]

    async def say(self, text: str, msg_id: str | None = None) -> str:
        msg_id = msg_id or str(uuid4())
        await self.send(type="message", msg_id=msg_id, text=text)
        return msg_id


@dataclass
class Stand:
    """A kiosk that listens on a port of its own."""

    url: str
    app: Sanic
    kiosk: KioskInput
    rasa: FakeRasa
    time: list[float]

    @asynccontextmanager
    async def page(self, origin: str | None = None) -> AsyncIterator[Page]:
        address = self.url.replace("http", "ws") + "chat"
        async with websockets.connect(address, origin=origin or self.url.rstrip("/")) as connection:
            yield Page(connection)


@asynccontextmanager
async def stand(path: str = "/") -> AsyncIterator[Stand]:
    time = [1000.0]
    kiosk = KioskInput(THEMES, path=path, origins=("https://tv.example",), clock=lambda: time[0])
    rasa = FakeRasa()
    rasa.gate.set()
    app = Sanic(f"kiosk-test-{next(NAMES)}", configure_logging=False)
    app.blueprint(kiosk.blueprint(rasa), url_prefix=kiosk.url_prefix())
    listener = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.after_start()
    try:
        port = listener.getsockname()[1]
        yield Stand(f"http://127.0.0.1:{port}{path}", app, kiosk, rasa, time)
    finally:
        await server.before_stop()
        server.close()
        for connection in server.connections:
            connection.close_if_idle()
        await server.wait_closed()
        await server.after_stop()


def on_a_stand(test: Callable[[Stand], Awaitable[None]]) -> Callable[[], None]:
    """Run a test that talks to a kiosk."""

    async def run() -> None:
        async with stand() as kiosk:
            await asyncio.wait_for(test(kiosk), 20)

    def sync() -> None:
        asyncio.run(run())

    sync.__name__, sync.__doc__ = test.__name__, test.__doc__
    return sync


@on_a_stand
async def test_welcome_brings_a_visit_and_questions_to_start_from(stand):
    async with stand.page() as page:
        await page.send(type="hello", version=1, visit=None)
        welcome = await page.receive("welcome")
    assert len(welcome["visit"]) >= 32
    assert welcome["suggestions"] == [
        {"theme": "居住", "questions": ["办居住证要带什么？"], "icon": "home"}
    ]


@on_a_stand
async def test_a_message_is_typed_at_and_answered(stand):
    async with stand.page() as page:
        await page.hello()
        stand.rasa.gate.clear()
        msg_id = await page.say("你好")
        assert await page.receive("typing") == {"type": "typing", "msg_id": msg_id}
        stand.rasa.gate.set()
        assert await page.receive("reply") == {
            "type": "reply",
            "msg_id": msg_id,
            "seq": 1,
            "messages": [
                {"text": "您说：你好", "buttons": [{"title": "好", "payload": "好"}]},
                {"custom": {"kind": "answer", "id": "a", "score": 1.0}},
            ],
        }


@on_a_stand
async def test_rasa_never_learns_the_token_and_meets_each_visit_as_another_citizen(stand):
    async with stand.page() as one, stand.page() as other:
        tokens = [await one.hello(), await other.hello()]
        for page in (one, other):
            await page.say("你好")
            await page.receive()
    senders = [sender for sender, _ in stand.rasa.turns]
    assert len(set(senders)) == 2
    assert not set(senders) & set(tokens)


@on_a_stand
async def test_the_same_message_sent_again_is_one_turn_and_the_same_reply(stand):
    async with stand.page() as page:
        await page.hello()
        msg_id = await page.say("你好")
        first = await page.receive()
        await page.say("你好", msg_id)
        assert await page.receive() == first
    assert len(stand.rasa.turns) == 1


@on_a_stand
async def test_five_at_once_over_two_sockets_are_one_turn(stand):
    async with stand.page() as page, stand.page() as other:
        token = await page.hello()
        assert await other.hello(token) == token
        stand.rasa.gate.clear()
        msg_id = str(uuid4())
        for sender in (page, page, other, other, page):
            await sender.say("你好", msg_id)
        await page.receive("typing")
        stand.rasa.gate.set()
        replies = [await page.receive() for _ in range(3)]
        replies += [await other.receive() for _ in range(2)]
    assert len(stand.rasa.turns) == 1
    assert all(reply == replies[0] for reply in replies)


@on_a_stand
async def test_a_page_that_was_cut_off_comes_back_for_its_reply(stand):
    stand.rasa.gate.clear()
    async with stand.page() as page:
        token = await page.hello()
        msg_id = await page.say("你好")
        await page.receive("typing")
    stand.rasa.gate.set()
    async with stand.page() as page:
        assert await page.hello(token) == token
        await page.say("你好", msg_id)
        assert (await page.receive())["seq"] == 1
    assert len(stand.rasa.turns) == 1


@on_a_stand
async def test_turns_of_a_visit_come_one_after_the_other_those_of_two_side_by_side(stand):
    async with stand.page() as page, stand.page() as other:
        await page.hello()
        stand.rasa.gate.clear()
        asked = [await page.say(f"第{n}句") for n in range(4)]
        for _ in asked:
            await page.receive("typing")
        assert stand.rasa.most_at_once == 1
        await other.hello()
        await other.say("你好")
        await other.receive("typing")
        await asyncio.sleep(0.05)
        assert stand.rasa.most_at_once == 2
        stand.rasa.gate.set()
        replies = [await page.receive() for _ in asked]
    assert [reply["msg_id"] for reply in replies] == asked
    assert [reply["seq"] for reply in replies] == [1, 2, 3, 4]


@on_a_stand
async def test_the_thirty_first_message_of_a_minute_is_refused_kindly(stand):
    async with stand.page() as page:
        await page.hello()
        for _ in range(PER_MINUTE):
            asked = await page.say("你好")
            await page.receive("typing")
            assert (await page.receive("reply"))["msg_id"] == asked
        late = await page.say("你好")
        refusal = await page.receive("error")
        assert (refusal["code"], refusal["msg_id"]) == ("too_fast", late)
        await page.say("你好", asked)
        assert (await page.receive("reply"))["msg_id"] == asked
        stand.time[0] += 60
        await page.say("你好", late)
        assert (await page.receive())["msg_id"] == late


@pytest.mark.parametrize(
    ("text", "code"),
    [("长" * (TEXT_LIMIT + 1), "too_long"), (" \n ", "empty")],
    ids=["too long", "blank"],
)
def test_text_that_cannot_be_a_question_gets_a_sentence(text, code):
    async def test(stand: Stand) -> None:
        async with stand.page() as page:
            await page.hello()
            msg_id = await page.say(text)
            refusal = await page.receive("error")
        assert (refusal["code"], refusal["msg_id"]) == (code, msg_id)
        assert refusal["message"].endswith("。")
        assert stand.rasa.turns == []

    on_a_stand(test)()


@on_a_stand
async def test_frames_that_are_none_are_refused_and_the_socket_stays_open(stand):
    async with stand.page() as page:
        for data in ("", "[]", "nonsense", '{"type":"open"}', "[" * 5000, "x" * 9000, b"\x00"):
            await page.connection.send(data)
            assert (await page.receive("error"))["code"] == "bad_frame"
        await page.send(type="message", msg_id="not-a-uuid", text="你好")
        assert (await page.receive("error"))["code"] == "bad_frame"
        await page.say("你好")
        assert (await page.receive("error"))["code"] == "hello_first"
        await page.send(type="hello", version=2, visit=None)
        assert (await page.receive("error"))["code"] == "version"
        await page.send(type="ping")
        await page.receive("pong")


@on_a_stand
async def test_a_turn_that_breaks_is_answered_with_a_way_out(stand):
    async with stand.page() as page:
        await page.hello()
        await page.say("出错")
        reply = await page.receive()
    assert "12345" in reply["messages"][0]["text"]
    assert reply["messages"][0]["custom"]["kind"] == "handoff"
    assert "recipient_id" not in reply["messages"][0]


def test_a_turn_that_takes_too_long_fails_once_and_is_not_repeated(monkeypatch):
    monkeypatch.setattr("bot.channels.kiosk.channel.TURN_LIMIT", 0.05)

    @on_a_stand
    async def test(stand: Stand) -> None:
        stand.rasa.gate.clear()
        async with stand.page() as page:
            await page.hello()
            msg_id = await page.say("你好")
            assert (await page.receive())["code"] == "turn_failed"
            await page.say("你好", msg_id)
            assert (await page.receive())["code"] == "turn_failed"
            assert len(stand.rasa.turns) == 1
            stand.rasa.gate.set()
            await page.say("你好")
            assert (await page.receive())["type"] == "reply"

    test()


@on_a_stand
async def test_after_the_end_nothing_of_the_visit_is_left(stand):
    async with stand.page() as page, stand.page() as other:
        token = await page.hello()
        await other.hello(token)
        stand.rasa.gate.clear()
        for said in ("我叫王五", "还有一句"):
            await page.say(said)
            await page.receive("typing")
        await page.send(type="end")
        await page.receive("ended")
        stand.rasa.gate.set()
        assert await page.hello(token) != token
        await other.say("在吗")
        assert (await other.receive())["code"] == "visit_expired"
        await page.say("您好")
        reply = await page.receive()
    assert reply["messages"][0]["text"] == "您说：您好"
    assert [said for _, said in stand.rasa.turns] == ["我叫王五", "您好"]


@on_a_stand
async def test_a_visit_that_fell_silent_is_over(stand):
    async with stand.page() as page:
        token = await page.hello()
        await page.say("你好")
        await page.receive()
        stand.time[0] += LASTS - 1
        assert await page.hello(token) == token
        stand.time[0] += 1
        await page.say("你好")
        assert (await page.receive())["code"] == "visit_expired"
        assert await page.hello(token) != token
        assert len(stand.kiosk.visits) == 1


@on_a_stand
async def test_a_socket_that_closes_or_breaks_leaves_no_handler_behind(stand):
    stand.rasa.gate.clear()
    async with stand.page() as closing:
        await closing.hello()
        await closing.say("你好")
        await closing.receive("typing")
        async with stand.page() as breaking:
            await breaking.hello()
            assert len(stand.app.websocket_tasks) == 2
            breaking.connection.transport.abort()
    for _ in range(50):
        if not stand.app.websocket_tasks:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("a handler still waits")


@on_a_stand
async def test_only_our_own_page_may_open_the_chat(stand):
    for stranger in ("https://elsewhere.example", "null"):
        with pytest.raises(websockets.InvalidStatusCode, match="403"):
            async with stand.page(origin=stranger):
                pass
    with pytest.raises(websockets.InvalidStatusCode, match="403"):
        address = stand.url.replace("http", "ws") + "chat/"
        await websockets.connect(address, origin="https://elsewhere.example")
    async with stand.page(origin="https://tv.example") as page:
        await page.hello()
    async with httpx.AsyncClient() as client:
        assert (await client.get(stand.url + "chat")).status_code == 426


@on_a_stand
async def test_every_answer_of_the_page_carries_the_strict_headers(stand):
    async with httpx.AsyncClient(base_url=stand.url) as client:
        answers = {path.name: await client.get(f"page/{path.name}") for path in PAGE.iterdir()}
        answers["/"] = await client.get("")
        assert (await client.get("page/channel.py")).status_code == 404
        assert (await client.get("page/..%2Fchannel.py")).status_code == 404
    for name, answer in answers.items():
        assert answer.status_code == 200, name
        for header, value in HEADERS.items():
            assert answer.headers[header] == value
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert answers["/"].headers["content-type"] == "text/html; charset=utf-8"


def test_beside_rasas_own_root_page_the_kiosk_stands_under_its_path():
    kiosk = KioskInput.from_credentials(None)
    assert [theme["theme"] for theme in kiosk.suggestions] == [t.theme for t in read_themes()]

    async def look() -> None:
        async with stand("/kiosk/") as here, httpx.AsyncClient() as client:
            without_slash = await client.get(here.url.rstrip("/"))
            assert without_slash.headers["location"] == kiosk.url_prefix() + "/"
            assert (await client.get(here.url)).status_code == 200
            assert (await client.get(here.url + "page/page.css")).status_code == 200
            async with here.page(origin="https://tv.example") as page:
                await page.hello()

    asyncio.run(look())


@given(st.text() | st.binary())
def test_whatever_arrives_is_a_frame_or_a_refusal(data):
    try:
        read_frame(data)
    except Refusal as refusal:
        assert refusal.sentence


@given(st.text(alphabet=st.characters(), max_size=600))
def test_checked_text_is_short_enough_and_can_be_written(text):
    try:
        assert 0 < len(checked_text(text).encode()) <= 4 * TEXT_LIMIT
    except Refusal:
        assert not text.strip() or len(text) > TEXT_LIMIT


def test_the_longest_text_fits_into_a_frame():
    frame = {"type": "message", "msg_id": str(uuid4()), "text": "𠮷" * TEXT_LIMIT}
    assert len(json.dumps(frame)) <= FRAME_LIMIT


def test_a_visit_remembers_its_last_replies_only():
    async def talk() -> None:
        visit, said = Visit(), []

        async def turn() -> list[dict[str, Any]]:
            said.append(1)
            return [{"text": "好"}]

        ids = [uuid4() for _ in range(REPLIES_KEPT + 5)]
        for n, msg_id in enumerate(ids):
            await visit.turn(msg_id, n * 60, turn)
        assert (await visit.turn(ids[-1], 0, turn)).seq == len(ids)
        assert len(said) == len(ids)
        assert len(visit._turns) == REPLIES_KEPT

    asyncio.run(talk())


def test_sweeping_forgets_the_silent_and_keeps_the_others():
    visits = Visits()
    silent, other = visits.open(None, 0), visits.open(None, 10)
    visits.sweep(LASTS)
    assert silent.ended
    assert not other.ended
    assert len(visits) == 1


def test_when_the_room_is_full_visits_without_a_word_make_way_for_new_ones(monkeypatch):
    monkeypatch.setattr("bot.channels.kiosk.visits.VISITS_KEPT", 2)

    async def fill() -> None:
        async def turn() -> list[dict[str, Any]]:
            return [{"text": "好"}]

        visits = Visits()
        talking, silent = visits.open(None, 0), visits.open(None, 0)
        await talking.turn(uuid4(), 0, turn)
        third = visits.open(None, 0)
        assert (talking.ended, silent.ended) == (False, True)
        await third.turn(uuid4(), 0, turn)
        with pytest.raises(Busy):
            visits.open(None, 0)
        assert visits.open(talking.token, 0) is talking

    asyncio.run(fill())


def test_what_rasa_keeps_of_a_visit_goes_when_it_ends_and_when_its_last_turn_comes_in_later():
    forgotten: list[str] = []

    async def visit() -> str:
        visits = Visits(forgotten.append)
        here = visits.open(None, now=0)
        go_on = asyncio.Event()

        async def slow() -> list[dict[str, Any]]:
            await go_on.wait()
            return []

        turn = here.turn(uuid4(), 0, slow)
        await asyncio.sleep(0)
        visits.end(here)
        go_on.set()
        await turn
        return here.sender

    sender = asyncio.run(visit())
    assert forgotten == [sender, sender]


def test_a_visit_in_which_nothing_was_said_leaves_nothing_to_forget():
    forgotten: list[str] = []
    visits = Visits(forgotten.append)
    visits.end(visits.open(None, now=0))
    assert forgotten == []
