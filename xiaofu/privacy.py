"""
Personal numbers, taken out of what citizens say before anything stores, logs or echoes it.

Masked are identity cards, bank cards, mobile numbers, Hong Kong and Macao documents and
passports. What is public (12345, 0755 numbers, credit codes, article numbers) is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_GAP = r"[\s\-—–.·]?"


def _digits(count: str) -> str:
    """A run of digits of which any two may stand apart by one gap, as people type them."""
    return rf"\d(?:{_GAP}\d){{{count}}}"


_IDENTITY = re.compile(rf"(?<!\d){_digits('16')}{_GAP}[\dXx](?![\dA-Za-z])")
_CARD = re.compile(rf"(?<!\d){_digits('15,18')}(?!\d)")
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?(1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d)")
_HONG_KONG_ID = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,2}\d{6}\s?\([\dAa]\)")
_PERMIT = re.compile(r"(?<![A-Za-z\d])(?:[HMhm]\d{8,10}|[EeGgPp][A-Za-z]?\d{7,8})(?!\d)")


@dataclass(frozen=True)
class Masked:
    """What was said without its personal numbers; `mobile` is the last whole one said, or None."""

    text: str
    mobile: str | None = None


def mask(text: str) -> Masked:
    """Full-width digits and letters are read like plain ones; idempotent."""
    plain = unicodedata.normalize("NFKC", text)
    if not any(character.isdigit() for character in plain):
        return Masked(text)
    plain = _IDENTITY.sub("［身份证号］", plain)
    mobiles = [_only_digits(found.group(1)) for found in _MOBILE.finditer(plain)]
    plain = _MOBILE.sub(lambda found: hide_mobile(_only_digits(found.group(1))), plain)
    plain = _CARD.sub("［卡号］", plain)
    plain = _HONG_KONG_ID.sub("［证件号］", plain)
    plain = _PERMIT.sub("［证件号］", plain)
    return Masked(plain, mobiles[-1] if mobiles else None)


def hide_mobile(mobile: str) -> str:
    """138****1234: enough for its owner to know it by."""
    return f"{mobile[:3]}****{mobile[-4:]}"


def _only_digits(number: str) -> str:
    return re.sub(r"\D", "", number)
