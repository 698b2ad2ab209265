"""Finding items in a list by what people remember of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from console.standing import Row
from knowledge_base.entries import Entry

PAGE = 20

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `number` counts from 1."""

    items: Sequence[T]
    number: int
    pages: int
    total: int


def found(rows: Sequence[Row], words: str, shelf: str, state: str) -> list[Row]:
    """The rows with every word, on that shelf, in that state; what is empty is not asked for."""
    wanted = _plain(words).split()
    return [
        row
        for row in rows
        if (not shelf or row.shelf == shelf)
        and (not state or row.state == state)
        and (not wanted or all(word in _text(row) for word in wanted))
    ]


def page(items: Sequence[T], number: int) -> Page[T]:
    """The page with that number, or the nearest there is."""
    pages = max(1, -(-len(items) // PAGE))
    number = min(max(1, number), pages)
    return Page(items[(number - 1) * PAGE : number * PAGE], number, pages, len(items))


def _text(row: Row) -> str:
    item = row.item
    told = item.answer if isinstance(item, Entry) else item.summary
    asked = item.phrasings if isinstance(item, Entry) else item.names
    return _plain("\n".join((row.id, row.office, told, *asked)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
