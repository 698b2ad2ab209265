"""信用承诺: who may do what when, over real databases."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from booking.commitments import (
    BOT,
    CITIZEN,
    EXPORT,
    FIELDS,
    MOVES,
    Commitment,
    CommitmentRefused,
    Excluded,
    IllegalMove,
    Lacking,
    NotMended,
    NotOnList,
    NotYours,
    OtherNotice,
    SamePerson,
    State,
    Step,
    StillTime,
    TooShort,
)
from booking.credit_records import Signer, verify
from booking.exclusions import BadList, ListInFile, NotConnected
from booking.notices import Terms, notice, notice_wording
from booking.promises import Promises
from booking.store.commitments import CommitmentStore, commitment_steps, commitments

PHONE = "13800005678"
OFFICER, SECOND = "林晓", "陈建国"
TERMS = Terms("employment-registration", "就业登记", "用承诺书代替证明材料。", ("年满16周岁",))
DAY = timedelta(days=1)


@pytest.fixture
def published() -> dict[str, Terms]:
    return {TERMS.matter_id: TERMS}


@pytest.fixture
def promises(engine: Engine, published: dict[str, Terms]) -> Promises:
    return Promises(
        CommitmentStore(engine),
        published.get,
        NotConnected(),
        notice_wording(),
        Signer(b"s" * 32),
        b"k" * 32,
    )


@pytest.fixture
def accepted(promises: Promises, now: datetime) -> Commitment:
    made = promises.offer(7, TERMS.matter_id, PHONE, now)
    return promises.accept(made.id, made.digest, PHONE, now)


@pytest.fixture
def reported(promises: Promises, accepted: Commitment, now: datetime) -> Commitment:
    return promises.report(
        accepted.id,
        untrue="并未灵活就业",
        evidence="社保系统在职记录截图，卷宗第 3 页",
        receipt="BJ-2026-0001",
        by=OFFICER,
        now=now,
    )


@pytest.fixture
def notified(promises: Promises, reported: Commitment, now: datetime) -> Commitment:
    mend_by = now.date() + 10 * DAY
    return promises.notify(reported.id, told="当面送达", mend_by=mend_by, by=OFFICER, now=now)


def path(made: Commitment) -> list[str]:
    return [step.after for step in made.steps]


# what a citizen does


def test_a_promise_counts_from_its_own_tap_not_before(promises: Promises, now: datetime) -> None:
    made = promises.offer(7, TERMS.matter_id, PHONE, now)
    assert made.state == "offered"
    made = promises.accept(made.id, made.digest, PHONE, now)
    assert path(made) == ["offered", "accepted"]
    assert made.last("accepted").said["digest"] == hashlib.sha256(made.notice.encode()).hexdigest()


def test_tapping_twice_is_tapping_once(
    promises: Promises, accepted: Commitment, now: datetime
) -> None:
    again = promises.accept(accepted.id, accepted.digest, PHONE, now + DAY)
    assert again.steps == accepted.steps


def test_asking_again_shows_the_same_offer(promises: Promises, now: datetime) -> None:
    first = promises.offer(7, TERMS.matter_id, PHONE, now)
    assert promises.offer(7, TERMS.matter_id, PHONE, now + DAY) == first


def test_a_notice_that_changed_under_the_citizens_eyes_is_shown_again(
    promises: Promises, published: dict[str, Terms], now: datetime
) -> None:
    seen = promises.offer(7, TERMS.matter_id, PHONE, now)
    published[TERMS.matter_id] = replace(TERMS, content="另一个内容。")
    with pytest.raises(OtherNotice):
        promises.accept(seen.id, seen.digest, PHONE, now)
    anew = promises.offer(7, TERMS.matter_id, PHONE, now)
    assert "另一个内容" in anew.notice and path(anew) == ["offered", "offered"]
    assert promises.accept(anew.id, anew.digest, PHONE, now).state == "accepted"


def test_declining_leaves_the_ordinary_way_and_the_mind_may_change(
    promises: Promises, now: datetime
) -> None:
    made = promises.offer(7, TERMS.matter_id, PHONE, now)
    declined = promises.decline(made.id, now)
    assert promises.decline(made.id, now) == declined
    assert promises.accept(made.id, made.digest, PHONE, now).state == "accepted"


def test_a_promise_is_taken_back_with_a_reason(
    promises: Promises, accepted: Commitment, now: datetime
) -> None:
    with pytest.raises(Lacking):
        promises.withdraw(accepted.id, "  ", now)
    withdrawn = promises.withdraw(accepted.id, "材料找到了", now)
    assert path(withdrawn) == ["offered", "accepted", "withdrawn"]
    assert promises.withdraw(accepted.id, "再点一次", now) == withdrawn
    with pytest.raises(IllegalMove):
        promises.report(accepted.id, untrue="x", evidence="x", receipt="x", by=OFFICER, now=now)


def test_a_matter_that_is_not_on_the_list_goes_the_ordinary_way(
    promises: Promises, now: datetime
) -> None:
    with pytest.raises(NotOnList):
        promises.offer(7, "fire-safety-check", PHONE, now)
    assert promises.store.all() == []


# who is excluded


def test_without_a_list_nobody_is_excluded_and_that_is_known() -> None:
    assert not NotConnected().connected and not NotConnected().has(PHONE)


def test_who_is_on_the_districts_list_goes_the_ordinary_way(
    promises: Promises, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "serious.txt"
    hashed = hashlib.sha256(b"13900000000").hexdigest().upper()
    file.write_text(f"# 2026-11\n{PHONE}\n\n{hashed}\n", encoding="utf-8")
    listed = replace(promises, serious=ListInFile(file))
    for phone in ("138 0000 5678", "13900000000"):
        with pytest.raises(Excluded):
            listed.offer(7, TERMS.matter_id, phone, now)
    made = listed.offer(8, TERMS.matter_id, "13700000000", now)
    file.write_text("13700000000", encoding="utf-8")  # before the tap
    with pytest.raises(Excluded):
        listed.accept(made.id, made.digest, "13700000000", now)


@pytest.mark.parametrize("text", ["张三", "1380000567", "a" * 63])
def test_a_list_that_cannot_be_read_lets_nobody_promise(tmp_path: Path, text: str) -> None:
    file = tmp_path / "serious.txt"
    with pytest.raises(BadList, match="读不了"):
        ListInFile(file).has(PHONE)
    file.write_text(f"{PHONE}\n{text}\n", encoding="utf-8")
    with pytest.raises(BadList, match="第 2 行"):
        ListInFile(file).has(PHONE)


def test_who_promised_what_was_untrue_promises_again_after_it_is_repaired(
    promises: Promises, notified: Commitment, now: datetime
) -> None:
    promises.object(notified.id, "我有证据", now)
    promises.decide(notified.id, upheld=True, reason="证据确凿", by=SECOND, now=now)
    with pytest.raises(Excluded):
        promises.offer(8, TERMS.matter_id, PHONE, now)
    promises.offer(9, TERMS.matter_id, "13900000000", now)
    promises.repair(notified.id, reason="信用修复决定书 1 号", by=OFFICER, now=now)
    assert promises.offer(8, TERMS.matter_id, PHONE, now).state == "offered"


# what officers do


def test_a_true_promise_is_closed_as_kept(
    promises: Promises, accepted: Commitment, now: datetime
) -> None:
    assert path(promises.keep(accepted.id, OFFICER, now)) == ["offered", "accepted", "kept"]


@pytest.mark.parametrize("lacking", ["untrue", "evidence", "receipt"])
def test_a_report_says_what_is_untrue_and_what_shows_it(
    promises: Promises, accepted: Commitment, now: datetime, lacking: str
) -> None:
    said = {"untrue": "x", "evidence": "y", "receipt": "z"} | {lacking: " \n"}
    with pytest.raises(Lacking) as refused:
        promises.report(accepted.id, by=OFFICER, now=now, **said)
    assert refused.value.name == lacking
    assert promises.store.get(accepted.id).state == "accepted"


def test_a_report_needs_a_promise_that_was_accepted(promises: Promises, now: datetime) -> None:
    made = promises.offer(7, TERMS.matter_id, PHONE, now)
    with pytest.raises(IllegalMove):
        promises.report(made.id, untrue="x", evidence="y", receipt="z", by=OFFICER, now=now)


def test_the_person_is_told_and_has_the_time_that_the_office_gives(
    promises: Promises, reported: Commitment, now: datetime
) -> None:
    with pytest.raises(TooShort) as short:
        promises.notify(reported.id, told="短信", mend_by=now.date() + 9 * DAY, by=OFFICER, now=now)
    assert short.value.earliest == now.date() + 10 * DAY
    with pytest.raises(IllegalMove):
        promises.decide(reported.id, upheld=True, reason="x", by=SECOND, now=now)


def test_what_is_slight_and_mended_in_time_ends_without_a_record(
    promises: Promises, notified: Commitment, now: datetime
) -> None:
    mended = promises.mend(
        notified.id,
        mending="补交了证明",
        mended_on=now.date() + 9 * DAY,
        slight=True,
        by=OFFICER,
        now=now + 12 * DAY,  # put down later
    )
    assert mended.state == "mended"
    assert promises.export(now + 30 * DAY) == []
    with pytest.raises(IllegalMove):
        promises.decide(notified.id, upheld=True, reason="x", by=SECOND, now=now + 30 * DAY)
    assert promises.offer(8, TERMS.matter_id, PHONE, now).state == "offered"


@pytest.mark.parametrize(("days", "slight"), [(11, True), (9, False)])
def test_what_is_mended_late_or_did_harm_is_for_the_decision_to_weigh(
    promises: Promises, notified: Commitment, now: datetime, days: int, slight: bool
) -> None:
    with pytest.raises(NotMended):
        promises.mend(
            notified.id,
            mending="补交了证明",
            mended_on=now.date() + days * DAY,
            slight=slight,
            by=OFFICER,
            now=now + 12 * DAY,
        )


def test_nothing_is_mended_on_a_day_to_come(
    promises: Promises, notified: Commitment, now: datetime
) -> None:
    with pytest.raises(NotMended):
        promises.mend(
            notified.id,
            mending="说会补",
            mended_on=now.date() + DAY,
            slight=True,
            by=OFFICER,
            now=now,
        )


def test_no_decision_against_a_person_while_they_may_still_mend_or_object(
    promises: Promises, notified: Commitment, now: datetime
) -> None:
    for later in (0 * DAY, 10 * DAY):
        with pytest.raises(StillTime):
            promises.decide(notified.id, upheld=True, reason="x", by=SECOND, now=now + later)
    decided = promises.decide(notified.id, upheld=True, reason="x", by=SECOND, now=now + 11 * DAY)
    assert decided.state == "upheld"


def test_an_objection_comes_before_the_decision_and_is_heard_at_once(
    promises: Promises, notified: Commitment, now: datetime
) -> None:
    promises.object(notified.id, "我有合同", now)
    decided = promises.decide(notified.id, upheld=False, reason="合同属实", by=SECOND, now=now)
    assert path(decided)[-3:] == ["notified", "objected", "dismissed"]
    with pytest.raises(IllegalMove):
        promises.object(notified.id, "再说一次", now)
    assert promises.export(now) == []


@pytest.mark.parametrize("upheld", [True, False])
def test_who_reported_does_not_decide(
    promises: Promises, notified: Commitment, now: datetime, upheld: bool
) -> None:
    promises.object(notified.id, "不对", now)
    with pytest.raises(SamePerson):
        promises.decide(notified.id, upheld=upheld, reason="x", by=OFFICER, now=now)


def test_a_clerk_may_put_down_an_objection_made_at_the_window_but_never_a_promise(
    promises: Promises, notified: Commitment, now: datetime
) -> None:
    objected = promises.object(notified.id, "窗口当面说的", now, by=OFFICER)
    assert objected.last("objected").by == OFFICER
    made = promises.offer(8, TERMS.matter_id, "13900000000", now)
    with pytest.raises(NotYours):
        made.step("accepted", OFFICER, now, 10, digest=made.digest)


# what the table allows


def test_the_bot_and_the_citizen_never_make_a_record() -> None:
    """小福 only shows notices; from `reported` on every step is somebody's of the staff."""
    by_bot = {(b, a) for b, moves in MOVES.items() for a, who in moves.items() if who == "bot"}
    assert by_bot == {("offered", "offered"), ("declined", "offered")}
    for moves in MOVES.values():
        for after, who in moves.items():
            if after in ("reported", "notified", "upheld", "dismissed"):
                assert who in ("officer", "second")
    assert {a for moves in MOVES.values() for a in moves} | {"offered"} == set(get_args(State))


