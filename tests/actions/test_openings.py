from __future__ import annotations

from datetime import datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from trackers import NOW

from actions import openings
from booking.calendar import SHENZHEN
from booking.clockwords import HALVES
from booking.timewords import Parts

dates = st.dates(NOW.date(), NOW.date() + timedelta(days=60))
parts = st.builds(
    Parts,
    days=st.lists(dates, max_size=3, unique=True).map(tuple),
    times=st.lists(st.sampled_from([time(9), time(14, 30)]), max_size=2, unique=True).map(tuple),
    halves=st.lists(st.sampled_from(sorted(HALVES)), max_size=2, unique=True).map(tuple),
    without=st.lists(dates, max_size=2, unique=True).map(tuple),
)
starts = st.lists(
    st.integers(0, 200).map(lambda n: NOW + timedelta(minutes=30 * n)), unique=True
).map(sorted)


@given(parts)
def test_what_was_said_of_the_time_survives_the_slot(said):
    assert openings.from_slot(openings.to_slot(said)) == said


@given(starts)
def test_a_few_are_shown_from_the_first_to_the_last(free):
    shown = openings.some(free)
    assert len(shown) == min(len(free), openings.SHOWN)
    assert shown == sorted(set(shown))
    assert set(shown) <= set(free)
    assert not free or (shown[0] == free[0] and shown[-1] == free[-1])


def test_a_first_offer_is_of_the_next_day_or_so(whole):
    free = openings.fitting(whole.desk, None, NOW)
    shown = openings.some(free, soon=True)
    assert shown[0] == free[0]
    assert shown[-1] - shown[0] < timedelta(days=2)


def test_only_what_fits_is_free(whole):
    said = Parts(days=(NOW.date() + timedelta(days=1),), halves=("下午",))
    free = openings.fitting(whole.desk, said, NOW)
    assert free
    assert {start.date() for start in free} == set(said.days)
    assert all(start.hour >= 12 for start in free)


def test_the_nearest_are_looked_for_around_what_was_wanted(whole):
    wanted = openings.wanted(Parts(halves=("下午",)), NOW)
    assert wanted == datetime(2026, 11, 23, 14, tzinfo=SHENZHEN)
    near = openings.nearest(whole.desk, wanted, NOW)
    assert near == sorted(near)
    assert len(near) == openings.NEAREST
