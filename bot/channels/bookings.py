"""What bookings need of the bot's server beside the chat: pages, calendar files, reminders."""

from __future__ import annotations

from typing import Any

from sanic import Sanic

from bot.channels.calendar_files import calendar_files
from bot.channels.commitments.pages import commitment_pages
from xiaofu.reminding import Reminding
from xiaofu.services import Services


def add_bookings(app: Sanic, services: Services) -> None:
    """Serve commitments' pages and calendar files, and send reminders while the server runs."""
    app.blueprint(calendar_files(services.calendars, services.now))
    app.blueprint(commitment_pages(services.promise_links, services.now))
    reminding = Reminding(services.reminders.step)

    @app.listener("after_server_start")
    async def start(*_: Any) -> None:
        reminding.start()

    @app.listener("before_server_stop")
    async def stop(*_: Any) -> None:
        reminding.stop()
