"""Calendar files over real HTTP, and reminders sent while the server runs."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import datetime, timedelta

import icalendar
import pytest
from running import over_http

import bot.channels.bookings
from booking.calendar import SHENZHEN
from xiaofu.reminding import Reminding
from xiaofu.services import Services, services

NOW = datetime(2026, 11, 23, 8, tzinfo=SHENZHEN)
START = NOW + timedelta(days=1, hours=1)


@pytest.fixture
def whole(data_dir, monkeypatch) -> Services:
    monkeypatch.setenv("XIAOFU_CLOCK", NOW.isoformat())
    return services()


@pytest.fixture
def booking(whole):
    return whole.desk.book(START, "residence-permit", "王芳", "13800005678", whole.now())


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
