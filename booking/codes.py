"""One-time codes that prove whose phone it is: `send`, `check`, and for the visit `verified`."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from booking.bookings import plain_digits, plain_phone
from booking.gateway import Gateway, Message, NotSent, PerhapsSent
from booking.wording import Wording

_MOBILE = re.compile("1[3-9][0-9]{9}")


@dataclass(frozen=True)
class CodeRules:
    """
    lives: how long a code can be used. tries: wrong ones before it is dead and the phone `locked`
    for a while. pause: between two codes; hourly, daily: how many at most, for a phone and for a
    visit each. verified: how long a phone counts as proven in the visit that proved it.
    """

    lives: timedelta = timedelta(minutes=5)
    tries: int = 5
    locked: timedelta = timedelta(minutes=15)
    pause: timedelta = timedelta(minutes=1)
    hourly: int = 5
    daily: int = 10
    verified: timedelta = timedelta(minutes=30)

    def next_send(self, sends: Sequence[datetime], now: datetime) -> datetime:
        """The first moment from `now` on for another code, after `sends`, in any order."""
        allowed = [now]
        for span, most in ((self.pause, 1), (HOUR, self.hourly), (DAY, self.daily)):
            recent = sorted(at for at in sends if at > now - span)
            if len(recent) >= most:
                allowed.append(recent[-most] + span)
        return max(allowed)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class CodeRefused(Exception):
    """
    A code cannot be sent or is not right, for a reason the citizen can act on.

    `reason` is stable: the bot answers with `utter_why_<reason>`. No phone, no code in it.
    """

    reason: ClassVar[str]


class NotAMobile(CodeRefused):
    """Messages go to mobile numbers of the mainland, 11 digits."""

    reason = "not_a_mobile"


class TooOften(CodeRefused):
    """Too many codes for this phone or in this visit. again_at: when another may be sent."""

    reason = "too_often"

    def __init__(self, again_at: datetime) -> None:
        super().__init__(f"no more codes before {again_at:%H:%M:%S}")
        self.again_at = again_at


class Locked(CodeRefused):
    """Too many wrong codes for this phone. until: when one may go on."""

    reason = "locked"

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until:%H:%M:%S}")
        self.until = until


class NotDelivered(CodeRefused):
    """The gateway did not take it; another may be asked for after the pause."""

    reason = "not_delivered"


class WrongCode(CodeRefused):
    """left: how many tries are left, at least one; after the last one it is Locked."""

    reason = "wrong_code"

    def __init__(self, left: int) -> None:
        super().__init__(f"wrong code, {left} tries left")
        self.left = left


class NoCode(CodeRefused):
    """No code of this visit is alive for this phone: never sent, too old, or another came after."""

    reason = "no_code"


@dataclass(frozen=True)
class Sent:
    """
    A code is on its way. until: when it dies. again_at: when another may be asked for at the
    earliest. visible: it can be read in the process's log and reaches no phone; the reply says so.
    """

    until: datetime
    again_at: datetime
    visible: bool


@dataclass(frozen=True)
class Guess:
    """What a try came to. left: tries left when it was wrong; 0 means locked until `until`."""

    right: bool
    left: int
    until: datetime


class Codes(Protocol):
    """Keeps codes under hashes; booking.store.codes. Each call is one transaction."""

    def issue(self, phone: str, visit: str, code: str, rules: CodeRules, now: datetime) -> None: ...

    def withdraw(self, phone: str, visit: str) -> None: ...

    def guess(
        self, phone: str, visit: str, code: str, rules: CodeRules, now: datetime
    ) -> Guess: ...

    def verified(self, phone: str, visit: str, now: datetime) -> bool: ...

    def awaited(self, phone: str, visit: str, rules: CodeRules, now: datetime) -> bool: ...

    def asked(self, visit: str) -> bool: ...

    def forget(self, visit: str) -> None: ...


@dataclass(frozen=True)
class PhoneCodes:
    """
    Sends codes and checks them.

    key: what phones, visits and codes are hashed with, so that who reads the database learns
    neither. Phones are taken in any spelling; a visit is whatever names the conversation.

    `send` may wait for the gateway, for seconds: call it off the event loop.
    """

    store: Codes
    gateway: Gateway
    wording: Wording
    key: bytes = field(repr=False)
    rules: CodeRules = CodeRules()

    def send(self, phone: str, visit: str, now: datetime) -> Sent:
        """
        Send a new code, which voids the one before.

        Raises NotAMobile, TooOften, Locked or NotDelivered.
        """
        phone = plain_phone(phone)
        if not _MOBILE.fullmatch(phone):
            raise NotAMobile
        code = f"{secrets.randbelow(1_000_000):06}"
        hashed = self._hashed("phone", phone), self._hashed("visit", visit)
        self.store.issue(*hashed, self._code(phone, visit, code), self.rules, now)
        values = {"code": code, "minutes": f"{self.rules.lives / timedelta(minutes=1):g}"}
        text = self.wording.say("code", values)
        try:
            self.gateway.send(Message(phone, "code", values, text, f"code-{secrets.token_hex(8)}"))
        except NotSent:
            self.store.withdraw(*hashed)
            raise NotDelivered from None
        except PerhapsSent:
            pass  # it may well arrive; if not, another can be asked for
        return Sent(now + self.rules.lives, now + self.rules.pause, self.gateway.visible)

    def check(self, phone: str, visit: str, code: str, now: datetime) -> datetime:
        """
        Take a code as it was said; right, it proves the phone in this visit until the moment
        returned, and is used up.

        Raises WrongCode, Locked or NoCode.
        """
        phone = plain_phone(phone)
        given = self._code(phone, visit, plain_digits(code))
        hashed = self._hashed("phone", phone), self._hashed("visit", visit)
        guess = self.store.guess(*hashed, given, self.rules, now)
        if guess.right:
            return guess.until
        if guess.left:
            raise WrongCode(guess.left)
        raise Locked(guess.until)

    def verified(self, phone: str, visit: str, now: datetime) -> bool:
        """Whether the phone was proven in this visit, not too long ago."""
        hashed = self._hashed("phone", plain_phone(phone)), self._hashed("visit", visit)
        return self.store.verified(*hashed, now)

    def awaited(self, phone: str, visit: str, now: datetime) -> bool:
        """Whether a code of this visit is on its way to the phone, and can still be used."""
        hashed = self._hashed("phone", plain_phone(phone)), self._hashed("visit", visit)
        return self.store.awaited(*hashed, self.rules, now)

    def asked(self, visit: str) -> bool:
        """Whether a number said in this visit may be a code, dead or alive, and must be hidden."""
        return self.store.asked(self._hashed("visit", visit))

    def forget(self, visit: str) -> None:
        """The visit is over: what it proved counts no more."""
        self.store.forget(self._hashed("visit", visit))

    def _code(self, phone: str, visit: str, code: str) -> str:
        return self._hashed("code", f"{phone}\0{visit}\0{code}")

    def _hashed(self, what: str, text: str) -> str:
        return hmac.new(self.key, f"{what}\0{text}".encode(), hashlib.sha256).hexdigest()
