"""The file in which clerks put down closures and next year's holidays."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendar import CHINA, SHENZHEN
from booking.office_calendar import CalendarError, OfficeCalendar, read

SAMPLE = Path(__file__).parents[2] / "docs/operating/calendar-sample.yml"
NOTICE = SAMPLE.read_text("utf-8")
TYPHOON = "停办:\n- {日期: 2026-12-03, 原因: 台风红色预警}\n"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "calendar.yml"


def write(file: Path, text: str, *, at: int) -> None:
    """Write as an editor does; `at` keeps two edits within one tick of the clock apart."""
    file.write_text(text, "utf-8")
    os.utime(file, (at, at))


def test_the_sample_carries_the_calendar_through_next_year() -> None:
    calendar = read(NOTICE)
    assert calendar.known_until == date(2027, 12, 31)
    assert calendar.closed_because(date(2027, 2, 8)) == "春节"
    assert calendar.holiday(date(2027, 2, 8)) == "春节"
    assert calendar.works(date(2027, 2, 20))  # a Saturday made up
    assert calendar.closed_because(date(2027, 2, 27)) == "周末"
    assert calendar.after(date(2026, 12, 31)) == date(2027, 1, 4)
    assert calendar.closed_because(date(2026, 12, 3)) == "台风红色预警"
    assert calendar.holiday(date(2026, 12, 3)) is None
    assert calendar.works(date(2026, 12, 5))
    training = datetime(2026, 12, 8, 14, tzinfo=SHENZHEN)
    assert calendar.works(training.date())
    assert calendar.closed_at(training).why == "全员培训"
    assert calendar.closed_at(training.replace(hour=11)) is None


@pytest.mark.parametrize("text", ["", "# 只有说明\n", "停办:\n加开: []\n放假通知:\n"])
def test_an_empty_file_is_the_nations_calendar(text: str) -> None:
    assert read(text) == CHINA


@pytest.mark.parametrize(
    ("text", "line", "mend"),
    [
        ("停办:\n- {日期: 2026-12-03}\n", 2, "缺「原因」"),
        ("停办:\n- {日期: 2026-12-03, 原因: ''}\n", 2, "请写原因"),
        ("停办:\n- {日期: 12月3日, 原因: 台风}\n", 2, "请写成 2027-01-01"),
        ("停办:\n- {日期: 2026-11-31, 原因: 台风}\n", 2, "没有「2026-11-31」这一天"),
        ("停办:\n- {日期: 2026-12-05 至 2026-12-03, 原因: 台风}\n", 2, "从早到晚"),
        ("停办:\n- {日子: 2026-12-03, 原因: 台风}\n", 2, "不认识「日子」"),
        ("停办:\n- {日期: 2026-12-03, 时段: 晚上, 原因: 台风}\n", 2, "上午或下午"),
        ("加开:\n- {日期: 2026-12-05, 时段: 上午, 原因: 便民}\n", 2, "不认识「时段」"),
        ("停办:\n- 2026-12-03\n", 2, "名称: 内容"),
        ("停办: 2026-12-03\n", 1, "以「- 」开头"),
        ("关门:\n- {日期: 2026-12-03, 原因: 台风}\n", 1, "不认识「关门」"),
        ("停办: []\n停办: []\n", 2, "写了两遍"),
        ("停办:\n- {日期: 2026-12-03, 原因: 台风\n", 3, "括号"),
        ("停办:\n- {日期: [2026-12-03], 原因: 台风}\n", 2, "只写一个值"),
        ("放假通知:\n- 年份: 明年\n  放假: []\n", 2, "四位数"),
        (NOTICE.replace("2027", "2028"), 7, "先写"),
        (NOTICE.replace("  - {节日: 端午节, 日期: 2027-06-09}\n", ""), 7, "还缺端午节"),
        (NOTICE.replace("端午节,", "端五节,"), 13, "不认识节日「端五节」"),
        (NOTICE.replace("2027-06-09", "2027-09-06"), 13, "端午节是 2027-06-09"),
        (NOTICE.replace("2027-02-05 至 2027-02-11", "2027-02-07 至 2027-02-11"), 10, "2027-02-06"),
        (NOTICE.replace("  - 2027-02-20", "  - 2027-02-24"), 17, "不用补班"),
        ("停办: \x00", 1, "不能用的字符"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_how_to_mend_it(text, line, mend) -> None:
    with pytest.raises(CalendarError) as wrong:
        read(text)
    assert wrong.value.line == line
    assert str(wrong.value).startswith(f"第 {line} 行：")
    assert mend in str(wrong.value)


@given(st.text())
def test_whatever_is_in_the_file_is_read_or_refused_with_a_line(text: str) -> None:
    try:
        calendar = read(text)
    except CalendarError as error:
        assert error.line >= 1
    else:
        assert calendar.known_until >= CHINA.known_until


def test_an_edit_holds_at_once(file) -> None:
    calendar = OfficeCalendar(file)
    assert calendar.current() == CHINA
    write(file, TYPHOON, at=1)
    assert calendar.current().closed_because(date(2026, 12, 3)) == "台风红色预警"
    write(file, TYPHOON.replace("台风红色预警", "系统升级"), at=2)
    assert calendar.current().closed_because(date(2026, 12, 3)) == "系统升级"
    write(file, "", at=3)
    assert calendar.current() == CHINA


def test_a_file_that_does_not_change_is_read_once(file) -> None:
    write(file, TYPHOON, at=1)
    calendar = OfficeCalendar(file)
    assert calendar.current() is calendar.current()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda file: write(file, "停办:\n- {日期: 12月3日, 原因: 台风}\n", at=2), "第 2 行"),
        (lambda file: file.write_bytes("停办".encode("gbk")), "UTF-8"),
        (lambda file: file.unlink(), "不见了"),
        (lambda file: (file.unlink(), file.mkdir()), "读不了"),
    ],
)
def test_a_bad_edit_keeps_the_last_good_one_and_is_told(file, spoil, told) -> None:
    write(file, TYPHOON, at=1)
    calendar = OfficeCalendar(file)
    good = calendar.current()
    assert calendar.problem == ""
    spoil(file)
    assert calendar.current() is good
    assert told in calendar.problem
    assert calendar.standing(date(2026, 12, 1))["problem"] == calendar.problem
    if file.is_dir():
        file.rmdir()
    write(file, TYPHOON, at=9)
    calendar.current()
    assert calendar.problem == ""


@pytest.mark.parametrize(
    ("today", "left", "warns"),
    [
        (date(2026, 11, 1), 60, "还有 60 天"),
        (date(2026, 10, 31), 61, None),
        (date(2026, 12, 31), 0, "还有 0 天"),
        (date(2027, 1, 4), -4, "已经过了"),
    ],
)
def test_operators_are_warned_sixty_days_before_the_calendar_ends(today, left, warns) -> None:
    standing = OfficeCalendar().standing(today)
    assert standing["known_until"] == "2026-12-31"
    assert standing["days_left"] == left
    assert (warns in standing["warning"]) if warns else standing["warning"] is None
    assert standing["problem"] is None


def test_next_years_notice_ends_the_warning(file) -> None:
    write(file, NOTICE, at=1)
    standing = OfficeCalendar(file).standing(date(2026, 12, 31))
    assert (standing["known_until"], standing["warning"]) == ("2027-12-31", None)
