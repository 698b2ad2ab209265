"""Questions 小福 had no answer to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from console.pages import render, threaded
from console.posted import number
from console.searching import page
from knowledge_base.text import normalise

LIMIT = 1000

unanswered = Blueprint("unanswered")


@dataclass
class Miss:
    """A question in the words of who asked it last, and how often it was asked."""

    question: str
    asked_at: datetime
    times: int = 1


def grouped(asked: Iterable[tuple[datetime, str]]) -> list[Miss]:
    """
    The same question in other polite words counts as one.

    asked: newest first, and so is the result.
    """
    misses: dict[str, Miss] = {}
    for asked_at, question in asked:
        words = normalise(question)
        if words in misses:
            misses[words].times += 1
        else:
            misses[words] = Miss(question, asked_at)
    return list(misses.values())


@unanswered.get("/unanswered")
@threaded
def inbox(request: Request) -> HTTPResponse:
    knowledge = request.app.ctx.knowledge
    misses = grouped(knowledge.unanswered(limit=LIMIT))
    most = request.args.get("order") == "times"
    if most:
        misses.sort(key=lambda miss: -miss.times)
    return render(
        request,
        "unanswered.html",
        now=request.app.ctx.clock(),
        page=page(misses, number(request.args.get("page", ""), 1)),
        order="times" if most else "newest",
        limit=LIMIT,
    )
