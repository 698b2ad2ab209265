from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from trackers import NOW, bot, heard, slots

from actions.forms import BOOKING_SLOTS, OWN_SLOTS
from actions.refusals import of_day, why
from actions.sessions import (
    AskSessionConfirmed,
    AskSessionMatter,
    AskSessionStart,
    AskVisitorName,
    BookSession,
    StopBooking,
)
from booking.bookings import OnBehalf, Wish
from booking.calendar import SHENZHEN
from booking.errors import ClosedDay
from xiaofu.services import Services

PHONE = "13700000001"
TUESDAY_TEN = "2026-11-24T10:00:00+08:00"


@pytest.fixture
def wish(whole, proven):
    """Everything the form needs, said and confirmed."""
    return {
        "session_matter": "card",
        "session_start": TUESDAY_TEN,
        "visitor_name": "王芳",
        "visitor_phone": proven(PHONE),
        "phone_proven": True,
        "session_confirmed": True,
    }


def titles(dispatcher):
    return [button["title"] for button in dispatcher.messages[-1]["buttons"]]


def followup(events):
    return [event["name"] for event in events if event["event"] == "followup"]


def test_what_was_confirmed_is_booked_and_forgotten(whole, dispatcher, wish):
    events = BookSession(whole).run(dispatcher, heard("对", "affirm", **wish), {})
    [held] = whole.desk.of_phone(PHONE, NOW)
    said = dispatcher.messages[0]
    assert said["response"] == "utter_booked"
    assert said["number"] == held.number
    assert said["custom"]["kind"] == "booking"
    assert all(slots(events)[slot] is None for slot in BOOKING_SLOTS)
    assert slots(events)["matter"] == "card"


@pytest.mark.parametrize("missing", ["session_confirmed", "visitor_phone", "session_start"])
def test_nothing_is_booked_that_was_not_confirmed_or_is_lost(whole, dispatcher, wish, missing):
    events = BookSession(whole).run(dispatcher, heard("对", **wish | {missing: None}), {})
    assert dispatcher.messages == []
    assert followup(events) == ["booking_form"]
    assert slots(events)["session_confirmed"] is None
    assert whole.desk.of_phone(PHONE, NOW) == []


def test_a_session_taken_meanwhile_goes_back_to_the_nearest(whole, dispatcher, wish):
    start = NOW + timedelta(days=1)
    for phone in ("13700000002", "13700000003"):
        whole.desk.book(start, "card", "李四", phone, NOW)
    events = BookSession(whole).run(dispatcher, heard("对", "affirm", **wish), {})
    assert followup(events) == ["booking_form"]
    known = slots(events)
    assert known["booking_problem"]["reason"] == "session_taken"
    AskSessionStart(whole).run(dispatcher, heard(**wish | known), {})
    assert [message["response"] for message in dispatcher.messages] == [
        "utter_why_session_taken",
        "utter_ask_session_start_near",
    ]
    assert titles(dispatcher) == [
        "11月24日（明天，周二）上午9:30",
        "11月24日（明天，周二）上午10:30",
    ]


def test_a_second_booking_of_the_same_matter_ends_the_form(whole, dispatcher, wish):
    whole.desk.book(NOW + timedelta(days=2), "card", "王芳", PHONE, NOW)
    events = BookSession(whole).run(dispatcher, heard("对", "affirm", **wish), {})
    [said] = dispatcher.messages
    assert said["response"] == "utter_why_already_booked"
    assert followup(events) == []
    assert all(slots(events)[slot] is None for slot in BOOKING_SLOTS)


def test_everything_is_read_back_with_the_number_hidden(whole, dispatcher, wish):
    AskSessionConfirmed(whole).run(dispatcher, heard(**wish), {})
    [said] = dispatcher.messages
    assert said["phone"] == "137****0001"
    assert PHONE not in str(said)
    assert {row["label"] for row in said["custom"]["card"]["rows"]} == {
        "时间",
        "事项",
        "席位",
        "请准备",
        "姓名",
        "手机",
    }
    assert titles(dispatcher) == ["对，就这样", "改时间", "不约了"]


def test_a_number_forgotten_before_the_read_back_is_asked_for_again(whole, dispatcher, wish):
    events = AskSessionConfirmed(whole).run(
        dispatcher, heard(**wish | {"visitor_phone": "gone"}), {}
    )
    assert dispatcher.messages == []
    assert slots(events)["visitor_phone"] is None
    assert followup(events) == ["booking_form"]


def test_only_matters_open_to_video_are_offered_the_near_ones_first(whole, dispatcher):
    found = {"matters": [["permit", 0.6], ["card", 0.5]]}
    AskSessionMatter(whole).run(dispatcher, heard(found=found), {})
    assert titles(dispatcher) == ["社保卡申领", "高龄津贴"]


def test_the_first_offer_of_times_is_kept_for_counting(whole, dispatcher):
    events = AskSessionStart(whole).run(dispatcher, heard(), {})
    assert dispatcher.messages[-1]["response"] == "utter_ask_session_start"
    assert slots(events)["offered"] == titles(dispatcher)


