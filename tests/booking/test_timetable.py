from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendar import SHENZHEN
from booking.timetable import OFFICE, Hours, Timetable, nearest

MONDAY = date(2026, 11, 23)
STARTS = list(OFFICE.sessions(MONDAY))


def test_sessions_fit_into_both_half_days() -> None:
    clock = [f"{start:%H:%M}" for start in STARTS]
    assert clock[:6] == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert clock[6:] == ["14:00", "14:30", "15:00", "15:30", "16:00", "16:30", "17:00"]
    assert all(start.tzinfo is SHENZHEN for start in STARTS)


def test_each_half_day_has_its_own_desks() -> None:
    timetable = Timetable(hours=(Hours(time(9), time(12), desks=3), Hours(time(14), time(17))))
    assert timetable.desks_at(STARTS[0]) == 3
    assert timetable.desks_at(datetime(2026, 11, 23, 14, tzinfo=SHENZHEN)) == 2
    assert timetable.desks_at(datetime(2026, 11, 23, 9, 10, tzinfo=SHENZHEN)) == 0
    assert timetable.desks_at(datetime(2026, 11, 23, 12, tzinfo=SHENZHEN)) == 0


@given(st.lists(st.sampled_from(STARTS)), st.sampled_from(STARTS))
def test_open_sessions_are_ahead_ordered_and_have_a_free_desk(
    taken: list[datetime], earliest: datetime
) -> None:
    openings = OFFICE.open_sessions(MONDAY, taken, earliest)
    assert openings == sorted(set(openings))
    assert all(start >= earliest for start in openings)
    assert all(Counter(taken)[start] < OFFICE.desks_at(start) for start in openings)
    refused = {start for start in STARTS if start >= earliest} - set(openings)
    assert all(Counter(taken)[start] >= OFFICE.desks_at(start) for start in refused)


def test_the_nearest_come_first_and_the_earlier_of_two() -> None:
    ten = datetime(2026, 11, 23, 10, tzinfo=SHENZHEN)
    half_an_hour = timedelta(minutes=30)
    free = [start for start in STARTS if start != ten]
    assert nearest(ten, free, 2) == [ten - half_an_hour, ten + half_an_hour]
    assert nearest(ten, [], 2) == []


def test_hours_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="不能重叠"):
        Timetable(hours=(Hours(time(9), time(12)), Hours(time(11), time(17))))
    with pytest.raises(ValueError, match="不能重叠"):
        Timetable(hours=(Hours(time(12), time(9)),))
