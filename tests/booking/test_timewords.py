"""What people say for a time, and what it means on Monday, 23 November 2026, at ten."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendar import SHENZHEN, Calendar, Change
from booking.timetable import Hours, Timetable
from booking.timewords import Impossible, Nothing, Parts, Reading, Start, read, say, say_day

MONDAY = datetime(2026, 11, 23, 10, tzinfo=SHENZHEN)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> Start:
    return Start(datetime(year, month, day, hour, minute, tzinfo=SHENZHEN))


def on(
    *days: tuple[int, int] | date,
    halves: tuple = (),
    times: tuple = (),
    anytime=False,
    without: tuple = (),
) -> Parts:
    dates = tuple(day if isinstance(day, date) else date(2026, *day) for day in days)
    out = tuple(date(2026, *day) for day in without)
    return Parts(dates, tuple(time(*at) for at in times), halves, anytime, out)


ANYTIME = Parts(anytime=True)

SAID: dict[str, Reading] = {
    # days
    "今天": on((11, 23)),
    "明天": on((11, 24)),
    "后天可以吗": on((11, 25)),
    "大后天": on((11, 26)),
    "三天后": on((11, 26)),
    "明后天": on((11, 24), (11, 25)),
    "周三": on((11, 25)),
    "星期三": on((11, 25)),
    "礼拜三": on((11, 25)),
    "週三": on((11, 25)),
    "周天": on((11, 29)),
    "这周五": on((11, 27)),
    "本周五": on((11, 27)),
    "下周三": on((12, 2)),
    "下个星期三": on((12, 2)),
    "下下周二": on((12, 8)),
    "下一个周三": on((11, 25), (12, 2)),
    "周一": on((11, 23), (11, 30)),
    "这周一": on((11, 23)),
    "12月3号": on((12, 3)),
    "12月3日": on((12, 3)),
    "12 月 3 日": on((12, 3)),
    "十二月三号": on((12, 3)),
    "3号": on((12, 3)),
    "三十号": on((11, 30)),
    "二十四号": on((11, 24)),
    "下个月3号": on((12, 3)),
    "11-30": on((11, 30)),
    "11/30": on((11, 30)),
    "11.30": on((11, 30)),
    "2026-11-30": on((11, 30)),
    "二零二六年十一月三十": on((11, 30)),
    "二〇二六年十一月三十日": on((11, 30)),
    "1月5号": on(date(2027, 1, 5)),
    "明年1月5号": on(date(2027, 1, 5)),
    "11月27号星期五": on((11, 27)),
    "11月27号星期四": on((11, 26), (11, 27)),
    "周三或者周四": on((11, 25), (11, 26)),
    "周三、四都行": on((11, 25), (11, 26), anytime=True),
    "周三四都可以": on((11, 25), (11, 26), anytime=True),
    "周一到五": on((11, 23), (11, 24), (11, 25), (11, 26), (11, 27)),
    "周三到周五": on((11, 25), (11, 26), (11, 27)),
    "12月3-5号": on((12, 3), (12, 4)),
    "下周": on((11, 30), (12, 1), (12, 2), (12, 3), (12, 4)),
    "下周山": on((12, 2)),  # misheard
    "下周哪天": on((11, 30), (12, 1), (12, 2), (12, 3), (12, 4)),
    "周末": on((11, 28), (11, 29)),
    "月底": on((11, 26), (11, 27), (11, 30)),
    "下个月初": on((12, 1), (12, 2), (12, 3), (12, 4)),
    "下个工作日": on((11, 24)),
    "两个工作日后": on((11, 25)),
    # half-days
    "这周五上午": on((11, 27), halves=("上午",)),
    "星期三下午": on((11, 25), halves=("下午",)),
    "听日朝早": on((11, 24), halves=("上午",)),
    "周四上午或者下午": on((11, 26), halves=("上午", "下午")),
    "下午": on(halves=("下午",)),
    "明天早一点": on((11, 24)),
    # one start
    "今天下午三点": at(11, 23, 15),
    "明天上午9点": at(11, 24, 9),
    "明早九点": at(11, 24, 9),
    "明天九点": at(11, 24, 9),
    "明天三点": at(11, 24, 15),
    "明天9点半": at(11, 24, 9, 30),
    "明天九点30分": at(11, 24, 9, 30),
    "明天十点一刻": at(11, 24, 10, 15),
    "明天两点三刻": at(11, 24, 14, 45),
    "明天差一刻十点": at(11, 24, 9, 45),
    "明天差十分钟三点": at(11, 24, 14, 50),
    "明天14:30": at(11, 24, 14, 30),
    "明天14：30": at(11, 24, 14, 30),
    "明天2:30": at(11, 24, 14, 30),
    "明天11.30": at(11, 24, 11, 30),
    "明天下午2点": at(11, 24, 14),
    "明天下午，三点": at(11, 24, 15),
    "三点，周五下午": at(11, 27, 15),
    "明天中午十二点": at(11, 24, 12),
    "明天一点钟": at(11, 24, 13),
    "明天8点": at(11, 24, 8),
    "明晚七点": at(11, 24, 19),
    "大后天十点半": at(11, 26, 10, 30),
    "周三十点": at(11, 25, 10),
    "下周一上午九点": at(11, 30, 9),
    "周一上午九点": at(11, 30, 9),
    "下禮拜二下午兩點": at(12, 1, 14),
    "后日朝早九点半": at(11, 25, 9, 30),
    "後日朝早九點半": at(11, 25, 9, 30),
    "听日下昼三点": at(11, 24, 15),
    "11-30 9:30": at(11, 30, 9, 30),
    "2026-11-30T09:30": at(11, 30, 9, 30),
    "十一月三十号下午两点半左右": at(11, 30, 14, 30),
    "帮我妈约下周二上午十点办居住证": at(12, 1, 10),
    # several times, or no day yet
    "三点": on(times=((15, 0),)),
    "周四下午三四点": on((11, 26), times=((15, 0), (16, 0))),
    "周四九点或者十点": on((11, 26), times=((9, 0), (10, 0))),
    "明天九点多": on((11, 24), times=((9, 0), (9, 30))),
    "明天9-11点": on((11, 24), times=((9, 0), (9, 30), (10, 0), (10, 30))),
    "明天上午十点到十一点之间": on((11, 24), times=((10, 0), (10, 30))),
    "明天下午四点以后": on((11, 24), times=((16, 0), (16, 30), (17, 0))),
    "明天下午三点之前": on((11, 24), times=((14, 0), (14, 30))),
    "明天十点前": on((11, 24), times=((9, 0), (9, 30))),
    "周一下午三点": on((11, 23), (11, 30), times=((15, 0),)),
    # whatever is free
    "最早的": ANYTIME,
    "随便": ANYTIME,
    "都可以": ANYTIME,
    "你看着办吧": ANYTIME,
    "越快越好": ANYTIME,
    "明天上午最早一场": on((11, 24), halves=("上午",), anytime=True),
    "后天随便几点": on((11, 25), anytime=True),
    # said, and taken back
    "不是周三，是周四": on((11, 26), without=((11, 25),)),
    "周三不行，周四吧": on((11, 26), without=((11, 25),)),
    "除了周五都可以": on(anytime=True, without=((11, 27),)),
    "周三上午不行，下午吧": on((11, 25), halves=("下午",)),
    "周三上午不行，周四吧": on((11, 26)),
    "周三九点改成下午": on((11, 25), halves=("下午",)),
    "周三行不行": on((11, 25)),
    "我周三没空": on(without=((11, 25),)),
    "周三九点改成十点": at(11, 25, 10),
    "不对，是下周二": on((12, 1)),
    # cannot be
    "11月31号": Impossible("no_such_day", "11月31日"),
    "2月29号": Impossible("no_such_day", "2月29日"),
    "13月1号": Impossible("no_such_day", "13月1日"),
    "明天25点": Impossible("no_such_time", "25点"),
    "明天9点70分": Impossible("no_such_time", "9点70分"),
    "昨天": Impossible("past", "11月22日（周日）"),
    "上周三": Impossible("past", "11月18日（周三）"),
    "11月3号": Impossible("past", "11月3日（周二）"),
    "今天上午九点": Impossible("past", "11月23日（今天，周一）上午9:00"),
    # numbers that are no times
    "八卦一路15号": Nothing(),
    "福田区深南中路3号": Nothing(),
    "香蜜湖花园15号楼": Nothing(),
    "3号窗口在哪里": Nothing(),
    "坐地铁3号线": Nothing(),
    "13800138000": Nothing(),
    "我的电话是138 0013 8000": Nothing(),
    "0755-82918333": Nothing(),
    "contact:a3-11-30xab1cd23": Nothing(),
    "有三点疑问": Nothing(),
    "能不能快一点": Nothing(),
    "证明日期写错了怎么办": Nothing(),
    "以后早点来": Nothing(),
    "每周三都要上班": Nothing(),
    "农历出生日期": Nothing(),
    "费用是11.30元": Nothing(),
    "3个工作日内能办好吗": Nothing(),
    "晚上好": Nothing(),
    "你好": Nothing(),
    "": Nothing(),
}


@pytest.mark.parametrize(("text", "meant"), SAID.items())
def test_everyday_chinese_means(text: str, meant: Reading) -> None:
    assert read(text, MONDAY) == meant


def test_a_weekday_that_has_passed_is_next_weeks() -> None:
    wednesday = MONDAY + timedelta(days=2)
    assert read("周一", wednesday) == on((11, 30))
    assert read("这周一", wednesday) == Impossible("past", "11月23日（周一）")


def test_today_is_no_longer_meant_by_its_weekday_once_its_sessions_are_over() -> None:
    assert read("周一", MONDAY.replace(hour=17, minute=30)) == on((11, 30))
    assert read("周一上午", MONDAY.replace(hour=15)) == on((11, 30), halves=("上午",))


def test_next_monday_said_on_a_sunday_is_asked_about() -> None:
    sunday = MONDAY - timedelta(days=1)
    assert read("下周一", sunday) == on((11, 23), (11, 30))
    assert read("周一", sunday) == on((11, 23))
    assert read("11月23日下周一上午9点", sunday) == at(11, 23, 9)


def test_an_hour_that_is_open_twice_is_asked_about() -> None:
    long_day = Timetable(hours=(Hours(time(7), time(21)),))
    assert read("明天八点", MONDAY, long_day) == on((11, 24), times=((8, 0), (20, 0)))
    assert read("明天三点", MONDAY, long_day) == at(11, 24, 15)
    said = Parts((date(2026, 11, 24),), halves=("上午",))
    assert read("八点", MONDAY, long_day, said=said) == at(11, 24, 8)


def test_what_was_said_before_fills_in_what_is_left_out() -> None:
    friday = on((11, 27), halves=("上午",))
    assert read("九点半", MONDAY, said=friday) == at(11, 27, 9, 30)
    assert read("9.30", MONDAY, said=friday) == at(11, 27, 9, 30)
    assert read("下午吧", MONDAY, said=friday) == on((11, 27), halves=("下午",))
    assert read("随便", MONDAY, said=friday) == on((11, 27), halves=("上午",), anytime=True)
    assert read("你好", MONDAY, said=friday) == Nothing()


def test_a_correction_keeps_what_it_does_not_touch() -> None:
    said = on((11, 27), times=((9, 30),))
    assert read("不对，是下周二", MONDAY, said=said) == at(12, 1, 9, 30)
    assert read("改成十点", MONDAY, said=said) == at(11, 27, 10)


def test_the_next_working_day_knows_holidays_and_closures() -> None:
    before_the_holiday = datetime(2026, 9, 30, 10, tzinfo=SHENZHEN)
    assert read("下个工作日", before_the_holiday) == on((10, 8))
    typhoon = Calendar((Change(date(2026, 11, 24), False, "台风红色预警"),))
    assert read("下个工作日", MONDAY, calendar=typhoon) == on((11, 25))


def test_sessions_that_fit_what_was_said() -> None:
    morning = read("这周五上午", MONDAY)
    assert isinstance(morning, Parts)
    assert morning.allows(datetime(2026, 11, 27, 9, tzinfo=SHENZHEN))
    assert not morning.allows(datetime(2026, 11, 27, 14, tzinfo=SHENZHEN))
    assert not morning.allows(datetime(2026, 11, 26, 9, tzinfo=SHENZHEN))
    assert ANYTIME.allows(datetime(2026, 11, 26, 9, tzinfo=SHENZHEN))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "11月23日（今天，周一）"),
        (date(2026, 11, 24), "11月24日（明天，周二）"),
        (date(2026, 11, 27), "11月27日（本周五）"),
        (date(2026, 12, 1), "12月1日（下周二）"),
        (date(2026, 12, 8), "12月8日（周二）"),
        (date(2027, 1, 4), "2027年1月4日（周一）"),
    ],
)
def test_a_day_is_read_back_with_its_weekday(day: date, said: str) -> None:
    assert say_day(day, MONDAY) == said


NOWS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda now: now.replace(tzinfo=SHENZHEN)
)
MINUTES_AHEAD = st.integers(1, 400 * 24 * 60).map(lambda count: timedelta(minutes=count))


def _numeral(number: int) -> str:
    """How a number below 100 is said: 11 十一, 20 二十."""
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    said = ("" if tens < 2 else digits[tens]) + ("十" if tens else "")
    return said + (digits[ones] if ones or not tens else "")


def _in_chinese(start: datetime) -> str:
    year = "".join("零一二三四五六七八九"[int(digit)] for digit in str(start.year))
    clock = f"{_numeral(start.hour)}点{'零' if start.minute < 10 else ''}{_numeral(start.minute)}分"
    half = "凌晨" if start.hour < 6 else ""
    return f"{year}年{_numeral(start.month)}月{_numeral(start.day)}号{half}{clock}"


@given(NOWS, MINUTES_AHEAD)
def test_what_is_read_back_is_understood_as_the_same_time(now: datetime, ahead: timedelta) -> None:
    start = (now + ahead).replace(second=0, microsecond=0)
    if start > now:
        assert read(say(start, now), now) == Start(start)


@given(NOWS, MINUTES_AHEAD)
def test_a_time_written_out_is_that_time(now: datetime, ahead: timedelta) -> None:
    start = (now + ahead).replace(second=0, microsecond=0)
    if start > now:
        assert read(f"{start:%Y-%m-%d %H:%M}", now) == Start(start)
        assert read(f"约{start:%Y年%m月%d日%H:%M}可以吗", now) == Start(start)
        if start.hour < 6 or start.hour > 12:  # 三点 said in words is in the afternoon
            assert read(_in_chinese(start), now) == Start(start)


@given(
    st.text(
        alphabet=st.sampled_from(
            "0123456789一二三十两半刻点号月年日周天上下午早晚明后前:-./到 改不是随便A"
        )
    )
)
def test_whatever_is_said_gets_a_reading_that_is_not_past(text: str) -> None:
    reading = read(text, MONDAY)
    if isinstance(reading, Start):
        assert reading.at > MONDAY
    if isinstance(reading, Parts):
        assert reading != Parts()
        assert all(day >= MONDAY.date() for day in reading.days)
        assert list(reading.times) == sorted(set(reading.times))


@given(st.text())
def test_any_text_at_all_is_read(text: str) -> None:
    read(text, MONDAY)
