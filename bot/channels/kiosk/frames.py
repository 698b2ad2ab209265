"""The frames a page sends: one JSON object each, told apart by `type`."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from pydantic import BaseModel, StrictInt, StrictStr, ValidationError

from bot.channels.kiosk.refusals import BadFrame, EmptyText, OtherVersion, TooLong

VERSION = 1
FRAME_LIMIT = 8192
"""Characters a frame may have: 500 of text fit even when each is escaped."""
TEXT_LIMIT = 500


class Hello(BaseModel):
    """The page is there; `visit` is the token it was given before, if any."""

    version: StrictInt
    visit: StrictStr | None = None


class Message(BaseModel):
    """Something the citizen said; the page makes `msg_id` and repeats it when it sends again."""

    msg_id: UUID
    text: StrictStr


class End(BaseModel):
    """The citizen goes; nothing of the visit may stay."""


class Ping(BaseModel):
    """Is anyone there?"""


Frame = Hello | Message | End | Ping
KINDS: dict[Any, type[Frame]] = {"hello": Hello, "message": Message, "end": End, "ping": Ping}


def read_frame(data: str | bytes | None) -> Frame:
    """The frame in `data`, or a Refusal that says why there is none."""
    if not isinstance(data, str) or len(data) > FRAME_LIMIT:
        raise BadFrame
    try:
        fields = json.loads(data)
        frame = KINDS[fields["type"]].parse_obj(fields)
    except (ValueError, TypeError, KeyError, RecursionError, ValidationError):
        raise BadFrame from None
    if isinstance(frame, Hello) and frame.version != VERSION:
        raise OtherVersion
    return frame


def checked_text(text: str) -> str:
    """The text of a message, fit for Rasa; raises EmptyText or TooLong."""
    text = text.encode(errors="replace").decode().strip()  # half an emoji is not UTF-8
    if not text:
        raise EmptyText
    if len(text) > TEXT_LIMIT:
        raise TooLong
    return text
