"""The week calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from counters import at

from booking.calendar import SHENZHEN, Calendar, Change
from booking.timetable import Desk, Leave
from console.week import days, desks_of

MONDAY = date(2026, 11, 23)


def week(place, clock, monday=MONDAY):
    desk = place.counter.desk()
    first = datetime.combine(monday, datetime.min.time(), SHENZHEN)
    found = place.store.between(first, first + timedelta(days=7))
    return list(days(desk, found, monday, desks_of(desk, found), clock()))


def test_free_held_and_booked_are_counted_by_half_day_and_desk(place, clock):
    place.book(at(10))
    place.counter.desk().hold(at(10, day=24), "m", "何", "13999999999", clock())
    monday, tuesday, *_ = week(place, clock)
    assert [(cell.free, len(cell.booked)) for cell in monday.cells[0]] == [(4, 1), (5, 0), (5, 0)]
    assert [cell.held for cell in tuesday.cells[0]] == [1, 0, 0]
    assert tuesday.cells[0][0].free == 5 and tuesday.cells[1][2].free == 7


def test_closed_days_and_half_days_say_why(clerk, place):
    typhoon = Change(date(2026, 11, 26), False, "台风红色预警")
    meeting = Change(date(2026, 11, 27), False, "全员开会", half="下午")
    kept, hit = place.book(at(10, day=27)), place.book(at(15, day=27), "王芳")
    place.calendar = Calendar((typhoon, meeting))
    assert [one.id for one in place.conflicts()] == [hit.id] != [kept.id]
    seen = clerk.get("/desk/week")
    assert "周四 11/26 台风红色预警" in seen.words and "周六 11/28 周末" in seen.words
    assert seen.words.count("全员开会") == 3
    assert "国庆节" in clerk.get("/desk/week?day=2026-10-01").words
    assert "放假安排还没公布" in clerk.get("/desk/week?day=2027-03-01").words


def test_a_desk_away_says_why_and_has_nothing_free(place, clock):
    office = place.counter.office
    office.put_desk(Desk(3, "河套窗口"), clock(), by="林晓")
    office.add_leave(Leave(3, at(14, day=24), at(18, day=24), "培训"), clock(), by="林晓")
    tuesday = week(place, clock)[1]
    morning, afternoon = (half[2] for half in tuesday.cells)
    assert (morning.free, morning.away) == (6, "")
    assert (afternoon.free, afternoon.away) == (0, "培训")


def test_a_session_leads_to_its_packet_and_weeks_to_each_other(clerk, place):
    booking = place.book(at(10))
    seen = clerk.get("/desk/week")
    assert f'<a href="/desk/{booking.number}">10:00 张伟</a>' in seen.html
    assert 'href="/desk/week?day=2026-11-30"' in seen.html
    assert 'href="/desk/week?day=2026-11-16"' in seen.html
    assert clerk.get("/desk/week?day=哪天").status == 200


def test_a_booking_outside_todays_hours_is_still_there(clerk, place, clock):
    booking = place.book(at(17))
    hours = place.counter.desk().timetable.hours
    place.counter.office.put_hours(hours[:1], clock(), by="林晓")
    assert booking.number in clerk.get("/desk/week").html
