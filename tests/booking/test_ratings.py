"""Ratings, one a session, and the cases that low ones open, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.bookings import Booking
from booking.ratings import (
    LEVELS,
    LOW,
    NEXT,
    STAGES,
    AlreadyRated,
    NoSuchRating,
    NoSuchStep,
    NoteMissing,
    check_step,
    is_low,
)
from booking.store import RatingStore

PHONE = "13800000001"


@pytest.fixture
def ratings(engine) -> RatingStore:
    return RatingStore(engine)


@pytest.fixture
def booking(desk, now) -> Booking:
    return desk.book(
        now.replace(hour=10) + timedelta(days=1), "residence-permit", "王女士", PHONE, now
    )


@pytest.fixture
def case(ratings, booking, now):
    return ratings.keep(booking.id, "unsatisfied", "等太久了", now)


def test_the_two_lowest_of_five_levels_are_looked_into():
    assert len(LEVELS) == 5
    assert [level for level in LEVELS if is_low(level)] == list(LOW) == list(LEVELS[3:])


@given(st.lists(st.sampled_from(STAGES)))
def test_a_case_is_closed_only_after_it_was_verified_and_the_citizen_called(wanted):
    stage, walked = "open", []
    for to in wanted:
        try:
            check_step(stage, to, "说明")
        except NoSuchStep:
            assert to not in NEXT[stage]
            continue
        stage = to
        walked.append(to)
    if stage == "closed":
        assert [one for one in walked if one != "mended"] == ["verified", "called_back", "closed"]
    assert walked == sorted(walked, key=STAGES.index)


def test_what_was_said_is_kept_and_found_again(ratings, booking, now):
    kept = ratings.keep(booking.id, "satisfied", "很耐心", now)
    assert ratings.of(booking.id) == ratings.get(kept.id) == kept
    assert (kept.level, kept.words, kept.at, kept.stage) == ("satisfied", "很耐心", now, None)
    assert ratings.latest(10) == [kept]


def test_the_first_rating_of_a_session_stands(ratings, booking, now):
    first = ratings.keep(booking.id, "very_satisfied", "", now)
    with pytest.raises(AlreadyRated):
        ratings.keep(booking.id, "very_unsatisfied", "", now)
    assert ratings.latest(10) == [first]


def test_a_session_that_never_was_cannot_be_rated(ratings, now):
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        ratings.keep(404, "satisfied", "", now)


def test_a_low_rating_opens_a_case_that_goes_its_way(ratings, case, now):
    assert case.stage == "open"
    for minutes, to in enumerate(("verified", "mended", "called_back", "closed"), start=1):
        at = now + timedelta(minutes=minutes)
        case = ratings.go_on(case.id, to, "林晓", f" 做了：{to} ", at)
        assert case.stage == to
        assert (case.steps[-1].by, case.steps[-1].at) == ("林晓", at)
        assert case.steps[-1].note == f"做了：{to}"
    assert [step.stage for step in ratings.get(case.id).steps] == list(STAGES)


def test_a_step_that_skips_or_says_nothing_is_refused(ratings, case, now):
    with pytest.raises(NoSuchStep):
        ratings.go_on(case.id, "closed", "林晓", "关了", now)
    with pytest.raises(NoteMissing):
        ratings.go_on(case.id, "verified", "林晓", " \n", now)
    assert ratings.get(case.id) == case


def test_a_content_citizen_has_no_case_to_go_on_with(ratings, booking, now):
    kept = ratings.keep(booking.id, "fairly_satisfied", "", now)
    with pytest.raises(NoSuchStep):
        ratings.go_on(kept.id, "verified", "林晓", "看过", now)
    with pytest.raises(NoSuchRating):
        ratings.go_on(kept.id + 1, "verified", "林晓", "看过", now)


def test_of_many_who_go_on_at_once_one_does(ratings, case, now):
    ratings.go_on(case.id, "verified", "林晓", "问过了", now)

    def go_on(n: int) -> bool:
        try:
            ratings.go_on(case.id, ("mended", "called_back")[n % 2], f"同事{n}", "办了", now)
        except NoSuchStep:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(go_on, range(8)))
    steps = ratings.get(case.id).steps
    assert done.count(True) == len(steps) - 2 >= 1
    assert [step.stage for step in steps] == sorted(
        {step.stage for step in steps}, key=STAGES.index
    )
