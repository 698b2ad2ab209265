"""The frames a room's page sends: one JSON object each, told apart by `type`."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from pydantic import BaseModel, StrictBool, StrictInt, StrictStr, ValidationError, constr

from booking.ratings import Level
from bot.channels.room.refusals import BadFrame, OtherVersion

VERSION = 1
FRAME_LIMIT = 48 * 1024
"""Characters a frame may have: a browser's description of what it can send has up to 20,000."""
TEXT_LIMIT = 500

Id = constr(strict=True, regex=r"^[A-Za-z0-9-]{8,64}$")
"""A random name that a page has made for itself."""


class Hello(BaseModel):
    """
    Somebody opened the page.

    instance: the tab, the same after a reload. load: this very page, another after a reload: what
    the other side had agreed on with the page before is worth nothing to it.
    """

    version: StrictInt
    token: StrictStr
    instance: Id  # type: ignore[valid-type]
    load: Id  # type: ignore[valid-type]


class Enter(BaseModel):
    """They are ready. audio, video: whether one hears and sees them; sent again as it changes."""

    audio: StrictBool = False
    video: StrictBool = False


class Signal(BaseModel):
    """Something for the other side's browser; `call` names the two pages it is meant between."""

    call: StrictStr
    description: dict[str, Any] | None = None
    candidate: dict[str, Any] | None = None
    restart: bool = False


class Say(BaseModel):
    """Something written; the page makes `msg_id` and repeats it when it sends again."""

    msg_id: UUID
    text: StrictStr


class HangUp(BaseModel):
    """The officer ends the session."""


class Leave(BaseModel):
    """The page is closed, or the citizen goes; somebody else with the link may take the seat."""


class Rate(BaseModel):
    """How it was, in the citizen's eyes."""

    level: Level
    words: StrictStr = ""


class Tick(BaseModel):
    """A line of the checklist is ready, or is not after all."""

    line: StrictStr
    ready: StrictBool


class Ping(BaseModel):
    """Is anyone there?"""


Frame = Hello | Enter | Signal | Say | HangUp | Leave | Rate | Tick | Ping
KINDS: dict[Any, type[Frame]] = {
    "hello": Hello,
    "enter": Enter,
    "signal": Signal,
    "say": Say,
    "hang_up": HangUp,
    "leave": Leave,
    "rate": Rate,
    "tick": Tick,
    "ping": Ping,
}


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
