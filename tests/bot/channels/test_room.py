"""The room's channel as its two pages meet it, over HTTP and a WebSocket, with real tokens."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
import pytest
import websockets
from hypothesis import given
from hypothesis import strategies as st
from room_server import MONDAY, OFFICER, Stand
from sanic import Sanic

from booking.bookings import Booking
from booking.rules import Rules
from bot.channels.room import connection, meeting
from bot.channels.room.channel import PAGE, ROOM_HEADERS
from bot.channels.room.frames import FRAME_LIMIT, read_frame
from bot.channels.room.refusals import Refusal
from bot.channels.room.turn import LASTS, Turn

Sanic.test_mode = True
NAMES = count()


class Page:
    """One side's end of the socket."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def send(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame))

    async def next(self) -> dict[str, Any]:
        return json.loads(await asyncio.wait_for(self.connection.recv(), 5))

    async def receive(self, kind: str) -> dict[str, Any]:
        """The next frame of a kind; news of the other side is passed over unless asked for."""
        while True:
            frame = await self.next()
            if frame["type"] == kind:
                return frame
            assert frame["type"] == "peer", frame

    async def refusal(self) -> str:
        return (await self.receive("error"))["code"]

    async def closed(self) -> None:
        with pytest.raises(websockets.ConnectionClosed):
            while True:
                await self.next()

    async def hello(self, token: str, tab: str | None = None, load: str | None = None) -> None:
        tab, load = tab or str(uuid4()), load or str(uuid4())
        await self.send(type="hello", version=1, token=token, instance=tab, load=load)

    async def come_in(self, token: str, **page: str) -> dict[str, Any]:
        await self.hello(token, **page)
        welcome = await self.receive("welcome")
        await self.send(type="enter", audio=True, video=True)
        return welcome


class Room(Stand):
    """The stand, listening on a port of its own."""

    url = ""

    @asynccontextmanager
    async def page(self, booking: Booking | int, origin: str | None = None) -> AsyncIterator[Page]:
        number = booking if isinstance(booking, int) else booking.id
        address = f"{self.url.replace('http', 'ws')}/room/line/{number}"
        async with websockets.connect(address, origin=origin or self.url) as connection:
            yield Page(connection)

    @asynccontextmanager
    async def both(self, booking: Booking) -> AsyncIterator[tuple[Page, Page]]:
        """Citizen and officer, face to face."""
        async with self.page(booking) as citizen, self.page(booking) as officer:
            await citizen.come_in(self.token(booking, "citizen"), tab="citizen-tab")
            await officer.come_in(self.token(booking, "officer"), tab="officer-tab")
            while not (await citizen.receive("peer"))["entered"]:
                pass
            yield citizen, officer


@asynccontextmanager
async def listening(folder: str, rules: Rules | None) -> AsyncIterator[Room]:
    room = Room(Path(folder), rules)
    app = Sanic(f"room-test-{next(NAMES)}", configure_logging=False)
    app.config.WEBSOCKET_MAX_SIZE = 64 * 1024
    app.blueprint(room.channel.blueprint(), url_prefix=room.channel.url_prefix())
    listener = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.after_start()
    room.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield room
    finally:
        await server.before_stop()
        server.close()
        for one in server.connections:
            one.close_if_idle()
        await server.wait_closed()
        await server.after_stop()


def in_a_room(
    test: Callable[[Room], Awaitable[None]], rules: Rules | None = None
) -> Callable[[], None]:
    """Run a test that talks to a room."""

    async def run() -> None:
        with TemporaryDirectory() as folder:
            async with listening(folder, rules) as room:
                await asyncio.wait_for(test(room), 30)

    def sync() -> None:
        asyncio.run(run())

    sync.__name__, sync.__doc__ = test.__name__, test.__doc__
    return sync


@in_a_room
async def test_a_welcome_says_what_the_session_is_and_that_nothing_is_recorded(room):
    booking = room.book()
    async with room.page(booking) as page:
        await page.hello(room.token(booking, "citizen"))
        welcome = await page.receive("welcome")
    assert (welcome["side"], welcome["number"]) == ("citizen", booking.number)
    assert welcome["matter"] == "深圳经济特区居住证申领"
    assert welcome["start"] == booking.start.isoformat()
    assert (welcome["ready"], welcome["ticked"]) == (["近期免冠照片", "租赁凭证"], [])
    assert (welcome["opens_in"], welcome["over"], welcome["rated"]) == (0, False, False)
    assert welcome["recording"] is None
    assert welcome["ice_servers"] == []  # nothing leaves the two machines
    assert booking.phone not in json.dumps(welcome) and booking.name not in json.dumps(welcome)


