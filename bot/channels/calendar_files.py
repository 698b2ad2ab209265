"""A booking's calendar file, for whoever holds its link: their own calendar, on their own phone."""

from __future__ import annotations

import asyncio

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw, text

from booking.calendar_file import CONTENT_TYPE
from booking.calendars import Calendars
from xiaofu.clock import Clock

HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",  # the next download may be of a later version
}


def calendar_files(calendars: Calendars, now: Clock) -> Blueprint:
    """`GET /calendar/<token>.ics`, where Calendars.link leads."""
    files = Blueprint("calendar_files", url_prefix="/calendar")

    @files.get("/<name:str>")
    async def file(request: Request, name: str) -> HTTPResponse:
        token = name.removesuffix(".ics")
        made = await asyncio.to_thread(calendars.file, token, now()) if token != name else None
        if made is None:
            return text("没有这个日历文件，或者已经过期。", status=404, headers=HEADERS)
        disposition = {"Content-Disposition": 'attachment; filename="video-session.ics"'}
        return raw(made, content_type=CONTENT_TYPE, headers=HEADERS | disposition)

    return files
