"""One booking whole: what it is about, what was said, what happened, and what may be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from booking.appeals import Appeal
from booking.bookings import OPEN, Booking, Event
from booking.calendar import SHENZHEN
from booking.errors import BookingRefused
from booking.errors import NotFound as NoAppeal
from console.board import Said, seen
from console.counter import Visit, written
from console.pages import render, threaded
from console.promising import STATES as PROMISE_STATES
from console.session_words import AUTHORITIES, happened, outdated, refused, who

DAYS_AHEAD = 8
"""Working days, today's included, whose free sessions a clerk is offered to move a booking to."""
TEXT_LIMIT = 500

packet = Blueprint("packet")


@packet.get("/desk/<which:int>")
@threaded
def shown(request: Request, which: int) -> HTTPResponse:
    visit = Visit.of(request)
    return packet_page(request, visit, visit.booking(which))


@packet.get("/desk/<which:int>/ticks")
@threaded
def ticks(request: Request, which: int) -> HTTPResponse:
    """The checklist alone, for a packet that is open: what the citizen has ready by now."""
    visit = Visit.of(request)
    return render(request, "ticks.html", booking=visit.booking(which), now=visit.now)


@packet.post("/desk/<which:int>/note")
@threaded
def note(request: Request, which: int) -> HTTPResponse:
    """Write a line under what colleagues have noted; theirs is never overwritten."""
    visit = Visit.of(request)
    booking, text = visit.booking(which), written(request, "note")
    if wrong := _wrong(text, "请先写备注。"):
        return _again(request, visit, booking, Said(booking.number, wrong, text), "note", 422)
    visit.room.add_note(booking.id, text, visit.now, by=visit.me, key=visit.key(request))
    return redirect(f"/desk/{booking.number}", status=303)


@packet.post("/desk/<which:int>/reassign")
@threaded
def reassign(request: Request, which: int) -> HTTPResponse:
    """Move it to another free session; why stands in the record."""
    visit = Visit.of(request)
    booking, why = visit.booking(which), written(request, "why")
    start = _start(request.ctx.form.text("start"))
    wrong = _wrong(why, "请写为什么改，如「席位停用」。")
    if start is None:
        wrong = "请从列出的时间里选一个。"
    if wrong:
        return _again(request, visit, booking, Said(booking.number, wrong, why), "reassign", 422)
    key = visit.key(request)
    if _is_old(request, visit, booking):
        return _old(request, visit, booking, why, "reassign")
    try:
        assert start is not None
        visit.clerks.reassign(booking.id, start, visit.now, by=visit.me, why=why, key=key)
    except BookingRefused as refusal:
        said = Said(booking.number, refused(refusal, visit.now), why)
        return _again(request, visit, booking, said, "reassign", 409)
    return redirect(f"/desk/{booking.number}", status=303)


@packet.post("/desk/<which:int>/cancel")
@threaded
def cancel(request: Request, which: int) -> HTTPResponse:
    """The office cancels; why stands in the record."""
    visit = Visit.of(request)
    booking, why = visit.booking(which), written(request, "why")
    if wrong := _wrong(why, "请写为什么取消，如「市民来电」。"):
        return _again(request, visit, booking, Said(booking.number, wrong, why), "cancel", 422)
    if _is_old(request, visit, booking):
        return _old(request, visit, booking, why, "cancel")
    try:
        visit.desk.move(
            booking.id, "cancelled", by=visit.me, now=visit.now, why=why, key=visit.key(request)
        )
    except BookingRefused as refusal:
        said = Said(booking.number, refused(refusal, visit.now), why)
        return _again(request, visit, booking, said, "cancel", 409)
    return redirect(f"/desk/{booking.number}", status=303)


@packet.post("/desk/<which:int>/appeal")
@threaded
def appeal(request: Request, which: int) -> HTTPResponse:
    """Write down the appeal of somebody at the window or on the phone; the first one stands."""
    visit = Visit.of(request)
    booking, reason = visit.booking(which), written(request, "reason")
    if wrong := _wrong(reason, "请照市民说的写下理由。"):
        return _again(request, visit, booking, Said(booking.number, wrong, reason), "appeal", 422)
    try:
        visit.counter.appeals.make(booking.id, reason, visit.now, by=visit.me)
    except BookingRefused as refusal:
        said = Said(booking.number, refused(refusal, visit.now), reason)
        return _again(request, visit, booking, said, "appeal", 409)
    return redirect(f"/desk/{booking.number}", status=303)


def packet_page(
    request: Request,
    visit: Visit,
    booking: Booking,
    said: Said | None = None,
    form: str = "finish",
    status: int = 200,
) -> HTTPResponse:
    """form: which one `said` is about, so that it is open again with what was written."""
    counter = visit.counter
    card = visit.maker().card(booking)
    movable = "reassign" in card.steps
    return render(
        request,
        "packet.html",
        status,
        booking=booking,
        card=card,
        matter=counter.matter(booking.matter_id),
        authorities=AUTHORITIES,
        commitment=counter.commitment(booking.id),
        promise_states=PROMISE_STATES,
        appeal=_appeal(visit, booking),
        history=list(_history(visit.desk.store.history(booking))),
        free=visit.clerks.free_sessions(visit.now, DAYS_AHEAD) if movable else {},
        ticking=booking.state in OPEN,
        here=f"/desk/{booking.number}",
        said=said,
        form=form if said else "",
        now=visit.now,
    )


def _history(events: list[Event]) -> Iterator[tuple[Event, str, str]]:
    for at, event in enumerate(events):
        if event.why == "ticked" and [one.why for one in events[at + 1 : at + 2]] == ["ticked"]:
            continue  # one line for all that was ticked in a row
        before = events[at - 1] if at else None
        yield event, who(event.by), happened(event, before)


def _appeal(visit: Visit, booking: Booking) -> Appeal | None:
    if booking.state != "missed":
        return None
    try:
        return visit.counter.appeals.of(booking.id)
    except NoAppeal:
        return None


def _again(
    request: Request, visit: Visit, booking: Booking, said: Said, form: str, status: int
) -> HTTPResponse:
    fresh = visit.booking(int(booking.number))
    return packet_page(request, visit, fresh, said, form, status)


def _is_old(request: Request, visit: Visit, booking: Booking) -> bool:
    key = visit.key(request)
    done = key is not None and visit.desk.store.named(key) is not None
    return not done and request.ctx.form.text("seen") != seen(booking)


def _old(request: Request, visit: Visit, booking: Booking, text: str, form: str) -> HTTPResponse:
    said = Said(booking.number, outdated(booking, visit.now), text)
    return _again(request, visit, booking, said, form, 409)


def _wrong(text: str, missing: str) -> str:
    if not text:
        return missing
    if len(text) > TEXT_LIMIT:
        return f"最多 {TEXT_LIMIT} 个字，现在是 {len(text)} 个，请写短一些。"
    return ""


def _start(given: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        return None
    return at.astimezone(SHENZHEN) if at.tzinfo else None
