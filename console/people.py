"""The people at the console: who is let onto the list, and who is let in."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import cache
from typing import ClassVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from console.store import LockedOut, NameTaken, StaffStore

PASSWORD_MIN = 10
PASSWORD_MAX = 128
NAME_MAX = 64

_HASHER = PasswordHasher()  # argon2id with the second choice of RFC 9106


class StaffRefused(Exception):
    """A person cannot be added; the message says why, in Chinese."""


class NameRefused(StaffRefused):
    pass


class PasswordRefused(StaffRefused):
    pass


class SignInRefused(Exception):
    """`sentence` is what the person at the door reads; it never tells whether the name exists."""

    sentence: ClassVar[str]


class WrongPassword(SignInRefused):
    sentence = "姓名或密码不对，请再试一次。"


class TooManyTries(SignInRefused):
    sentence = "连续几次没有通过，请等 15 分钟再试。忘了密码，请找管理员。"


def add_staff(store: StaffStore, name: str, password: str, now: datetime) -> None:
    """Let a person use the console, or raise StaffRefused."""
    name = plain_name(name)
    if not name:
        raise NameRefused("姓名不能空着。")
    if len(name) > NAME_MAX or not name.isprintable():
        raise NameRefused(f"姓名最多 {NAME_MAX} 个字，不能有换行。")
    if len(password) < PASSWORD_MIN:
        raise PasswordRefused(f"密码至少 {PASSWORD_MIN} 位，现在是 {len(password)} 位。")
    if len(password) > PASSWORD_MAX:
        raise PasswordRefused(f"密码最多 {PASSWORD_MAX} 位。")
    if len(set(password)) < 4 or name.casefold() in password.casefold():
        raise PasswordRefused("密码太容易猜，请不要用姓名，也不要只重复几个字符。")
    try:
        store.add(name, _HASHER.hash(password), now)
    except NameTaken:
        raise NameRefused(f"「{name}」已经在名单里了。") from None


def sign_in(store: StaffStore, name: str, password: str, address: str, now: datetime) -> str:
    """
    The token of a new session, or SignInRefused.

    An unknown name takes as long as a wrong password, so that names cannot be found out.
    """
    name = plain_name(name)
    try:
        attempt = store.begin_attempt(name, address, now)
    except LockedOut:
        raise TooManyTries from None
    member = store.named(name)
    known = member is not None and not member.disabled
    proven = _proves(password, member.password if member and known else _nobody())
    if member is None or not known or not proven:
        raise WrongPassword
    store.end_attempt(attempt, name)
    return store.open_session(member.id, now)


def plain_name(name: str) -> str:
    """One spelling of a name, however wide its letters were typed."""
    return unicodedata.normalize("NFKC", name).strip()


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def _proves(password: str, hashed: str) -> bool:
    try:
        return _HASHER.verify(hashed, password[: PASSWORD_MAX + 1])
    except VerifyMismatchError:
        return False
