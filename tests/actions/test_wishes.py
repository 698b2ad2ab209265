"""What a message says about the session wished for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from trackers import NOW, bot, heard, slots, user

from actions.forms import BOOKING_SLOTS
from actions.wishes import ValidateBookingForm

TUESDAY_TEN = "2026-11-24T10:00:00+08:00"
CARD = {"matter": [["card", 1.0]], "bare": True}


@pytest.fixture
def take(whole, dispatcher):
    def taken(*args, asked="session_start", **rest):
        return slots(
            ValidateBookingForm(whole).run(dispatcher, heard(*args, asked=asked, **rest), {})
        )

    return taken


def told(taken):
    """What was taken, without what is empty."""
    return {name: value for name, value in taken.items() if value not in (None, "")}


def test_all_that_one_sentence_says(take):
    taken = take(
        "我叫王芳，明天上午十点视频办社保卡", "book_session", asked=None, contact="ref", found=CARD
    )
    assert told(taken) == {
        "session_matter": "card",
        "session_start": TUESDAY_TEN,
        "visitor_name": "王芳",
        "visitor_phone": "ref",
    }


def test_what_an_earlier_form_left_is_forgotten(take):
    taken = take("预约", "book_session", asked=None, visitor_name="王芳", session_said={})
    assert set(BOOKING_SLOTS) <= taken.keys()
    assert told(taken) == {}


def test_what_was_prepared_in_this_turn_is_left_alone(whole, dispatcher):
    tracker = heard("好的", "affirm")
    tracker.events.append({"event": "slot", "name": "session_matter", "value": "card"})
    assert ValidateBookingForm(whole).run(dispatcher, tracker, {}) == []


def test_the_matter_talked_about_needs_no_name(take):
    known = {"matter": "card", "matter_age": 0}
    assert take("我要预约", "book_session", asked=None, **known)["session_matter"] == "card"
    found = {"matters": [["permit", 0.5]]}
    taken = take("预约办那个证", "book_session", asked=None, found=found, **known)
    assert taken["session_matter"] is None


@pytest.mark.parametrize(("id", "reason"), [("permit", "not_for_video"), ("marriage", "in_person")])
def test_a_matter_that_is_not_for_video(take, id, reason):
    found = {"matter": [[id, 1.0]]}
    taken = take("办这个", "ask_guide", asked="session_matter", found=found)
    assert taken["session_matter"] is None
    assert taken["booking_problem"]["reason"] == reason


def test_several_that_match_are_asked_back(take):
    found = {"matters": [["card", 0.6], ["permit", 0.5]]}
    taken = take("办证", "ask_guide", asked="session_matter", found=found)
    assert taken["booking_problem"] == {"reason": "several"}


def test_a_tapped_matter(take):
    tapped = '/choose{"item": "matter:card"}'
    assert take(tapped, "choose", asked="session_matter")["session_matter"] == "card"
    assert take(tapped, "choose", asked="session_start") == {}


@pytest.mark.parametrize(
    ("said", "reason", "days", "times"),
    [
        ("这周六上午十点", "closed_day", [], ["10:00:00"]),
        ("下周三上午十点", "beyond_horizon", [], ["10:00:00"]),
        ("下周三", "beyond_horizon", [], []),
        ("明天十二点半", "lunch", ["2026-11-24"], []),
        ("明天十点十分", "no_session", ["2026-11-24"], []),
        ("明天早上八点", "too_early", ["2026-11-24"], []),
        ("明天晚上七点", "too_late", ["2026-11-24"], []),
        ("明天晚上", "too_late", ["2026-11-24"], []),
        ("今天晚上", "too_late", ["2026-11-23"], []),
        ("晚上", "too_late", [], []),
        ("明天下午五点半", "after_last", ["2026-11-24"], []),
        ("今天上午十点半", "too_soon", ["2026-11-23"], []),
        ("今天上午", "too_soon", ["2026-11-23"], []),
        ("明年1月5号", "beyond_calendar", [], []),
    ],
)
def test_what_stands_of_a_time_that_is_refused(take, said, reason, days, times):
    taken = take(said)
    assert taken["booking_problem"]["reason"] == reason
    assert taken["booking_problem"]["near"]
    assert (taken["session_said"]["days"], taken["session_said"]["times"]) == (days, times)


def test_a_refused_day_does_not_stick(take):
    refused = take("下周三")
    taken = take("随便", **{name: refused[name] for name in ("session_said", "booking_problem")})
    assert taken["session_start"].startswith("2026-11-23T14:00")


def test_what_is_narrowed_is_kept_and_what_is_settled_is_not(take):
    narrowed = take("明天")
    assert narrowed["session_said"]["days"] == ["2026-11-24"]
    taken = take("十点", session_said=narrowed["session_said"])
    assert taken["session_start"] == TUESDAY_TEN
    assert taken["session_said"] is None


def test_a_full_day_is_told_and_offers_what_is_near(take, whole):
    day = NOW.date() + timedelta(days=1)
    for number, start in enumerate(whole.desk.openings(day, NOW)):
        for desk in range(2):
            whole.desk.book(start, "card", "王芳", f"137000{number:02}{desk:03}", NOW)
    taken = take("明天")
    assert taken["booking_problem"]["reason"] == "session_taken"
    assert taken["booking_problem"]["when"] == "11月24日（明天，周二）"


def test_a_number_and_half_a_number(take):
    assert take("138****0001", asked="visitor_phone", contact="ref")["visitor_phone"] == "ref"
    taken = take("1380", asked="visitor_phone")
    assert taken["booking_problem"] == {"reason": "phone_incomplete"}


@pytest.mark.parametrize(
    ("said", "slot"),
    [
        ("时间不对", "session_start"),
        ("改姓名", "visitor_name"),
        ("电话错了", "visitor_phone"),
        ("换个事项", "session_matter"),
    ],
)
def test_a_particular_that_is_wrong_is_open_again(take, said, slot):
    taken = take(said, asked="session_confirmed")
    assert slot in taken
    assert taken[slot] is None
    assert taken["session_confirmed"] is None


def test_a_correction_takes_another_matter_at_any_point(take):
    taken = take("不对，是社保卡", "ask_guide", asked="visitor_phone", found=CARD)
    assert taken["session_matter"] == "card"
    assert "session_matter" not in take("社保卡", asked="visitor_phone", found=CARD)


def test_only_what_was_read_back_unchanged_is_confirmed(take):
    known = {"asked": "session_confirmed", "read_back": True}
    assert take("对", "affirm", **known)["session_confirmed"] is True
    assert take("对", "affirm", asked="session_confirmed")["session_confirmed"] is None
    changed = take("好的，改成明天下午三点", "affirm", asked="session_confirmed")
    assert changed["session_confirmed"] is None
    assert changed["session_start"]
    refused = take("不对", "deny", asked="session_confirmed")
    assert refused["booking_problem"] == {"reason": "change"}


@pytest.mark.parametrize(
    ("said", "intent", "asked"),
    [
        ("要带什么", "ask_materials", "session_start"),
        ("明天能拿到证吗", "ask_duration", "session_start"),
        ("今天天气怎么样", "out_of_scope", "session_start"),
        ("有人晕倒了", "emergency", "visitor_name"),
        ("谢谢", "thanks", "visitor_name"),
        ("转人工", "ask_human", "visitor_phone"),
        ("算了，下次周五再说", "stop", "session_start"),
    ],
)
def test_what_is_none_of_its_business_is_let_go(take, said, intent, asked):
    assert take(said, intent, asked=asked) == {}


@pytest.mark.parametrize(
    ("said", "intent", "asked"),
    [
        ("周五上午可以吗", "ask_video", "session_start"),
        ("社保卡能视频办吗", "ask_video", "session_matter"),
        ("高明", "ask_conditions", "visitor_name"),
    ],
)
def test_a_question_may_tell_what_was_asked(take, said, intent, asked):
    assert asked in take(said, intent, asked=asked, found=CARD)


def test_what_does_not_fit_is_asked_again(take):
    assert take("我姓陈", asked="session_matter") != {}
    assert take("嗯嗯", "affirm")["booking_problem"] == {"reason": "unheard"}
    assert take("我约了几点", "list_sessions")["booking_problem"] == {"reason": "book_first"}


def test_the_answer_to_a_fork_asked_in_between_is_let_go(take):
    offered = ['/choose{"item": "matter:permit", "fork": "情形", "option": "首次"}']
    before = [user("要带什么"), bot("clarify", "permit")]
    assert take("首次", before=before, offered=offered) == {}


def test_whom_it_is_for_is_asked_as_soon_as_it_is_another(take):
    taken = take("帮我妈约个视频办", "book_session", asked=None)
    assert (taken["session_principal"], taken["session_agent"]) == (None, "letter")
    taken = take("我妈叫李秀英", asked="session_principal", session_agent="letter")
    assert taken["session_principal"] == "李秀英"
    assert "visitor_name" not in taken
    assert take("我自己办", asked="session_principal")["session_principal"] == ""


def test_a_correction_of_the_day_keeps_the_hour(take):
    taken = take("不对，是周五", asked="session_confirmed", session_start=TUESDAY_TEN)
    assert taken["session_start"] == "2026-11-27T10:00:00+08:00"
    assert taken["session_confirmed"] is None


@pytest.mark.parametrize(
    ("said", "slot", "value"),
    [
        ("名字写错了，是李强", "visitor_name", "李强"),
        ("电话错了", "visitor_phone", None),
        ("改成三点", "session_start", "2026-11-24T15:00:00+08:00"),
    ],
)
def test_one_detail_is_corrected_at_the_read_back(take, said, slot, value):
    taken = take(said, asked="session_confirmed", session_start=TUESDAY_TEN, visitor_name="李四")
    assert taken[slot] == value
    assert taken["session_confirmed"] is None
