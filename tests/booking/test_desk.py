from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from booking.bookings import Booking, new_number, plain_digits, plain_phone
from booking.calendar import SHENZHEN, Calendar, Change
from booking.desk import BookingDesk
from booking.errors import (
    AlreadyBooked,
    BeyondHorizon,
    BookingRefused,
    ClosedDay,
    DailyLimit,
    NoSession,
    NotFound,
    OutsideHours,
    Past,
    SameTime,
    SessionTaken,
    TooLateToCancel,
    TooSoon,
)
from booking.store import BookingStore
from booking.timetable import Hours, Timetable

PHONE = "13800000001"
MATTER = "residence-permit"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHENZHEN)


def book(desk: BookingDesk, start: datetime, now: datetime, matter=MATTER, phone=PHONE) -> Booking:
    return desk.book(start, matter, "王小福", phone, now)


def test_a_booking_says_when_where_and_for_what(desk: BookingDesk, now: datetime) -> None:
    booking = book(desk, at(24, 9), now)
    assert (booking.start, booking.desk, booking.matter_id) == (at(24, 9), 1, MATTER)
    assert booking.start.tzinfo is SHENZHEN
    assert booking.state == "booked"
    assert desk.of_phone(PHONE, now) == [booking]
    [event] = desk.store.history(booking)
    assert (event.before, event.after, event.by, event.at) == (None, "booked", "citizen", now)


def test_name_and_phone_stay_out_of_logs(desk: BookingDesk, now: datetime) -> None:
    booking = book(desk, at(24, 9), now)
    assert PHONE not in repr(booking)
    assert "王小福" not in repr(booking)


def test_the_citizen_after_the_last_desk_is_refused(desk: BookingDesk, now: datetime) -> None:
    desks = [book(desk, at(24, 9), now, phone=f"1380000000{n}").desk for n in (1, 2)]
    assert desks == [1, 2]
    with pytest.raises(SessionTaken) as refused:
        book(desk, at(24, 9), now, phone="13800000003")
    assert refused.value.start == at(24, 9)
    with pytest.raises(SessionTaken):
        desk.check(at(24, 9), now)
    assert at(24, 9) not in desk.openings(date(2026, 11, 24), now)
    assert desk.nearest(at(24, 9), now) == [at(24, 9, 30), at(24, 10)]


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        (at(23, 7), Past),
        (at(20, 9), Past),
        (at(23, 9), TooSoon),
        (at(28, 9), ClosedDay),
        (at(1, 9, month=12), BeyondHorizon),
        (at(24, 12, 30), OutsideHours),
        (at(24, 8), OutsideHours),
        (at(24, 18), OutsideHours),
        (at(24, 10, 10), NoSession),
        (at(24, 17, 30), NoSession),  # would end after closing
    ],
)
def test_a_time_that_cannot_be_is_refused_for_its_reason(
    desk: BookingDesk, now: datetime, start: datetime, refusal: type[BookingRefused]
) -> None:
    with pytest.raises(refusal):
        desk.check(start, now)
    with pytest.raises(refusal):
        book(desk, start, now)
    assert desk.of_phone(PHONE, now) == []


def test_a_refusal_carries_what_the_reply_needs(sqlite, now: datetime) -> None:
    storm = Calendar((Change(date(2026, 11, 24), False, "台风红色预警"),))
    desk = BookingDesk(BookingStore(sqlite), Timetable(), storm)
    with pytest.raises(ClosedDay) as closed:
        desk.check(at(24, 9), now)
    assert (closed.value.day, closed.value.why) == (date(2026, 11, 24), "台风红色预警")
    with pytest.raises(TooSoon) as soon:
        desk.check(at(23, 9), now)
    assert soon.value.earliest == at(23, 10)
    with pytest.raises(BeyondHorizon) as beyond:
        desk.check(at(2, 9, month=12), now)
    assert beyond.value.last_day == date(2026, 12, 1)
    assert not beyond.value.calendar_ends
    with pytest.raises(OutsideHours) as outside:
        desk.check(at(25, 13), now)
    assert outside.value.hours[0].closes == time(12)


def test_the_horizon_is_five_working_days_and_ends_where_the_calendar_does(
    desk: BookingDesk, now: datetime
) -> None:
    assert [day.day for day in desk.bookable_days(now)] == [23, 24, 25, 26, 27, 30]
    december = at(29, 8, month=12)
    assert [day.day for day in desk.bookable_days(december)] == [29, 30, 31]
    with pytest.raises(BeyondHorizon) as beyond:
        desk.check(datetime(2027, 1, 4, 9, tzinfo=SHENZHEN), december)
    assert beyond.value.calendar_ends
    assert beyond.value.last_day == date(2026, 12, 31)
    assert desk.openings(date(2027, 1, 4), december) == []
    assert desk.bookable_days(datetime(2027, 2, 1, 9, tzinfo=SHENZHEN)) == []
    with pytest.raises(BeyondHorizon):
        book(
            desk, datetime(2027, 2, 2, 9, tzinfo=SHENZHEN), datetime(2027, 2, 1, 9, tzinfo=SHENZHEN)
        )


def test_a_make_up_saturday_can_be_booked(desk: BookingDesk) -> None:
    after_the_holiday = at(8, 8, month=10)
    assert desk.openings(date(2026, 10, 10), after_the_holiday)[0] == at(10, 9, month=10)


def test_openings_of_today_start_two_hours_from_now(desk: BookingDesk) -> None:
    assert desk.openings(date(2026, 11, 23), at(23, 13, 40))[0] == at(23, 16)
    assert desk.openings(date(2026, 11, 20), at(23, 8)) == []


