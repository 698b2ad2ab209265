"""The pages of 视频办, put together."""

from __future__ import annotations

from sanic import Sanic

from console.appeals import appeals
from console.counter import Counter
from console.desk import queue
from console.packet import packet
from console.setup import setup
from console.week import week


def connect(app: Sanic, counter: Counter) -> None:
    """Give an app these pages."""
    app.ctx.counter = counter
    for blueprint in (queue, packet, week, setup, appeals):
        app.blueprint(blueprint)
