"""What bookings need of the bot's server beside the chat: calendar files, and reminders sent."""

from __future__ import annotations

from typing import Any

from sanic import Sanic

from bot.channels.calendar_files import calendar_files
from xiaofu.reminding import Reminding
from xiaofu.services import Services


def add_bookings(app: Sanic, services: Services) -> None:
    """Serve calendar files, and send reminders for as long as the server runs."""
    app.blueprint(calendar_files(services.calendars, services.now))
    reminding = Reminding(services.reminders.step)

    @app.listener("after_server_start")
    async def start(*_: Any) -> None:
        reminding.start()

    @app.listener("before_server_stop")
    async def stop(*_: Any) -> None:
        reminding.stop()