def test_after_a_question_in_between_the_form_asks_without_a_decision_of_its_own(dispatcher):
    tracker = heard("要带什么", "ask_materials")
    tracker.events.append(bot("matter", "card"))
    AskVisitorName().run(dispatcher, tracker, {})
    [said] = dispatcher.messages
    assert said["response"] == "utter_ask_visitor_name"
    assert not said["custom"]


@pytest.mark.parametrize(
    ("intent", "kind"), [("ask_materials", "clarify"), ("emergency", "handoff")]
)
def test_the_form_waits_while_something_else_is_asked_or_somebody_is_in_danger(
    dispatcher, intent, kind
):
    tracker = heard("……", intent)
    tracker.events.append(bot(kind))
    AskVisitorName().run(dispatcher, tracker, {})
    assert dispatcher.messages == []


def test_stopping_forgets_everything(whole, dispatcher):
    events = StopBooking().run(dispatcher, heard("算了", "stop"), {})
    assert slots(events) == dict.fromkeys((*BOOKING_SLOTS, *OWN_SLOTS))


def test_a_session_is_held_while_it_is_read_back(whole, dispatcher, wish):
    AskSessionConfirmed(whole).run(dispatcher, heard(**wish), {})
    held = whole.desk.held_by(PHONE, NOW)
    assert (held.start, held.matter_id, held.name) == (NOW + timedelta(days=1), "card", "王芳")
    assert whole.desk.of_phone(PHONE, NOW) == []
    AskSessionConfirmed(whole).run(dispatcher, heard(**wish | {"visitor_name": "王方"}), {})
    assert whole.desk.held_by(PHONE, NOW).name == "王方"
    BookSession(whole).run(dispatcher, heard("对", "affirm", **wish), {})
    [booked] = whole.desk.of_phone(PHONE, NOW)
    assert (booked.id, booked.name, booked.state) == (held.id, "王芳", "booked")


def test_a_session_taken_before_it_is_read_back_is_not_asked_about(whole, dispatcher, wish):
    for phone in ("13700000002", "13700000003"):
        whole.desk.book(NOW + timedelta(days=1), "card", "李四", phone, NOW)
    events = AskSessionConfirmed(whole).run(dispatcher, heard(**wish), {})
    assert followup(events) == ["booking_form"]
    assert slots(events)["booking_problem"]["reason"] == "session_taken"
    assert dispatcher.messages == []


def test_nobody_is_asked_to_confirm_what_they_have_already(whole, dispatcher, wish):
    whole.desk.book(NOW + timedelta(days=2), "card", "王芳", PHONE, NOW)
    events = AskSessionConfirmed(whole).run(dispatcher, heard(**wish), {})
    said = slots(events)
    assert said["booking_problem"]["reason"] == "already_booked"
    assert said["requested_slot"] is None
    assert "session_confirmed" not in said
    assert dispatcher.messages == []


def test_who_stops_lets_the_held_session_go(whole, dispatcher, wish):
    AskSessionConfirmed(whole).run(dispatcher, heard(**wish), {})
    StopBooking(whole).run(dispatcher, heard("不约了", "stop", **wish), {})
    assert whole.desk.held_by(PHONE, NOW) is None


def test_when_the_calendar_has_ended_that_is_said_and_not_that_all_is_taken(whole, dispatcher):
    after_work = datetime(2026, 12, 31, 20, tzinfo=SHENZHEN)
    ended = Services(whole.settings, whole.engine, lambda: after_work + timedelta(days=1))
    AskSessionStart(ended).run(dispatcher, heard(), {})
    [said] = dispatcher.messages
    assert said["response"] == "utter_ask_session_start_calendar"
    assert said["known"] == "2026年12月31日（周四）"


def test_a_closure_put_down_while_we_run_is_no_longer_offered(whole, dispatcher):
    closed = "停办:\n- {日期: 2026-11-24, 原因: 台风红色预警}\n"
    whole.settings.calendar_file.write_text(closed, "utf-8")
    AskSessionStart(whole).run(dispatcher, heard(), {})
    assert not any(title.startswith("11月24日") for title in titles(dispatcher))
    with pytest.raises(ClosedDay, match="台风红色预警"):
        whole.desk.check(NOW + timedelta(days=1), NOW)


def test_a_half_day_that_is_closed_leaves_the_other_half(whole, dispatcher):
    closed = "停办:\n- {日期: 2026-11-24, 时段: 下午, 原因: 全员培训}\n"
    whole.settings.calendar_file.write_text(closed, "utf-8")
    tuesday = whole.desk.openings(NOW.date() + timedelta(days=1), NOW)
    assert [start.hour for start in tuesday] == [9, 9, 10, 10, 11, 11]
    with pytest.raises(ClosedDay, match="全员培训") as refused:
        whole.desk.check(tuesday[0].replace(hour=15), NOW)
    told = why(refused.value, tuesday[0].replace(hour=15), NOW, whole)
    assert (told["when"], told["why"]) == ("11月24日（明天，周二）下午", "全员培训")
    assert of_day(NOW.date() + timedelta(days=1), whole.desk, NOW) is None


