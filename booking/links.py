"""Links that open one record to whoever holds them, and that nobody can make up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_SIGNED = 16
"""Bytes of the signature that a link carries: 128 bits."""
_TOKEN = re.compile(r"([1-9][0-9]{0,17})\.([A-Za-z0-9_-]{22})")


def token(key: bytes, record_id: int) -> str:
    """
    The end of a link to a record. key: of one purpose only, so that a link to a booking's
    calendar file opens nothing else of the same number.
    """
    return f"{record_id}.{_signature(key, record_id)}"


def record_id(key: bytes, given: str) -> int | None:
    """The record that a token opens; None when we did not make it."""
    found = _TOKEN.fullmatch(given)
    if found is None:
        return None
    opened = int(found[1])
    return opened if hmac.compare_digest(found[2], _signature(key, opened)) else None


def _signature(key: bytes, record_id: int) -> str:
    whole = hmac.digest(key, str(record_id).encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(whole[:_SIGNED]).rstrip(b"=").decode()
