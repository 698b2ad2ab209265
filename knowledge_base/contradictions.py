"""Entries that answer near-equal questions, and whether they say the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from math import ceil

from knowledge_base.entries import Entry
from knowledge_base.findings import Finding
from knowledge_base.model import LawSource
from knowledge_base.quantities import quantities
from knowledge_base.text import gist, normalise

NEAR = 0.55
"""From here on two questions ask the same, as a share of the pairs of characters in either."""
SAME = 0.8
"""From here on two answers say the same."""

_ROUNDING = 1e-9
_TIME = dict.fromkeys(("分钟", "日", "工作日", "月"), "时间")
"""七天 and 七个工作日 are two answers to one question."""
_TOLD = 3
_ONE_WORD = {
    re.compile("几天|几个工作日|多少天|多长时间"): "多久",
    re.compile("如何|怎样|咋"): "怎么",
    re.compile("能不能|可不可以|可以"): "能",
}
"""Words that ask the same."""
_PHONE = re.compile(r"(?<![0-9])(?:1[0-9]{2}|1[0-9]{4}|(?:0[0-9]{2,3}-?)?[2-9][0-9]{6,7})(?![0-9])")


def audit(entries: Iterable[Entry]) -> list[Finding]:
    """
    What near-equal questions get different answers to, and what is answered twice.

    entries: their answers rendered. Only phrasings that have something rare in common are
    compared, so that the time grows with the entries, not with their pairs.
    """
    return [
        finding
        for (one, asked), (other, likewise) in _pairs(list(entries))
        for finding in _compared(one, other, asked, likewise)
    ]


_Asked = tuple[Entry, str]
"""An entry, and one of its phrasings."""


def _pairs(entries: Sequence[Entry]) -> list[tuple[_Asked, _Asked]]:
    """
    The entries that are asked for alike, by the two phrasings most alike, in the order of ids.

    Of two sets of which NEAR is shared, the first few members, the rarest first, are never all
    different: who shares none of those is not looked at (prefix filter, Chaudhuri et al. 2006).
    """
    asked = [(entry, phrasing) for entry in entries for phrasing in entry.phrasings]
    parts = [_neighbours(_plainly(phrasing)) for _, phrasing in asked]
    times = Counter(part for some in parts for part in some)
    sharing: dict[str, list[int]] = defaultdict(list)
    best: dict[tuple[str, str], tuple[float, _Asked, _Asked]] = {}
    for here, (entry, _) in enumerate(asked):
        rarest = sorted(parts[here], key=lambda part: (times[part], part))
        shared = ceil(NEAR * len(rarest) - _ROUNDING)  # at least, with whoever is near
        telling = rarest[: len(rarest) - shared + 1]
        for there in {place for part in telling for place in sharing[part]}:
            other, alike = asked[there][0], _share(parts[here], parts[there])
            if alike < NEAR or not _may_be_one(entry, other):
                continue
            first, second = sorted((asked[here], asked[there]), key=lambda one: one[0].id)
            pair = (first[0].id, second[0].id)
            if pair not in best or alike > best[pair][0]:
                best[pair] = (alike, first, second)
        for part in telling:
            sharing[part].append(here)
    return [(first, second) for _, (_, first, second) in sorted(best.items())]


def _compared(one: Entry, other: Entry, asked: str, likewise: str) -> Iterator[Finding]:
    about = f"「{asked}」与 {other.id} 的「{likewise}」"
    answers = [_neighbours(normalise(entry.answer)) for entry in (one, other)]
    if _share(*answers) >= SAME:
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


def _may_be_one(one: Entry, other: Entry) -> bool:
    """Whether two entries may ask the same: those of different matters may differ."""
    one_errand = one.matter is None or other.matter is None or one.matter == other.matter
    return one.id != other.id and one_errand


def _plainly(question: str) -> str:
    plain = gist(question)
    for words, word in _ONE_WORD.items():
        plain = words.sub(word, plain)
    return plain


def _share(one: Set[str], other: Set[str]) -> float:
    return len(one & other) / len(one | other)


def _neighbours(text: str) -> Set[str]:
    """The pairs of neighbouring characters, the ends of the text among them."""
    framed = f" {text} "
    return {framed[at : at + 2] for at in range(len(framed) - 1)}
