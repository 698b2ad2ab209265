"""好差评: what citizens thought of their sessions, and the cases that low ratings open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from booking.bookings import Booking
from booking.ratings import (
    LEVELS,
    NEXT,
    NOTE_LIMIT,
    STAGES,
    NoSuchRating,
    NoSuchStep,
    NoteMissing,
    Rating,
    Stage,
)
from booking.store import RatingStore
from console.pages import problem, render, threaded
from console.posted import number
from console.searching import page
from xiaofu.privacy import mask

LIMIT = 1000

LEVEL_NAMES = dict(
    zip(LEVELS, ("非常满意", "满意", "基本满意", "不满意", "非常不满意"), strict=True)
)
STAGE_NAMES = dict(zip(STAGES, ("待核实", "已核实", "已整改", "已回访", "已办结"), strict=True))
STEP_NAMES: dict[Stage, str] = {
    "verified": "核实清楚了",
    "mended": "整改好了",
    "called_back": "回访过了",
    "closed": "办结",
}
STEP_HINTS: dict[Stage, str] = {
    "verified": "问过谁、情况是不是这样",
    "mended": "改了什么",
    "called_back": "怎么答复的、市民怎么说",
    "closed": "一句话小结",
}

rated = Blueprint("rated")


@dataclass(frozen=True)
class Ratings:
    """What the pages work on. booking: by its id. matter_name: by the matter's id."""

    store: RatingStore
    booking: Callable[[int], Booking | None]
    matter_name: Callable[[str], str]


def connect(app: Sanic, ratings: Ratings) -> None:
    app.ctx.ratings = ratings
    app.blueprint(rated)


@rated.get("/ratings")
@threaded
def listed(request: Request) -> HTTPResponse:
    """The cases that wait first, by default; every rating when asked."""
    every = request.app.ctx.ratings.store.latest(LIMIT)
    show = "all" if request.args.get("show") == "all" else "cases"
    waiting = [one for one in every if one.stage not in (None, "closed")]
    chosen = page(every if show == "all" else waiting, number(request.args.get("page", ""), 1))
    return render(
        request,
        "ratings.html",
        now=request.app.ctx.clock(),
        show=show,
        page=chosen,
        waiting=len(waiting),
        counts=Counter(one.level for one in every),
        limit=LIMIT,
        total=len(every),
        levels=LEVEL_NAMES,
        stages=STAGE_NAMES,
        matters=_matters(request, chosen.items),
    )


@rated.get("/ratings/<named:str>")
@threaded
def shown(request: Request, named: str) -> HTTPResponse:
    try:
        return _case(request, request.app.ctx.ratings.store.get(number(named, 0)))
    except NoSuchRating:
        return problem(request, 404, "没有这条评价", "请从「评价」的列表里重新进去。")


@rated.post("/ratings/<named:str>/steps")
@threaded
def go_on(request: Request, named: str) -> HTTPResponse:
    """Take a case one step on, with who did what; the numbers in a note are masked."""
    context, form = request.app.ctx, request.ctx.form
    rating_id, to, note = number(named, 0), form.text("to"), form.text("note")
    try:
        rating = context.ratings.store.get(rating_id)
        if len(note) > NOTE_LIMIT:
            return _case(request, rating, f"说明请写在 {NOTE_LIMIT} 字以内。", note)
        name = request.ctx.session.name
        context.ratings.store.go_on(rating_id, to, name, mask(note).text, context.clock())
    except NoSuchRating:
        return problem(request, 404, "没有这条评价", "请从「评价」的列表里重新进去。")
    except NoteMissing:
        return _case(request, rating, "请写一句做了什么，再往下走。", note)
    except NoSuchStep:
        newest = context.ratings.store.get(rating_id)
        return _case(request, newest, "这件事刚刚有同事往前走了一步，请看过再接着办。", note)
    return redirect(f"/ratings/{rating_id}", status=303)


def _case(request: Request, rating: Rating, wrong: str = "", note: str = "") -> HTTPResponse:
    context = request.app.ctx
    return render(
        request,
        "rating.html",
        422 if wrong else 200,
        now=context.clock(),
        rating=rating,
        booking=context.ratings.booking(rating.booking_id),
        matters=_matters(request, [rating]),
        levels=LEVEL_NAMES,
        stages=STAGE_NAMES,
        steps=[(to, STEP_NAMES[to], STEP_HINTS[to]) for to in NEXT[rating.stage or "closed"]],
        wrong=wrong,
        note=note,
        note_limit=NOTE_LIMIT,
    )


def _matters(request: Request, ratings: Sequence[Rating]) -> dict[int, str]:
    """What each rated session was about, by booking."""
    known = request.app.ctx.ratings
    booked = {rating.booking_id: known.booking(rating.booking_id) for rating in ratings}
    return {id: known.matter_name(one.matter_id) for id, one in booked.items() if one}
