from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.calendar import CHINA, Calendar, Change


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 23), None),
        (date(2026, 11, 28), "周末"),
        (date(2026, 10, 1), "国庆节"),
        (date(2026, 10, 10), None),  # a Saturday made up for the holiday
        (date(2026, 2, 17), "春节"),
        (date(2026, 9, 20), None),
    ],
)
def test_the_nation_says_which_days_are_worked(day: date, why: str | None) -> None:
    assert CHINA.closed_because(day) == why
    assert CHINA.works(day) is (why is None)


def test_the_office_closes_and_opens_days_of_its_own() -> None:
    storm, saturday = date(2026, 11, 24), date(2026, 11, 28)
    calendar = Calendar(
        (Change(storm, False, "台风红色预警"), Change(saturday, True, "便民服务日"))
    )
    assert calendar.closed_because(storm) == "台风红色预警"
    assert calendar.works(saturday)


def test_of_two_changes_for_a_day_the_later_one_holds() -> None:
    storm = date(2026, 11, 24)
    calendar = Calendar((Change(storm, False, "台风红色预警"), Change(storm, True, "预警解除")))
    assert calendar.works(storm)


def test_no_day_is_offered_beyond_what_is_known() -> None:
    assert CHINA.known_until == date(2026, 12, 31)
    monday = date(2027, 1, 4)
    assert not CHINA.works(monday)
    assert list(CHINA.working_days(date(2026, 12, 30))) == [date(2026, 12, 30), date(2026, 12, 31)]
    assert CHINA.after(date(2026, 12, 30), 5) == date(2026, 12, 31)
    assert CHINA.after(date(2026, 12, 31)) is None
    assert not Calendar((Change(monday, True, "加班"),)).works(monday)


def test_next_years_notice_carries_the_calendar_on() -> None:
    notice = tuple(Change(date(2027, 1, day), False, "元旦") for day in (1, 2, 3))
    calendar = Calendar(notice, known_until=date(2027, 12, 31))
    assert calendar.closed_because(date(2027, 1, 1)) == "元旦"
    assert calendar.closed_because(date(2027, 1, 9)) == "周末"
    assert calendar.after(date(2026, 12, 31)) == date(2027, 1, 4)


def test_the_year_has_as_many_working_days_as_the_notice_says() -> None:
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    assert sum(CHINA.works(day) for day in days) == 248
