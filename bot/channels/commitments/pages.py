"""One commitment's page, for whoever holds its link."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html, raw, redirect

from booking.commitments import Commitment, CommitmentRefused
from booking.promises import PromiseLinks
from xiaofu.clock import Clock
from xiaofu.privacy import mask

HERE = Path(__file__).parent
LONGEST = 1000
"""Characters of a reason or an objection that are taken."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # no-referrer would make browsers send Origin: null
    "Cache-Control": "no-store",
}

Act = Callable[[PromiseLinks, Commitment, Mapping[str, str], datetime], Any]

ACTS: Mapping[str, Act] = {
    "accept": lambda doors, made, said, now: doors.accept(made, said.get("digest", ""), now),
    "decline": lambda doors, made, said, now: doors.promises.decline(made.id, now),
    "withdraw": lambda doors, made, said, now: doors.promises.withdraw(
        made.id, _plain(said, "reason"), now
    ),
    "object": lambda doors, made, said, now: doors.promises.object(
        made.id, _plain(said, "objection"), now
    ),
}
"""What the page's buttons do."""


def commitment_pages(doors: PromiseLinks, now: Clock) -> Blueprint:
    """`/commitments/<token>`, where PromiseLinks.link leads, and its buttons."""
    pages = Blueprint("commitments", url_prefix="/commitments")
    template = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined
    ).get_template("page.html")
    style = (HERE / "page.css").read_bytes()

    def show(
        token: str, made: Commitment | None, refused: str = "", status: int = 200
    ) -> HTTPResponse:
        page = template.render(token=token, made=made, refused=refused)
        return html(page, status if made else 404, headers=HEADERS)

    @pages.get("/page.css")
    async def styled(request: Request) -> HTTPResponse:
        return raw(style, content_type="text/css; charset=utf-8", headers=HEADERS)

    @pages.get("/<token:str>")
    async def read(request: Request, token: str) -> HTTPResponse:
        return show(token, await asyncio.to_thread(doors.find, token))

    @pages.post("/<token:str>/<act:str>")
    async def take(request: Request, token: str, act: str) -> HTTPResponse:
        made = await asyncio.to_thread(doors.find, token)
        if made is None or act not in ACTS or not _from_here(request):
            return show(token, None)
        try:
            await asyncio.to_thread(ACTS[act], doors, made, _form(request), now())
        except CommitmentRefused as refusal:
            made = await asyncio.to_thread(doors.find, token)
            return show(token, made, refusal.reason, 409)
        return redirect(f"/commitments/{token}", headers=HEADERS, status=303)

    return pages


def _form(request: Request) -> dict[str, str]:
    try:
        return dict(parse_qsl((request.body or b"").decode(), max_num_fields=10))
    except ValueError:
        return {}


def _plain(said: Mapping[str, str], name: str) -> str:
    """What was written, without personal numbers."""
    return mask(said.get(name, "").strip()[:LONGEST]).text


def _from_here(request: Request) -> bool:
    """Browsers name the page's origin with every POST; other sites' forms have no business here."""
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")
