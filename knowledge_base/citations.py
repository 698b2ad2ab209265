"""Whether the law an entry cites is in force, and says the numbers that its answer says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date

from knowledge_base.bindings import typed
from knowledge_base.entries import Entry
from knowledge_base.findings import Finding
from knowledge_base.model import LawSource, OfficeSource
from knowledge_base.quantities import Quantity, quantities
from knowledge_base.statutes import NoProvision, Provision, Statutes, article_number

_QUOTED = re.compile(
    "(?:《(?P<law>[^》]{2,40})》)?第(?P<article>[0-9〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十])?)"
)
_MANY_ARTICLES = 3
"""Articles named at most as those that may have been meant."""


def audit(entries: Iterable[Entry], statutes: Statutes, day: date) -> list[Finding]:
    """What is wrong on `day` with the law that entries cite, in the order of the entries."""
    return [finding for entry in entries for finding in check(entry, statutes, day)]


def check(entry: Entry, statutes: Statutes, day: date) -> Iterator[Finding]:
    """
    The law cited by one entry.

    Numbers are claims only where law is cited; that the law means the same thing by them is
    left to the reader.
    """
    cited = [source for source in entry.sources if isinstance(source, LawSource)]
    provisions: list[Provision] = []
    for source in cited:
        try:
            provision = statutes.provision(source.law, source.article, day)
        except NoProvision as refusal:
            mend = "请查现行条文，改引有效的一条；法律库里没有的法规，先登记在 statutes.yml 里。"
            yield Finding(entry.id, "sources", "citation", str(refusal), mend)
            continue
        if provision.law != source.law:
            message = f"「{source.law}」不是法律的正式名称。"
            mend = f"请写「{provision.law}」。"
            yield Finding(entry.id, "sources", "law_name", message, mend)
        provisions.append(provision)
    yield from _quoted_articles(entry, provisions, statutes, day)
    if cited:
        yield from _claims(entry, provisions, statutes, day)


def numbers_of(sources: Iterable[object], statutes: Statutes, day: date) -> set[Quantity]:
    """Every number in the articles among the sources, as far as their text is known."""
    found: set[Quantity] = set()
    for source in sources:
        if isinstance(source, LawSource):
            with suppress(NoProvision):
                text = statutes.provision(source.law, source.article, day).text
                found.update(quantities(text or ""))
    return found


def _quoted_articles(
    entry: Entry, cited: list[Provision], statutes: Statutes, day: date
) -> Iterator[Finding]:
    """An article the answer names exists and is cited, so that the citizen can open it."""
    for quoted in _QUOTED.finditer(entry.answer):
        number = article_number(quoted["article"])
        law = quoted["law"] and (statutes.resolve(quoted["law"]) or quoted["law"])
        if any(one.article == number and law in (None, one.law) for one in cited):
            continue
        message = f"答案里写了「{quoted.group()}」，来源里没有引它。"
        mend = "请把它加进来源，或者从答案里去掉。"
        if law:
            try:
                statutes.provision(law, str(number), day)
            except NoProvision as refusal:
                message, mend = str(refusal), "请改成现行有效的条文。"
        yield Finding(entry.id, "answer", "quoted_article", message, mend)


def _claims(
    entry: Entry, cited: list[Provision], statutes: Statutes, day: date
) -> Iterator[Finding]:
    """Every number the answer states stands in one of the cited articles."""
    written = numbers_of(entry.sources, statutes, day)
    blind = [f"《{one.law}》" for one in cited if one.text is None]
    offices = [one.office for one in entry.sources if isinstance(one, OfficeSource)]
    for claim in dict.fromkeys(quantities(typed(entry.answer))):
        if claim in written:
            continue
        if blind or offices:
            where = "、".join(dict.fromkeys([*blind, *offices]))
            message = f"「{claim.said}」的依据是{where}，这里没有原文。"
            yield Finding(entry.id, "answer", "number", message, "请对照原文看一遍。", "unchecked")
            continue
        message = f"「{claim.said}」在引用的条文里找不到。"
        yield Finding(entry.id, "answer", "number", message, _where(claim, cited, statutes, day))


def _where(claim: Quantity, cited: list[Provision], statutes: Statutes, day: date) -> str:
    """What to do about a number that is not in the cited articles: where it might be."""
    near = [
        f"《{law}》第{article}条"
        for law in dict.fromkeys(provision.law for provision in cited)
        for article in _articles_saying(claim, law, statutes, day)
    ]
    if near and len(near) <= _MANY_ARTICLES:
        return f"它在{'、'.join(near)}里有：是那一条就引上，否则改数字。"
    return "请引上写着它的那一条，或者按条文改数字。"


def _articles_saying(claim: Quantity, law: str, statutes: Statutes, day: date) -> Iterator[str]:
    for number in range(1, statutes.last_article(law, day) + 1):
        text = statutes.provision(law, str(number), day).text
        if text and claim in quantities(text):
            yield str(number)
