"""信用承诺 at the console: two people, one case, over a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from clerks import Clerk

from booking import commitments as rules
from booking.calendar import Calendar
from booking.credit_records import Signer
from booking.desk import BookingDesk
from booking.exclusions import NotConnected
from booking.notices import Terms, notice_wording
from booking.promises import Promises
from booking.store import BookingStore, CommitmentStore
from booking.timetable import Timetable
from console.app import create_app
from console.promising import FORMS, REFUSALS, SHELVES, STATES, Desk
from xiaofu.migrations import upgrade

PHONE = "13800005678"
TERMS = Terms("employment-registration", "就业登记", "用承诺书代替证明材料。", ("年满16周岁",))


@pytest.fixture
def promises(engine) -> Promises:
    upgrade(engine)
    return Promises(
        CommitmentStore(engine),
        {TERMS.matter_id: TERMS}.get,
        NotConnected(),
        notice_wording(),
        Signer(b"s" * 32),
        b"k" * 32,
    )


@pytest.fixture
def booking(engine, promises, clock):
    desk = BookingDesk(BookingStore(engine), Timetable(), Calendar())
    start = desk.openings(desk.bookable_days(clock())[1], clock())[0]
    return desk.book(start, TERMS.matter_id, "王芳", PHONE, clock())


@pytest.fixture
def app(knowledge, staff, clock, statutes, promises, engine, booking):
    desk = Desk(promises, BookingStore(engine).get)
    return create_app(knowledge, staff, clock, statutes, name="console-promises", promises=desk)


@pytest.fixture
def accepted(promises, booking, clock):
    made = promises.offer(booking.id, TERMS.matter_id, PHONE, clock())
    return promises.accept(made.id, made.digest, PHONE, clock())


def step(clerk: Clerk, which: int, after: str, **typed: str):
    form = clerk.get(f"/commitments/{which}").form(f"/commitments/{which}/{after}")
    for name, value in typed.items():
        form = form.set(name, value)
    return clerk.send(form)


def report(clerk: Clerk, which: int):
    return step(
        clerk, which, "reported", untrue="并未灵活就业", evidence="在职记录", receipt="BJ-1"
    )


def test_a_case_goes_from_report_to_decision_by_two_people(
    clerk, colleague, accepted, promises, clock
):
    assert "就业登记" in clerk.get("/commitments?shelf=promised").words
    assert "有人报告不实" in report(clerk, accepted.id).words
    assert "已通知当事人" in step(clerk, accepted.id, "notified", told="当面送达").words
    page = step(clerk, accepted.id, "objected", objection="我有合同")
    assert "我有合同" in page.words
    assert "由另一位同事决定" in page.words
    assert f"/commitments/{accepted.id}/upheld" not in page.html
    decided = step(colleague, accepted.id, "upheld", reason="证据确凿")
    assert "认定不实" in decided.words and "陈建国" in decided.words
    assert "要处理的 1" in clerk.get("/commitments").words
    assert len(promises.export(clock())) == 1


def test_who_reported_cannot_decide_even_by_hand(clerk, accepted, promises):
    report(clerk, accepted.id)
    step(clerk, accepted.id, "notified", told="当面")
    step(clerk, accepted.id, "objected", objection="不对")
    csrf = dict(clerk.get("/commitments").form("/sign-out").fields)["csrf"]
    sent = [("csrf", csrf), ("reason", "我说是就是")]
    refused = clerk.post(f"/commitments/{accepted.id}/upheld", sent)
    assert refused.status == 409 and "另一位同事" in refused.words
    assert promises.store.get(accepted.id).state == "objected"


def test_what_was_typed_stays_when_something_lacks(clerk, accepted):
    page = step(clerk, accepted.id, "reported", untrue="并未灵活就业", receipt="BJ-1")
    assert page.status == 409 and "请写上「证据」" in page.words
    assert "并未灵活就业" in str(page.form(f"/commitments/{accepted.id}/reported").fields)


def test_too_little_time_to_mend_is_refused_with_the_first_day_that_is_enough(
    clerk, accepted, clock
):
    report(clerk, accepted.id)
    soon = str((clock() + timedelta(days=3)).date())
    page = step(clerk, accepted.id, "notified", told="当面", mend_by=soon)
    assert f"至少要给到 {(clock() + timedelta(days=10)).date()}" in page.words
    page = step(clerk, accepted.id, "notified", told="当面", mend_by="下周")
    assert "请写上「改正到哪天为止」" in page.words


def test_no_decision_while_there_is_time(clerk, colleague, accepted):
    report(clerk, accepted.id)
    step(clerk, accepted.id, "notified", told="当面")
    assert "过了才能认定" in step(colleague, accepted.id, "upheld", reason="x").words


def test_what_is_mended_in_time_and_slight_ends_there(clerk, accepted, promises, clock):
    report(clerk, accepted.id)
    step(clerk, accepted.id, "notified", told="当面")
    serious = step(clerk, accepted.id, "mended", mending="补交了")
    assert serious.status == 409 and "一并考虑" in serious.words
    page = step(clerk, accepted.id, "mended", mending="补交了", slight="1")
    assert "不作记录" in page.words and "了结了" in page.words
    assert promises.export(clock()) == []


def test_a_step_that_a_colleague_was_faster_with_is_not_taken_twice(clerk, colleague, accepted):
    form = colleague.get(f"/commitments/{accepted.id}").form(f"/commitments/{accepted.id}/kept")
    report(clerk, accepted.id)
    late = colleague.send(form)
    assert late.status == 409 and "刚刚处理过" in late.words


def test_personal_numbers_do_not_stay_in_what_is_written(clerk, accepted, promises):
    step(
        clerk,
        accepted.id,
        "reported",
        untrue="440301199001011233 并未就业",
        evidence="打 13912345678 问过",
        receipt="BJ-1",
    )
    said = str(promises.store.get(accepted.id).steps[-1].said)
    assert "440301199001011233" not in said and "13912345678" not in said
    assert "139****5678" in said


def test_the_page_shows_the_notice_and_whose_session_it_was_but_no_phone(clerk, accepted, booking):
    page = clerk.get(f"/commitments/{accepted.id}")
    assert "信用承诺告知书" in page.words and booking.number in page.words and "王芳" in page.words
    assert PHONE not in page.html


def test_staff_see_that_no_list_of_serious_records_is_connected(clerk, accepted):
    assert "严重失信名单没有接" in clerk.get("/commitments").words


@pytest.mark.parametrize(
    "path", ["/commitments/999", "/commitments/x", "/commitments/-1", "/commitments/1/exported"]
)
def test_a_case_that_is_not_there(clerk, accepted, path):
    assert clerk.get(path).status in (404, 405)


def test_a_form_of_no_step_of_staff_leads_nowhere(clerk, accepted, promises):
    csrf = dict(clerk.get("/commitments").form("/sign-out").fields)["csrf"]
    for after in ("accepted", "exported", "offered", "nothing"):
        sent = clerk.post(f"/commitments/{accepted.id}/{after}", [("csrf", csrf)])
        assert sent.status == 404
    assert promises.store.get(accepted.id).state == "accepted"


def test_it_is_for_staff_only(visitor, accepted):
    assert "/sign-in" in visitor.get("/commitments", follow=False).location


def test_every_state_step_and_refusal_has_its_words():
    every = set(rules.MOVES)
    assert set(STATES) == every
    assert {state for _, states in SHELVES.values() for state in states} == every
    by_staff = {
        after
        for moves in rules.MOVES.values()
        for after, who in moves.items()
        if who in ("officer", "second", "citizen_or_clerk")
    }
    assert set(FORMS) == by_staff
    for after, form in FORMS.items():
        assert {field.name for field in form.fields} == set(rules.FIELDS.get(after, ()))
    plain = (rules.IllegalMove, rules.NotYours, rules.NotMended)
    assert {refusal.reason for refusal in plain} == set(REFUSALS)
