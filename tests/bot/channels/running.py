"""The bookings' part of the bot's server, run for a test over real HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import httpx
from sanic import Sanic

from bot.channels.bookings import add_bookings
from xiaofu.services import Services

Sanic.test_mode = True


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
