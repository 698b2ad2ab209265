"""Appeals against no-shows, for an officer to decide."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from booking.errors import AppealDecided
from booking.errors import NotFound as NoAppeal
from console.board import Said
from console.counter import Visit, written
from console.pages import render, threaded
from console.session_words import refused
from xiaofu.privacy import hide_mobile

NOTE_LIMIT = 300

appeals = Blueprint("appeals")


@appeals.get("/desk/appeals")
@threaded
def listed(request: Request) -> HTTPResponse:
    return _page(request, Visit.of(request))


@appeals.post("/desk/appeals/<which:int>")
@threaded
def decide(request: Request, which: int) -> HTTPResponse:
    """Lift a no-show, or let it stand with a reason that the citizen is told."""
    visit = Visit.of(request)
    booking = visit.booking(which)
    note = written(request, "note")
    granted = {"grant": True, "refuse": False}.get(request.ctx.form.text("do"))
    wrong = ""
    if granted is None:
        wrong = "请选成立或不成立。"
    elif not granted and not note:
        wrong = "不成立要写理由，市民会看到。"
    elif len(note) > NOTE_LIMIT:
        wrong = f"理由最多 {NOTE_LIMIT} 个字，现在是 {len(note)} 个。"
    if wrong or granted is None:
        return _page(request, visit, Said(booking.number, wrong, note), 422)
    try:
        visit.counter.appeals.decide(booking.id, granted, visit.now, by=visit.me, note=note)
    except AppealDecided as refusal:
        return _page(request, visit, Said(booking.number, refused(refusal, visit.now), note), 409)
    except NoAppeal:
        return _page(request, visit, Said(booking.number, "这次爽约没有人申诉。", note), 409)
    return redirect(f"/desk/{booking.number}", status=303)


def _page(
    request: Request, visit: Visit, said: Said | None = None, status: int = 200
) -> HTTPResponse:
    waiting = visit.counter.appeals.undecided()
    numbers = {one.booking.number for one in waiting}
    return render(
        request,
        "appeals.html",
        status,
        appeals=[
            (one, visit.counter.matter_name(one.booking.matter_id), hide_mobile(one.booking.phone))
            for one in waiting
        ],
        rules=visit.desk.rules,
        said=said,
        alone=said and said.number not in numbers,
        now=visit.now,
    )
