"""
The file in which clerks put down what the calendar does not know: next year's notice, closures.

    放假通知:
    - 年份: 2027
      放假:
      - {节日: 元旦, 日期: 2027-01-01 至 2027-01-03}
      补班: [2027-02-20]
    停办:
    - {日期: 2026-12-03, 原因: 台风红色预警}
    加开:
    - {日期: 2026-12-05, 原因: 便民服务日}

`docs/operating/calendar.md` tells clerks how; `calendar-sample.yml` beside it is one to copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from threading import Lock

import yaml

from booking import festivals
from booking.calendar import CHINA, NATION_KNOWN_UNTIL, Calendar, Change, HalfDay

HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""What a year's notice is complete with, by 全国年节及纪念日放假办法."""

_FESTIVAL = {"清明节": "清明", "端午节": "端午", "中秋节": "中秋", "国庆节": "国庆"}
_NOTICES, _CLOSED, _OPENED = "放假通知", "停办", "加开"
_YEAR, _OFF, _MAKE_UP = "年份", "放假", "补班"
_NAME, _DAY, _HALF, _WHY = "节日", "日期", "时段", "原因"
_HALVES: dict[str, HalfDay] = {"上午": "上午", "下午": "下午"}

WARNS_AHEAD = 60
"""Days before the end of the known calendar from which on operators are told."""

_MEND = "请把国务院的放假通知写进日历文件，写法见 docs/operating/calendar.md。"
_LONGEST = 31
_SPAN = re.compile(r"\s*(\d{4}-\d{1,2}-\d{1,2})(?:\s*(?:至|到|~)\s*(\d{4}-\d{1,2}-\d{1,2}))?\s*")
_NAMES = re.compile(r"[、，,和]")


class CalendarError(Exception):
    """The file cannot be used; the message says on which line and how to mend it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"第 {line} 行：{message}")
        self.line = line


def read(text: str) -> Calendar:
    """The nation's calendar with what the file puts down. Raises CalendarError."""
    root = _root(text)
    if root is None:
        return Calendar()
    parts = _fields(root, (_NOTICES, _CLOSED, _OPENED), "文件开头")
    changes: list[Change] = []
    until = NATION_KNOWN_UNTIL
    for notice in _items(parts.get(_NOTICES)):
        told, year = _notice(notice, until.year + 1)
        until = max(until, date(year, 12, 31))
        changes += told
    for key, works in ((_CLOSED, False), (_OPENED, True)):
        for item in _items(parts.get(key)):
            changes += _of_the_office(item, works)
    return Calendar(tuple(changes), until)


def _notice(node: yaml.Node, latest: int) -> tuple[list[Change], int]:
    """
    A whole year's holidays and make-up days; an incomplete one would open its holidays.

    latest: the last year that a notice may be for without leaving one out before it.
    """
    fields = _fields(node, (_YEAR, _OFF, _MAKE_UP), "放假通知的每一条")
    year_node = _needed(fields, node, _YEAR)
    year_text = _text(year_node)
    if not re.fullmatch(r"20\d\d", year_text):
        raise _wrong(year_node, f"年份「{year_text}」请写成四位数，如 2027")
    year = int(year_text)
    if year > latest:
        raise _wrong(node, f"还没有 {latest} 年的通知，请先写那一年的")
    changes: list[Change] = []
    named: set[str] = set()
    for item in _items(_needed(fields, node, _OFF)):
        holiday = _fields(item, (_NAME, _DAY), "放假的每一条")
        name_node = _needed(holiday, item, _NAME)
        names = [name.strip() for name in _NAMES.split(_text(name_node))]
        if strange := [name for name in names if name not in HOLIDAYS]:
            raise _wrong(name_node, f"不认识节日「{strange[0]}」，只写这些：{'、'.join(HOLIDAYS)}")
        named |= set(names)
        days = _days(_needed(holiday, item, _DAY))
        for name in names:
            [itself] = festivals.coming(_FESTIVAL.get(name, name), date(year, 1, 1))
            if itself not in days:
                raise _wrong(item, f"{year} 年{name}是 {itself}，不在写的日期里，请核对")
        changes += [Change(day, False, _text(name_node), holiday=True) for day in days]
    if missing := [name for name in HOLIDAYS if name not in named]:
        raise _wrong(node, f"{year} 年的通知还缺{'、'.join(missing)}，补全了才能往后约")
    off = {change.day for change in changes}
    for item in _items(fields.get(_MAKE_UP)):
        for day in _days(item):
            if day.isoweekday() < 6 or day in off:
                raise _wrong(item, f"{day} 不是周末或正在放假，不用补班，请核对日期")
            changes.append(Change(day, True, "补班"))
    return changes, year


def _of_the_office(node: yaml.Node, works: bool) -> Iterator[Change]:
    """What the office itself decided, with a reason that citizens are told."""
    known = (_DAY, _WHY) if works else (_DAY, _HALF, _WHY)
    fields = _fields(node, known, "停办、加开的每一条")
    why_node = _needed(fields, node, _WHY)
    why = _text(why_node).strip()
    if not why:
        raise _wrong(why_node, "请写原因，市民会听到，如：台风红色预警")
    half: HalfDay | None = None
    if half_node := fields.get(_HALF):
        half = _HALVES.get(_text(half_node))
        if half is None:
            raise _wrong(half_node, f"时段「{_text(half_node)}」请写上午或下午；全天停办就不写")
    for day in _days(_needed(fields, node, _DAY)):
        yield Change(day, works, why, half=half)


