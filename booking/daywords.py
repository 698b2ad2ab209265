"""Which day was meant: words for days, each with the days it may mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from booking.calendar import Calendar
from booking.speech import TAKEN


@dataclass(frozen=True)
class DayWord:
    """
    A word for a day, which stands from `begin` to `end` in the text.

    days: what it may mean, in order.
    weekday: 1 to 7 for a bare 周三, which beside a date only confirms it.
    absent: the day as it was said, when no calendar has it: 11月31日.
    """

    days: tuple[date, ...] = ()
    weekday: int | None = None
    absent: str = ""
    begin: int = 0
    end: int = 0


_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2, "下下下": 3}
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3}


class DayWords:
    """Reads the words for days as they are meant on `today`."""

    def __init__(self, today: date, calendar: Calendar) -> None:
        self._today = today
        self._calendar = calendar

    def find(self, text: str, day_known: bool) -> tuple[list[DayWord], str]:
        """
        The words for days in plain `text`, in order, and the text with their places taken.

        day_known: a day was settled before; then 11.30 is left for the clock.
        """
        found: list[DayWord] = []
        for pattern, meaning in _PATTERNS:
            found, text = self._collect(pattern, meaning, found, text)
        if not found:
            found, text = self._collect(_SHORT_DATE, DayWords._short_date, found, text)
            if not day_known:
                found, text = self._collect(_DOTTED, DayWords._dotted, found, text)
        return sorted(found, key=lambda word: word.begin), text

    def _collect(
        self,
        pattern: re.Pattern[str],
        meaning: Callable[[DayWords, re.Match[str]], DayWord | None],
        found: list[DayWord],
        text: str,
    ) -> tuple[list[DayWord], str]:
        taken = text
        for match in pattern.finditer(text):
            meant = meaning(self, match)
            if meant is None:
                continue
            begin, end = match.span()
            taken = taken[:begin] + TAKEN * (end - begin) + taken[end:]
            if meant.days or meant.absent:
                found = [*found, replace(meant, begin=begin, end=end)]
        return found, taken

    def _full_date(self, match: re.Match[str]) -> DayWord:
        year = int(match[1])
        return self._date(year + 2000 if year < 100 else year, int(match[2]), int(match[3]))

    def _month_and_day(self, match: re.Match[str]) -> DayWord:
        month, day = int(match[2]), int(match[3])
        if match[1]:
            year = self._today.year + {"去": -1, "今": 0, "明": 1, "后": 2}[match[1]]
        else:
            year = self._likely_year(month, day)
        return self._date(year, month, day)

    def _day_of_month(self, match: re.Match[str]) -> DayWord:
        """下个月3号; a bare 3号 is the next one, this month's or a later one's."""
        day = int(match[2])
        if match[1]:
            year, month = self._month(match[1])
            return self._date(year, month, day)
        for ahead in range(3):
            meant = self._date(*_months_on(self._today, ahead), day)
            if meant.days and meant.days[0] >= self._today:
                return meant
        return DayWord()  # 69号 without a month is rather a house than a day

    def _part_of_month(self, match: re.Match[str]) -> DayWord:
        """月底 may be any of the last working days: the citizen is asked which."""
        if match[1] and match[1].isdigit():
            month = int(match[1])
            if not 1 <= month <= 12:
                return DayWord(absent=f"{month}月")
            year = self._likely_year(month, 28)
        else:
            year, month = self._month(match[1])
        first = date(year, month, 1)
        following = date(*_months_on(first, 1), 1)
        days = [first + timedelta(days=n) for n in range((following - first).days)]
        days = [day for day in days if self._calendar.works(day) and day >= self._today]
        if match[2] in "底末":
            return DayWord(tuple(days[-3:]))
        low, high = (1, 5) if match[2] == "初" else (11, 20)
        return DayWord(tuple(day for day in days if low <= day.day <= high)[:5])

    def _weekday(self, match: re.Match[str]) -> DayWord:
        weekday = int(match["weekday"])
        this_week = self._monday() + timedelta(days=weekday - 1)
        coming = this_week if this_week >= self._today else this_week + timedelta(days=7)
        if match["next"]:  # 下一个周三: the one that comes next, or next week's
            return DayWord(tuple(sorted({coming, this_week + timedelta(days=7)})))
        if match["week"]:
            meant = this_week + timedelta(days=7 * _WEEKS[match["week"]])
            if self._today.isoweekday() == 7 and match["week"].startswith("下"):
                # to some the new week has begun on Sunday
                return DayWord((meant, meant + timedelta(days=7)))
            return DayWord((meant,))
        if this_week == self._today:
            return DayWord((this_week, this_week + timedelta(days=7)), weekday)
        return DayWord((coming,), weekday)

    def _week(self, match: re.Match[str]) -> DayWord:
        monday = self._monday() + timedelta(days=7 * _WEEKS[match[1]])
        if match[2]:
            return DayWord((monday + timedelta(days=5), monday + timedelta(days=6)))
        days = (monday + timedelta(days=n) for n in range(7))
        return DayWord(
            tuple(day for day in days if self._calendar.works(day) and day >= self._today)
        )

    def _weekend(self, match: re.Match[str]) -> DayWord:
        saturday = self._monday() + timedelta(days=5)
        both = (saturday, saturday + timedelta(days=1))
        return DayWord(tuple(day for day in both if day >= self._today))

    def _relative(self, match: re.Match[str]) -> DayWord:
        return DayWord((self._today + timedelta(days=_DAYS[match[0]]),))

    def _days_on(self, match: re.Match[str]) -> DayWord:
        count = int(match[1]) * (7 if match[2] == "周" else 1)
        return DayWord((self._today + timedelta(days=count),))

    def _working_days_on(self, match: re.Match[str]) -> DayWord:
        day = self._calendar.after(self._today, int(match[1] or 1))
        return DayWord((day,) if day else ())

    def _short_date(self, match: re.Match[str]) -> DayWord | None:
        month, day = int(match[1]), int(match[2])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        return self._date(self._likely_year(month, day), month, day)

    def _dotted(self, match: re.Match[str]) -> DayWord | None:
        """11.30 is the day if that lies ahead; else it is half past eleven."""
        meant = self._short_date(match)
        return meant if meant and meant.days and meant.days[0] >= self._today else None

    def _date(self, year: int, month: int, day: int) -> DayWord:
        try:
            return DayWord((date(year, month, day),))
        except ValueError:
            return DayWord(absent=f"{month}月{day}日")

    def _likely_year(self, month: int, day: int) -> int:
        """This year, or the next when the day lies half a year back: 1月5号 said in December."""
        year = self._today.year
        if not (1 <= month <= 12 and day >= 1):
            return year
        gone = self._today - date(year, month, min(day, 28))
        return year + 1 if gone > timedelta(days=183) else year

    def _month(self, word: str | None) -> tuple[int, int]:
        return _months_on(self._today, {"下下": 2, "下": 1}.get(word or "这", 0))

    def _monday(self) -> date:
        return self._today - timedelta(days=self._today.isoweekday() - 1)


def _months_on(day: date, count: int) -> tuple[int, int]:
    years, month = divmod(day.month - 1 + count, 12)
    return day.year + years, month + 1


def _nothing(words: DayWords, match: re.Match[str]) -> DayWord:
    """Words that only look like a day: 每周三 names no day, but its place is taken."""
    return DayWord()


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[DayWords, re.Match[str]], DayWord]], ...] = (
    (
        re.compile(r"(?<!\d)(\d{4}|\d{2})年(\d{1,2})月(\d{1,2})(?:[号日]|(?![\d点:时]))"),
        DayWords._full_date,
    ),
    (
        re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d-])[号日]?"),
        DayWords._full_date,
    ),
    (
        re.compile(
            r"(?:([今明去后])年)?\s*(?<!\d)(\d{1,2})月份?的?(\d{1,2})(?:[号日]|(?![\d点:时]))"
        ),
        DayWords._month_and_day,
    ),
    (
        re.compile(r"(?:(下下|下|本|这|当)1?个?月)?的?(?<![\d.-])(\d{1,2})[号日](?!内|游)"),
        DayWords._day_of_month,
    ),
    (
        re.compile(r"(下下|下|本|这|当|(?<!\d)\d{1,2})?1?个?月[份的]?([底末初中])"),
        DayWords._part_of_month,
    ),
    (re.compile(r"(?:每1?个?|逢)周\d"), _nothing),
    (
        re.compile(
            r"(?:(?P<next>下1个)|(?P<week>下下下|下下|下|上上|上|这|本)个?)?周(?P<weekday>\d)\s"
        ),
        DayWords._weekday,
    ),
    (re.compile(r"(下下|下|这|本|上)1?个?周(末)?(?!\d)"), DayWords._week),
    (re.compile(r"周末"), DayWords._weekend),
    (
        re.compile("大前天|大后天|前天|昨天|今天|(?<![证说])明天|(?<![以然之])后天(?!天)"),
        DayWords._relative,
    ),
    (re.compile(r"(?<!\d)(\d{1,2})个?(天|周)[以之]?后"), DayWords._days_on),
    (re.compile(r"下1?个工作日|(?<!\d)(\d{1,2})个工作日[以之]?后"), DayWords._working_days_on),
)
_SHORT_DATE = re.compile(r"(?<![\d\-/.:])(\d{1,2})[-/](\d{1,2})(?![\d\-/])")
_DOTTED = re.compile(r"(?<![\d\-/.:])(\d{1,2})\.(\d{1,2})(?![\d.])")
