"""How long from now: 一个钟头后, 过两个半小时."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from booking.clockwords import ClockWord
from booking.days import AFTER, OVER, DayWord
from booking.speech import TAKEN
from booking.timetable import Timetable

_AHEAD = re.compile(
    rf"{OVER}(?<!了)"
    r"(?:(?P<hours>\d{1,2})(?:\s*(?:小时|钟头)|个(?P<more>半)?(?:小时|钟头|钟))"
    r"(?:(?P<and>\d{1,2})分钟)?"
    r"|(?P<one>个)半(?:小时|钟头|钟)|半个?(?P<half>小时|钟头|钟)"
    r"|(?P<quarters>[123])刻钟|(?P<minutes>\d{1,3})分钟)"
    rf"{AFTER}?"
)


def find(
    text: str, now: datetime, timetable: Timetable
) -> tuple[list[DayWord], list[ClockWord], str]:
    """
    The moments said by how long they are from `now`, as a day and a time each, and the text left.

    A session that starts soon after the moment is meant: four hours after 10:07 is 14:30.
    """
    days, times = [], []
    taken = text
    for match in _AHEAD.finditer(text):
        if not (match["over"] or match["after"]):
            continue
        moment = _session_by(now + _length(match), timetable)
        begin, end = match.span()
        days.append(DayWord((moment.date(),), begin=begin, end=end))
        times.append(ClockWord((moment.time(),), None, "", begin, end))
        taken = taken[:begin] + TAKEN * (end - begin) + taken[end:]
    return days, times, taken


def _length(match: re.Match[str]) -> timedelta:
    part = match.groupdict()
    minutes = 60 * int(part["hours"] or 0) + int(part["minutes"] or 0) + int(part["and"] or 0)
    minutes += 15 * int(part["quarters"] or 0)
    minutes += 90 if part["one"] else 0
    minutes += 30 if part["more"] or part["half"] else 0
    return timedelta(minutes=minutes)


def _session_by(moment: datetime, timetable: Timetable) -> datetime:
    """The session that starts next, when that is within one session's length; else the moment."""
    moment = moment.replace(second=0, microsecond=0)
    soon = (
        start
        for start in timetable.sessions(moment.date())
        if moment <= start < moment + timetable.length
    )
    return next(soon, moment)
