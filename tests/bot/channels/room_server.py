"""
The real room over a SQLite file of its own: to look at the page, and for its tests.

    PYTHONPATH=. python tests/bot/channels/room_server.py [PORT]

It is five past nine on a Monday. `GET /book?minutes=N` books a session that starts N minutes from
now and answers with its two links; `GET /state?id=N` tells what became of it.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from booking.bookings import Booking, Wish
from booking.calendar import SHENZHEN, Calendar
from booking.desk import BookingDesk
from booking.doorkeeper import Doorkeeper
from booking.rules import Rules
from booking.store import BookingStore, RatingStore
from booking.store.bookings import Place
from booking.timetable import Timetable
from booking.waiting_room import WaitingRoom
from bot.channels.room.channel import RoomChannel
from xiaofu.clock import starting_at
from xiaofu.database import open_engine
from xiaofu.migrations import upgrade

KEY = b"a key for tests only, 32 bytes !"
MONDAY = datetime(2026, 11, 23, 9, 5, tzinfo=SHENZHEN)
MATTERS = {"residence-permit": "深圳经济特区居住证申领"}
READY = ("近期免冠照片", "租赁凭证")
OFFICER = "林晓"
PHONES = count(13800000000)


class Stand:
    """A room's channel, and the desk and ratings behind it."""

    def __init__(self, folder: Path, rules: Rules | None = None, address: str = "") -> None:
        engine = open_engine(f"sqlite:///{folder / 'xiaofu.db'}", durable=False)
        upgrade(engine)
        self.now = starting_at(MONDAY)
        self.store = BookingStore(engine)
        self.ratings = RatingStore(engine)
        desk = BookingDesk(self.store, Timetable(), Calendar(), rules or Rules())
        self.waiting_room = WaitingRoom(desk)
        self.doorkeeper = Doorkeeper(lambda: self.waiting_room, KEY, address)
        self.channel = RoomChannel(
            self.doorkeeper, self.ratings, lambda: self.now(), lambda id: MATTERS.get(id, id)
        )

    def book(self, starts_in: timedelta = timedelta(minutes=3)) -> Booking:
        """A session that starts then; what the desk allows is not what is looked at here."""
        start = (self.now() + starts_in).replace(microsecond=0)
        end = start + timedelta(minutes=30)
        wish = Wish(start, end, "residence-permit", "王女士", str(next(PHONES)), checklist=READY)
        place = Place(start, end, range(1, 999), 9, lambda booking: None)
        return self.store.reserve(wish, "booked", place, by="citizen", now=self.now())

    def token(self, booking: Booking, side: str, officer: str = OFFICER) -> str:
        return str(asdict(self.doorkeeper.links(booking, officer))[side]).split("#")[1]


def fake_app(folder: Path, port: int) -> Sanic:
    rules = Rules(call_back_after=timedelta(seconds=6))
    stand = Stand(folder, rules, f"http://127.0.0.1:{port}/room/")
    app = Sanic("fake-room", configure_logging=False)
    app.config.WEBSOCKET_MAX_SIZE = 64 * 1024
    app.blueprint(stand.channel.blueprint(), url_prefix=stand.channel.url_prefix())

    @app.get("/book")
    async def book(request: Request) -> HTTPResponse:
        minutes = timedelta(minutes=float(request.args.get("minutes", "3")))
        booking = stand.book(minutes)
        links = stand.doorkeeper.links(booking, OFFICER)
        return json({"id": booking.id, "citizen": links.citizen, "officer": links.officer})

    @app.get("/state")
    async def state(request: Request) -> HTTPResponse:
        booking_id = int(request.args["id"][0])
        booking, rating = stand.store.get(booking_id), stand.ratings.of(booking_id)
        return json(
            {
                "state": booking and booking.state,
                "ticked": booking and booking.ticked,
                "level": rating and rating.level,
                "words": rating and rating.words,
                "stage": rating and rating.stage,
            }
        )

    return app


if __name__ == "__main__":
    port = int(sys.argv[1]) if sys.argv[1:] else 5005
    with tempfile.TemporaryDirectory() as folder:
        fake_app(Path(folder), port).run("127.0.0.1", port, motd=False, access_log=False)