@in_a_room
async def test_signals_go_from_one_side_to_the_other_unread(room):
    async with room.both(room.book()) as (citizen, officer):
        description = {"type": "offer", "sdp": "v=0\r\n" + "a" * 20_000, "offer": 1}
        await officer.send(type="signal", call="c:o", description=description)
        heard = await citizen.receive("signal")
        assert heard == {"type": "signal", "call": "c:o", "description": description}
        await citizen.send(type="signal", call="c:o", restart=True)
        assert await officer.receive("signal") == {"type": "signal", "call": "c:o", "restart": True}


@in_a_room
async def test_a_third_person_is_refused_with_a_sentence_and_gets_in_when_the_seat_is_left(room):
    booking = room.book()
    token = room.token(booking, "citizen")
    async with room.both(booking) as (citizen, officer), room.page(booking) as third:
        await third.hello(token)
        refusal = await third.receive("error")
        assert (refusal["code"], refusal["final"]) == ("taken", False)
        assert "一对一" in refusal["message"]
        await third.send(type="signal", call="c:o", restart=True)
        assert await third.refusal() == "hello_first"
        await third.send(type="hang_up")
        assert await third.refusal() == "hello_first"
        await citizen.send(type="leave")
        await officer.receive("peer")
        await third.come_in(token)


@pytest.mark.parametrize("side", ["citizen", "officer"])
def test_the_same_tab_comes_back_over_a_line_that_still_seems_alive(side):
    @in_a_room
    async def test(room):
        booking = room.book()
        token = room.token(booking, side)
        page = {"tab": "the-same-tab", "load": "the-same-load"}
        async with room.page(booking) as old, room.page(booking) as new:
            await old.come_in(token, **page)
            await new.come_in(token, **page)
            assert await old.refusal() == "replaced"
            await old.closed()
            await new.send(type="ping")
            await new.receive("pong")

    test()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace(".c.", ".o."),
        lambda token: "",
        lambda token: "1.c.99999999999.." + "A" * 43,
    ],
    ids=["signature", "side", "none", "made up"],
)
def test_a_wrong_token_is_refused_for_good(spoil):
    @in_a_room
    async def test(room):
        booking = room.book()
        async with room.page(booking) as page:
            await page.hello(spoil(room.token(booking, "citizen")))
            refusal = await page.receive("error")
            assert (refusal["code"], refusal["final"]) == ("wrong_token", True)
            await page.closed()
        assert len(room.channel.meetings) == 0

    test()


@in_a_room
async def test_an_expired_token_is_refused_for_good(room):
    booking = room.book()
    token = room.token(booking, "citizen")
    then = room.doorkeeper.links(booking).expires
    room.now = lambda: then
    async with room.page(booking) as page:
        await page.hello(token)
        assert await page.refusal() == "token_expired"
        await page.closed()


@in_a_room
async def test_a_token_does_not_open_another_room(room):
    mine, other = room.book(), room.book()
    async with room.page(other) as page:
        await page.hello(room.token(mine, "citizen"))
        assert await page.refusal() == "wrong_token"


@in_a_room
async def test_one_line_never_changes_sides(room):
    booking = room.book()
    async with room.page(booking) as page:
        await page.come_in(room.token(booking, "citizen"))
        await page.hello(room.token(booking, "officer"))
        assert await page.refusal() == "bad_frame"


@in_a_room
async def test_before_it_opens_one_may_wait_but_not_go_in(room):
    booking = room.book(timedelta(minutes=20))
    async with room.page(booking) as page:
        welcome = await page.come_in(room.token(booking, "citizen"))
        assert 14 * 60 < welcome["opens_in"] <= 15 * 60
        assert await page.refusal() == "too_early"
        room.now = lambda: MONDAY + timedelta(minutes=16)
        welcome = await page.come_in(room.token(booking, "citizen"))
        assert welcome["opens_in"] == 0
        await page.receive("peer")


@in_a_room
async def test_what_is_written_reaches_both_without_numbers_and_once(room):
    booking = room.book()
    async with room.both(booking) as (citizen, officer):
        msg_id = str(uuid4())
        for _ in range(2):
            await citizen.send(type="say", msg_id=msg_id, text="我的号码是11010519491231002X")
        for page in (citizen, officer):
            said = await page.receive("said")
            assert (said["by"], said["msg_id"]) == ("citizen", msg_id)
            assert "11010519491231002X" not in said["text"] and "身份证号" in said["text"]
        await citizen.receive("said")
        await officer.send(type="ping")
        await officer.receive("pong")  # and no second time
        await citizen.send(type="say", msg_id=str(uuid4()), text="长" * 501)
        assert await citizen.refusal() == "too_long"
    async with room.page(booking) as page:
        welcome = await page.come_in(room.token(booking, "officer"), tab="officer-tab")
        assert [one["msg_id"] for one in welcome["said"]] == [msg_id]


