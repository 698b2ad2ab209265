"""What a page's form sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

_FIELDS = 5000
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff]")


class BadForm(Exception):
    """The body of a request is not a form of ours."""


@dataclass(frozen=True)
class Posted:
    """The fields of a form in the order of the page; blank ones are there as well."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, body: bytes) -> Posted:
        """Read an urlencoded body, or raise BadForm."""
        try:
            pairs = parse_qsl(
                body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
            )
        except ValueError:
            raise BadForm from None
        return cls(tuple(pairs))

    def text(self, name: str) -> str:
        """The field's text, trimmed; "" when it is not there."""
        return next((_plain(value) for key, value in self.pairs if key == name), "")

    def raw(self, name: str) -> str:
        """The field as it was typed: for passwords."""
        return next((value for key, value in self.pairs if key == name), "")

    def lines(self, name: str) -> list[str]:
        """Every line of every field of that name which is not blank."""
        lines = (
            line for key, text in self.pairs if key == name for line in _plain(text).split("\n")
        )
        return [line.strip() for line in lines if line.strip()]

    def rows(self, prefix: str) -> list[str]:
        """The keys of the rows in page order, for fields called `prefix.key.name`."""
        head = prefix + "."
        keys = (name[len(head) :].split(".")[0] for name, _ in self.pairs if name.startswith(head))
        return list(dict.fromkeys(keys))


def number(text: str, otherwise: int) -> int:
    """The count in a field or an address; anybody can write anything there."""
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise


def _plain(text: str) -> str:
    """With line ends as everywhere else, and nothing that cannot be seen: browsers send CRLF."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
