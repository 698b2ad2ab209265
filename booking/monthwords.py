"""Words for a month's days: 月底, 12月上旬, 下个月第一个工作日, 年底."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from booking.calendar import Calendar
from booking.days import DayWord, Meaning

_MONTH = r"(?:(?P<ahead>上|下下|下|本|这|当)1?个?|(?<!\d)(?P<number>\d{1,2}))月(?:份|里|内)?"
_COUNTED = re.compile(
    rf"(?:{_MONTH}|(?P<bottom>月底))的?(?:第(?P<count>\d)|头(?P<head>1)|最后(?P<last>1))个?"
    r"(?:(?P<work>工作日)|周(?P<weekday>\d)|(?P<week>周)|(?P<any>天|日))"
)
_PART = re.compile(
    rf"(?:{_MONTH})?(?:(?<=月)|月)的?(?P<part>底|末|初(?!\d)|中(?!考|心)旬?|上旬|下旬)(?:[之以]?前)?"
)
_YEAR_END = re.compile(r"(?<!\d)(?P<year>[今明])?年[底末](?:[之以]?前)?(?!汇|考核|奖|双薪|分红|结)")
# 下个月到期 and the like tell of something else
_LAST_OF_YEAR = re.compile(r"(?P<year>[今本明])年的?最后1?个?(?:(?P<work>工作日)|天)")
_WHOLE = re.compile(
    rf"(?:{_MONTH})(?=$|\s*(?:[,。?!吧呢]|可以|行|能|有|再|来|约|都|哪|预约|的(?:视频|号|时间|场|空|哪)))"
)

_PARTS = {"初": (1, 5), "中": (11, 20), "中旬": (11, 20), "上旬": (1, 10), "下旬": (21, 31)}
_OFFERED = 5
_AT_THE_END = 3
"""Working days that 月底 may be: the citizen is asked which."""


class MonthWords:
    """Reads them as they are meant on `today`."""

    def __init__(self, today: date, calendar: Calendar) -> None:
        self._today = today
        self._calendar = calendar

    def patterns(self) -> Iterator[tuple[re.Pattern[str], Meaning]]:
        yield _COUNTED, self._counted
        yield _PART, self._part
        yield _LAST_OF_YEAR, self._last_of_year
        yield _YEAR_END, self._year_end

    def whole(self) -> Iterator[tuple[re.Pattern[str], Meaning]]:
        """下个月, 12月: said alone, it may be any of its working days."""
        yield _WHOLE, self._whole

    def _counted(self, match: re.Match[str]) -> DayWord:
        month = self._month(match)
        if month is None:
            return _no_month(match)
        days = _days(month)
        if match["work"]:
            days = self._worked(days)
        elif match["weekday"]:
            days = [day for day in days if day.isoweekday() == int(match["weekday"])]
        elif match["week"]:
            return DayWord(tuple(self._week(days, match)))
        place = -1 if match["last"] else int(match["count"] or match["head"]) - 1
        return DayWord((days[place],)) if days and place < len(days) else DayWord()

    def _week(self, days: list[date], match: re.Match[str]) -> list[date]:
        """下个月第一周: its working days, from the week that has the month's first Monday on."""
        mondays = [day for day in days if day.isoweekday() == 1]
        place = -1 if match["last"] else int(match["count"] or match["head"]) - 1
        if place >= len(mondays):
            return []
        week = [mondays[place] + timedelta(days=n) for n in range(7)]
        return [day for day in self._worked(week) if day >= self._today]

    def _part(self, match: re.Match[str]) -> DayWord:
        month = self._month(match)
        if month is None:
            return _no_month(match)
        days = [day for day in self._worked(_days(month)) if day >= self._today]
        if match["part"] in "底末":
            return DayWord(tuple(days[-_AT_THE_END:]))
        low, high = _PARTS[match["part"]]
        return DayWord(tuple(day for day in days if low <= day.day <= high)[:_OFFERED])

    def _year_end(self, match: re.Match[str]) -> DayWord:
        december = date(self._today.year + (1 if match["year"] == "明" else 0), 12, 1)
        days = [day for day in self._worked(_days(december)) if day >= self._today]
        return DayWord(tuple(days[-_AT_THE_END:]))

    def _last_of_year(self, match: re.Match[str]) -> DayWord:
        days = _days(date(self._today.year + (1 if match["year"] == "明" else 0), 12, 1))
        return DayWord(tuple((self._worked(days) if match["work"] else days)[-1:]))

    def _whole(self, match: re.Match[str]) -> DayWord | None:
        month = self._month(match)
        if month is None:
            return None
        return DayWord(tuple(day for day in self._worked(_days(month)) if day >= self._today))

    def _month(self, match: re.Match[str]) -> date | None:
        """The first of the month meant; None for a 13th month."""
        if number := match["number"]:
            if not 1 <= int(number) <= 12:
                return None
            return date(likely_year(self._today, int(number), 28), int(number), 1)
        return months_on(self._today, _AHEAD.get(match["ahead"] or "", 0))

    def _worked(self, days: list[date]) -> list[date]:
        """Those that are worked; where no holiday is known yet, those from Monday to Friday."""
        known = self._calendar.known_until
        return [
            day
            for day in days
            if (self._calendar.works(day) if day <= known else day.isoweekday() <= 5)
        ]


_AHEAD = {"上": -1, "下": 1, "下下": 2}


def months_on(day: date, count: int) -> date:
    """The first of the month `count` months after that of `day`."""
    years, month = divmod(day.month - 1 + count, 12)
    return date(day.year + years, month + 1, 1)


def likely_year(today: date, month: int, day: int) -> int:
    """This year, or the next when the day lies half a year back: 1月5号 said in December."""
    if not (1 <= month <= 12 and day >= 1):
        return today.year
    gone = today - date(today.year, month, min(day, 28))
    return today.year + 1 if gone > timedelta(days=183) else today.year


def last_of(month: date) -> date:
    """The last day of the month that `month` is in."""
    return months_on(month, 1) - timedelta(days=1)


def _days(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(last_of(first).day)]


def _no_month(match: re.Match[str]) -> DayWord:
    return DayWord(absent=f"{match['number']}月")
