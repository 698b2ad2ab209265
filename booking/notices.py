"""The notice that stands before a commitment (art. 61): what is shown is what is accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from booking.wording import TEXTS, Wording

_PLACES: Mapping[str, frozenset[str]] = {
    "title": frozenset(),
    "intro": frozenset({"matter"}),
    "matter": frozenset({"matter"}),
    "content": frozenset({"content"}),
    "conditions": frozenset({"conditions"}),
    "checks": frozenset(),
    "liability": frozenset(),
    "voluntary": frozenset(),
    "objection": frozenset(),
    "bot": frozenset(),
}
"""The paragraphs in order, and what each is filled in with."""


@dataclass(frozen=True)
class Terms:
    """What is promised for a matter: its name, what of it, and the conditions for getting it."""

    matter_id: str
    name: str
    content: str
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """The whole text; the first line is its title. digest: SHA-256 of the text, hexadecimal."""

    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def notice_wording(path: Path = TEXTS / "commitment.yml") -> Wording:
    return Wording(path, _PLACES)


def notice(terms: Terms, wording: Wording) -> Notice:
    """The notice for a matter; the same terms and wording give the same text."""
    values = {
        "matter": terms.name,
        "content": terms.content,
        "conditions": "；".join(one.rstrip("。；") for one in terms.conditions),
    }
    return Notice("\n".join(wording.say(name, values) for name in _PLACES))
