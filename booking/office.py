"""
What the office decides about its sessions: hours, desks and numbers, as staff edit them.

On which days it works stands in the calendar file, see `office_calendar`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from booking.rules import Rules
from booking.timetable import Timetable


class OfficeRefused(Exception):
    """What staff want to set cannot be; the message says why and what may be, in Chinese."""


@dataclass(frozen=True)
class Office:
    """The rules in force. revision: goes up with every edit; 0 when nobody has edited anything."""

    timetable: Timetable
    rules: Rules
    revision: int = 0


@dataclass(frozen=True)
class Edit:
    """Who changed what of the office's rules, in the words of the record."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True)
class Number:
    """
    A number that staff may set.

    least, most: its bounds, both included, in `unit`. title: what staff call it. of: its value in
    an office; put: an office with another value.
    """

    title: str
    unit: str
    least: int
    most: int
    of: Callable[[Office], int]
    put: Callable[[Office, int], Office]


def _minutes(room: str, name: str, title: str, least: int, most: int) -> Number:
    return _length(room, name, title, "分钟", timedelta(minutes=1), least, most)


def _length(
    room: str, name: str, title: str, unit: str, one: timedelta, least: int, most: int
) -> Number:
    def of(office: Office) -> int:
        return int(getattr(getattr(office, room), name) / one)

    def put(office: Office, value: int) -> Office:
        return _with(office, room, name, value * one)

    return Number(title, unit, least, most, of, put)


def _count(room: str, name: str, title: str, unit: str, least: int, most: int) -> Number:
    def of(office: Office) -> int:
        return int(getattr(getattr(office, room), name))

    def put(office: Office, value: int) -> Office:
        return _with(office, room, name, value)

    return Number(title, unit, least, most, of, put)


def _with(office: Office, room: str, name: str, value: Any) -> Office:
    changed: Office = replace(office, **{room: replace(getattr(office, room), **{name: value})})
    return changed


_DAY = timedelta(days=1)

NUMBERS: Mapping[str, Number] = {
    "session_minutes": _minutes("timetable", "length", "每场时长", 5, 240),
    "horizon_days": _count("timetable", "horizon", "最多提前几个工作日预约", "个工作日", 1, 60),
    "lead_minutes": _minutes("timetable", "lead", "至少提前多久预约", 0, 72 * 60),
    "hold_minutes": _minutes("rules", "hold", "未确认的席位留多久", 1, 60),
    "daily_limit": _count("rules", "daily_limit", "同一手机号一天最多约几场", "场", 1, 20),
    "cancel_minutes": _minutes(
        "rules", "cancel_until", "开始前多久不能再自己取消、改期", 0, 72 * 60
    ),
    "early_minutes": _minutes("rules", "early", "最早提前多久可以候场", 5, 240),
    "grace_minutes": _minutes("rules", "grace", "迟到多久算过号", 0, 60),
    "no_shows": _count("rules", "no_shows", "爽约几次暂停网上预约（0 是不暂停）", "次", 0, 20),
    "no_show_window_days": _length(
        "rules", "no_show_window", "多少天内的爽约合起来算", "天", _DAY, 1, 366
    ),
    "pause_days": _length("rules", "pause", "暂停网上预约多少天", "天", _DAY, 1, 366),
    "call_back_minutes": _minutes("rules", "call_back_after", "断线多久后回拨", 1, 30),
}
"""By the name a row has."""


def checked(name: str, value: int) -> int:
    """Raise OfficeRefused unless a number of this name may be `value`."""
    number = NUMBERS.get(name)
    if number is None:
        raise OfficeRefused(f"没有「{name}」这一项")
    if not number.least <= value <= number.most:
        raise OfficeRefused(
            f"「{number.title}」要在 {number.least} 到 {number.most} {number.unit}之间"
        )
    return value