def test_what_is_open_can_be_booked_and_nothing_else(desk: BookingDesk, now: datetime) -> None:
    openings = desk.openings(date(2026, 11, 23), now)
    for start in desk.timetable.sessions(date(2026, 11, 23)):
        if start in openings:
            desk.check(start, now)
        else:
            with pytest.raises(BookingRefused):
                desk.check(start, now)


def test_one_live_booking_for_a_person_and_matter(desk: BookingDesk, now: datetime) -> None:
    first = book(desk, at(24, 9), now)
    with pytest.raises(AlreadyBooked) as refused:
        book(desk, at(25, 9), now, phone="+86 138 0000 0001")
    assert refused.value.booking == first
    desk.cancel(first.number, PHONE, now)
    assert book(desk, at(25, 9), now).start == at(25, 9)


def test_nobody_sits_before_two_cameras_at_once(desk: BookingDesk, now: datetime) -> None:
    first = book(desk, at(24, 9), now)
    with pytest.raises(SameTime) as refused:
        book(desk, at(24, 9), now, matter="birth-permit")
    assert refused.value.booking == first


def test_two_sessions_a_day_and_a_cancelled_one_counts_no_more(
    desk: BookingDesk, now: datetime
) -> None:
    first = book(desk, at(24, 9), now, matter="a")
    book(desk, at(24, 10), now, matter="b")
    with pytest.raises(DailyLimit) as refused:
        book(desk, at(24, 11), now, matter="c")
    assert (refused.value.day, refused.value.limit) == (date(2026, 11, 24), 2)
    book(desk, at(25, 9), now, matter="c")
    desk.cancel(first.number, PHONE, now)
    assert book(desk, at(24, 11), now, matter="d").start == at(24, 11)


def test_a_session_that_was_held_counts_for_its_day_but_not_for_its_matter(
    desk: BookingDesk, now: datetime
) -> None:
    first = book(desk, at(23, 10), now)
    later = at(23, 12)
    again = book(desk, at(23, 15), later)
    assert [event.after for event in desk.store.history(first)] == ["booked", "missed"]
    assert desk.of_phone(PHONE, later) == [again]
    with pytest.raises(DailyLimit):
        book(desk, at(23, 16), later, matter="birth-permit")


def test_a_session_is_live_until_its_half_day_is_over(desk: BookingDesk, now: datetime) -> None:
    first = book(desk, at(23, 10), now)
    assert desk.of_phone(PHONE, at(23, 11, 59)) == [first]
    assert desk.of_phone(PHONE, at(23, 12)) == []
    with pytest.raises(AlreadyBooked):
        book(desk, at(24, 10), at(23, 11, 59))


def test_cancelling_frees_the_desk_and_doing_it_twice_changes_nothing(
    desk: BookingDesk, now: datetime
) -> None:
    booking = book(desk, at(24, 9), now)
    said = f"{booking.number[:3]} {booking.number[3:]}"
    cancelled = desk.cancel(said, "138 0000 0001", now)
    assert cancelled.state == "cancelled"
    assert desk.cancel(booking.number, PHONE, now + timedelta(minutes=1)) == cancelled
    assert [event.after for event in desk.store.history(booking)] == ["booked", "cancelled"]
    assert desk.of_phone(PHONE, now) == []
    assert at(24, 9) in desk.openings(date(2026, 11, 24), now)


def test_two_hours_before_it_starts_it_is_too_late_to_cancel(
    desk: BookingDesk, now: datetime
) -> None:
    booking = book(desk, at(24, 9), now)
    with pytest.raises(TooLateToCancel) as refused:
        desk.cancel(booking.number, PHONE, at(24, 7, 1))
    assert refused.value.until == at(24, 7)
    assert desk.cancel(booking.number, PHONE, at(24, 7)).state == "cancelled"


def test_number_and_phone_must_both_be_right(desk: BookingDesk, now: datetime) -> None:
    booking = book(desk, at(24, 9), now)
    for number, phone in ((booking.number, "13800000002"), ("000000", PHONE), ("", "")):
        with pytest.raises(NotFound):
            desk.cancel(number, phone, now)
    assert desk.of_phone(PHONE, now) == [booking]


def test_a_desk_closed_later_is_offered_no_more(sqlite, now: datetime) -> None:
    store = BookingStore(sqlite)
    one = Timetable(hours=(Hours(time(9), time(12), desks=1),))
    wide, narrow = (BookingDesk(store, t, Calendar()) for t in (Timetable(), one))
    book(wide, at(24, 9), now)
    with pytest.raises(SessionTaken):
        book(narrow, at(24, 9), now, phone="13800000002")


def test_every_refusal_has_a_reason_of_its_own() -> None:
    reasons = [kind.reason for kind in BookingRefused.__subclasses__()]
    assert len(set(reasons)) == len(reasons) == 21


def test_booking_numbers_can_be_said_and_not_be_guessed() -> None:
    numbers = [new_number() for _ in range(2000)]
    assert all(len(number) == 6 and number.isdigit() and number[0] != "0" for number in numbers)
    assert not any(digit * 3 in number for number in numbers for digit in "0123456789")
    assert len(set(numbers)) > 1980


@pytest.mark.parametrize(
    "said", ["13800000001", "+86 138 0000 0001", "１３８００００００01", "138-0000-0001"]
)
def test_a_phone_is_one_phone_however_it_is_written(said: str) -> None:
    assert plain_phone(said) == PHONE
    assert plain_digits("38 29-16") == "382916"
