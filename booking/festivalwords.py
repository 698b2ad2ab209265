"""Words for festivals, for the days around a holiday, and for days of the lunar calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property

from booking import festivals
from booking.calendar import Calendar
from booking.days import DayWord, Meaning, in_words, working_days_after
from booking.festivals import NoSuchLunarDay

_A_FEW = 3
"""Working days offered for 国庆后, which names none."""

_DAY = timedelta(days=1)
_NEW_YEAR = ("过年", "大年", "新年", "年")
_MONTHS = {"正": 1, "冬": 11, "腊": 12}

_FESTIVAL = "|".join(sorted(festivals.NAMES, key=len, reverse=True))
_HOLIDAY = (
    rf"(?P<name>{_FESTIVAL})(?:节(?!目|约|省))?(?:放?假期?|长假|小长假|黄金周)?"
    r"|(?P<any>节|假|假期|长假|放假)|(?P<year>(?<![\d今明去前后每半整1多几成青少童老中晚幼])年(?![限检龄审]))"
)
_FIRST_DAY = (
    r"(?:的?(?:第1个?(?:工作日|天)?(?:上班|工作)?(?:的?(?:第1天|那天|当天))?|上班的?第1天|头1天))"
)
_AFTERWARDS = re.compile(
    rf"(?:过完|放完|过了|收完)(?:{_HOLIDAY})(?:以?后|回来)?(?P<first>{_FIRST_DAY})?"
    rf"|(?:{_HOLIDAY.replace('?P<', '?P<b_')})(?:结束|放完|过完|过)?(?:[以之]?后|回来)(?:的?开工)?"
    rf"(?P<b_first>{_FIRST_DAY})?"
)
_BEFOREHAND = re.compile(
    rf"(?:{_HOLIDAY})(?:开始)?[以之]?前(?P<one>的?(?:最后)?1(?:天|个工作日)|夕)?"
)
_ON_IT = re.compile(
    rf"(?P<name>{_FESTIVAL})(?:节(?!目|约|省))?(?P<next>后1天|的?第2天)?(?:那天|当天|当日)?"
    r"(?!\s*(?:上班|上了|加班|放假|工资|期间|快乐|送|的法定|礼|慰问|福利|补贴))"
)
_MAKE_UP = re.compile(r"(?:补班|调休上班)(?:的?那天|当天|日)")
_EVE = re.compile(r"(?:大?年|腊月)30(?:晚|那天|当天)?(?![\d号日])")
_LUNAR = re.compile(
    r"(?P<said>(?:农历|阴历|旧历)的?)?(?:(?P<year>[今明去])年的?)?(?P<leap>闰)?"
    r"(?P<month>[正冬腊]|(?<!\d)\d{1,2})月份?的?(?P<first>初)?(?P<day>\d{1,2})(?![\d点:])(?P<hao>[号日])?"
)
# 读初3, 初1新生: a class at school
_LUNAR_DAY = re.compile(
    r"(?P<new>大年|新年|年)?(?<![读念上升考月])(?<![读念上升]到)(?P<said>农历|阴历|旧历)?初(?P<day>\d{1,2})(?![\d号日])"
    r"(?!\s*(?:[的了]?(?:学生|孩子|小孩|年级|毕业|开学|新生|报名|学位|入学|招生|下学期|上学期|课|班|生(?!日))))"
    r"|(?:农历|阴历|旧历)的?(?P<bare>\d{1,2})(?![\d月点:])[号日]?"
    r"|(?<![\d今明去前后每半整1多几])年(?P<last>2\d)(?![\d号日月岁])"
)


class FestivalWords:
    """Reads them as they are meant on `today`."""

    def __init__(self, today: date, calendar: Calendar) -> None:
        self._today = today
        self._calendar = calendar

    def patterns(self) -> Iterator[tuple[re.Pattern[str], Meaning]]:
        yield _AFTERWARDS, self._afterwards
        yield _BEFOREHAND, self._beforehand
        yield _MAKE_UP, self._make_up
        yield _EVE, lambda match: DayWord(festivals.coming(festivals.EVE, self._today))
        yield _LUNAR, self._lunar
        yield _LUNAR_DAY, self._lunar_day
        yield _ON_IT, self._on_it

    def _on_it(self, match: re.Match[str]) -> DayWord:
        days = festivals.coming(match["name"], self._today)
        return DayWord(tuple(day + _DAY for day in days) if match["next"] else days)

    def _afterwards(self, match: re.Match[str]) -> DayWord | None:
        """国庆后第一个工作日 is one day, 国庆后 may be any of the first few."""
        part = match.groupdict()
        name = part["name"] or part["b_name"]
        if part["year"] or part["b_year"]:
            name = "春节"
        first = part["first"] or part["b_first"]
        if (part["any"] or part["b_any"]) and not first and "节" not in match[0]:
            return None  # 放假后 alone is said of many things
        holiday = self._holiday(name)
        if holiday is None:
            return DayWord(unknown=in_words(match[0]))
        return working_days_after(self._calendar, holiday[1], 1 if first else _A_FEW, said=match[0])

    def _beforehand(self, match: re.Match[str]) -> DayWord | None:
        """节前最后一个工作日, 国庆前一天; 国庆前 alone is any working day until then."""
        name = "春节" if match["year"] else match["name"]
        if match["any"] and not match["one"] and "节" not in match[0]:
            return None
        holiday = self._holiday(name)
        first = holiday[0] if holiday else self._itself(name)
        eve = first - _DAY
        if match["name"] and name not in festivals.PUBLIC and match["one"]:
            return DayWord((eve,))
        days = [self._today + _DAY * n for n in range((eve - self._today).days + 1)]
        worked = [day for day in days if self._calendar.works(day)]
        if not worked or eve > self._calendar.known_until:
            return DayWord((eve,)) if match["one"] else DayWord(tuple(worked[-_A_FEW:]))
        return DayWord(tuple(worked[-1:] if match["one"] else worked[-_A_FEW:]))

    def _holiday(self, name: str | None) -> tuple[date, date] | None:
        """First and last day of the holiday, the next one for no name; None when not announced."""
        if name is None:
            day = self._today
            while self._calendar.holiday(day):  # while it lasts, the next one is not meant
                day += _DAY
            if day > self._today:
                return self._today, day - _DAY
            return self._stretch(self._next_holiday)
        day = festivals.coming(name, self._today)[-1]
        return self._stretch(day) if name in festivals.PUBLIC else (day, day)

    def _itself(self, name: str | None) -> date:
        """The festival's own day, the next public one's for no name, where no notice is known."""
        names = (name,) if name else festivals.PUBLIC
        return min(festivals.coming(one, self._today)[0] for one in names)

    @cached_property
    def _next_holiday(self) -> date | None:
        day = self._today
        while day <= self._calendar.known_until:
            if self._calendar.holiday(day):
                return day
            day += _DAY
        return None

    def _stretch(self, day: date | None) -> tuple[date, date] | None:
        """The days off around `day`; None when its year's notice is not known."""
        if day is None or day > self._calendar.known_until:
            return None
        first = last = day
        while self._calendar.closed_because(first - _DAY):
            first -= _DAY
        while self._calendar.closed_because(last + _DAY):
            last += _DAY
        return first, last

    def _make_up(self, match: re.Match[str]) -> DayWord:
        """The next day at a weekend that is worked."""
        worked = self._calendar.working_days(self._today)
        day = next((day for day in worked if day.isoweekday() > 5), None)
        return DayWord((day,)) if day else DayWord(unknown=in_words(match[0]))

    def _lunar(self, match: re.Match[str]) -> DayWord | None:
        """农历十月二十, 腊月廿三, 十月初一; 12月3号 is left to the other calendar."""
        surely = match["said"] or match["leap"] or match["month"] in _MONTHS
        if not surely and (not match["first"] or match["hao"]):
            return None
        month = _MONTHS.get(match["month"]) or int(match["month"])
        day, leap = int(match["day"]), bool(match["leap"])
        said = f"农历{'闰' if leap else ''}{_month_name(match['month'])}月{_day_name(day)}"
        this_year = festivals.lunar_year(self._today)
        years: tuple[int, ...] = (this_year, this_year + 1)
        if match["year"]:
            years = (this_year + {"去": -1, "今": 0, "明": 1}[match["year"]],)
        return self._likely(years, month, day, leap, said)

    def _lunar_day(self, match: re.Match[str]) -> DayWord:
        """大年初六, 年廿八; a bare 初六 is the next one."""
        this_year = festivals.lunar_year(self._today)
        years = (this_year, this_year + 1)
        if match["last"]:
            return self._likely(years, 12, int(match["last"]), False, f"年{match['last']}")
        day = int(match["day"] or match["bare"])
        if match["new"]:
            return self._likely(years, 1, day, False, f"正月{_day_name(day)}")
        month = festivals.lunar_month(self._today)
        following = [(this_year + (month + n - 1) // 12, (month + n - 1) % 12 + 1) for n in (0, 1)]
        for year, of_month in following:
            meant = self._likely((year,), of_month, day, False, f"农历{_day_name(day)}")
            if meant.days and meant.days[0] >= self._today:
                return meant
        return DayWord()

    def _likely(
        self, years: tuple[int, ...], month: int, day: int, leap: bool, said: str
    ) -> DayWord:
        """The day in the first of the years in which it is not long past."""
        long_past = self._today - timedelta(days=183)
        meant = None
        for year in years:
            try:
                meant = festivals.in_lunar_year(year, month, min(day, 29), leap)
                if meant >= long_past:
                    return DayWord((festivals.in_lunar_year(year, month, day, leap),))
            except NoSuchLunarDay:
                return DayWord(absent=said, near=meant or self._today)
        return DayWord((meant,)) if meant else DayWord()


def _month_name(month: str) -> str:
    return month if month in _MONTHS else _numeral(int(month))


def _day_name(day: int) -> str:
    return ("初" if day <= 10 else "") + _numeral(day)


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    said = ("" if tens < 2 else "零一二三四五六七八九"[tens]) + ("十" if tens else "")
    return said + ("零一二三四五六七八九"[ones] if ones or not tens else "")
