"""Desks, hours, leave, days and numbers, as staff set them."""

from __future__ import annotations

import pytest
from counters import at

from booking.timetable import Desk, Hours

PATH = "/desk/setup"


def form(clerk, name, /, **typed):
    sent = clerk.get(PATH).form(f"{PATH}/{name}")
    for field, value in typed.items():
        sent = sent.set(field, value)
    return sent


def test_a_desk_is_named_and_recorded(clerk, place):
    sent = form(clerk, "desk", number="2", name="老年优待")
    assert "存好了" in clerk.send(sent).words
    office = place.counter.office.current()
    assert Desk(2, "老年优待") in office.timetable.desks
    assert "席位 2：老年优待，启用" in clerk.get(PATH).words
    assert "现在就是这样" in clerk.send(sent).words  # sent twice, it is done once
    assert place.counter.office.current().revision == office.revision


def test_hours_are_set_together(clerk, place):
    sent = form(clerk, "hours", **{"hours.1.closes": "17:00", "hours.1.desks": "2"})
    assert clerk.send(sent).status == 200
    assert place.counter.office.current().timetable.hours[1] == Hours(
        at(14).time(), at(17).time(), 2
    )


@pytest.mark.parametrize(
    ("name", "typed", "place_id", "said"),
    [
        ("desk", {"number": "0"}, "desk-number", "席位号要填 1 到 999 的整数"),
        ("hours", {"hours.0.opens": "九点"}, "hours.0.opens", "请写成 09:00 这样的时间"),
        ("hours", {"hours.0.closes": "08:00"}, "hours.0.closes", "结束要晚于开始"),
        ("hours", {"hours.0.desks": "很多"}, "hours.0.desks", "同时办几场要在 0 到 99 之间"),
        ("hours", {"hours.1.opens": "11:00"}, "hours-form", "不能重叠"),
        ("leave", {"desk": "1"}, "leave-start", "请选从什么时候起"),
        (
            "leave",
            {"start": "2026-11-24T14:00", "end": "2026-11-24T13:00", "why": "培训"},
            "leave-end",
            "结束要晚于开始",
        ),
        ("numbers", {"daily_limit": "0"}, "daily_limit", "要在 1 到 20 场之间"),
        ("numbers", {"hold_minutes": "五"}, "hold_minutes", "请填 1 到 60 的整数"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    clerk, place, name, typed, place_id, said
):
    seen = clerk.send(form(clerk, name, **typed))
    assert seen.status == 422 and said in seen.words
    assert f'href="#{place_id}"' in seen.html and f'id="{place_id}"' in seen.html
    assert place.counter.office.current().revision == 0


def test_what_would_leave_bookings_without_a_place_is_not_saved_silently(clerk, place):
    booking = place.book(at(15))
    sent = form(clerk, "hours", **{"hours.1.opens": "", "hours.1.closes": ""})
    seen = clerk.send(sent)
    assert seen.status == 409 and "有 1 个预约会对不上" in seen.words
    assert f'href="/desk/{booking.number}"' in seen.html
    assert place.counter.office.current().revision == 0

    seen = clerk.send(seen.form(f"{PATH}/hours").set("confirm", "yes"))
    assert "有 1 个预约和现在的席位、时间对不上" in seen.words
    assert len(place.counter.office.current().timetable.hours) == 1
    assert place.now(booking).state == "booked"
    assert "有 1 个预约和现在的席位、时间对不上" in clerk.get("/desk").words


def test_a_leave_asks_about_the_bookings_it_hits_and_is_taken_back(clerk, place):
    booking = place.book(at(10, day=24))
    times = {"start": "2026-11-24T09:00", "end": "2026-11-24T12:00"}
    seen = clerk.send(form(clerk, "leave", desk="1", why="培训", **times))
    assert seen.status == 409 and booking.number in seen.html
    assert place.counter.office.current().timetable.leaves == ()
    seen = clerk.send(form(clerk, "leave", desk="1", why="培训", confirm="yes", **times))
    assert "存好了" in seen.words and "培训" in seen.words
    assert [one.id for one in place.conflicts()] == [booking.id]
    assert "存好了" in clerk.send(form(clerk, "drop-leave")).words
    assert place.conflicts() == []


def test_numbers_take_effect_at_once(clerk, place):
    clerk.send(form(clerk, "numbers", daily_limit="1", grace_minutes="15"))
    rules = place.counter.desk().rules
    assert (rules.daily_limit, rules.grace.total_seconds()) == (1, 900)
    assert len(place.counter.office.edits()) == 2


def test_who_saves_an_old_page_sees_what_was_changed_and_keeps_what_was_typed(
    clerk, colleague, place
):
    old = form(clerk, "numbers", daily_limit="4")
    colleague.send(form(colleague, "numbers", grace_minutes="15"))
    seen = clerk.send(old)
    assert seen.status == 409 and "陈建国：迟到多久算过号：15 分钟" in seen.words
    assert seen.form(f"{PATH}/numbers")["daily_limit"] == "4"
    assert place.counter.desk().rules.daily_limit == 2


def test_there_is_no_such_form(clerk, place):
    sent = form(clerk, "numbers")
    assert clerk.send(type(sent)(f"{PATH}/everything", sent.fields)).status == 404