def at(whole, moment):
    """The services at another moment."""
    return type(whole)(whole.settings, whole.engine, lambda: moment)


def test_a_phone_that_was_not_proven_books_nothing(whole, dispatcher, wish):
    other = wish | {"visitor_phone": whole.keep_contact("13700000009")}
    events = BookSession(whole).run(dispatcher, heard("对", "affirm", **other), {})
    assert dispatcher.messages == []
    assert slots(events)["phone_proven"] is None
    assert followup(events) == ["booking_form"]
    events = AskSessionConfirmed(whole).run(dispatcher, heard(**other), {})
    assert slots(events)["phone_proven"] is None
    assert whole.desk.held_by("13700000009", NOW) is None


def test_a_turn_that_comes_twice_books_once(whole, dispatcher, wish):
    for _ in range(2):
        BookSession(whole).run(dispatcher, heard("对", "affirm", turn="one", **wish), {})
    assert [said["response"] for said in dispatcher.messages if said["custom"]] == [
        "utter_booked",
        "utter_booked",
    ]
    [booked] = whole.desk.of_phone(PHONE, NOW)
    assert [event.after for event in whole.desk.store.history(booked)] == ["booked"]


def test_a_hold_is_kept_once_longer_for_whoever_is_still_busy(whole, dispatcher, wish):
    AskSessionConfirmed(whole).run(dispatcher, heard(**wish), {})
    until = whole.desk.held_by(PHONE, NOW).held_until
    AskSessionConfirmed(at(whole, NOW + timedelta(minutes=1))).run(dispatcher, heard(**wish), {})
    assert whole.desk.held_by(PHONE, NOW).held_until == until
    busy = NOW + timedelta(minutes=4)
    AskSessionConfirmed(at(whole, busy)).run(dispatcher, heard(**wish), {})
    assert whole.desk.held_by(PHONE, busy).held_until == busy + timedelta(minutes=5)
    still = NOW + timedelta(minutes=8)
    AskSessionConfirmed(at(whole, still)).run(dispatcher, heard(**wish), {})
    assert whole.desk.held_by(PHONE, still).held_until == busy + timedelta(minutes=5)


def test_a_hold_that_ran_out_is_looked_up_again(whole, dispatcher, wish):
    AskSessionConfirmed(whole).run(dispatcher, heard(**wish), {})
    late = at(whole, NOW + timedelta(minutes=6))
    BookSession(late).run(dispatcher, heard("对", "affirm", **wish), {})
    assert len(whole.desk.of_phone(PHONE, NOW)) == 1


def test_whom_it_is_for_is_kept_and_what_they_need_is_said(whole, dispatcher, wish):
    agent = {"session_principal": "李秀英", "session_agent": "letter"}
    AskSessionConfirmed(whole).run(dispatcher, heard(**wish, **agent), {})
    [said] = dispatcher.messages
    assert said["response"] == "utter_ask_session_confirmed_agent"
    assert "授权委托书" in said["bring"]
    BookSession(whole).run(dispatcher, heard("对", "affirm", **wish, **agent), {})
    [booked] = whole.desk.of_phone(PHONE, NOW)
    assert booked.on_behalf_of == OnBehalf("李秀英", "letter")
    assert "授权委托书" in booked.checklist
    assert "utter_booked_agent" in [said["response"] for said in dispatcher.messages]


def test_paused_is_said_with_the_way_out(whole, dispatcher, wish):
    for days in (3, 4, 5):
        start = NOW - timedelta(days=days)
        day = at(whole, start - timedelta(days=1))
        day.desk.store.reserve(
            Wish(start, start + timedelta(minutes=30), f"old-{days}", "王芳", PHONE),
            "booked",
            day.desk.place(start, start),
            by="citizen",
            now=start,
        )
    said = slots(AskSessionConfirmed(whole).run(dispatcher, heard(**wish), {}))
    BookSession(whole).run(dispatcher, heard("对", "affirm", **wish | said), {})
    [said] = dispatcher.messages
    assert said["response"] == "utter_why_paused"
    assert said["custom"]["card"]["ways"]
    assert whole.desk.of_phone(PHONE, NOW) == []


def test_too_many_wrong_codes_end_the_form_with_the_ways_out(whole, dispatcher, wish):
    problem = {"reason": "locked", "until": "10:15"}
    tracker = heard(**wish | {"phone_proven": None, "booking_problem": problem})
    events = BookSession(whole).run(dispatcher, tracker, {})
    [said] = dispatcher.messages
    assert (said["response"], said["until"]) == ("utter_why_locked", "10:15")
    assert all(slots(events)[slot] is None for slot in BOOKING_SLOTS)
    assert whole.desk.of_phone(PHONE, NOW) == []
