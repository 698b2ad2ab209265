"""What other programs ask: whether the console is ready, and with what."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from booking.calendar import SHENZHEN
from console.pages import threaded
from knowledge_base.store import Unreachable

health = Blueprint("health")


@health.get("/health", ctx_public=True)
@threaded
def ready(request: Request) -> HTTPResponse:
    """How many entries and matters citizens may hear, and at which revision."""
    app = request.app.ctx
    try:
        revision, items = app.knowledge.spoken_count()
    except Unreachable as error:
        reason = f"数据库读不了（{type(error).__name__}）"
        return json({"status": "unavailable", "reason": reason}, status=503, ensure_ascii=False)
    return json(
        {
            "status": "ok",
            "revision": revision,
            "entries": items.get("entry", 0),
            "matters": items.get("matter", 0),
            "model": None,
            "calendar": app.calendar.standing(app.clock().astimezone(SHENZHEN).date()),
        },
        ensure_ascii=False,
    )
