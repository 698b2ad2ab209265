"""Pages out of templates."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterable
from datetime import date, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from sanic.request import Request
from sanic.response import HTTPResponse, html

from booking.calendar import SHENZHEN
from console import assets, forms, session_words, wording
from console.standing import STATES
from knowledge_base.entries import ANSWER_LIMIT
from knowledge_base.matters import Days, FeeItem, Fork, Material, Question

TEMPLATES = Path(__file__).parent / "templates"

Handler = Callable[..., HTTPResponse]


@cache
def environment() -> Environment:
    """The templates, compiled once a process."""
    shipped = assets.read()
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["day"] = day
    pages.filters["moment"] = moment
    pages.filters["clock"] = clock
    pages.filters["by"] = by
    pages.filters["paragraphs"] = paragraphs
    pages.filters["cases"] = cases
    pages.globals |= {
        "asset": lambda name: shipped[name].url,
        "blank": forms.blank,
        "blank_source": forms.blank_source,
        "choices": forms.choices,
        "place_label": wording.place_label,
        "row_labels": wording.ROW_LABELS,
        "mark_labels": wording.MARK_LABELS,
        "more_fields": tuple(wording.MORE_LABELS),
        "states": STATES,
        "buttons": session_words.BUTTONS,
        "new_key": lambda: secrets.token_urlsafe(12),
        "answer_limit": ANSWER_LIMIT,
        "material": Material,
        "fork": Fork,
        "fee_item": FeeItem,
        "question": Question,
        "days": Days,
    }
    return pages


def render(request: Request, template: str, status: int = 200, **shown: Any) -> HTTPResponse:
    """A page of the console, as whoever is signed in sees it."""
    page = request.app.ctx.pages.get_template(template)
    session = getattr(request.ctx, "session", None)
    return html(page.render(session=session, path=request.path, **shown), status=status)


def problem(request: Request, status: int, title: str, sentence: str) -> HTTPResponse:
    """What went wrong, and what to do now, as a page."""
    return render(request, "problem.html", status, title=title, sentence=sentence)


def threaded(handler: Handler) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
    """Let a handler ask the database without making others wait."""

    @wraps(handler)
    async def run(request: Request, *args: Any, **kwargs: Any) -> HTTPResponse:
        return await asyncio.to_thread(handler, request, *args, **kwargs)

    return run


def day(value: date | str | None) -> str:
    return str(value or "")


def moment(value: datetime, now: datetime) -> str:
    """A moment as people in Shenzhen read it; today's without the day."""
    here, today = value.astimezone(SHENZHEN), now.astimezone(SHENZHEN).date()
    return f"今天 {here:%H:%M}" if here.date() == today else f"{here:%Y-%m-%d %H:%M}"


def clock(value: datetime) -> str:
    return f"{value.astimezone(SHENZHEN):%H:%M:%S}"


def by(name: str) -> str:
    return "内容文件" if name == "content" else name


def paragraphs(text: str) -> Markup:
    """Text with its line breaks, escaped."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def cases(pairs: Iterable[str]) -> str:
    """`fork=option` pairs as people say them: any option of a fork, and every fork."""
    return "，而且 ".join("、".join(options) for options in forms.by_key(pairs).values())