@in_a_room
async def test_what_is_ticked_is_kept_before_anybody_is_there_and_comes_back(room):
    booking = room.book(timedelta(minutes=20))  # the door is still shut
    token = room.token(booking, "citizen")
    async with room.page(booking) as citizen:
        await citizen.hello(token, tab="citizen-tab")
        await citizen.receive("welcome")
        for _ in range(2):
            await citizen.send(type="tick", line="租赁凭证", ready=True)
            assert (await citizen.receive("ticked"))["lines"] == ["租赁凭证"]
    assert room.store.get(booking.id).ticked == ("租赁凭证",)
    async with room.page(booking) as citizen, room.page(booking) as officer:
        await citizen.hello(token, tab="citizen-tab")
        assert (await citizen.receive("welcome"))["ticked"] == ["租赁凭证"]
        await officer.hello(room.token(booking, "officer"))
        assert (await officer.receive("welcome"))["ticked"] == ["租赁凭证"]
        await citizen.send(type="tick", line="租赁凭证", ready=False)
        for page in (citizen, officer):
            assert (await page.receive("ticked"))["lines"] == []


@in_a_room
async def test_only_the_citizen_ticks_and_only_what_is_on_the_list(room):
    booking = room.book()
    async with room.page(booking) as stranger:
        await stranger.send(type="tick", line="租赁凭证", ready=True)
        assert await stranger.refusal() == "hello_first"
    async with room.both(booking) as (citizen, officer):
        await officer.send(type="tick", line="租赁凭证", ready=True)
        assert await officer.refusal() == "not_yours"
        await citizen.send(type="tick", line="驾驶证", ready=True)
        assert await citizen.refusal() == "not_listed"
        await citizen.send(type="tick", line="租赁凭证", ready=1)
        assert await citizen.refusal() == "bad_frame"
        await officer.send(type="hang_up")
        await citizen.receive("ended")
        await citizen.send(type="tick", line="租赁凭证", ready=True)
        await citizen.receive("ended")
    assert room.store.get(booking.id).ticked == ()


@in_a_room
async def test_who_is_cancelled_while_getting_ready_is_told(room):
    booking = room.book()
    async with room.page(booking) as citizen:
        await citizen.hello(room.token(booking, "citizen"))
        await citizen.receive("welcome")
        room.waiting_room.desk.move(booking.id, "cancelled", by="林晓", now=room.now())
        await citizen.send(type="tick", line="租赁凭证", ready=True)
        assert await citizen.refusal() == "cancelled"


def test_ticks_without_end_are_refused_and_the_line_stays(monkeypatch):
    monkeypatch.setattr(meeting, "TICKS_KEPT", 3)

    @in_a_room
    async def test(room):
        booking = room.book()
        async with room.page(booking) as page:
            await page.hello(room.token(booking, "citizen"))
            await page.receive("welcome")
            for ready in (True, False, True):
                await page.send(type="tick", line="租赁凭证", ready=ready)
                await page.receive("ticked")
            await page.send(type="tick", line="租赁凭证", ready=False)
            assert await page.refusal() == "too_many_ticks"
            await page.send(type="ping")
            await page.receive("pong")
        assert room.store.get(booking.id).ticked == ("租赁凭证",)

    test()


@in_a_room
async def test_when_the_officer_hangs_up_the_citizen_may_say_how_it_was_once(room):
    booking = room.book()
    async with room.both(booking) as (citizen, officer):
        await citizen.send(type="rate", level="satisfied")
        assert await citizen.refusal() == "nothing_to_rate"
        await citizen.send(type="hang_up")
        assert await citizen.refusal() == "not_yours"
        await officer.send(type="hang_up")
        await citizen.receive("ended")
        await officer.receive("ended")
        await officer.send(type="rate", level="very_satisfied")
        assert await officer.refusal() == "nothing_to_rate"
        for level in ("unsatisfied", "very_satisfied"):
            await citizen.send(type="rate", level=level, words="等太久，打13800138000找我")
            await citizen.receive("rated")
    rating = room.ratings.of(booking.id)
    assert (rating.level, rating.stage) == ("unsatisfied", "open")
    assert rating.words.endswith("打138****8000找我")
    async with room.page(booking) as page:
        await page.hello(room.token(booking, "citizen"), tab="citizen-tab")
        welcome = await page.receive("welcome")
        assert (welcome["over"], welcome["rated"]) == (True, True)


@in_a_room
async def test_coming_in_checks_in_and_meeting_begins_the_session(room):
    booking = room.book()
    async with room.page(booking) as officer:
        await officer.come_in(room.token(booking, "officer"))
        await officer.receive("peer")
        assert room.store.get(booking.id).state == "booked"
        async with room.page(booking) as citizen:
            await citizen.hello(room.token(booking, "citizen"))
            await citizen.receive("welcome")
            assert room.store.get(booking.id).state == "checked_in"
            await citizen.send(type="enter")
            await citizen.receive("peer")
            await citizen.send(type="ping")
            await citizen.receive("pong")  # after what came before it
            begun = room.store.get(booking.id)
            assert (begun.state, begun.officer) == ("in_session", OFFICER)