def _days(node: yaml.Node) -> list[date]:
    """2027-01-01, or 2027-01-01 至 2027-01-03 with both ends."""
    text = _text(node)
    span = _SPAN.fullmatch(text)
    try:
        first = _date(span[1]) if span else None
        last = _date(span[2] or span[1]) if span else None
    except ValueError:
        raise _wrong(node, f"日历上没有「{text}」这一天，请核对") from None
    if first is None or last is None:
        raise _wrong(node, f"日期「{text}」请写成 2027-01-01，或 2027-01-01 至 2027-01-03")
    count = (last - first).days + 1
    if not 1 <= count <= _LONGEST:
        raise _wrong(node, f"「{text}」要从早到晚写，最多 {_LONGEST} 天")
    return [first + timedelta(days=n) for n in range(count)]


def _date(text: str) -> date:
    year, month, day = text.split("-")
    return date(int(year), int(month), int(day))


def _root(text: str) -> yaml.Node | None:
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CalendarError(
            line, "写法有误，请检查冒号后的空格、行首的缩进和括号是否成对"
        ) from None
    except yaml.YAMLError:
        raise CalendarError(1, "文件里有不能用的字符，请用纯文本、UTF-8 保存") from None
    return root


def _fields(node: yaml.Node, known: tuple[str, ...], where: str) -> dict[str, yaml.Node]:
    """The fields of a mapping by name; none unknown, none twice."""
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(node, f"{where}要写成「名称: 内容」，可以有：{'、'.join(known)}")
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = _text(key)
        if name not in known:
            raise _wrong(key, f"不认识「{name}」，这里可以写：{'、'.join(known)}")
        if name in found:
            raise _wrong(key, f"「{name}」写了两遍，请合成一处")
        found[name] = value
    return found


def _needed(fields: dict[str, yaml.Node], node: yaml.Node, name: str) -> yaml.Node:
    if name not in fields:
        raise _wrong(node, f"这一条缺「{name}」")
    return fields[name]


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    """The items of a list; none for a heading with nothing under it."""
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise _wrong(node, "这里要写成一条一条的，每条以「- 」开头")
    return list(node.value)


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _wrong(node, "这里只写一个值，不要再分条")
    return str(node.value)


def _wrong(node: yaml.Node, message: str) -> CalendarError:
    return CalendarError(node.start_mark.line + 1, message)


@dataclass(frozen=True)
class _Read:
    """What the file was when it was last read, and what stands since."""

    stamp: tuple[int, int] | None = None
    calendar: Calendar = CHINA
    problem: str = ""


class OfficeCalendar:
    """
    The calendar in force, read again when its file changes; a bad edit changes nothing.

    path: None for the nation's calendar alone. A file that was never there is an empty one; one
        that is gone was not meant to go.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._read = _Read()
        self._lock = Lock()

    def current(self) -> Calendar:
        """The calendar that the last good file makes; costs a look at the file's time and size."""
        if self._stamp() != self._read.stamp:
            with self._lock:
                self._reread()
        return self._read.calendar

    @property
    def problem(self) -> str:
        """What is wrong with the file as it is now, and how to mend it; empty when nothing is."""
        self.current()
        return self._read.problem

    def standing(self, today: date) -> dict[str, str | int | None]:
        """
        Until when the calendar is known, as /health says it.

        warning: from 60 days before that on, what to do. problem: what is wrong with the file.
        """
        known_until = self.current().known_until
        left = (known_until - today).days
        warning = None
        if left < 0:
            warning = f"日历只知道到 {known_until}，已经过了，市民约不了视频办。{_MEND}"
        elif left <= WARNS_AHEAD:
            warning = f"日历只知道到 {known_until}，还有 {left} 天，之后的日子不开放预约。{_MEND}"
        return {
            "known_until": known_until.isoformat(),
            "days_left": left,
            "warning": warning,
            "problem": self.problem or None,
        }

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat() if self._path else None
        except FileNotFoundError:
            return None
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size) if found else None

    def _reread(self) -> None:
        stamp = self._stamp()
        if stamp == self._read.stamp or self._path is None:
            return
        try:
            self._read = _Read(stamp, read(self._path.read_text("utf-8-sig")))
        except (CalendarError, OSError, UnicodeDecodeError) as error:
            problem = f"{self._path.name} {told(error)}。现在照用上一份。"
            self._read = replace(self._read, stamp=stamp, problem=problem)


def told(error: Exception) -> str:
    """What kept a calendar file from being read, in a sentence for who edits it."""
    if isinstance(error, FileNotFoundError):
        return "不见了，请放回来；不需要了就放一个空文件"
    if isinstance(error, UnicodeDecodeError):
        return "不是 UTF-8 文字，请用 UTF-8 另存一次"
    if isinstance(error, OSError):
        return f"读不了：{error.strerror}"
    return str(error)
