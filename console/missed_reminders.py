"""Reminders that did not reach anybody, or perhaps not: whom to call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from booking.bookings import LIVE, Booking
from booking.store.outbox import Outbox, Trouble
from console.pages import render, threaded

BACK = timedelta(days=3)
"""How far back is shown; what was before is over anyway."""

WHATS = {
    "sending": "说不准有没有发出去",
    "refused": "短信网关一直不收",
    "missed": "没有赶在开始前发出去",
}
KINDS = {"day": "前一天的提醒", "soon": "开始前的提醒"}


@dataclass(frozen=True)
class Reminders:
    """What the page reads. booking: by its id. matter_name: by the matter's id."""

    outbox: Outbox
    booking: Callable[[int], Booking | None]
    matter_name: Callable[[str], str]


@dataclass(frozen=True)
class Call:
    """Somebody to call. ahead: whether it would still help."""

    trouble: Trouble
    booking: Booking
    matter: str
    ahead: bool


missed_reminders = Blueprint("reminders")


@missed_reminders.get("/reminders")
@threaded
def listed(request: Request) -> HTTPResponse:
    reminders: Reminders = request.app.ctx.reminders
    now = request.app.ctx.clock()
    calls = []
    for trouble in reminders.outbox.troubles(now, now - BACK):
        if booking := reminders.booking(trouble.booking_id):
            ahead = booking.state in LIVE and booking.start > now
            name = reminders.matter_name(booking.matter_id)
            calls.append(Call(trouble, booking, name, ahead))
    calls.sort(key=lambda call: not call.ahead)
    return render(request, "reminders.html", calls=calls, whats=WHATS, kinds=KINDS, now=now)


def connect(app: Sanic, reminders: Reminders) -> None:
    """Give an app this page."""
    app.ctx.reminders = reminders
    app.blueprint(missed_reminders)