@in_a_room
async def test_an_officer_is_told_that_a_colleague_has_called(room):
    booking = room.book()
    room.doorkeeper.check_in(booking.id, room.now())
    room.waiting_room.call(booking.id, room.now(), by="陈建国")
    async with room.page(booking) as page:
        await page.hello(room.token(booking, "officer"))
        assert await page.refusal() == "with_colleague"
        await page.closed()


@in_a_room
async def test_frames_that_are_none_are_refused_and_the_socket_stays_open(room):
    booking = room.book()
    async with room.page(booking) as page:
        for data in ("", "[]", '{"type":"open"}', "[" * 5000, "x" * (FRAME_LIMIT + 1), b"\x00"):
            await page.connection.send(data)
            assert await page.refusal() == "bad_frame"
        await page.send(type="enter")
        assert await page.refusal() == "hello_first"
        await page.send(type="ping")
        await page.receive("pong")


@in_a_room
async def test_another_version_is_told_to_reload(room):
    booking = room.book()
    async with room.page(booking) as page:
        await page.send(type="hello", version=2, token="", instance="a" * 9, load="b" * 9)
        assert await page.refusal() == "version"
        await page.closed()


def test_who_sends_without_end_is_cut_off(monkeypatch):
    monkeypatch.setattr(connection, "PER_TEN_SECONDS", 5)

    @in_a_room
    async def test(room):
        booking = room.book()
        async with room.page(booking) as page:
            for _ in range(6):
                await page.send(type="ping")
            for _ in range(5):
                await page.receive("pong")
            assert await page.refusal() == "too_much"
            await page.closed()

    test()


def test_a_page_that_falls_silent_is_missed_by_the_other_and_then_called_back(monkeypatch):
    monkeypatch.setattr(connection, "SILENCE", 0.3)

    async def test(room):
        booking = room.book()
        async with room.both(booking) as (citizen, officer):
            ping = asyncio.create_task(_ping(officer))
            while (await officer.next())["type"] != "broken":
                pass
            ping.cancel()
            await citizen.closed()
        assert room.channel.meetings.of(booking.id).broken
        assert room.store.get(booking.id).state == "broken_off"

    in_a_room(test, Rules(call_back_after=timedelta(seconds=0.5)))()


async def _ping(page: Page) -> None:
    while True:
        await page.send(type="ping")
        await asyncio.sleep(0.1)


@in_a_room
async def test_only_pages_of_ours_open_the_line_and_they_may_use_the_camera(room):
    booking = room.book()
    for origin in ("https://elsewhere.example", "null"):
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            async with room.page(booking, origin=origin):
                pass
        assert refused.value.status_code == 403
    async with httpx.AsyncClient(base_url=room.url) as client:
        page = await client.get("/room/")
        assert page.status_code == 200 and "本次不录像" in page.text
        for name, value in ROOM_HEADERS.items():
            assert page.headers[name] == value
        assert "camera=(self)" in page.headers["permissions-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert (await client.get("/room")).status_code in (200, 302)
        assert (await client.get("/room/line/1")).status_code == 426
        assert (await client.get("/room/page/channel.py")).status_code == 404
        for path in PAGE.iterdir():
            assert (await client.get(f"/room/page/{path.name}")).status_code == 200


def test_nothing_in_the_page_comes_from_elsewhere_or_stands_in_its_markup():
    for path in (one for one in PAGE.iterdir() if one.suffix != ".svg"):
        assert re.findall(r"https?://", path.read_text(encoding="utf-8")) == [], path.name
    markup = (PAGE / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<style| style=| on[a-z]+=|<script(?! type=.module. src=)", markup) == []


@given(
    st.one_of(
        st.none(),
        st.binary(),
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ).map(json.dumps),
    )
)
def test_whatever_a_page_sends_is_a_frame_or_a_refusal(data):
    with suppress(Refusal):
        read_frame(data)


def test_every_refusal_has_a_code_of_its_own_and_a_whole_sentence():
    every = Refusal.__subclasses__()
    assert len({one.code for one in every}) == len(every) > 10
    assert all(one.sentence.endswith("。") for one in every)


def test_a_relay_is_opened_for_a_few_hours_as_coturn_wants_it():
    turn = Turn(("turn:turn.example:3478",), "futian", "shared")
    [server] = turn.servers(MONDAY)
    until, user = server["username"].split(":")
    assert (int(until), user) == (int((MONDAY + LASTS).timestamp()), "futian")
    expected = hmac.new(b"shared", server["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(server["credential"]) == expected
    assert "shared" not in repr(turn)
    assert Turn().servers(MONDAY) == []
