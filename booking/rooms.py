"""The room of a video session: when it opens, who may enter, and the token that says so."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal

Side = Literal["citizen", "officer"]

_LETTER: dict[Side, str] = {"citizen": "c", "officer": "o"}
_SIDE: dict[str, Side] = {letter: side for side, letter in _LETTER.items()}
_TOKEN = re.compile(
    r"([1-9][0-9]{0,17})\.([co])\.([1-9][0-9]{0,11})\.([A-Za-z0-9_-]{0,400})\.([A-Za-z0-9_-]{43})"
)


class RoomRefused(Exception):
    """Nobody enters with this token now. `reason` is stable: pages tell refusals apart by it."""

    reason: ClassVar[str]


class WrongToken(RoomRefused):
    """We did not make this token, or the session has been moved to another time since."""

    reason = "wrong_token"


class TokenExpired(RoomRefused):
    reason = "token_expired"


class SessionCancelled(RoomRefused):
    reason = "cancelled"


class SessionOver(RoomRefused):
    """It took place, or its time passed without it."""

    reason = "over"


class WithColleague(RoomRefused):
    """Another officer has called this citizen."""

    reason = "with_colleague"


@dataclass(frozen=True)
class RoomRules:
    """
    early: how long before its start a room opens. overrun: how long after the half-day's end the
    tokens of its sessions still open their rooms: until then one may be called again, some
    sessions run late, and afterwards one says how it was.
    """

    early: timedelta = timedelta(minutes=5)
    overrun: timedelta = timedelta(hours=1)

    def opens_in(self, start: datetime, now: datetime) -> timedelta:
        """How long until the room opens; zero once it has."""
        return max(start - self.early - now, timedelta())


@dataclass(frozen=True)
class Claim:
    """
    What a token says; not to be believed before `verify`.

    officer: the name of whom it was made for; "" for the citizen. expires: Unix time in seconds.
    """

    booking_id: int
    side: Side
    officer: str
    expires: int
    signature: str

    def verify(self, key: bytes, start: datetime, now: datetime) -> None:
        """Raises WrongToken, or TokenExpired for one of ours."""
        ours = _signature(key, self.booking_id, self.side, self.officer, start, self.expires)
        if not hmac.compare_digest(self.signature, ours):
            raise WrongToken
        if now >= datetime.fromtimestamp(self.expires, UTC):
            raise TokenExpired


def token(
    key: bytes, booking_id: int, side: Side, officer: str, start: datetime, expires: datetime
) -> str:
    """
    What opens one side of one session's room, until `expires` (whole seconds).

    officer: the name of whom it is made for, at most 64 characters; "" for the citizen.
    start: signed but not said, so that the tokens of a session that is moved open nothing.
    """
    until = int(expires.timestamp())
    name = _packed(officer.encode())
    signature = _signature(key, booking_id, side, officer, start, until)
    return f"{booking_id}.{_LETTER[side]}.{until}.{name}.{signature}"


def read(given: str) -> Claim:
    """What `given` claims; raises WrongToken when it is no token at all."""
    found = _TOKEN.fullmatch(given)
    if found is None:
        raise WrongToken
    try:
        officer = base64.urlsafe_b64decode(found[4] + "=" * (-len(found[4]) % 4)).decode()
    except ValueError:
        raise WrongToken from None
    if _packed(officer.encode()) != found[4]:
        raise WrongToken  # one name is written in one way
    return Claim(int(found[1]), _SIDE[found[2]], officer, int(found[3]), found[5])


def _signature(
    key: bytes, booking_id: int, side: Side, officer: str, start: datetime, expires: int
) -> str:
    signed = f"room {booking_id} {side} {int(start.timestamp())} {expires} {officer}"
    return _packed(hmac.digest(key, signed.encode(), hashlib.sha256))


def _packed(some: bytes) -> str:
    return base64.urlsafe_b64encode(some).rstrip(b"=").decode()
