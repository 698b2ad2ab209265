"""Today's queue and the steps in it, as officers click them."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from counters import at


def buttons(seen, booking) -> list[str]:
    """What can be done with one booking, in the order of its card."""
    row = re.search(rf'<li class="session[^>]*id="b-{booking.number}".*?</li>', seen.html, re.S)[0]
    return re.findall(r"<button[^>]*>([^<]+)</button>", row)


def form(clerk, booking, step, path="/desk"):
    return clerk.get(path).form(f"/desk/{booking.number}/{step}")


def call_next(clerk):
    """The form that calls whoever is first, whatever the desk."""
    return clerk.get("/desk").form("/desk/call").set("from")


def order(seen) -> list[str]:
    return re.findall(r'<li class="session[^>]*id="b-(\d+)"', seen.html)


def test_the_queue_shows_who_is_next_and_half_a_phone(clerk, place, clock):
    waiting = place.arrived(at(9))
    place.book(at(9, 30), "王芳")
    clock.pass_by(minutes=7)
    seen = clerk.get("/desk")
    assert "张伟" in seen.words and "已等 7 分钟" in seen.words and "结婚登记" in seen.words
    assert "138****0000" in seen.html and waiting.phone not in seen.html
    assert order(seen)[0] == waiting.number
    assert ("视频办" in seen.words) and 'href="/desk" aria-current="page"' in seen.html


def test_each_column_runs_from_who_is_served_to_who_is_over(visitor, place, clock):
    starts = [at(hour, minute) for hour in (9, 10, 11) for minute in (0, 30)]
    served, passed, dropped, there, absent, later = (place.book(start) for start in starts)
    for one in (served, passed, dropped, there):
        place.room.admit(one.id, one.start, by="citizen")
    for one in (served, dropped):
        place.room.call(one.id, at(10, 30), by="陈建国")
        place.room.start(one.id, at(10, 30), by="陈建国")
    place.room.drop(dropped.id, at(10, 40))
    place.room.call(passed.id, at(10, 41), by="林晓")
    place.room.pass_over(passed.id, at(10, 42), by="林晓")
    gone = place.book(at(9, 30), "王芳")
    clock.now = at(11, 15)
    place.counter.desk().move(gone.id, "cancelled", by="林晓", now=clock())
    visitor.sign_in()
    shown = order(visitor.get("/desk?desk=1"))
    assert shown == [one.number for one in (served, dropped, there, passed, absent, later)]
    assert order(visitor.get("/desk?desk=2")) == [gone.number]


def test_only_steps_that_may_be_taken_have_buttons(clerk, colleague, place, clock):
    booked, there = place.book(at(10)), place.arrived(at(9))
    mine, theirs = place.running(at(9)), place.running(at(9), by="陈建国")
    seen = clerk.get("/desk")
    assert buttons(seen, booked) == []
    assert buttons(seen, there) == ["叫这一位"]
    assert buttons(seen, mine) == ["中断", "办结", "转窗口", "待补正"]
    assert buttons(seen, theirs) == []
    clock.now = at(9, 30)
    assert buttons(clerk.get("/desk"), booked) == ["到了"]


def test_a_session_from_arriving_to_done(clerk, place):
    booking = place.book(at(9))
    clerk.send(form(clerk, booking, "admit"))
    clerk.send(call_next(clerk))
    assert place.now(booking).officer == "林晓"
    assert "https://room.example/room/#1.林晓" in clerk.get("/desk").html
    clerk.send(form(clerk, booking, "start"))
    done = form(clerk, booking, "finish").set("outcome", "受理编号 FT-001，五天内寄到")
    seen = clerk.send(done, do="done")
    assert seen.status == 200 and "今天过了的 1" in seen.words
    after = place.now(booking)
    assert (after.state, after.outcome) == ("done", "受理编号 FT-001，五天内寄到")
    steps = [(event.by, event.why or event.after) for event in place.store.history(booking)]
    by_me = ["checked_in", "called", "in_session", "done"]
    assert steps == [("citizen", "booked"), *(("林晓", step) for step in by_me)]


@pytest.mark.parametrize("step", ["admit", "call", "start", "drop", "finish"])
def test_a_double_click_is_one_step(clerk, place, step):
    booking = {
        "admit": lambda: place.book(at(9)),
        "call": lambda: place.arrived(at(9)),
        "start": lambda: called(place),
        "drop": lambda: place.running(at(9)),
        "finish": lambda: place.running(at(9)),
    }[step]()
    sent = form(clerk, booking, step)
    before = len(place.events(booking))
    do = "done" if step == "finish" else ""
    assert [clerk.send(sent, do=do).status for _ in range(2)] == [200, 200]
    assert len(place.events(booking)) == before + 1


def called(place):
    booking = place.arrived(at(9))
    return place.room.call(booking.id, place.clock(), by="林晓")


def test_calling_next_twice_with_one_form_calls_one(clerk, place):
    first, second = place.arrived(at(9)), place.arrived(at(9), "王芳")
    sent = call_next(clerk)
    for _ in range(2):
        clerk.send(sent)
    assert place.now(first).called_at and place.now(second).called_at is None
    clerk.send(call_next(clerk))
    assert place.now(second).officer == "林晓"


def test_two_officers_who_call_at_once_get_two_citizens(clerk, colleague, place):
    waiting = [place.arrived(at(9)), place.arrived(at(9), "王芳")]
    forms = [call_next(one) for one in (clerk, colleague)]
    start = Barrier(2)

    def click(who, sent):
        start.wait()
        who.send(sent)

    clicks = [
        Thread(target=click, args=pair) for pair in zip((clerk, colleague), forms, strict=True)
    ]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert {place.now(one).officer for one in waiting} == {"林晓", "陈建国"}


def test_nobody_waits_and_the_page_says_so(clerk, place):
    seen = clerk.send(call_next(clerk))
    assert "现在没有人候场，没有叫到人" in seen.words


def test_who_acts_on_an_old_page_is_told_how_things_are_and_changes_nothing(
    clerk, colleague, place
):
    booking = place.arrived(at(9))
    old = form(colleague, booking, "call")
    clerk.send(form(clerk, booking, "call"))
    before = place.events(booking)
    seen = colleague.send(old)
    assert seen.status == 409
    assert "您看到的是旧的：这一位现在是「候场」（林晓）" in seen.words
    assert "林晓叫了" in seen.words
    assert place.events(booking) == before


def test_what_was_written_on_an_old_page_is_given_back(clerk, colleague, place):
    booking = place.running(at(9))
    old = form(clerk, booking, "finish").set("outcome", "受理编号 FT-002")
    place.room.drop(booking.id, place.clock())
    seen = clerk.send(old, do="done")
    assert seen.status == 409 and "受理编号 FT-002" in seen.html
    assert place.now(booking).state == "broken_off"


def test_an_illegal_step_is_refused(clerk, place):
    booking = place.arrived(at(9))
    sent = form(clerk, booking, "call")
    forged = type(sent)(f"/desk/{booking.number}/finish", sent.fields)
    seen = clerk.send(forged, do="done")
    assert seen.status == 409 and place.now(booking).state == "checked_in"
    assert clerk.send(type(sent)(f"/desk/{booking.number}/explode", sent.fields)).status == 404


def test_a_colleagues_session_can_be_taken_over_only_by_breaking_it_off(clerk, place):
    booking = place.running(at(9), by="陈建国")
    path = f"/desk/{booking.number}"
    sent = form(clerk, booking, "drop", path)
    forged = type(sent)(f"{path}/finish", sent.fields)
    assert clerk.send(forged, do="done").status == 409
    assert place.now(booking).state == "in_session"
    clerk.send(sent)
    clerk.send(form(clerk, booking, "start", path))
    assert place.now(booking).officer == "林晓"


def test_too_early_to_pass_somebody_over(clerk, place, clock):
    booking = place.arrived(at(9))
    place.room.call(booking.id, clock(), by="林晓")
    assert "没来" not in buttons(clerk.get("/desk"), booking)
    clock.now = at(9, 10)
    clerk.send(form(clerk, booking, "pass_over"))
    assert place.now(booking).passes == 1
    assert "过号，排在后面" in clerk.get("/desk").words


def test_what_is_still_to_come_must_be_said(clerk, place):
    booking = place.running(at(9))
    seen = clerk.send(form(clerk, booking, "finish"), do="to_complete")
    assert seen.status == 422 and "请写清还要补什么" in seen.words
    assert place.now(booking).state == "in_session"


def test_an_identity_number_does_not_enter_the_outcome(clerk, place):
    booking = place.running(at(9))
    sent = form(clerk, booking, "finish").set("outcome", "440304199001011234 已核对")
    clerk.send(sent, do="done")
    assert place.now(booking).outcome == "〔身份证号〕 已核对"


def test_another_officers_form_is_no_ones(clerk, colleague, place):
    booking = place.arrived(at(9))
    stolen = form(clerk, booking, "call")
    assert colleague.send(stolen).status == 403
    assert place.now(booking).called_at is None


@pytest.mark.parametrize("path", ["/desk", "/desk/week", "/desk/setup", "/desk/appeals"])
def test_nobody_sees_the_desk_without_signing_in(visitor, place, path):
    assert visitor.get(path, follow=False).location.startswith("/sign-in?to=")


def test_a_form_leads_back_to_where_it_was_and_nowhere_else(clerk, place):
    booking = place.book(at(9))
    sent = form(clerk, booking, "admit", "/desk?desk=1")
    assert clerk.send(sent, follow=False).location == "/desk?desk=1"
    sent = form(clerk, booking, "call").set("back", "//elsewhere.example")
    assert clerk.send(sent, follow=False).location == "/desk"


def test_the_board_is_sent_again_only_when_something_changed(clerk, place, clock):
    booking = place.book(at(9))
    first = clerk.get("/desk/board")
    tag = first.headers["etag"]
    assert first.status == 200 and "没有叫" not in first.words
    again = clerk.get("/desk/board", **{"if-none-match": tag})
    assert again.status == 304 and again.headers["desk-time"] == "09:01:00"
    place.room.admit(booking.id, clock(), by="citizen")
    changed = clerk.get("/desk/board", **{"if-none-match": tag})
    assert changed.status == 200 and "候场" in changed.words
    clock.now += timedelta(minutes=1)  # what is late changes by itself
    tag = changed.headers["etag"]
    assert clerk.get("/desk/board", **{"if-none-match": tag}).status == 200


def test_a_click_in_place_answers_with_the_board_alone(clerk, place):
    booking = place.book(at(9))
    sent = form(clerk, booking, "admit")
    seen = clerk.post(sent.action, sent.fields, **{"hx-request": "true"})
    assert seen.status == 200 and "<html" not in seen.html
    assert buttons(seen, booking) == ["叫这一位"]
