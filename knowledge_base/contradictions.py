"""Entries that answer near-equal questions, and whether they say the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from knowledge_base.entries import Entry
from knowledge_base.findings import Finding
from knowledge_base.model import LawSource
from knowledge_base.quantities import quantities
from knowledge_base.search import Search
from knowledge_base.text import normalise

NEAR = 0.55
"""From here on two questions ask the same, as a share of the pairs of characters in either."""
SAME = 0.8
"""From here on two answers say the same."""

_TIME = dict.fromkeys(("分钟", "日", "工作日", "月"), "时间")
"""七天 and 七个工作日 are two answers to one question."""
_LOOKED_AT = 4
_TOLD = 3
_PHONE = re.compile(r"(?<![0-9])(?:1[0-9]{2}|1[0-9]{4}|(?:0[0-9]{2,3}-?)?[2-9][0-9]{6,7})(?![0-9])")


def audit(entries: Mapping[str, Entry], search: Search) -> list[Finding]:
    """
    What near-equal questions get different answers to, and what is answered twice.

    search: over the entries, their answers rendered. One look-up a phrasing, so that the time
    grows with the entries, not with their pairs.
    """
    return [
        finding
        for (one, other), (asked, likewise) in sorted(_pairs(entries, search).items())
        for finding in _compared(entries[one], entries[other], asked, likewise)
    ]


def _pairs(entries: Mapping[str, Entry], search: Search) -> dict[tuple[str, str], tuple[str, str]]:
    """The ids of entries that are asked for alike, with the two phrasings most alike."""
    best: dict[tuple[str, str], tuple[float, str, str]] = {}
    for entry in entries.values():
        for phrasing in entry.phrasings:
            for hit in search.nearest(phrasing, _LOOKED_AT):
                other = entries.get(hit.id)
                if other is None or other.id == entry.id or not _one_errand(entry, other):
                    continue
                alike = _alike(phrasing, hit.phrasing)
                first, second = sorted((entry, other), key=lambda one: one.id)
                said = (phrasing, hit.phrasing) if first is entry else (hit.phrasing, phrasing)
                pair = (first.id, second.id)
                if alike >= NEAR and alike > best.get(pair, (0.0,))[0]:
                    best[pair] = (alike, *said)
    return {pair: (asked, likewise) for pair, (_, asked, likewise) in best.items()}


def _compared(one: Entry, other: Entry, asked: str, likewise: str) -> Iterator[Finding]:
    about = f"「{asked}」与 {other.id} 的「{likewise}」"
    if _alike(one.answer, other.answer) >= SAME:
        message, mend = f"{about}问得差不多，答案也一样。", "请合成一条，别的问法并到一起。"
        yield Finding(one.id, "question", "duplicate", message, mend, "warning")
        return
    for field, differing in (
        ("answer", _different_numbers(one.answer, other.answer)),
        ("answer", _different_phones(one.answer, other.answer)),
        ("sources", _different_articles(one, other)),
    ):
        if differing:
            message = f"{about}问得差不多，说的却不同：{differing}。"
            mend = "请核对哪个对；问的不是一回事，就把问法改得分得开。"
            yield Finding(one.id, field, "contradiction", message, mend, "warning")


def _different_numbers(one: str, other: str) -> str | None:
    """Kinds of number of which both say something, and never the same."""
    mine, theirs = _by_kind(one), _by_kind(other)
    return _differing(*((mine[kind], theirs[kind]) for kind in mine if kind in theirs))


def _different_phones(one: str, other: str) -> str | None:
    return _differing(({p: p for p in _PHONE.findall(one)}, {p: p for p in _PHONE.findall(other)}))


def _different_articles(one: Entry, other: Entry) -> str | None:
    mine, theirs = _articles(one), _articles(other)
    return _differing(*((mine[law], theirs[law]) for law in mine if law in theirs))


def _differing(*sides: tuple[Mapping[object, str], Mapping[object, str]]) -> str | None:
    """The first two that have nothing in common, as they are written."""
    for mine, theirs in sides:
        if mine and theirs and not mine.keys() & theirs.keys():
            return f"一条是{_first(mine)}，一条是{_first(theirs)}"
    return None


def _first(said: Mapping[object, str]) -> str:
    return "、".join(list(said.values())[:_TOLD]) + ("等" if len(said) > _TOLD else "")


def _by_kind(answer: str) -> dict[object, dict[object, str]]:
    found: dict[object, dict[object, str]] = defaultdict(dict)
    for quantity in quantities(answer):
        found[_TIME.get(quantity.unit, quantity.unit)][quantity] = quantity.said
    return found


def _articles(entry: Entry) -> dict[object, dict[object, str]]:
    found: dict[object, dict[object, str]] = defaultdict(dict)
    for source in entry.sources:
        if isinstance(source, LawSource):
            found[source.law][source.article] = f"《{source.law}》第{source.article}条"
    return found


def _one_errand(one: Entry, other: Entry) -> bool:
    return one.matter is None or other.matter is None or one.matter == other.matter


def _alike(one: str, other: str) -> float:
    """How many pairs of neighbouring characters two texts share, of all that either has."""
    mine, theirs = _neighbours(one), _neighbours(other)
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def _neighbours(text: str) -> set[str]:
    plain = f" {normalise(text)} "
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
