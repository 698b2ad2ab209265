"""The packet of one booking."""

from __future__ import annotations

import pytest
from counters import at

from booking.bookings import OnBehalf


def sent(clerk, booking, what, **typed):
    path = f"/desk/{booking.number}"
    form = clerk.get(path).form(f"{path}/{what}")
    for name, value in typed.items():
        form = form.set(name, value)
    return form


def test_the_packet_says_what_it_is_about(clerk, place):
    booking = place.book(
        at(9),
        on_behalf_of=OnBehalf("张老太", "letter"),
        question="户口不在福田，能办吗？",
        checklist=("身份证", "一张照片"),
    )
    seen = clerk.get(f"/desk/{booking.number}")
    for words in ("户口不在福田，能办吗？", "替 张老太 办，凭纸质授权委托书", "一张照片"):
        assert words in seen.words
    assert 'href="/matters/marriage-registration"' in seen.html
    assert "免提交：居民身份证" in seen.words and "市民 预约好了" in seen.words
    assert clerk.get("/desk/999888").status == 404


def test_the_packet_shows_what_the_citizen_has_ready(clerk, place, clock):
    booking = place.book(at(11), checklist=("身份证", "一张照片"))
    assert "市民勾了 0 样，共 2 样" in clerk.get(f"/desk/{booking.number}").words
    for line in ("身份证", "一张照片"):
        place.room.tick(booking.id, line, True, clock())
    place.room.tick(booking.id, "身份证", False, clock())
    for path in (f"/desk/{booking.number}", f"/desk/{booking.number}/ticks"):
        seen = clerk.get(path)
        assert '<li class="ticked">一张照片' in seen.html and "<li>身份证</li>" in seen.html
        assert "市民勾了 1 样，共 2 样" in seen.words
    assert clerk.get(f"/desk/{booking.number}").words.count("市民 勾了材料清单") == 1
    assert clerk.get("/desk/999888/ticks").status == 404


def test_a_tick_does_not_outdate_an_officers_buttons(clerk, place, clock):
    booking = place.book(at(9), checklist=("身份证",))
    admit = sent(clerk, booking, "admit")
    place.room.tick(booking.id, "身份证", True, clock())
    assert clerk.send(admit).status == 200
    assert place.now(booking).state == "checked_in"


def test_a_packet_asks_for_ticks_only_while_there_can_be_any(clerk, place, clock):
    booking = place.book(at(11), checklist=("身份证",))
    asks = f'hx-get="/desk/{booking.number}/ticks"'
    assert asks in clerk.get(f"/desk/{booking.number}").html
    place.counter.desk().move(booking.id, "cancelled", by="林晓", now=clock())
    assert asks not in clerk.get(f"/desk/{booking.number}").html


def test_notes_of_two_officers_stand_under_each_other(clerk, colleague, place):
    booking = place.book(at(9))
    mine, theirs = sent(clerk, booking, "note"), sent(colleague, booking, "note")
    colleague.send(theirs.set("note", "听力不好"))
    clerk.send(mine.set("note", "已经打过电话"))
    clerk.send(mine.set("note", "已经打过电话"))
    assert place.now(booking).note == (
        "2026-11-23 09:01 陈建国：听力不好\n2026-11-23 09:01 林晓：已经打过电话"
    )
    assert clerk.send(mine.set("note", " ")).status == 422


def test_a_note_does_not_outdate_a_colleagues_buttons(clerk, colleague, place):
    booking = place.arrived(at(9))
    call = sent(colleague, booking, "call")
    clerk.send(sent(clerk, booking, "note", note="慢点说"))
    assert colleague.send(call).status == 200
    assert place.now(booking).officer == "陈建国"


def test_a_clerk_moves_a_booking_to_a_free_session(clerk, place):
    booking = place.book(at(11))
    form = sent(clerk, booking, "reassign", start=at(14).isoformat(), why="席位停用")
    assert clerk.send(form).status == 200
    assert clerk.send(form).status == 200
    assert place.now(booking).start == at(14)
    assert place.events(booking) == ["booked", "席位停用"]
    assert "改到 11 月 23 日（周一）14:00（席位停用）" in clerk.get(f"/desk/{booking.number}").words


def test_only_free_sessions_are_offered(clerk, place):
    booking = place.book(at(11))
    for _ in range(3):
        place.book(at(14))
    page = clerk.get(f"/desk/{booking.number}").html
    assert at(14).isoformat() not in page and at(14, 30).isoformat() in page
    assert at(9).isoformat() not in page  # it is past nine
    form = sent(clerk, booking, "reassign", start=at(14).isoformat(), why="席位停用")
    seen = clerk.send(form)
    assert seen.status == 409 and "刚刚约满了" in seen.words and "席位停用" in seen.html


@pytest.mark.parametrize("start", ["", "昨天", "2026-11-23T14:00"])
def test_a_time_must_be_picked(clerk, place, start):
    booking = place.book(at(11))
    seen = clerk.send(sent(clerk, booking, "reassign", start=start, why="席位停用"))
    assert seen.status == 422 and "请从列出的时间里选一个" in seen.words


def test_a_move_on_an_old_page_is_refused(clerk, place, clock):
    booking = place.book(at(9))
    form = sent(clerk, booking, "reassign", start=at(14).isoformat(), why="席位停用")
    place.room.admit(booking.id, clock(), by="陈建国")
    seen = clerk.send(form)
    assert seen.status == 409 and "您看到的是旧的" in seen.words
    assert place.now(booking).start == at(9)


def test_the_office_cancels_and_says_why(clerk, place):
    booking = place.book(at(11))
    assert clerk.send(sent(clerk, booking, "cancel")).status == 422
    form = sent(clerk, booking, "cancel", why="市民来电")
    assert [clerk.send(form).status for _ in range(2)] == [200, 200]
    event = place.store.history(booking)[-1]
    assert (event.after, event.by, event.why) == ("cancelled", "林晓", "市民来电")


def missed(place, clock):
    booking = place.book(at(9))
    clock.now = at(18)
    place.counter.desk().settle(clock())
    return booking


def test_an_appeal_is_written_down_and_decided(visitor, place, clock):
    booking = missed(place, clock)
    visitor.sign_in()
    visitor.send(sent(visitor, booking, "appeal", reason="地铁停运"))
    listed = visitor.get("/desk/appeals")
    assert "地铁停运" in listed.words and "林晓 代为记下" in listed.words
    form = listed.form(f"/desk/appeals/{booking.number}")
    assert visitor.send(form, do="refuse").status == 422
    seen = visitor.send(form.set("note", "情况属实"), do="grant")
    assert "林晓 认为成立，这次爽约不算" in seen.words
    assert place.counter.appeals.of(booking.id).granted
    assert visitor.send(form.set("note", "情况属实"), do="grant").status == 200
    other = visitor.send(form.set("note", "不属实"), do="refuse")
    assert other.status == 409 and "已经决定了" in other.words
    assert place.events(booking).count("no-show lifted") == 1


def test_only_a_no_show_can_be_appealed(clerk, place):
    booking = place.book(at(11))
    note = sent(clerk, booking, "note")
    forged = type(note)(f"/desk/{booking.number}/appeal", [*note.fields, ("reason", "地铁停运")])
    seen = clerk.send(forged)
    assert seen.status == 409 and "地铁停运" in seen.html
    assert place.counter.appeals.undecided() == []
