"""The first page: how the knowledge stands today."""

from __future__ import annotations

from collections import Counter

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from console.editors import ENTRY, MATTER
from console.pages import render, threaded
from console.standing import coming_due, row
from xiaofu.clock import SHENZHEN

LATEST = 8

home = Blueprint("home")


@home.get("/")
@threaded
def overview(request: Request) -> HTTPResponse:
    knowledge, now = request.app.ctx.knowledge, request.app.ctx.clock()
    rows = {
        editor.kind: [row(stored) for stored in knowledge.all(editor.kind)]
        for editor in (ENTRY, MATTER)
    }
    every = [one for some in rows.values() for one in some]
    latest = sorted(every, key=lambda one: one.changed_at, reverse=True)[:LATEST]
    return render(
        request,
        "home.html",
        now=now,
        today=now.astimezone(SHENZHEN).date(),
        revision=knowledge.revision(),
        counts={kind: Counter(one.state for one in some) for kind, some in rows.items()},
        unanswered=len(knowledge.unanswered(limit=1000)),
        due=coming_due(every, now.astimezone(SHENZHEN).date()),
        latest=latest,
        editors=(ENTRY, MATTER),
    )
