"""The first page: how the knowledge stands today."""

from __future__ import annotations

from collections import Counter

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from booking.calendar import SHENZHEN
from console.editors import ENTRY, MATTER
from console.pages import render, threaded
from console.standing import coming_due
from console.stock import Stock
from console.unanswered import LIMIT

LATEST = 8

home = Blueprint("home")


@home.get("/")
@threaded
def overview(request: Request) -> HTTPResponse:
    knowledge, now = request.app.ctx.knowledge, request.app.ctx.clock()
    stock, today = Stock.read(knowledge), now.astimezone(SHENZHEN).date()
    every = [one for rows in stock.rows.values() for one in rows]
    return render(
        request,
        "home.html",
        now=now,
        today=today,
        revision=knowledge.revision(),
        counts={kind: Counter(one.state for one in rows) for kind, rows in stock.rows.items()},
        unanswered=len(knowledge.unanswered(limit=LIMIT)),
        limit=LIMIT,
        due=coming_due(every, today),
        calendar=request.app.ctx.calendar.standing(today),
        latest=sorted(every, key=lambda one: one.changed_at, reverse=True)[:LATEST],
        editors=(ENTRY, MATTER),
    )
