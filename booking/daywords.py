"""Which day was meant: words for days, each with the days it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from booking.calendar import Calendar
from booking.days import AFTER, OVER, DayWord, Meaning, gather, working_days_after
from booking.festivalwords import FestivalWords
from booking.monthwords import MonthWords, last_of, likely_year, months_on

_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2, "下下下": 3}
_DAYS = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "今天": 0,
    "明天": 1,
    "后天": 2,
    "大后天": 3,
    "大大后天": 4,
}


class DayWords:
    """Reads the words for days as they are meant on `today`."""

    def __init__(self, today: date, calendar: Calendar) -> None:
        self._today = today
        self._calendar = calendar
        self._months = MonthWords(today, calendar)
        self._festivals = FestivalWords(today, calendar)

    def find(self, text: str, day_known: bool) -> tuple[list[DayWord], str]:
        """
        The words for days in plain `text`, in order, and the text with their places taken.

        day_known: a day was settled before; then 11.30 is left for the clock.
        """
        every = (*self._festivals.patterns(), *self._months.patterns(), *self._patterns())
        found, text = gather(every, text)
        if not found:
            found, text = gather([(_SHORT_DATE, self._short_date)], text)
            if not day_known:
                dotted, text = gather([(_DOTTED, self._dotted)], text)
                found += dotted
        if not found:
            found, text = gather(self._months.whole(), text)
        return sorted(found, key=lambda word: word.begin), text

    def _patterns(self) -> Iterator[tuple[re.Pattern[str], Meaning]]:
        yield _WRITTEN, self._full_date
        yield _NUMBERED, self._full_date
        yield _MONTH_AND_DAY, self._month_and_day
        yield _EVERY, lambda match: DayWord()  # names no day, but its place is taken
        yield _DAY_OF_MONTH, self._day_of_month
        yield _PART_OF_WEEK, self._part_of_week
        yield _WEEKDAY, self._weekday
        yield _SAME_WEEKDAY, self._same_weekday
        yield _WEEK, self._week
        yield _WEEKEND, self._weekend
        yield _DAYS_ON, self._days_on
        yield _MONTHS_ON, self._months_on
        yield _RELATIVE, lambda match: self._ahead(_DAYS[match[0]])
        yield _WORKING_DAYS_ON, self._working_days_on
        yield _NEXT_WORKING_DAY, self._next_working_day

    def _full_date(self, match: re.Match[str]) -> DayWord:
        year, month, day = (int(part) for part in match.groups() if part)
        year = year + 2000 if year < 100 else year
        if not self._today.year - 1 <= year <= self._today.year + 10:
            return DayWord()  # a birthday, or no year at all
        return self._date(year, month, day)

    def _month_and_day(self, match: re.Match[str]) -> DayWord:
        month, day = int(match[2]), int(match[3])
        if match[1]:
            year = self._today.year + {"去": -1, "今": 0, "明": 1, "后": 2}[match[1]]
        else:
            year = likely_year(self._today, month, day)
        return self._date(year, month, day)

    def _day_of_month(self, match: re.Match[str]) -> DayWord:
        """下个月3号; a bare 3号 is the next one, this month's or a later one's."""
        day, which = int(match[2] or match[4]), match[1] or match[3]
        if which:
            month = months_on(self._today, {"上": -1, "下": 1, "下下": 2}.get(which, 0))
            return self._date(month.year, month.month, day)
        for ahead in range(3):
            month = months_on(self._today, ahead)
            meant = self._date(month.year, month.month, day)
            if meant.days and meant.days[0] >= self._today:
                return meant
        return DayWord()  # 69号 without a month is rather a house than a day

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
        days = self._days_of_week(_WEEKS[match[1]])
        if match[2]:
            return DayWord(days[5:])
        return DayWord(tuple(day for day in self._worked(days) if day >= self._today))

    def _part_of_week(self, match: re.Match[str]) -> DayWord:
        """下周前三天, 下周第一个工作日, 这周最后一天."""
        days = self._worked(self._days_of_week(_WEEKS[match["week"]]))
        if match["last"]:
            return DayWord(days[-1:])
        if match["count"]:
            place = int(match["count"]) - 1
            return DayWord(days[place : place + 1])
        return DayWord(tuple(day for day in days[: int(match["first"])] if day >= self._today))

    def _same_weekday(self, match: re.Match[str]) -> DayWord:
        return self._ahead(7 * _WEEKS[match[1]])

    def _days_of_week(self, ahead: int) -> tuple[date, ...]:
        monday = self._monday() + timedelta(days=7 * ahead)
        return tuple(monday + timedelta(days=n) for n in range(7))

    def _worked(self, days: tuple[date, ...]) -> tuple[date, ...]:
        """Those that are worked; where no holiday is known yet, those from Monday to Friday."""
        known = self._calendar.known_until
        return tuple(
            day
            for day in days
            if (self._calendar.works(day) if day <= known else day.isoweekday() <= 5)
        )

    def _weekend(self, match: re.Match[str]) -> DayWord:
        saturday = self._monday() + timedelta(days=5)
        both = (saturday, saturday + timedelta(days=1))
        return DayWord(tuple(day for day in both if day >= self._today))

    def _ahead(self, days: int) -> DayWord:
        return DayWord((self._today + timedelta(days=days),))

    def _days_on(self, match: re.Match[str]) -> DayWord | None:
        """三天后, 两三天后, 过两周; 三天 alone says how long something takes."""
        if not (match["over"] or match["after"]):
            return None
        length = 7 if match["unit"] == "周" else 1
        counts = [int(count) for count in (match["or"], match["count"]) if count]
        return DayWord(tuple(self._today + timedelta(days=n * length) for n in counts))

    def _months_on(self, match: re.Match[str]) -> DayWord | None:
        """一个月后 is the same day of that month, 半个月后 fifteen days on."""
        if not (match["over"] or match["after"]):
            return None
        if not match["count"]:
            return self._ahead(15)
        month = months_on(self._today, int(match["count"]))
        day = month.replace(day=min(self._today.day, last_of(month).day))
        return DayWord((day + timedelta(days=15 if match["more"] else 0),))

    def _working_days_on(self, match: re.Match[str]) -> DayWord | None:
        if not (match["over"] or match["after"]):
            return None
        word = working_days_after(self._calendar, self._today, int(match["count"]), match[0])
        return DayWord(word.days[-1:], unknown=word.unknown)

    def _next_working_day(self, match: re.Match[str]) -> DayWord:
        before = self._today - timedelta(days=1) if match["soon"] else self._today
        return working_days_after(self._calendar, before, 1, match[0])

    def _short_date(self, match: re.Match[str]) -> DayWord | None:
        month, day = int(match[1]), int(match[2])
        if month > 12 and "/" in match[0]:  # 26/11, as English has it
            month, day = day, month
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        return self._date(likely_year(self._today, month, day), month, day)

    def _dotted(self, match: re.Match[str]) -> DayWord | None:
        """11.30 is the day if that lies ahead; else it is half past eleven."""
        meant = self._short_date(match)
        return meant if meant and meant.days and meant.days[0] >= self._today else None

    def _date(self, year: int, month: int, day: int) -> DayWord:
        try:
            return DayWord((date(year, month, day),))
        except ValueError:
            near = last_of(date(year, month, 1)) if 1 <= month <= 12 else None
            return DayWord(absent=f"{month}月{day}日", near=near)

    def _monday(self) -> date:
        return self._today - timedelta(days=self._today.isoweekday() - 1)


_WRITTEN = re.compile(
    r"(?<!\d)(\d{4}|\d{2})年的?(\d{1,2})月份?的?(\d{1,2})(?:[号日]|(?![\d点:时]))"
)
_NUMBERED = re.compile(
    r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d-])[号日]?|(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?!\d)"
)
_MONTH_AND_DAY = re.compile(
    r"(?:([今明去后])年的?)?\s*(?<!\d)(\d{1,2})月份?的?(\d{1,2})(?:[号日]|(?![\d点:时]))"
)
_DAY_OF_MONTH = re.compile(
    r"(?:(上|下下|下|本|这|当)1?个?月)?的?初?(?<![\d.-])(\d{1,2})[号日](?!内|游)"
    r"|(上|下下|下|本|这)1?个?月的?(\d{1,2})(?=$|[\s,。?!吧的可行上下早])"
)
_EVERY = re.compile(r"(?:每1?个?|逢)周\d|每1?个?月的?\d{1,2}[号日]")
_PART_OF_WEEK = re.compile(
    r"(?P<week>下下|下|这|本)1?个?周的?(?:[前头](?P<first>\d)|第(?P<count>\d)个?|(?P<last>最后)1?个?)"
    r"(?:天|工作日)"
)
_WEEKDAY = re.compile(
    r"(?:(?P<next>下1个)|(?P<week>下下下|下下|下|上上|上|这|本)个?)?周(?P<weekday>\d)\s"
)
_SAME_WEEKDAY = re.compile(r"(下下|下)1?个?周的?(?:今天|同1天|这1?天|这个?时候)")
_WEEK = re.compile(r"(下下|下|这|本|上)1?个?周(末)?(?!\d)")
_WEEKEND = re.compile(r"周末")
_RELATIVE = re.compile(r"大前天|大?大后天|前天|昨天|今天|(?<![证说])明天|(?<![以然之])后天(?!天)")
_DAYS_ON = re.compile(
    rf"{OVER}(?<![\d了满])(?:(?P<or>\d)天?或)?(?P<count>\d{{1,2}})个?(?P<unit>天|周)(?:{AFTER}(?:的?今天)?)?"
)
_MONTHS_ON = re.compile(
    rf"{OVER}(?:(?<!了)半|(?<![\d了满])(?P<count>\d{{1,2}}))个(?P<more>半)?月{AFTER}?"
)
_WORKING_DAYS_ON = re.compile(rf"{OVER}(?<![\d了满])(?P<count>\d{{1,2}})个?工作日{AFTER}?")
_NEXT_WORKING_DAY = re.compile(r"(?:(?P<soon>最近的?)|下)1?个?工作日")
_SHORT_DATE = re.compile(r"(?<![\d\-/.:])(\d{1,2})[-/](\d{1,2})(?![\d\-/])")
_DOTTED = re.compile(r"(?<![\d\-/.:])(\d{1,2})\.(\d{1,2})(?![\d.])")
