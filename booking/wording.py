"""Sentences that leave the house outside a conversation, as the office words them in texts/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import yaml

TEXTS = Path(__file__).parent / "texts"


class BadWording(Exception):
    """A sentence is missing or has other places than it may; the message says which, in Chinese."""


class Wording:
    """
    The sentences of one file, checked once when it is read.

    places: by the name of each sentence, what it is filled in with, no more and no less.
    """

    def __init__(self, path: Path, places: Mapping[str, frozenset[str]]) -> None:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._sentences: dict[str, str] = {}
        for name, wanted in places.items():
            sentence = said.get(name) if isinstance(said, dict) else None
            if not isinstance(sentence, str):
                raise BadWording(f"{path.name} 里缺「{name}」这句话")
            try:
                parts = {place for _, place, _, _ in Formatter().parse(sentence)} - {None}
            except ValueError:
                raise BadWording(f"{path.name} 的「{name}」里花括号不成对") from None
            if parts != wanted:
                shown = "、".join(f"{{{place}}}" for place in sorted(wanted)) or "没有"
                raise BadWording(f"{path.name} 的「{name}」要填的地方应当正好是：{shown}")
            self._sentences[name] = sentence

    def say(self, name: str, values: Mapping[str, str]) -> str:
        """The sentence filled in."""
        return self._sentences[name].format(**values)


def message_wording(path: Path = TEXTS / "messages.yml") -> Wording:
    """The sentences of short messages, by gateway.Template."""
    return Wording(
        path,
        {
            "code": frozenset({"code", "minutes"}),
            "reminder_day": frozenset({"when", "matter", "number", "hours"}),
            "reminder_soon": frozenset({"when", "matter", "number"}),
        },
    )


def calendar_wording(path: Path = TEXTS / "calendar.yml") -> Wording:
    """The sentences in a calendar file."""
    return Wording(
        path,
        {
            "organizer": frozenset(),
            "summary": frozenset({"matter"}),
            "description": frozenset({"number", "site"}),
            "cancelled": frozenset({"matter"}),
            "alarm": frozenset({"matter"}),
        },
    )
