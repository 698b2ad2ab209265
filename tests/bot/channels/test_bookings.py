"""Calendar files over real HTTP, and reminders sent while the server runs."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx
import icalendar
import pytest
from sanic import Sanic

import bot.channels.bookings
from booking.calendar import SHENZHEN
from bot.channels.bookings import add_bookings
from xiaofu.reminding import Reminding
from xiaofu.services import Services, services

Sanic.test_mode = True
NOW = datetime(2026, 11, 23, 8, tzinfo=SHENZHEN)
START = NOW + timedelta(days=1, hours=1)


@pytest.fixture
def whole(data_dir, monkeypatch) -> Services:
    monkeypatch.setenv("XIAOFU_CLOCK", NOW.isoformat())
    return services()


@pytest.fixture
def booking(whole):
    return whole.desk.book(START, "residence-permit", "王芳", "13800005678", whole.now())


def over_http(whole: Services, act: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    async def run() -> None:
        app = Sanic("xiaofu-bookings", configure_logging=False)
        add_bookings(app, whole)
        door = socket.create_server(("127.0.0.1", 0))
        server = await app.create_server(sock=door, return_asyncio_server=True)
        await server.startup()
        await server.before_start()
        await server.after_start()
        try:
            address = f"http://127.0.0.1:{door.getsockname()[1]}"
            async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
                await act(client)
        finally:
            await server.before_stop()
            server.close()
            await server.wait_closed()
            await server.after_stop()

    asyncio.run(run())


def test_a_booking_is_taken_along_as_a_file(whole, booking):
    path = whole.calendars.link(booking.id).removeprefix(whole.settings.site)

    async def act(client):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "no-store"
        [event] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert event.decoded("dtstart") == START

    over_http(whole, act)


def test_a_made_up_link_leads_nowhere(whole, booking):
    right = whole.calendars.link(booking.id).removeprefix(whole.settings.site)

    async def act(client):
        for path in (
            "/calendar/1.ics",
            f"/calendar/{booking.id}.AAAAAAAAAAAAAAAAAAAAAA.ics",
            right.removesuffix(".ics"),
            right.replace(".ics", ".txt"),
            "/calendar/%00.ics",
        ):
            assert (await client.get(path)).status_code == 404

    over_http(whole, act)


def test_reminders_go_out_while_the_server_runs(whole, booking, monkeypatch, caplog):
    """In development into the log, the phone masked."""
    whole.__dict__["now"] = lambda: START - timedelta(minutes=29)
    sent = threading.Event()

    def quick(step):
        def watched():
            if step()["sent"]:
                sent.set()

        return Reminding(watched, every=0.01)

    monkeypatch.setattr(bot.channels.bookings, "Reminding", quick)

    async def act(client):
        assert await asyncio.to_thread(sent.wait, 20)

    with caplog.at_level(logging.WARNING):
        over_http(whole, act)
    [line] = [line for line in caplog.messages if "短信" in line]
    assert booking.number in line and "138****5678" in line and booking.phone not in line
