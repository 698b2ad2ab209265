"""Where JioNLP's time parser reads the same words, it and ours say the same moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from borax.calendars.lunardate import LunarDate
from jionlp_time import parse_time

from booking.calendar import SHENZHEN
from booking.timewords import Impossible, Start, read

MONDAY = datetime(2026, 11, 23, 10, tzinfo=SHENZHEN)

DAYS = [
    "今天",
    "明天",
    "后天",
    "大后天",
    "三天后",
    "本周四",
    "这周五",
    "下周一",
    "下周三",
    "下星期五",
    "下礼拜二",
    "下下周二",
    "下个月3号",
    "11月27号",
    "十一月三十号",
    "12月3日",
    "2026年12月1日",
    "二零二六年十二月四号",
    "2026-12-02",
    "2026/12/03",
    "明年1月5号",
    "农历十月二十",
    "阴历十月十八",
    "冬月初三",
    "农历冬月廿二",
    "腊月初七",
    "圣诞节",
    "冬至",
]
CLOCKS = [
    "下午三点",
    "下午3点",
    "下午两点半",
    "下午两点一刻",
    "下午四点三刻",
    "下午三点整",
    "下午3点05分",
    "下午2:30",
    "傍晚五点半",
    "晚上七点半",
    "中午十二点",
    "上午九点",
    "上午十点半",
    "上午11点20分",
    "上午9:30",
    "早上八点",
    "14:30",
    "15点",
    "十四点三十分",
    "十六点半",
    "9:15",
]


def theirs(said: str, now: datetime) -> datetime | None:
    """The beginning of the point in time that the peer reads; None when it reads none."""
    base = {
        "year": now.year,
        "month": now.month,
        "day": now.day,
        "hour": now.hour,
        "minute": now.minute,
        "second": 0,
    }
    try:
        found = parse_time(said, time_base=base)
    except ValueError:
        return None
    if found["type"] != "time_point":
        return None
    return datetime.fromisoformat(found["time"][0]).replace(tzinfo=SHENZHEN)


@pytest.mark.parametrize("day", DAYS)
def test_a_day_and_an_hour_are_the_same_moment_to_both(day: str) -> None:
    differ = []
    for clock in CLOCKS:
        said = f"{day} {clock}"
        moment, ours = theirs(said, MONDAY), read(said, MONDAY)
        assert moment, f"the peer does not read {said}"
        past = isinstance(ours, Impossible) and ours.reason == "past" and moment <= MONDAY
        if ours != Start(moment) and not past:
            differ.append((said, ours, moment))
    assert differ == []


def test_every_day_to_the_end_of_the_lunar_year_is_the_same_to_both() -> None:
    """The two have lunar tables of their own: ours is borax."""
    new_year = date(2027, 2, 6)
    days = [MONDAY.date() + timedelta(days=n) for n in range((new_year - MONDAY.date()).days)]
    assert len(days) == 75
    for day in days:
        said = f"农历{LunarDate.from_solar(day).strftime('%M月%D')} 下午三点"
        meant = datetime(day.year, day.month, day.day, 15, tzinfo=SHENZHEN)
        assert theirs(said, MONDAY) == meant, said
        assert read(said, MONDAY) == Start(meant), said