def test_every_way_to_a_record_passes_report_notice_and_a_second_person() -> None:
    def ways(state: State, gone: tuple[State, ...]) -> list[tuple[State, ...]]:
        onward = [one for one in MOVES[state] if one not in gone]
        return [gone] + [way for one in onward for way in ways(one, (*gone, one))]

    exported = [way for way in ways("offered", ("offered",)) if way[-1] == "exported"]
    assert exported
    for way in exported:
        order = [way.index(one) for one in ("accepted", "reported", "notified", "upheld")]
        assert order == sorted(order)
    assert {who for moves in MOVES.values() for a, who in moves.items() if a == "upheld"} == {
        "second"
    }


def test_nothing_about_coming_or_not_coming_can_be_said() -> None:
    words = {*get_args(State), *(name for names in FIELDS.values() for name in names)}
    assert not words & {"missed", "no_show", "expired", "broken_off", "cancelled"}


STEPS = st.sampled_from(sorted(get_args(State)))
PEOPLE = st.sampled_from([BOT, CITIZEN, EXPORT, OFFICER, SECOND])


@given(st.lists(st.tuples(STEPS, PEOPLE, st.integers(0, 20)), max_size=40))
def test_whatever_is_tried_a_record_has_notice_time_and_a_second_person(
    tries: list[tuple[State, str, int]],
) -> None:
    now = datetime(2026, 11, 23, 8).astimezone()
    shown = notice(TERMS, notice_wording())
    first = Step(now, None, "offered", BOT, {"notice": shown.text, "digest": shown.digest})
    made = Commitment(1, "c", 7, TERMS.matter_id, TERMS.name, "p", (first,))
    for after, by, days in tries:
        now += days * DAY
        said: dict[str, Any] = dict.fromkeys(FIELDS.get(after, ()), "说了")
        said |= {"digest": shown.digest} if "digest" in said else {}
        said |= {"mend_by": str(now.date() + 10 * DAY)} if "mend_by" in said else {}
        said |= {"mended_on": str(now.date()), "slight": "yes"} if "slight" in said else {}
        try:
            step = made.step(after, by, now, 10, **said)
        except CommitmentRefused:
            continue
        made = replace(made, steps=(*made.steps, step))
    for before, step in zip(made.steps, made.steps[1:], strict=False):
        assert step.before == before.after and step.after in MOVES[before.after]
    if made.went("upheld"):
        upheld, notified = made.last("upheld"), made.last("notified")
        assert upheld.by not in (made.reporter, BOT, CITIZEN, EXPORT)
        assert made.went("objected") or upheld.at - notified.at >= 10 * DAY
        assert not made.went("mended")


