from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trackers import NOW, heard, slots

from actions.cancelling import AskCancelConfirmed, CancelSession, ValidateCancelForm, number_in
from actions.forms import CANCEL_SLOTS

PHONE = "13700000001"


@pytest.fixture
def booked(whole):
    return whole.desk.book(NOW + timedelta(days=1), "card", "王芳", PHONE, NOW)


@pytest.fixture
def take(whole, dispatcher):
    def taken(*args, **rest):
        return slots(ValidateCancelForm(whole).run(dispatcher, heard(*args, **rest), {}))

    return taken


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


def test_number_and_phone_are_taken_together(take, whole, booked):
    reference = whole.keep_contact(PHONE)
    taken = take(f"取消预约{booked.number}", "cancel_session", contact=reference)
    assert taken["booking_number"] == booked.number
    assert taken["booking_phone"] == reference
    assert taken["cancel_confirmed"] is None


@pytest.mark.parametrize("intent", ["cancel_session", "list_sessions"])
def test_it_begins_without_a_word_of_blame_and_forgets_an_earlier_one(take, intent):
    assert take("查我的预约", intent, booking_number="482915") == dict.fromkeys(CANCEL_SLOTS)
    again = take("查我的预约", intent, asked="booking_number")
    assert again["booking_problem"] == {"reason": "unheard"}


@pytest.mark.parametrize("wrong", ["number", "phone"])
def test_when_they_do_not_agree_there_is_nothing_to_confirm(take, whole, booked, wrong):
    number = "111111" if wrong == "number" else booked.number
    phone = "13700000002" if wrong == "phone" else PHONE
    taken = take(number, asked="booking_number", booking_phone=whole.keep_contact(phone))
    assert taken["cancel_confirmed"] is False


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
def test_what_is_answered_to_the_read_back(take, said, intent, confirmed):
    assert take(said, intent, asked="cancel_confirmed")["cancel_confirmed"] is confirmed


@pytest.mark.parametrize(
    ("said", "intent", "asked", "reason"),
    [
        ("12345", "inform", "booking_number", "number_incomplete"),
        ("号码忘了", "nlu_fallback", "booking_number", "number_forgotten"),
        ("1380013", "inform", "booking_phone", "phone_incomplete"),
        ("嗯", "affirm", "booking_number", "unheard"),
    ],
)
def test_what_does_not_do_says_why(take, said, intent, asked, reason):
    assert take(said, intent, asked=asked)["booking_problem"] == {"reason": reason}


@pytest.mark.parametrize(
    ("said", "intent"), [("什么是秒批", "ask_knowledge"), ("谢谢", "thanks"), ("算了", "stop")]
)
def test_what_is_none_of_its_business_is_let_go(take, said, intent):
    assert take(said, intent, asked="booking_number") == {}


def known(whole, booked, **more):
    reference = whole.keep_contact(PHONE)
    return {"booking_number": booked.number, "booking_phone": reference, **more}


def test_the_booking_is_read_back_without_the_phone(whole, dispatcher, booked):
    AskCancelConfirmed(whole).run(dispatcher, heard(**known(whole, booked)), {})
    [said] = dispatcher.messages
    assert said["when"] == "11月24日（明天，周二）上午10:00"
    assert PHONE not in str(said)


@pytest.mark.parametrize(
    ("confirmed", "response", "left"), [(True, "utter_cancelled", 0), (False, "utter_kept", 1)]
)
def test_what_was_answered_is_done(whole, dispatcher, booked, confirmed, response, left):
    tracker = heard(**known(whole, booked, cancel_confirmed=confirmed))
    events = CancelSession(whole).run(dispatcher, tracker, {})
    assert [said["response"] for said in dispatcher.messages] == [response]
    assert len(whole.desk.of_phone(PHONE, NOW)) == left
    assert slots(events) == dict.fromkeys(CANCEL_SLOTS)


def test_a_wrong_number_is_refused_without_a_word_about_the_booking(whole, dispatcher, booked):
    wrong = known(whole, booked, cancel_confirmed=False) | {"booking_number": "111111"}
    CancelSession(whole).run(dispatcher, heard(**wrong), {})
    [said] = dispatcher.messages
    assert said["response"] == "utter_cancel_refused_not_found"
    assert "社保卡" not in str(said)


def test_too_late_is_refused_with_the_time(whole, dispatcher):
    start = NOW.replace(hour=14) + timedelta(days=0)
    booked = whole.desk.book(start, "card", "王芳", PHONE, NOW)
    late = type(whole)(whole.settings, whole.engine, lambda: start - timedelta(hours=1))
    tracker = heard(**known(whole, booked, cancel_confirmed=True))
    reference = late.keep_contact(PHONE)
    tracker.slots["booking_phone"] = reference
    CancelSession(late).run(dispatcher, tracker, {})
    [said] = dispatcher.messages
    assert said["response"] == "utter_cancel_refused_too_late_to_cancel"
