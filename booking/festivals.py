"""Named days of a year: festivals, solar terms, and the dates of the lunar calendar."""

from __future__ import annotations

from datetime import date, timedelta

from borax.calendars.lunardate import InvalidLunarDateError, LCalendars, LunarDate, TermUtils

SOLAR = {
    "元旦": (1, 1),
    "情人节": (2, 14),
    "妇女节": (3, 8),
    "劳动节": (5, 1),
    "青年节": (5, 4),
    "儿童节": (6, 1),
    "建党节": (7, 1),
    "建军节": (8, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "平安夜": (12, 24),
    "圣诞": (12, 25),
}
LUNAR = {
    "春节": (1, 1),
    "元宵": (1, 15),
    "端午": (5, 5),
    "七夕": (7, 7),
    "中元节": (7, 15),
    "中秋": (8, 15),
    "重阳": (9, 9),
    "腊8": (12, 8),
}
TERMS = ("立春", "春分", "清明", "立夏", "夏至", "立秋", "秋分", "立冬", "冬至")
EVE = "除夕"
LITTLE_NEW_YEAR = "小年"
"""The 23rd of the twelfth month in the north, the 24th in the south; Shenzhen has both."""

NAMES = (*SOLAR, *LUNAR, *TERMS, EVE, LITTLE_NEW_YEAR)
PUBLIC = ("元旦", "春节", EVE, "清明", "劳动节", "端午", "中秋", "国庆")
"""Those that bring days off."""

_FIRST, _LAST = 1901, 2099
"""The years that borax knows whole."""


class NoSuchLunarDay(Exception):
    """The lunar year has no such month or day."""


def in_lunar_year(year: int, month: int, day: int, leap: bool = False) -> date:
    """The date of a lunar day. Raises NoSuchLunarDay, also outside 1901 to 2099."""
    if not _FIRST <= year <= _LAST:
        raise NoSuchLunarDay
    try:
        found: date = LunarDate(year, month, day, int(leap)).to_solar_date()
    except InvalidLunarDateError:
        raise NoSuchLunarDay from None
    return found


def lunar_year(day: date) -> int:
    """The lunar year that `day` is in; it begins in January or February."""
    return int(LunarDate.from_solar(day).year)


def lunar_month(day: date) -> int:
    """The lunar month that `day` is in, 1 to 12."""
    return int(LunarDate.from_solar(day).month)


def coming(name: str, today: date) -> tuple[date, ...]:
    """The days of the next festival `name` from `today` on; two for 小年, else one."""
    ahead = (_of(name, year) for year in range(today.year - 1, today.year + 3))
    return next(days for days in ahead if days[-1] >= today)


def _of(name: str, year: int) -> tuple[date, ...]:
    """The days of a festival in a year: the lunar year for those of the lunar calendar."""
    if name in SOLAR:
        return (date(year, *SOLAR[name]),)
    if name in LUNAR:
        return (in_lunar_year(year, *LUNAR[name]),)
    if name == EVE:
        return (in_lunar_year(year, 12, LCalendars.ndays(year, 12)),)
    if name == LITTLE_NEW_YEAR:
        north = in_lunar_year(year, 12, 23)
        return (north, north + timedelta(days=1))
    return (TermUtils.nth_term_day(year, term_name=name),)
