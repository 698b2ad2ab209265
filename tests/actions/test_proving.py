"""The code in conversation: when it is sent, how it is taken, what is said of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from trackers import NOW, heard, slots

from actions.proving import AskPhoneProven
from actions.wishes import ValidateBookingForm

PHONE = "13700000001"


@pytest.fixture
def asked(whole, phones):
    return {
        "session_matter": "card",
        "session_start": "2026-11-24T10:00:00+08:00",
        "session_principal": "",
        "visitor_name": "王芳",
        "visitor_phone": whole.keep_contact(PHONE),
        "asked": "phone_proven",
        "loop": "booking_form",
    }


def ask(whole, dispatcher, **known):
    return asyncio.run(AskPhoneProven(whole).run(dispatcher, heard(**known), {}))


def say(whole, dispatcher, said, intent="inform", **known):
    """What the form takes from a code, said after the door has put it away."""
    code = whole.keep_contact(said) if said.isdigit() else None
    words = "〔验证码〕" if code else said
    tracker = heard(words, intent, code=code, **known)
    return slots(ValidateBookingForm(whole).run(dispatcher, tracker, {}))


def test_it_is_sent_once_however_often_it_is_asked_for(whole, dispatcher, phones, asked):
    ask(whole, dispatcher, **asked)
    first = phones.codes[PHONE]
    ask(whole, dispatcher, **asked)
    assert phones.codes[PHONE] == first
    assert [said["response"] for said in dispatcher.messages] == [
        "utter_ask_phone_proven_sent",
        "utter_ask_phone_proven",
    ]
    assert first not in str(dispatcher.messages)
    assert PHONE not in str(dispatcher.messages)


def test_the_right_one_proves_the_phone_for_the_visit(whole, dispatcher, phones, asked):
    ask(whole, dispatcher, **asked)
    taken = say(whole, dispatcher, phones.codes[PHONE], **asked)
    assert taken["phone_proven"] is True
    assert taken["proven_phone"] == asked["visitor_phone"]
    assert whole.codes.verified(PHONE, "citizen", NOW)
    assert not whole.codes.verified(PHONE, "another", NOW)


def test_a_code_is_read_once_and_kept_nowhere(whole, dispatcher, phones, asked):
    ask(whole, dispatcher, **asked)
    code = whole.keep_contact(phones.codes[PHONE])
    tracker = heard("〔验证码〕", code=code, **asked)
    ValidateBookingForm(whole).run(dispatcher, tracker, {})
    assert whole.contacts.phone(code, NOW) is None


def test_wrong_ones_are_counted_and_the_fifth_ends_it(whole, dispatcher, phones, asked):
    ask(whole, dispatcher, **asked)
    wrong = f"{(int(phones.codes[PHONE]) + 1) % 1_000_000:06}"
    for left in "4321":
        taken = say(whole, dispatcher, wrong, **asked)
        assert taken["booking_problem"] == {"reason": "wrong_code", "left": left}
    taken = say(whole, dispatcher, wrong, **asked)
    assert taken["booking_problem"] == {"reason": "locked", "until": "10:15"}
    assert taken["requested_slot"] is None
    assert "phone_proven" not in taken


def test_a_locked_phone_gets_no_code(whole, dispatcher, phones, asked):
    ask(whole, dispatcher, **asked)
    wrong = f"{(int(phones.codes[PHONE]) + 1) % 1_000_000:06}"
    for _ in range(5):
        say(whole, dispatcher, wrong, **asked)
    dispatcher.messages.clear()
    events = slots(ask(whole, dispatcher, **asked))
    assert events["booking_problem"]["reason"] == "locked"
    assert events["requested_slot"] is None
    assert dispatcher.messages == []


def test_half_a_code_costs_no_try(whole, dispatcher, phones, asked):
    ask(whole, dispatcher, **asked)
    for _ in range(6):
        taken = say(whole, dispatcher, "12345", **asked)
        assert taken["booking_problem"] == {"reason": "code_incomplete"}
    assert say(whole, dispatcher, phones.codes[PHONE], **asked)["phone_proven"] is True


def test_one_that_did_not_come_is_sent_again_within_the_limits(whole, dispatcher, phones, asked):
    ask(whole, dispatcher, **asked)
    taken = say(whole, dispatcher, "没收到", "resend_code", **asked)
    assert taken["booking_problem"] == {"reason": "resend"}
    again = asked | {"booking_problem": taken["booking_problem"]}
    ask(whole, dispatcher, **again)
    assert dispatcher.messages[-2]["response"] == "utter_why_too_often"
    assert dispatcher.messages[-2]["again"] == "10:01"
    later = type(whole)(whole.settings, whole.engine, lambda: NOW + timedelta(minutes=1))
    later.__dict__["gateway"] = phones
    ask(later, dispatcher, **again)
    assert dispatcher.messages[-1]["response"] == "utter_ask_phone_proven_sent"
    assert later.codes.awaited(PHONE, "citizen", later.now())


def test_where_it_can_be_read_while_developing_is_said(whole, dispatcher, phones, asked):
    phones.visible = True
    ask(whole, dispatcher, **asked)
    assert dispatcher.messages[-1]["response"] == "utter_ask_phone_proven_visible"
    assert phones.codes[PHONE] not in str(dispatcher.messages)


def test_a_phone_forgotten_meanwhile_is_asked_for(whole, dispatcher, asked):
    events = ask(whole, dispatcher, **asked | {"visitor_phone": "gone"})
    assert slots(events)["visitor_phone"] is None
    assert dispatcher.messages == []


def test_another_phone_is_proven_anew(whole, dispatcher, phones, asked):
    ask(whole, dispatcher, **asked)
    say(whole, dispatcher, phones.codes[PHONE], **asked)
    other = whole.keep_contact("13700000002")
    tracker = heard("138****0002", contact=other, **asked | {"asked": "session_confirmed"})
    taken = slots(ValidateBookingForm(whole).run(dispatcher, tracker, {}))
    assert taken["visitor_phone"] == other
    assert taken["phone_proven"] is None
    same = whole.keep_contact(PHONE)
    tracker = heard("137****0001", contact=same, **asked | {"asked": "session_confirmed"})
    assert slots(ValidateBookingForm(whole).run(dispatcher, tracker, {}))["phone_proven"] is True
