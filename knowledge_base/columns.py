"""Columns: what kind of items a table has, by its headings, whoever made its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge_base.entries import Entry
from knowledge_base.headings import fields
from knowledge_base.matters import Matter

Kind = Literal["entry", "matter"]
Item = Entry | Matter
RECORDS: Mapping[Kind, type[Entry] | type[Matter]] = {"entry": Entry, "matter": Matter}

SHELF = "主题"
"""The heading of the topic or theme an item stands under; no field of the item itself."""

_ENTRY_WORDS = {
    "question": ("问题", "标准问", "标准问题", "问", "question", "q"),
    "answer": ("答案", "回答", "标准答案", "答", "answer", "a"),
    "aliases": ("相似问", "相似问法", "相似问题", "扩展问"),
}
"""How the templates of other systems head plain questions and answers."""


@dataclass(frozen=True)
class Columns:
    """kind: None when the table is of no kind known here. unknown: headings nobody reads."""

    kind: Kind | None
    fields: Mapping[str, str]
    unknown: tuple[str, ...]


def read(headings: Sequence[str]) -> Columns:
    said = [heading for heading in headings if heading]
    if any(heading.startswith("分段内容") for heading in said):
        return _columns("entry", said, {heading: _maxkb(heading) for heading in said})
    if any(heading in ("事项名称", "name") for heading in said):
        return _columns("matter", said, {heading: _named(Matter, heading) for heading in said})
    found = {heading: _asked(heading) for heading in said}
    if {"question", "answer"} <= set(found.values()):
        return _columns("entry", said, found)
    return Columns(None, {}, tuple(said))


def _columns(kind: Kind, said: Sequence[str], found: Mapping[str, str | None]) -> Columns:
    read = {heading: name for heading, name in found.items() if name}
    unknown = (heading for heading in said if heading not in read and heading != SHELF)
    return Columns(kind, read, tuple(unknown))


def _maxkb(heading: str) -> str | None:
    """MaxKB's three columns: 分段标题, 分段内容 and 问题, each with a remark in brackets."""
    beginnings = {"分段标题": "question", "分段内容": "answer", "问题": "aliases"}
    return next((name for said, name in beginnings.items() if heading.startswith(said)), None)


def _asked(heading: str) -> str | None:
    words = (name for name, words in _ENTRY_WORDS.items() if heading.lower() in words)
    return next(words, None) or _named(Entry, heading)


def _named(record: type[Item], heading: str) -> str | None:
    return fields(record).get(heading) or (heading if heading in record.__fields__ else None)