# many at once


def at_once(calls: list[Callable[[], Commitment]]) -> Counter[str]:
    barrier = threading.Barrier(len(calls))

    def call(one: Callable[[], Commitment]) -> str:
        barrier.wait()
        try:
            return one().state
        except CommitmentRefused as refusal:
            return refusal.reason

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(call, calls))


def test_two_officers_who_decide_at_once_leave_one_decision(
    promises: Promises, notified: Commitment, now: datetime
) -> None:
    promises.object(notified.id, "不对", now)
    ended = at_once(
        [
            lambda n=n: promises.decide(
                notified.id, upheld=n % 2 == 0, reason="x", by=f"{SECOND}{n}", now=now
            )
            for n in range(10)
        ]
    )
    assert ended["illegal_move"] == 9
    assert len(promises.store.get(notified.id).steps) == 6


def test_a_booking_offered_at_many_doors_has_one_commitment(
    promises: Promises, now: datetime
) -> None:
    at_once([lambda: promises.offer(7, TERMS.matter_id, PHONE, now) for _ in range(10)])
    assert len(promises.store.all()) == 1


# the export


@pytest.fixture
def upheld(promises: Promises, notified: Commitment, now: datetime) -> Commitment:
    promises.object(notified.id, "我不同意", now)
    return promises.decide(notified.id, upheld=True, reason="证据确凿", by=SECOND, now=now)


