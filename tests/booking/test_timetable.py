from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendar import SHENZHEN
from booking.timetable import OFFICE, Desk, Hours, Leave, Taken, Timetable, nearest

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


@st.composite
def desks_in_use(draw: st.DrawFn) -> Taken:
    """A session of any length, wherever an earlier timetable may have put it."""
    desk = draw(st.integers(1, 3))
    start = draw(st.sampled_from(STARTS)) + timedelta(minutes=draw(st.integers(-20, 20)))
    return Taken(desk, start, start + timedelta(minutes=draw(st.integers(5, 90))))


@given(st.lists(desks_in_use()), st.sampled_from(STARTS))
def test_open_sessions_are_ahead_ordered_and_have_a_free_desk(
    taken: list[Taken], earliest: datetime
) -> None:
    openings = OFFICE.open_sessions(MONDAY, taken, earliest)
    assert openings == sorted(set(openings))
    assert all(start >= earliest for start in openings)
    for start in (start for start in STARTS if start >= earliest):
        end = start + OFFICE.length
        in_use = {one.desk for one in taken if one.start < end and one.end > start}
        assert (start in openings) == bool({1, 2} - in_use)


def test_a_desk_on_leave_takes_no_session_that_touches_its_leave() -> None:
    leave = Leave(1, STARTS[1] + timedelta(minutes=10), STARTS[3])
    timetable = Timetable(leaves=(leave,))
    assert [timetable.desks_for(start) for start in STARTS[:4]] == [(1, 2), (2,), (2,), (1, 2)]


def test_no_more_desks_take_sessions_than_the_half_day_has() -> None:
    desks = (Desk(3), Desk(1, active=False), Desk(7), Desk(5))
    timetable = Timetable(desks=desks, leaves=(Leave(3, STARTS[0], STARTS[1]),))
    assert timetable.desks_for(STARTS[0]) == (5, 7)
    assert timetable.desks_for(STARTS[1]) == (3, 5)


def test_a_half_day_ends_when_it_closes() -> None:
    half_an_hour = timedelta(minutes=30)
    noon = STARTS[0].replace(hour=12)
    assert OFFICE.half_day_end(STARTS[0], STARTS[0] + half_an_hour) == noon
    evening = STARTS[0].replace(hour=20)  # from when the office had other hours
    assert OFFICE.half_day_end(evening, evening + half_an_hour) == evening + half_an_hour


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
