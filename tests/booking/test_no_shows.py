"""No-shows pause booking online for a while, can be appealed, and are nothing more."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from booking.bookings import Booking
from booking.calendar import SHENZHEN
from booking.desk import BookingDesk
from booking.errors import AppealDecided, CannotMove, NotFound, Paused
from booking.rules import Rules, paused_until
from booking.store import AppealStore

PHONE = "13800000001"
DAY = timedelta(days=1)


def miss(desk: BookingDesk, day: date, matter: str = "card", phone: str = PHONE) -> Booking:
    """Book the day before, and stay away."""
    start = datetime(day.year, day.month, day.day, 9, tzinfo=SHENZHEN)
    booked = desk.book(start, matter, "王小福", phone, start - DAY, by="窗口")
    desk.settle(start + timedelta(hours=3))
    return booked


def morning(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 8, tzinfo=SHENZHEN)


@pytest.fixture
def missed(desk: BookingDesk) -> list[Booking]:
    """Three times, Tuesday to Thursday."""
    return [miss(desk, date(2026, 11, day)) for day in (10, 11, 12)]


def test_three_no_shows_pause_booking_online_for_thirty_days(
    desk: BookingDesk, missed: list[Booking]
) -> None:
    start = morning(23) + timedelta(hours=26)
    for act in (desk.book, desk.hold):
        with pytest.raises(Paused) as refused:
            act(start, "card", "王小福", PHONE, morning(23))
        assert refused.value.until == missed[-1].start + 30 * DAY
        assert refused.value.missed == tuple(booking.start for booking in missed)
    assert desk.book(start, "card", "王小福", "13800000002", morning(23)).state == "booked"
    on_the_phone = desk.book(start, "card", "王小福", PHONE, morning(23), by="张三")
    assert on_the_phone.state == "booked"  # windows and phone stay open
    desk.cancel(on_the_phone.number, PHONE, morning(23))
    december = morning(14, month=12)
    start = december + timedelta(hours=25)
    assert desk.book(start, "permit", "王小福", PHONE, december).state == "booked"


def test_two_no_shows_pause_nothing(desk: BookingDesk) -> None:
    for day in (10, 11):
        miss(desk, date(2026, 11, day))
    assert desk.book(morning(24, 11) + timedelta(hours=1), "card", "王", PHONE, morning(23))


def test_a_no_show_nobody_has_put_away_counts_already(desk: BookingDesk) -> None:
    for day in (10, 11):
        miss(desk, date(2026, 11, day))
    today = morning(23) + timedelta(hours=1)
    desk.book(today, "card", "王小福", PHONE, morning(20))
    with pytest.raises(Paused):
        desk.hold(morning(24) + timedelta(hours=1), "b", "王小福", PHONE, today.replace(hour=12))


def test_a_pause_does_not_touch_what_is_booked(desk: BookingDesk, missed: list[Booking]) -> None:
    booked = desk.book(
        morning(24) + timedelta(hours=1), "card", "王小福", PHONE, morning(23), by="张三"
    )
    later = morning(25) + timedelta(hours=1)
    assert desk.reschedule(booked.number, PHONE, later, morning(23)).start == later
    assert desk.cancel(booked.number, PHONE, morning(23)).state == "cancelled"


def test_an_appeal_that_is_granted_lifts_the_no_show(
    engine: Engine, desk: BookingDesk, missed: list[Booking]
) -> None:
    appeals = AppealStore(engine)
    made = appeals.make(missed[1].id, "当天住院，有证明", morning(13))
    assert (made.reason, made.made_by, made.granted) == ("当天住院，有证明", "citizen", None)
    assert appeals.make(missed[1].id, "再说一次", morning(14)) == made
    assert appeals.undecided() == [made]
    with pytest.raises(Paused):
        desk.check_pause(PHONE, morning(23))
    granted = appeals.decide(missed[1].id, True, morning(16), by="张三", note="住院证明属实")
    assert (granted.granted, granted.decided_by, granted.note) == (True, "张三", "住院证明属实")
    assert appeals.undecided() == []
    desk.check_pause(PHONE, morning(23))
    last = desk.store.history(missed[1])[-1]
    assert (last.by, last.why, last.after) == ("张三", "no-show lifted", "missed")
    assert "住院" not in repr(granted)


def test_an_appeal_that_is_refused_changes_nothing(
    engine: Engine, desk: BookingDesk, missed: list[Booking]
) -> None:
    appeals = AppealStore(engine)
    appeals.make(missed[0].id, "忘了", morning(13), by="张三")
    refused = appeals.decide(missed[0].id, False, morning(16), by="李四")
    assert refused.granted is False
    with pytest.raises(Paused):
        desk.check_pause(PHONE, morning(23))


def test_an_appeal_is_decided_once(
    engine: Engine, desk: BookingDesk, missed: list[Booking]
) -> None:
    appeals = AppealStore(engine)
    appeals.make(missed[0].id, "地铁停运", morning(13))
    first = appeals.decide(missed[0].id, True, morning(16), by="张三")
    assert appeals.decide(missed[0].id, True, morning(17), by="张三") == first
    with pytest.raises(AppealDecided):
        appeals.decide(missed[0].id, False, morning(17), by="李四")
    assert len(desk.store.history(missed[0])) == 3


def test_only_a_no_show_is_appealed(engine: Engine, desk: BookingDesk, now: datetime) -> None:
    appeals = AppealStore(engine)
    booked = desk.book(now + timedelta(hours=25), "card", "王小福", PHONE, now)
    with pytest.raises(CannotMove):
        appeals.make(booked.id, "先说一声", now)
    with pytest.raises(NotFound):
        appeals.make(999, "没有这个", now)
    with pytest.raises(NotFound):
        appeals.decide(booked.id, True, now, by="张三")


def test_a_no_show_is_written_nowhere_but_beside_the_booking(
    engine: Engine, desk: BookingDesk
) -> None:
    """It is no credit record: nothing but the booking and its audit changes."""

    def counts() -> dict[str, int]:
        with engine.connect() as connection:
            return {
                table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in inspect(connection).get_table_names()
            }

    before = counts()
    miss(desk, date(2026, 11, 10))
    changed = {table for table, count in counts().items() if count != before[table]}
    assert changed == {"bookings", "booking_events"}
    assert {"commitments", "commitment_steps", "credit_records"} <= set(before)  # and untouched


DAYS = st.lists(st.integers(0, 400), max_size=8)


@given(DAYS)
def test_a_pause_needs_three_within_ninety_days(days: list[int]) -> None:
    first = datetime(2026, 1, 5, 9, tzinfo=SHENZHEN)
    until = paused_until([first + n * DAY for n in days], Rules())
    ends = [
        last + 30 for last in sorted(days) if sum(last - 90 <= day <= last for day in days) >= 3
    ]
    assert until == (first + max(ends) * DAY if ends else None)


@given(DAYS)
def test_an_office_that_pauses_nobody_pauses_nobody(days: list[int]) -> None:
    first = datetime(2026, 1, 5, 9, tzinfo=SHENZHEN)
    assert paused_until([first + n * DAY for n in days], Rules(no_shows=0)) is None
