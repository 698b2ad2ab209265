"""Ids for items that people name: made of how their title sounds."""

from __future__ import annotations

import re
from collections.abc import Collection

from pypinyin import lazy_pinyin

_LENGTH = 48  # of the 64 there may be: a number may follow


def new_id(shelf: str, title: str, taken: Collection[str]) -> str:
    """A free id made of the shelf and how the title sounds: `marriage-li-hun-yao-dai-shen-me`."""
    sounds = re.findall(r"[a-z0-9]+", " ".join(lazy_pinyin(title)).lower())
    base = _joined(shelf, sounds)
    number, id = 2, base
    while id in taken:
        number, id = number + 1, f"{base}-{number}"
    return id


def _joined(shelf: str, sounds: list[str]) -> str:
    id = shelf
    for sound in sounds:
        if len(id) + 1 + len(sound) > _LENGTH:
            break
        id += f"-{sound}"
    return id
