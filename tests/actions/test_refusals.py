from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from trackers import MATTERS, NOW, blanks, heard

from actions import refusals
from booking import codes, errors, timewords
from booking.bookings import Booking
from booking.calendar import SHENZHEN
from booking.timetable import OFFICE

START = datetime(2026, 11, 24, 10, tzinfo=SHENZHEN)
HOURS = OFFICE.hours
END = START + timedelta(minutes=30)
BOOKING = Booking(1, "482915", "card", START, END, 1, "王芳", "13700000000", "booked", 1, NOW, NOW)


def every_refusal(whole):
    hours = whole.desk.timetable.hours
    return [
        errors.Past(START),
        errors.ClosedDay(START.date(), "周末"),
        errors.BeyondHorizon(START.date(), START.date(), calendar_ends=False),
        errors.OutsideHours(START, hours),
        errors.NoSession(START),
        errors.TooSoon(START, START),
        errors.SessionTaken(START),
        errors.AlreadyBooked(BOOKING),
        errors.SameTime(BOOKING),
        errors.DailyLimit(START.date(), 2),
        errors.Paused(START, (NOW,)),
    ]


def test_there_are_words_for_every_refusal(whole, responses):
    made = {type(refusal) for refusal in every_refusal(whole)}
    elsewhere = {errors.NotFound, errors.CannotMove, errors.KeyUsed}  # of one's own bookings
    elsewhere |= {errors.TooLateToCancel, errors.TooLateToMove}
    unasked = {errors.HoldExpired, errors.HoldRenewed}
    unasked |= {errors.TooEarly, errors.WithOther, errors.AppealDecided}
    assert made | elsewhere | unasked == set(errors.BookingRefused.__subclasses__())
    for refusal in every_refusal(whole):
        told = refusals.why(refusal, START, NOW, whole)
        response = responses[f"utter_why_{told.pop('reason')}"]
        assert blanks(response) <= told.keys()
    for kind in elsewhere:
        assert f"utter_own_refused_{kind.reason}" in responses


@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.id)
def test_a_matter_that_is_not_for_video_is_told_why(matter, responses):
    told = refusals.not_for_video(matter)
    assert blanks(responses[f"utter_why_{told.pop('reason')}"]) <= told.keys()


@pytest.mark.parametrize(
    ("ahead", "refusal"),
    [
        (-1, errors.ClosedDay),  # Sunday
        (0, None),
        (1, None),
        (5, errors.ClosedDay),
        (9, errors.BeyondHorizon),
        (30, errors.BeyondHorizon),
    ],
)
def test_what_speaks_against_a_whole_day(whole, ahead, refusal):
    said = refusals.of_day(NOW.date() + timedelta(days=ahead), whole.desk, NOW)
    assert said is None if refusal is None else isinstance(said, refusal | errors.Past)


def test_the_reason_is_said_before_asking_again(dispatcher):
    problem = {"reason": "beyond_horizon", "until": "11月30日", "near": "2026-12-02T10:00"}
    refusals.say_why(dispatcher, heard(booking_problem=problem))
    [said] = dispatcher.messages
    assert said["response"] == "utter_why_beyond_horizon"
    assert said["until"] == "11月30日"
    assert "near" not in said


@pytest.mark.parametrize("problem", [None, {"reason": refusals.CHANGE}])
def test_where_nothing_is_wrong_nothing_is_said(dispatcher, problem):
    refusals.say_why(dispatcher, heard(booking_problem=problem))
    assert dispatcher.messages == []


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (errors.OutsideHours(START.replace(hour=8), HOURS), "too_early"),
        (errors.OutsideHours(START.replace(hour=12, minute=30), HOURS), "lunch"),
        (errors.OutsideHours(START.replace(hour=17, minute=45), HOURS), "too_late"),
        (errors.NoSession(START.replace(minute=10)), "no_session"),
        (errors.NoSession(START.replace(hour=11, minute=45)), "after_last"),
        (errors.NoSession(START.replace(hour=17, minute=30)), "after_last"),
        (errors.BeyondHorizon(date(2026, 12, 8), date(2026, 11, 30), False), "beyond_horizon"),
        (errors.BeyondHorizon(date(2027, 1, 5), date(2026, 11, 30), False), "beyond_calendar"),
        (errors.BeyondHorizon(date(2026, 12, 31), date(2026, 12, 31), True), "beyond_calendar"),
    ],
)
def test_a_refusal_is_told_as_nearly_as_it_is_known(whole, responses, refusal, reason):
    start = getattr(refusal, "start", START)
    told = refusals.why(refusal, start, NOW, whole)
    assert told.pop("reason") == reason
    assert blanks(responses[f"utter_why_{reason}"]) <= told.keys()


@pytest.mark.parametrize("said", ["昨天", "11月31号", "明天25点", "节后第一个工作日"])
def test_what_cannot_be_is_told(whole, responses, said):
    told = refusals.unknown(timewords.read(said, NOW), whole.desk, NOW)
    assert blanks(responses[f"utter_why_{told.pop('reason')}"]) <= told.keys()


def test_a_day_is_never_left_over_from_a_calendar_that_ends(whole):
    far = date(2029, 1, 2)
    assert refusals.of_day(far, whole.desk, NOW)


@pytest.mark.parametrize("kind", codes.CodeRefused.__subclasses__())
def test_there_are_words_for_every_code_refused(kind, responses):
    made = {
        codes.WrongCode: lambda: codes.WrongCode(3),
        codes.TooOften: lambda: codes.TooOften(NOW),
        codes.Locked: lambda: codes.Locked(NOW),
    }
    told = refusals.code_refused(made.get(kind, kind)())
    assert blanks(responses[f"utter_why_{told.pop('reason')}"]) <= told.keys()
