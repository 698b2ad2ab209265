"""Staff set hours, desks, days and numbers; what is booked stands until a clerk has moved it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy.engine import Engine

from booking.calendar import SHENZHEN, Calendar, Change
from booking.clerks import Clerks
from booking.desk import BookingDesk
from booking.errors import SessionTaken
from booking.office import NUMBERS, Office, OfficeRefused
from booking.rules import Rules
from booking.store import BookingStore, OfficeStore
from booking.timetable import Desk, Hours, Leave, Timetable

DEFAULTS = Office(Timetable(), Rules())
TUESDAY = date(2026, 11, 24)


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHENZHEN)


@pytest.fixture
def office(engine: Engine) -> OfficeStore:
    return OfficeStore(engine, DEFAULTS)


def desk_of(office: OfficeStore, engine: Engine) -> BookingDesk:
    now = office.current()
    return BookingDesk(BookingStore(engine), now.timetable, Calendar(), now.rules)


def test_what_nobody_has_set_is_as_the_settings_say(office: OfficeStore) -> None:
    assert office.current() == DEFAULTS
    assert office.edits() == []


def test_an_edit_is_seen_at_the_next_look_of_every_process(
    office: OfficeStore, engine: Engine, now: datetime
) -> None:
    other = OfficeStore(engine, DEFAULTS)
    assert other.current().rules.daily_limit == 2
    office.put_number("daily_limit", 3, now, by="张三")
    assert other.current().rules.daily_limit == 3
    office.put_number("daily_limit", 1, now, by="李四")
    assert other.current().rules.daily_limit == 1
    assert other.current() is other.current()  # nothing is read that has not changed
    assert [(edit.by, edit.what, edit.at) for edit in other.edits()] == [
        ("李四", "同一手机号一天最多约几场：1 场", now),
        ("张三", "同一手机号一天最多约几场：3 场", now),
    ]


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_can_be_set_within_its_bounds(
    sqlite: Engine, now: datetime, name: str
) -> None:
    office, number = OfficeStore(sqlite, DEFAULTS), NUMBERS[name]
    for value in (number.least, number.most):
        office.put_number(name, value, now, by="张三")
        assert number.of(office.current()) == value
        assert OfficeStore(sqlite, DEFAULTS).current() == office.current()
    for value in (number.least - 1, number.most + 1):
        with pytest.raises(OfficeRefused, match=f"{number.least} 到 {number.most}"):
            office.put_number(name, value, now, by="张三")
    assert number.of(office.current()) == number.most
    assert len(office.edits()) == 2


def test_a_number_of_no_name_is_refused(office: OfficeStore, now: datetime) -> None:
    with pytest.raises(OfficeRefused, match="没有"):
        office.put_number("no_such", 1, now, by="张三")


def test_a_new_desk_takes_sessions_beside_those_there_were(
    office: OfficeStore, engine: Engine, now: datetime
) -> None:
    office.put_desk(Desk(3, "三号"), now, by="张三")
    assert office.current().timetable.desks_for(at(9)) == (1, 2, 3)
    office.put_desk(Desk(1, "一号", active=False), now, by="张三")
    assert office.current().timetable.desks_for(at(9)) == (2, 3)
    office.put_desk(Desk(1, "一号"), now, by="张三")
    desk = desk_of(office, engine)
    booked = [desk.book(at(9), "a", "甲", f"1380000000{n}", now).desk for n in (1, 2, 3)]
    assert booked == [1, 2, 3]
    with pytest.raises(SessionTaken):
        desk.book(at(9), "a", "甲", "13800000004", now)


def test_hours_and_how_many_desks_they_have(office: OfficeStore, now: datetime) -> None:
    morning, evening = Hours(time(8, 30), time(12), 1), Hours(time(18), time(20), 2)
    office.put_hours([morning, evening], now, by="张三")
    timetable = office.current().timetable
    assert timetable.hours == (morning, evening)
    assert next(timetable.sessions(TUESDAY)) == at(8, 30)
    assert (timetable.desks_at(at(8, 30)), timetable.desks_at(at(18))) == (1, 2)
    with pytest.raises(OfficeRefused, match="不能重叠"):
        office.put_hours([morning, Hours(time(11), time(13))], now, by="张三")
    with pytest.raises(OfficeRefused, match="至少"):
        office.put_hours([], now, by="张三")
    assert office.current().timetable.hours == (morning, evening)
    assert len(office.edits()) == 1


def test_a_desk_on_leave_is_not_offered(office: OfficeStore, now: datetime) -> None:
    leave = Leave(1, at(9), at(10), "检修")
    leave_id = office.add_leave(leave, now, by="张三")
    timetable = office.current().timetable
    assert [timetable.desks_for(at(9, m)) for m in (0, 30)] == [(2,), (2,)]
    assert timetable.desks_for(at(10)) == (1, 2)
    [kept] = timetable.leaves
    assert (kept.id, kept.start, kept.why) == (leave_id, at(9), "检修")
    office.drop_leave(leave_id, now, by="张三")
    assert office.current().timetable.desks_for(at(9)) == (1, 2)
    with pytest.raises(OfficeRefused, match="没有 9 号席位"):
        office.add_leave(Leave(9, at(9), at(10)), now, by="张三")
    with pytest.raises(OfficeRefused, match="晚于"):
        office.add_leave(Leave(1, at(10), at(10)), now, by="张三")


def test_what_no_longer_fits_stands_and_is_listed_until_a_clerk_moves_it(
    office: OfficeStore, engine: Engine, now: datetime
) -> None:
    desk = desk_of(office, engine)
    early = desk.book(at(9), "a", "甲", "13800000001", now)
    second = desk.book(at(9), "b", "乙", "13800000002", now)
    fits = desk.book(at(10), "c", "丙", "13800000003", now)
    on_closed_day = desk.book(at(9, day=25), "d", "丁", "13800000004", now)
    assert Clerks(desk).conflicts(now) == []

    office.put_hours([Hours(time(9, 15), time(12), 1)], now, by="张三")
    closed = Calendar((Change(date(2026, 11, 25), False, "停电"),))
    desk = replace(desk_of(office, engine), calendar=closed)
    clerks = Clerks(desk)
    assert clerks.conflicts(now) == [early, second, on_closed_day]
    for booking in (early, second, fits, on_closed_day):
        assert desk.get(booking.id) == booking

    moved = clerks.reassign(second.id, at(11, 15), now, by="张三", why="时段调整")
    assert moved.desk == 1
    assert clerks.conflicts(now) == [early, on_closed_day]


def test_a_clerk_moves_a_booking_to_a_desk_that_is_there(
    office: OfficeStore, engine: Engine, now: datetime
) -> None:
    booked = desk_of(office, engine).book(at(9), "a", "甲", "13800000001", now)
    office.add_leave(Leave(1, at(9), at(10), "检修"), now, by="张三")
    clerks = Clerks(desk_of(office, engine))
    assert clerks.conflicts(now) == [booked]
    moved = clerks.reassign(booked.id, at(9), now, by="张三", why="检修")
    assert (moved.start, moved.desk, moved.version) == (at(9), 2, booked.version + 1)
    assert clerks.conflicts(now) == []


def test_a_longer_session_is_not_put_where_a_shorter_one_is_in_its_way(
    office: OfficeStore, engine: Engine, now: datetime
) -> None:
    office.put_hours([Hours(time(9), time(12), 1)], now, by="张三")
    desk_of(office, engine).book(at(9, 30), "a", "甲", "13800000001", now)
    office.put_number("session_minutes", 60, now, by="张三")
    desk = desk_of(office, engine)
    assert desk.openings(TUESDAY, now) == [at(10), at(11)]
    with pytest.raises(SessionTaken):
        desk.book(at(9), "a", "乙", "13800000002", now)
    booked = desk.book(at(10), "a", "乙", "13800000002", now)
    assert booked.end - booked.start == timedelta(hours=1)
    assert Clerks(desk).conflicts(now) == []


def test_an_edit_that_is_checked_and_refused_leaves_no_trace(
    office: OfficeStore, now: datetime
) -> None:
    def check(after: Office) -> None:
        if len(after.timetable.hours) < 2:
            raise OfficeRefused("下午不能没有人")

    checked = office.checking(check)
    with pytest.raises(OfficeRefused):
        checked.put_hours(DEFAULTS.timetable.hours[:1], now, by="张三")
    assert office.current() == DEFAULTS and office.edits() == []
    checked.put_number("daily_limit", 3, now, by="张三")
    assert office.current().rules.daily_limit == 3


def test_a_clerk_sees_what_is_free_on_the_next_working_days(
    office: OfficeStore, engine: Engine, now: datetime
) -> None:
    desk = desk_of(office, engine)
    for person in range(2):
        desk.book(at(9), "card", "市民", f"1380000000{person}", now)
    free = Clerks(desk).free_sessions(now, 3)
    assert list(free) == [TUESDAY + timedelta(days=n) for n in range(-1, 2)]
    assert free[TUESDAY][0] == at(9, 30)
