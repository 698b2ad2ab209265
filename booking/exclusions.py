"""Who may not promise, because of a serious bad record (art. 59, 4): what the district provides."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from booking.bookings import plain_phone
from booking.commitments import CommitmentRefused

_LINE = re.compile(r"1[3-9][0-9]{9}|[0-9a-f]{64}")


class SeriousRecords(Protocol):
    """Knows who has a serious bad record. connected: whether there is anything to look in."""

    @property
    def connected(self) -> bool: ...

    def has(self, phone: str) -> bool: ...


class NotConnected:
    """Nobody has provided a list: nobody is excluded by one, and staff are told so."""

    connected = False

    def has(self, phone: str) -> bool:
        return False


class BadList(CommitmentRefused):
    """
    The list cannot be read, so that nobody can be let promise; matters go the ordinary way. The
    message says which line, in Chinese.
    """

    reason = "list_unreadable"


@dataclass(frozen=True)
class ListInFile:
    """
    The district's list: one mobile number a line, as it is or as its SHA-256 in hexadecimal; empty
    lines and those that begin with # say nothing.

    It is read at every question, so that a new list counts at once. Who is on it is seldom asked.
    """

    path: Path

    connected = True

    def has(self, phone: str) -> bool:
        """Raises BadList when the file is gone or wrong."""
        digits = plain_phone(phone)
        return bool(self._lines() & {digits, hashlib.sha256(digits.encode()).hexdigest()})

    def _lines(self) -> frozenset[str]:
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise BadList(f"严重失信名单 {self.path} 读不了（{type(error).__name__}）") from None
        lines = [line.strip().lower() for line in text.splitlines()]
        for number, line in enumerate(lines, 1):
            if line and not line.startswith("#") and not _LINE.fullmatch(line):
                raise BadList(
                    f"严重失信名单 {self.path} 第 {number} 行不是手机号，也不是它的 SHA-256"
                )
        return frozenset(line for line in lines if line and not line.startswith("#"))