def test_a_decided_case_is_one_signed_line(
    promises: Promises, upheld: Commitment, now: datetime
) -> None:
    [line] = promises.export(now)
    said = json.loads(line)
    assert said["id"] == upheld.code and said["receipt"] == "BJ-2026-0001"
    assert said["decided"] == {
        "at": now.isoformat(),
        "by": SECOND,
        "reason": "证据确凿",
        "result": "upheld",
    }
    assert said["objected"]["objection"] == "我不同意"
    assert PHONE not in line and "\n" not in line
    assert verify(line, promises.signer.public)
    assert not verify(line.replace("BJ-2026-0001", "BJ-2026-0002"), promises.signer.public)
    assert not verify(line.replace('","', '", "', 1), promises.signer.public)
    assert not verify(line, Signer(b"o" * 32).public)


def test_exporting_again_gives_the_same_bytes_whatever_changed_since(
    promises: Promises, upheld: Commitment, now: datetime
) -> None:
    first = promises.export(now)
    other = replace(promises, signer=Signer(b"o" * 32))
    promises.repair(upheld.id, reason="修复了", by=OFFICER, now=now)
    assert promises.export(now + DAY) == other.export(now + 2 * DAY) == first


def test_new_cases_come_after_the_old_ones(
    promises: Promises, upheld: Commitment, now: datetime
) -> None:
    made = promises.offer(3, TERMS.matter_id, "13900000000", now)
    promises.accept(made.id, made.digest, "13900000000", now)
    first = promises.export(now)
    promises.report(made.id, untrue="x", evidence="y", receipt="z", by=OFFICER, now=now)
    promises.notify(made.id, told="当面", mend_by=now.date() + 10 * DAY, by=OFFICER, now=now)
    promises.decide(made.id, upheld=True, reason="x", by=SECOND, now=now + 11 * DAY)
    lines = promises.export(now + 11 * DAY)
    assert lines[:1] == first and len(lines) == 2
    assert json.loads(lines[1])["objected"] is None


