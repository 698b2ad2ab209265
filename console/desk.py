"""The desk: today's queue, and the steps that officers take in it."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, empty, redirect

from booking.bookings import Booking
from booking.calendar import SHENZHEN
from booking.errors import BookingRefused
from booking.steps import OUTCOMES
from console.board import Said, seen
from console.counter import Visit, back, written
from console.packet import packet_page
from console.pages import render, threaded
from console.posted import number
from console.session_words import outdated, refused

OUTCOME_LIMIT = 500
STEPS = ("admit", "call", "start", "pass_over", "drop", "finish")

queue = Blueprint("desk")


class Lacking(Exception):
    """Something has to be written first; the message says what."""


@queue.get("/desk")
@threaded
def board(request: Request) -> HTTPResponse:
    return _page(request, Visit.of(request))


@queue.get("/desk/board")
@threaded
def refreshed(request: Request) -> HTTPResponse:
    """
    The board alone, for a page that is open; 304 when nothing has changed since it was asked.

    What it costs then: who is signed in, the office's revision and the newest change, all by
    primary key.
    """
    visit = Visit.of(request)
    tag = _tag(request, visit)
    headers = {"ETag": tag, "Desk-Time": f"{visit.now.astimezone(SHENZHEN):%H:%M:%S}"}
    if request.headers.get("if-none-match") == tag:
        return empty(304, headers=headers)
    page = _board(request, visit)
    page.headers.update(headers)
    return page


@queue.post("/desk/call")
@threaded
def call_next(request: Request) -> HTTPResponse:
    """Call whoever is first, at one desk or all."""
    visit = Visit.of(request)
    key = visit.key(request)
    desk = number(request.ctx.form.text("from"), 0) or None
    called = visit.room.call_next(visit.now, by=visit.me, desk=desk, key=key)
    if called:
        return _done(request, visit, called)
    where = f"{desk} 号席位" if desk else ""
    return _said(request, visit, Said("", f"{where}现在没有人候场，没有叫到人。"), 200)


@queue.post("/desk/<which:int>/<step:str>")
@threaded
def take(request: Request, which: int, step: str) -> HTTPResponse:
    """Take a step with one booking; an old page's click is told how things are now."""
    if step not in STEPS:
        raise NotFound
    visit = Visit.of(request)
    booking, key = visit.booking(which), visit.key(request)
    text = written(request, "outcome")
    again = key is not None and visit.desk.store.named(key) is not None
    if not again and request.ctx.form.text("seen") != seen(booking):
        said = Said(booking.number, outdated(booking, visit.now), text)
        return _said(request, visit, said, 409)
    try:
        done = _take(request, visit, booking, step, text)
    except Lacking as lacking:
        return _said(request, visit, Said(booking.number, str(lacking), text), 422)
    except BookingRefused as refusal:
        said = Said(booking.number, refused(refusal, visit.now), text)
        return _said(request, visit, said, 409)
    return _done(request, visit, done)


def _take(request: Request, visit: Visit, booking: Booking, step: str, text: str) -> Booking:
    room, key = visit.room, visit.key(request)
    match step:
        case "admit":
            return room.admit(booking.id, visit.now, by=visit.me, key=key)
        case "call":
            return room.call(booking.id, visit.now, by=visit.me, key=key)
        case "start":
            return room.start(booking.id, visit.now, by=visit.me, key=key)
        case "pass_over":
            return room.pass_over(booking.id, visit.now, by=visit.me, key=key)
        case "drop":
            return room.drop(booking.id, visit.now, by=visit.me, key=key)
    to = next((one for one in OUTCOMES if one == request.ctx.form.text("do")), None)
    if to is None:
        raise Lacking("请选办结、转窗口或待补正。")
    if to == "to_complete" and not text:
        raise Lacking("请写清还要补什么，市民照着补。")
    if to == "to_window" and not text:
        raise Lacking("请写清去哪个窗口，市民照着去。")
    if len(text) > OUTCOME_LIMIT:
        raise Lacking(f"最多 {OUTCOME_LIMIT} 个字，现在是 {len(text)} 个，请写短一些。")
    return room.finish(booking.id, to, visit.now, by=visit.me, outcome=text, key=key)


def _done(request: Request, visit: Visit, booking: Booking) -> HTTPResponse:
    if _in_place(request):
        return _board(request, visit)
    return redirect(back(request, "/desk"), status=303)


def _said(request: Request, visit: Visit, said: Said, status: int) -> HTTPResponse:
    """The page the click came from, as things are now, with a word about the click."""
    if _in_place(request):
        return _board(request, visit, said, status)
    if said.number and back(request, "") == f"/desk/{said.number}":
        return packet_page(request, visit, visit.booking(int(said.number)), said, status=status)
    return _page(request, visit, said, status)


def _in_place(request: Request) -> bool:
    """Whether the board's script asks, which puts the answer into the open page."""
    return request.headers.get("hx-request") == "true"


def _page(
    request: Request, visit: Visit, said: Said | None = None, status: int = 200
) -> HTTPResponse:
    tag = _tag(request, visit)  # before the look at the queue: what comes between is fetched again
    return render(
        request,
        "desk.html",
        status,
        **_shown(request, visit, said),
        tag=tag,
        conflicts=len(visit.clerks.conflicts(visit.now)),
        appeals=len(visit.counter.appeals.undecided()),
    )


def _board(
    request: Request, visit: Visit, said: Said | None = None, status: int = 200
) -> HTTPResponse:
    return render(request, "board.html", status, **_shown(request, visit, said))


def _shown(request: Request, visit: Visit, said: Said | None) -> dict[str, Any]:
    only = _only(request)
    every = visit.room.today(visit.now)
    maker = visit.maker()
    columns = maker.columns(every, said)
    return {
        "columns": [one for one in columns if only in (None, one.number)],
        "desks": [(one.number, one.name) for one in columns],
        "only": only,
        "here": f"/desk?desk={only}" if only else "/desk",
        "said": said,
        "alone": said and said.number not in {one.number for one in every},
        "now": visit.now,
        "today": visit.now.astimezone(SHENZHEN).date(),
        "closed": visit.desk.calendar.closed_because(visit.now.astimezone(SHENZHEN).date()),
    }


def _only(request: Request) -> int | None:
    """The one desk that is looked at, of an address or the page that a form was on."""
    found = number(request.args.get("desk", ""), 0)
    if not found and request.method == "POST":
        found = number(back(request, "").partition("desk=")[2], 0)
    return found or None


def _tag(request: Request, visit: Visit) -> str:
    """
    Changes whenever the board does: with any booking, the office's rules, and every minute, as
    what is late does.
    """
    minute = int(visit.now.timestamp() // 60)
    office = visit.counter.office.current().revision
    asked = f"{visit.me}/{_only(request) or 0}".encode().hex()
    return f'"{visit.desk.store.latest_event()}-{office}-{minute}-{asked}"'
