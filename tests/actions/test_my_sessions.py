from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trackers import NOW, heard, slots

from actions.changes import FORM, ValidateMySessionsForm, number_in
from actions.forms import OWN_SLOTS
from actions.my_sessions import AskBookingNumber, AskChangeConfirmed, MySessions

PHONE = "13700000001"
WEDNESDAY = "2026-11-25T15:00:00+08:00"


@pytest.fixture
def booked(whole):
    return whole.desk.book(NOW + timedelta(days=1), "card", "王芳", PHONE, NOW)


@pytest.fixture
def take(whole, dispatcher):
    def taken(*args, **rest):
        return slots(ValidateMySessionsForm(whole).run(dispatcher, heard(*args, **rest), {}))

    return taken


@pytest.fixture
def known(booked, proven):
    """Somebody whose phone is proven, and the one booking they have."""
    reference = proven(PHONE)
    return {
        "booking_phone": reference,
        "proven_phone": reference,
        "phone_proven": True,
        "booking_number": booked.number,
    }


def at(whole, moment):
    return type(whole)(whole.settings, whole.engine, lambda: moment)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("482915", "482915"),
        ("预约号是482 915，要取消", "482915"),
        ("４８２９１５", "482915"),
        ("四八二九幺五", "482915"),
        ("138****1234", None),
        ("13800138000", None),
        ("12345", None),
        ("2026年11月24日", None),
    ],
)
def test_a_booking_number_in_what_was_said(said, number):
    assert number_in(said) == number


@given(st.text(max_size=40))
def test_a_booking_number_has_six_digits(said):
    number = number_in(said)
    assert number is None or (len(number) == 6 and number.isascii() and number.isdigit())


@pytest.mark.parametrize(
    ("intent", "errand"),
    [("cancel_session", "cancel"), ("list_sessions", "list"), ("move_session", "move")],
)
def test_it_begins_with_the_errand_and_forgets_an_earlier_one(take, intent, errand):
    taken = take("预约", intent, booking_number="482915", change_confirmed=True)
    assert taken == dict.fromkeys(OWN_SLOTS) | {"errand": errand}


def test_a_phone_proven_in_this_visit_is_not_asked_for_again(take, known, booked):
    taken = take("取消预约", "cancel_session", proven_phone=known["proven_phone"])
    assert taken["phone_proven"] is True
    assert taken["booking_number"] == booked.number
    assert taken["session_start"] == booked.start.isoformat()


def test_another_phone_than_the_proven_one_is_proven_first(take, whole, known):
    other = whole.keep_contact("13700000002")
    taken = take("取消预约", "cancel_session", proven_phone=known["proven_phone"], contact=other)
    assert taken["booking_phone"] == other
    assert taken["phone_proven"] is None


def test_without_a_proven_phone_no_number_says_anything(take, whole, booked):
    contact = whole.keep_contact(PHONE)
    taken = take(f"取消{booked.number}", "cancel_session", contact=contact)
    assert taken["booking_number"] == booked.number
    assert taken["session_start"] is None
    wrong = take("取消111111", "cancel_session", contact=contact)
    assert wrong["session_start"] is None
    assert wrong["booking_problem"] is None


def test_a_number_that_is_not_theirs_is_unknown(take, whole, known):
    other = whole.desk.book(NOW + timedelta(days=2), "card", "李四", "13700000002", NOW)
    taken = take(f"取消{other.number}", "cancel_session", proven_phone=known["proven_phone"])
    assert taken["booking_number"] is None
    assert taken["booking_problem"] == {"reason": "number_unknown"}


@pytest.mark.parametrize(
    ("said", "intent", "confirmed"),
    [
        ("是的", "affirm", True),
        ("取消", "stop", True),
        ("帮我取消掉", "cancel_session", True),
        ("不取消了", "stop", False),
        ("留着吧", "inform", False),
        ("不要", "deny", False),
        ("算了", "stop", False),
    ],
)
def test_what_is_answered_to_the_read_back(take, known, said, intent, confirmed):
    taken = take(said, intent, asked="change_confirmed", errand="cancel", read_back=True, **known)
    assert taken["change_confirmed"] is confirmed


@pytest.mark.parametrize(
    ("said", "intent", "confirmed"),
    [("对", "affirm", True), ("不改了", "deny", False), ("算了", "stop", False)],
)
def test_a_move_is_agreed_to_or_not(take, known, said, intent, confirmed):
    moving = {"errand": "move", "session_start": WEDNESDAY}
    taken = take(said, intent, asked="change_confirmed", read_back=True, **known | moving)
    assert taken["change_confirmed"] is confirmed


@pytest.mark.parametrize("errand", ["cancel", "move"])
def test_a_yes_to_something_else_is_none(take, known, errand):
    taken = take(
        "对", "affirm", asked="change_confirmed", errand=errand, session_start=WEDNESDAY, **known
    )
    assert taken["change_confirmed"] is None


@pytest.mark.parametrize(
    ("said", "start"),
    [("改到下周一", "2026-11-30T10:00"), ("改到三点", "2026-11-24T15:00")],
)
def test_what_is_not_said_of_a_new_time_stays_as_it_was(take, known, said, start):
    taken = take(said, "move_session", proven_phone=known["proven_phone"])
    assert taken["session_start"].startswith(start)


def test_a_new_time_is_corrected_in_one_part(take, known):
    moving = {"errand": "move", "session_start": WEDNESDAY}
    taken = take("不对，是周五", asked="change_confirmed", **known | moving)
    assert taken["session_start"] == "2026-11-27T15:00:00+08:00"
    assert taken["change_confirmed"] is None