def test_many_exports_at_once_make_one_record(
    promises: Promises, upheld: Commitment, now: datetime
) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: promises.export(now), range(8)))
    assert len({line for lines in made for line in lines}) == 1
    assert path(promises.store.get(upheld.id))[-1] == "exported"


def test_the_database_has_no_phone(promises: Promises, upheld: Commitment) -> None:
    with promises.store._engine.connect() as connection:
        rows = [
            str(row)
            for table in (commitments, commitment_steps)
            for row in connection.execute(sa.select(table))
        ]
    assert len(rows) > 5 and not any(PHONE in row for row in rows)


# the notice


def test_the_notice_says_what_article_61_asks_for() -> None:
    shown = notice(TERMS, notice_wording()).text
    for said in ("就业登记", "用承诺书代替证明材料", "年满16周岁", "核查", "责任和后果", "撤回"):
        assert said in shown
    assert set(re.findall(r"第([一二三四五六七八九十]+)条", shown)) == {
        *("五十七", "六十三", "六十四", "六十七", "六十二", "四十一", "四十八", "四十三"),
    }


def test_the_same_terms_are_the_same_notice_and_others_another() -> None:
    wording = notice_wording()
    assert notice(TERMS, wording).digest == notice(TERMS, wording).digest
    other = replace(TERMS, conditions=("年满18周岁",))
    assert notice(other, wording).digest != notice(TERMS, wording).digest


def test_days_are_those_of_shenzhen(
    promises: Promises, notified: Commitment, now: datetime
) -> None:
    assert notified.mend_by == date(2026, 12, 3)
    late_evening_utc = datetime.fromisoformat("2026-12-03T17:00:00+00:00")  # the 4th in Shenzhen
    decided = promises.decide(notified.id, upheld=True, reason="x", by=SECOND, now=late_evening_utc)
    assert decided.state == "upheld"
