"""Phone codes, over real databases, with a gateway that keeps what it was given."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from booking.calendar import SHENZHEN
from booking.codes import (
    DAY,
    HOUR,
    CodeRefused,
    CodeRules,
    Locked,
    NoCode,
    NotAMobile,
    NotDelivered,
    PhoneCodes,
    TooOften,
    WrongCode,
)
from booking.gateway import Message, NotSent, PerhapsSent
from booking.store.codes import CodeStore, code_sends, phone_codes, phone_proofs
from booking.wording import message_wording

PHONE, VISIT = "13800005678", "visit-1"
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 11, 23, 8, tzinfo=SHENZHEN)


class Phone:
    """A gateway and the phone it reaches."""

    visible = False

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.fails: type[Exception] | None = None

    def send(self, message: Message) -> None:
        if self.fails is not NotSent:
            self.messages.append(message)
        if self.fails:
            raise self.fails

    @property
    def code(self) -> str:
        return self.messages[-1].values["code"]

    @property
    def wrong(self) -> str:
        return "000001" if self.code == "000000" else "000000"


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def codes(engine: Engine, phone: Phone) -> PhoneCodes:
    return PhoneCodes(CodeStore(engine), phone, message_wording(), b"k" * 32)


def test_the_code_that_was_sent_proves_the_phone(
    codes: PhoneCodes, phone: Phone, now: datetime
) -> None:
    sent = codes.send(PHONE, VISIT, now)
    assert (sent.until, sent.again_at) == (now + 5 * MINUTE, now + MINUTE)
    [message] = phone.messages
    assert (message.phone, message.template) == (PHONE, "code")
    assert phone.code in message.text and "5 分钟" in message.text
    assert not codes.verified(PHONE, VISIT, now)
    assert codes.check(PHONE, VISIT, phone.code, now) == now + 30 * MINUTE
    assert codes.verified(PHONE, VISIT, now)


@pytest.mark.parametrize("spelt", [" {}{} {} ", "{}-{}{}", "我的码是{}{}{}。"])
def test_a_code_is_taken_however_it_is_typed(
    codes: PhoneCodes, phone: Phone, now: datetime, spelt: str
) -> None:
    codes.send("+86 138 0000 5678", VISIT, now)
    code = phone.code
    wide = code[:2].translate({ord(str(n)): ord("０") + n for n in range(10)})
    codes.check(PHONE, VISIT, spelt.format(wide, code[2:4], code[4:]), now)
    assert codes.verified("138-0000-5678", VISIT, now)


def test_a_code_is_six_digits_and_not_always_the_same(
    codes: PhoneCodes, phone: Phone, now: datetime
) -> None:
    for n in range(20):
        codes.send(f"138000012{n:02}", f"visit-{n}", now)
    given = {message.values["code"] for message in phone.messages}
    assert all(len(code) == 6 and code.isdecimal() for code in given)
    assert len(given) > 15


def test_a_code_is_used_up(codes: PhoneCodes, phone: Phone, now: datetime) -> None:
    codes.send(PHONE, VISIT, now)
    codes.check(PHONE, VISIT, phone.code, now)
    with pytest.raises(NoCode):
        codes.check(PHONE, VISIT, phone.code, now)


def test_a_code_dies_after_five_minutes(codes: PhoneCodes, phone: Phone, now: datetime) -> None:
    codes.send(PHONE, VISIT, now)
    with pytest.raises(NoCode):
        codes.check(PHONE, VISIT, phone.code, now + 5 * MINUTE)
    assert not codes.verified(PHONE, VISIT, now + 5 * MINUTE)


def test_a_new_code_voids_the_one_before(codes: PhoneCodes, phone: Phone, now: datetime) -> None:
    while True:
        codes.send(PHONE, VISIT, now)
        first = phone.code
        now += MINUTE
        codes.send(PHONE, VISIT, now)
        if phone.code != first:
            break
    with pytest.raises(WrongCode):
        codes.check(PHONE, VISIT, first, now)
    codes.check(PHONE, VISIT, phone.code, now)


def test_a_code_is_worth_nothing_in_another_visit_or_for_another_phone(
    codes: PhoneCodes, phone: Phone, now: datetime
) -> None:
    codes.send(PHONE, VISIT, now)
    for number, visit in ((PHONE, "visit-2"), ("13900000000", VISIT)):
        with pytest.raises(NoCode):
            codes.check(number, visit, phone.code, now)
    codes.check(PHONE, VISIT, phone.code, now)
    assert not codes.verified(PHONE, "visit-2", now)
    assert not codes.verified("13900000000", VISIT, now)


def test_wrong_codes_count_down_and_the_fifth_locks_the_phone(
    codes: PhoneCodes, phone: Phone, now: datetime
) -> None:
    codes.send(PHONE, VISIT, now)
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode) as wrong:
            codes.check(PHONE, VISIT, phone.wrong, now)
        assert wrong.value.left == left
    for guess in (phone.wrong, phone.code):
        with pytest.raises(Locked) as locked:
            codes.check(PHONE, VISIT, guess, now)
        assert locked.value.until == now + 15 * MINUTE
    for later, visit in ((2 * MINUTE, VISIT), (14 * MINUTE, "visit-2")):
        with pytest.raises(Locked):
            codes.send(PHONE, visit, now + later)
    codes.send(PHONE, VISIT, now + 15 * MINUTE)
    codes.check(PHONE, VISIT, phone.code, now + 15 * MINUTE)


def test_leaving_the_visit_does_not_unlock_the_phone(
    codes: PhoneCodes, phone: Phone, now: datetime
) -> None:
    codes.send(PHONE, VISIT, now)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            codes.check(PHONE, VISIT, phone.wrong, now)
    codes.forget(VISIT)
    with pytest.raises(Locked):
        codes.send(PHONE, "visit-2", now + MINUTE)


def test_guesses_sent_at_once_are_five_all_the_same(
    codes: PhoneCodes, phone: Phone, now: datetime
) -> None:
    codes.send(PHONE, VISIT, now)

    def guess() -> str:
        try:
            codes.check(PHONE, VISIT, phone.wrong, now)
        except CodeRefused as refusal:
            return refusal.reason
        return "right"

    assert at_once([guess] * 20) == {"wrong_code": 4, "locked": 16}


def test_codes_asked_for_at_once_are_one(codes: PhoneCodes, phone: Phone, now: datetime) -> None:
    """For one phone from many visits, and for many phones from one visit."""

    def ask(number: str, visit: str) -> str:
        try:
            codes.send(number, visit, now)
        except CodeRefused as refusal:
            return refusal.reason
        return "sent"

    assert at_once([lambda n=n: ask(PHONE, f"v-{n}") for n in range(10)]) == {
        "sent": 1,
        "too_often": 9,
    }
    assert at_once([lambda n=n: ask(f"1390000{n:04}", VISIT) for n in range(10)]) == {
        "sent": 1,
        "too_often": 9,
    }
    assert len(phone.messages) == 2


def at_once(calls: list[Callable[[], str]]) -> Counter[str]:
    barrier = threading.Barrier(len(calls))

    def call(one: Callable[[], str]) -> str:
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(call, calls))


@pytest.mark.parametrize("same", ["phone", "visit"])
def test_five_codes_an_hour_and_ten_a_day_for_a_phone_and_for_a_visit(
    codes: PhoneCodes, now: datetime, same: str
) -> None:
    def send(n: int, at: datetime) -> None:
        number = PHONE if same == "phone" else f"1380000{n:04}"
        codes.send(number, VISIT if same == "visit" else f"visit-{n}", at)

    for n in range(5):
        send(n, now + n * MINUTE)
    with pytest.raises(TooOften) as often:
        send(5, now + 5 * MINUTE)
    assert often.value.again_at == now + HOUR
    for n in range(5, 10):
        send(n, now + HOUR + n * MINUTE)
    with pytest.raises(TooOften) as often:
        send(10, now + 3 * HOUR)
    assert often.value.again_at == now + DAY
    send(11, now + DAY)


def test_a_refused_request_does_not_put_the_next_one_off(codes: PhoneCodes, now: datetime) -> None:
    codes.send(PHONE, VISIT, now)
    for second in range(1, 60):
        with pytest.raises(TooOften) as often:
            codes.send(PHONE, VISIT, now + timedelta(seconds=second))
        assert often.value.again_at == now + MINUTE
    codes.send(PHONE, VISIT, now + MINUTE)


@given(
    st.lists(st.integers(0, 2 * 86_400).map(lambda s: NOW - timedelta(seconds=s)), max_size=40),
    st.integers(1, 6),
    st.integers(1, 12),
)
def test_waiting_as_long_as_told_is_enough_and_keeps_every_limit(
    sends: list[datetime], hourly: int, daily: int
) -> None:
    rules = CodeRules(hourly=hourly, daily=daily)
    at = rules.next_send(sends, NOW)
    assert at >= NOW
    while rules.next_send(sends, at) > at:  # a longer span may still hold when a shorter is over
        at = rules.next_send(sends, at)
    for span, most in ((MINUTE, 1), (HOUR, hourly), (DAY, daily)):
        assert sum(at - span < one for one in sends) < most


def test_a_code_that_did_not_leave_cannot_be_guessed(
    codes: PhoneCodes, phone: Phone, now: datetime
) -> None:
    phone.fails = NotSent
    with pytest.raises(NotDelivered):
        codes.send(PHONE, VISIT, now)
    with pytest.raises(NoCode):
        codes.check(PHONE, VISIT, "123456", now)


def test_a_code_that_perhaps_left_counts_as_sent(
    codes: PhoneCodes, phone: Phone, now: datetime
) -> None:
    phone.fails = PerhapsSent
    codes.send(PHONE, VISIT, now)
    codes.check(PHONE, VISIT, phone.code, now)


@pytest.mark.parametrize("number", ["", "12345", "0755-82918333", "23800005678", "852 9123 4567"])
def test_only_a_mobile_number_gets_a_code(
    codes: PhoneCodes, phone: Phone, now: datetime, number: str
) -> None:
    with pytest.raises(NotAMobile):
        codes.send(number, VISIT, now)
    assert not phone.messages


def test_a_proof_ends_with_the_visit_or_after_half_an_hour(
    codes: PhoneCodes, phone: Phone, now: datetime
) -> None:
    codes.send(PHONE, VISIT, now)
    codes.check(PHONE, VISIT, phone.code, now)
    assert codes.verified(PHONE, VISIT, now + 29 * MINUTE)
    assert not codes.verified(PHONE, VISIT, now + 30 * MINUTE)
    codes.forget("visit-2")
    assert codes.verified(PHONE, VISIT, now)
    codes.forget(VISIT)
    assert not codes.verified(PHONE, VISIT, now)


def test_the_database_knows_neither_phone_nor_visit_nor_code(
    codes: PhoneCodes, phone: Phone, now: datetime, engine: Engine
) -> None:
    codes.send(PHONE, VISIT, now)
    stored = everything(engine)
    assert stored
    assert not any(secret in stored for secret in (PHONE, PHONE[-8:], VISIT, phone.code))


def test_what_is_a_day_old_is_forgotten(codes: PhoneCodes, phone: Phone, now: datetime) -> None:
    codes.send(PHONE, VISIT, now)
    codes.check(PHONE, VISIT, phone.code, now)
    codes.send("13900000000", "visit-2", now + HOUR)
    codes.send("13700000000", "visit-3", now + 2 * DAY)
    assert isinstance(codes.store, CodeStore)
    with codes.store._engine.connect() as connection:
        left = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (phone_codes, code_sends, phone_proofs)
        ]
    assert left == [1, 2, 0]


def test_no_log_line_has_a_phone_or_a_code(
    codes: PhoneCodes, phone: Phone, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        codes.send(PHONE, VISIT, now)
        with pytest.raises(WrongCode) as wrong:
            codes.check(PHONE, VISIT, phone.wrong, now)
        codes.check(PHONE, VISIT, phone.code, now)
    said = caplog.text + str(wrong.value) + repr(codes)
    assert PHONE not in said and phone.code not in said and phone.wrong not in said


def everything(engine: Engine) -> str:
    """All that the codes' tables hold, as text."""
    with engine.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for table in (phone_codes, code_sends, phone_proofs)
            for row in connection.execute(sa.select(table))
        )


def test_a_code_is_awaited_until_it_is_used_up_or_too_old(codes: PhoneCodes, phone: Phone) -> None:
    assert not codes.awaited(PHONE, VISIT, NOW)
    assert not codes.asked(VISIT)
    codes.send(PHONE, VISIT, NOW)
    assert codes.awaited(PHONE, VISIT, NOW)
    assert not codes.awaited(PHONE, "another", NOW)
    assert not codes.awaited("13800005679", VISIT, NOW)
    assert not codes.awaited(PHONE, VISIT, NOW + codes.rules.lives)
    codes.check(PHONE, VISIT, phone.code, NOW)
    assert not codes.awaited(PHONE, VISIT, NOW)
    assert not codes.asked(VISIT)


def test_what_is_said_while_a_code_is_old_or_locked_may_still_be_one(
    codes: PhoneCodes, phone: Phone
) -> None:
    codes.send(PHONE, VISIT, NOW)
    for _ in range(codes.rules.tries):
        with pytest.raises((WrongCode, Locked)):
            codes.check(PHONE, VISIT, phone.wrong, NOW)
    assert not codes.awaited(PHONE, VISIT, NOW)
    assert codes.asked(VISIT)
    assert not codes.asked("another")
