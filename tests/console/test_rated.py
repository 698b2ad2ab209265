"""Ratings and their cases, as clerks see them and go on with them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from booking.bookings import Wish
from booking.store.bookings import Place

MOBILE = "13800000001"


@pytest.fixture
def rate(bookings, ratings, clock):
    """A session somebody had, and what they thought of it."""
    times, last = count(), count(1)

    def rate(level: str, words: str = ""):
        start = clock() + timedelta(hours=next(times))
        end = start + timedelta(minutes=30)
        # for a person each: nobody has two sessions for one matter at a time
        wish = Wish(start, end, "marriage-registration", "王女士", MOBILE[:-1] + str(next(last)))
        place = Place(start, end, (1,), 9, lambda booking: None)
        booking = bookings.reserve(wish, "booked", place, by="citizen", now=clock())
        return ratings.keep(booking.id, level, words, clock())

    return rate


def test_what_waits_comes_first_and_the_rest_when_asked(clerk, rate):
    rate("very_satisfied", "很耐心")
    rate("unsatisfied", "等太久了")
    waiting = clerk.get("/ratings").words
    assert "等太久了" in waiting and "很耐心" not in waiting
    assert "要跟进的（1）" in waiting and "结婚登记" in waiting and "待核实" in waiting
    every = clerk.get("/ratings?show=all").words
    assert every.index("等太久了") < every.index("很耐心")
    assert "非常满意 1" in every and "不满意 1" in every


def test_nothing_to_follow_up_is_said(clerk):
    assert "没有要跟进的差评" in clerk.get("/ratings").words
    assert "还没有市民评价过" in clerk.get("/ratings?show=all").words


def test_a_case_is_verified_mended_called_back_and_closed(clerk, rate, ratings):
    case = rate("very_unsatisfied", "等太久了")
    seen = clerk.get(f"/ratings/{case.id}")
    assert f"王女士，{MOBILE}" in seen.words
    for to in ("verified", "mended", "called_back", "closed"):
        form = seen.form(f"/ratings/{case.id}/steps").set("note", f"做了：{to}").set("to", to)
        seen = clerk.send(form)
        assert seen.status == 200 and f"做了：{to}" in seen.words
    assert [step.by for step in ratings.get(case.id).steps] == ["citizen"] + ["林晓"] * 4
    assert "已经办结" in seen.words and MOBILE not in seen.words
    assert "没有要跟进的差评" in clerk.get("/ratings").words


def test_a_step_without_a_word_is_refused_and_nothing_moves(clerk, rate, ratings):
    case = rate("unsatisfied")
    form = clerk.get(f"/ratings/{case.id}").form(f"/ratings/{case.id}/steps").set("to", "verified")
    refused = clerk.send(form.set("note", "  "))
    assert refused.status == 422 and "请写一句做了什么" in refused.words
    assert ratings.get(case.id).stage == "open"


def test_a_number_in_a_note_is_masked(clerk, rate, ratings):
    case = rate("unsatisfied")
    form = clerk.get(f"/ratings/{case.id}").form(f"/ratings/{case.id}/steps").set("to", "verified")
    clerk.send(form.set("note", "打了13800138000"))
    assert ratings.get(case.id).steps[-1].note == "打了138****8000"


def test_who_is_second_sees_what_the_first_did(clerk, colleague, rate, ratings):
    case = rate("unsatisfied")
    address = f"/ratings/{case.id}/steps"
    forms = [one.get(f"/ratings/{case.id}").form(address) for one in (clerk, colleague)]
    sent = [form.set("to", "verified").set("note", "问过了") for form in forms]
    assert clerk.send(sent[0]).status == 200
    late = colleague.send(sent[1])
    assert late.status == 422 and "刚刚有同事往前走了一步" in late.words
    assert len(ratings.get(case.id).steps) == 2


def test_made_up_steps_and_ratings_get_a_page(clerk, rate):
    case = rate("satisfied")
    assert clerk.get("/ratings/999").status == 404
    form = clerk.get("/ratings").form("/sign-out")  # any form of the page has the token
    csrf = [("csrf", form["csrf"]), ("to", "nonsense"), ("note", "x")]
    assert clerk.post(f"/ratings/{case.id}/steps", csrf).status == 422
    assert clerk.post("/ratings/999/steps", csrf).status == 404


def test_a_stranger_sees_no_rating(visitor, rate):
    case = rate("unsatisfied", "等太久了")
    for path in ("/ratings", f"/ratings/{case.id}"):
        seen = visitor.get(path)
        assert "等太久了" not in seen.words and MOBILE not in seen.words