@pytest.mark.parametrize(
    ("said", "intent", "asked", "reason"),
    [
        ("1380013", "inform", "booking_phone", "phone_incomplete"),
        ("嗯", "affirm", "booking_phone", "unheard"),
        ("我的预约", "list_sessions", "booking_phone", "unheard"),
    ],
)
def test_what_does_not_do_says_why(take, said, intent, asked, reason):
    assert take(said, intent, asked=asked)["booking_problem"] == {"reason": reason}


@pytest.mark.parametrize(
    ("said", "intent"), [("什么是秒批", "ask_knowledge"), ("谢谢", "thanks"), ("算了", "stop")]
)
def test_what_is_none_of_its_business_is_let_go(take, said, intent):
    assert take(said, intent, asked="booking_phone") == {}


def test_of_several_one_is_chosen_by_number_or_time(take, whole, dispatcher, known, booked):
    other = whole.desk.book(NOW + timedelta(days=2), "allowance", "王芳", PHONE, NOW)
    asking = known | {"booking_number": None, "errand": "cancel", "asked": "booking_number"}
    AskBookingNumber(whole).run(dispatcher, heard(**asking), {})
    assert len(dispatcher.messages[-1]["buttons"]) == 2
    assert take(f"预约号{other.number}", **asking)["booking_number"] == other.number
    assert take("后天那个", **asking)["booking_number"] == other.number
    assert take("明天的", **asking)["booking_number"] == booked.number


@pytest.mark.parametrize(
    ("errand", "response"),
    [
        ("cancel", "utter_ask_change_confirmed_cancel"),
        ("move", "utter_ask_change_confirmed_move"),
    ],
)
def test_it_is_read_back_without_the_phone(whole, dispatcher, known, errand, response):
    tracker = heard(**known, errand=errand, session_start=WEDNESDAY)
    AskChangeConfirmed(whole).run(dispatcher, tracker, {})
    [said] = dispatcher.messages
    assert said["response"] == response
    assert said["when"] == "11月24日（明天，周二）上午10:00"
    assert PHONE not in str(said)


@pytest.mark.parametrize(
    ("confirmed", "response", "left"), [(True, "utter_cancelled", 0), (False, "utter_kept", 1)]
)
def test_what_was_answered_is_done(whole, dispatcher, known, confirmed, response, left):
    tracker = heard(**known, errand="cancel", change_confirmed=confirmed)
    events = MySessions(whole).run(dispatcher, tracker, {})
    assert [said["response"] for said in dispatcher.messages] == [response]
    assert len(whole.desk.of_phone(PHONE, NOW)) == left
    assert slots(events) == dict.fromkeys(OWN_SLOTS)


def test_a_move_that_comes_twice_is_one_move(whole, dispatcher, known, booked):
    moving = known | {"errand": "move", "session_start": WEDNESDAY, "change_confirmed": True}
    for _ in range(2):
        MySessions(whole).run(dispatcher, heard("对", "affirm", turn="one", **moving), {})
    [moved] = whole.desk.of_phone(PHONE, NOW)
    assert moved.start.isoformat() == WEDNESDAY
    assert (moved.id, moved.version) == (booked.id, booked.version + 1)


def test_a_time_taken_meanwhile_leaves_the_old_one_and_asks_again(whole, dispatcher, known, booked):
    start = NOW + timedelta(days=2, hours=5)
    for phone in ("13700000002", "13700000003"):
        whole.desk.book(start, "card", "李四", phone, NOW)
    moving = known | {"errand": "move", "session_start": WEDNESDAY, "change_confirmed": True}
    events = MySessions(whole).run(dispatcher, heard("对", "affirm", **moving), {})
    assert dispatcher.messages == []
    assert slots(events)["booking_problem"]["reason"] == "session_taken"
    assert {"event": "followup", "timestamp": None, "name": FORM} in events
    [same] = whole.desk.of_phone(PHONE, NOW)
    assert same.start == booked.start


@pytest.mark.parametrize("errand", ["list", "cancel", "move"])
def test_an_unproven_phone_sees_and_changes_nothing(whole, dispatcher, booked, errand):
    tracker = heard(
        errand=errand,
        booking_phone=whole.keep_contact(PHONE),
        phone_proven=True,
        booking_number=booked.number,
        session_start=WEDNESDAY,
        change_confirmed=True,
    )
    MySessions(whole).run(dispatcher, tracker, {})
    [said] = dispatcher.messages
    assert said["response"] == "utter_own_forgotten"
    assert "社保卡" not in str(said)
    [same] = whole.desk.of_phone(PHONE, NOW)
    assert same.start == booked.start


@pytest.mark.parametrize("errand", ["cancel", "move"])
def test_too_late_is_refused_with_the_time(whole, dispatcher, known, booked, proven, errand):
    late = at(whole, booked.start - timedelta(hours=1))
    late.__dict__["gateway"] = whole.gateway
    late.codes.send(PHONE, "citizen", late.now())
    late.codes.check(PHONE, "citizen", whole.gateway.codes[PHONE], late.now())
    reference = late.keep_contact(PHONE)
    tracker = heard(
        **known | {"booking_phone": reference, "errand": errand, "change_confirmed": True}
    )
    MySessions(late).run(dispatcher, tracker, {})
    [said] = dispatcher.messages
    assert said["response"] == f"utter_own_refused_too_late_to_{errand}"
    assert said["hours"] == "2"


def test_all_that_matters_is_listed(whole, dispatcher, known, booked):
    MySessions(whole).run(dispatcher, heard(**known, errand="list"), {})
    head, one = dispatcher.messages
    assert (head["response"], head["count"]) == ("utter_own", "1")
    assert [button["title"] for button in head["buttons"]] == [
        "改时间",
        "取消",
        "要准备什么",
        "进入视频间",
    ]
    for part in ("when", "desk", "matter", "state", "number", "bring", "link", "room"):
        assert one[part], part
