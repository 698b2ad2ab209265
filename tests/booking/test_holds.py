"""A session is held while its citizen makes up their mind."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from booking.bookings import Booking, OnBehalf
from booking.calendar import SHENZHEN
from booking.desk import BookingDesk
from booking.errors import (
    AlreadyBooked,
    CannotMove,
    DailyLimit,
    HoldExpired,
    HoldRenewed,
    KeyUsed,
    SessionTaken,
)

PHONE, OTHER = "13800000001", "13800000002"
MATTER = "residence-permit"
MINUTE = timedelta(minutes=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHENZHEN)


def hold(
    desk: BookingDesk, start: datetime, now: datetime, phone: str = PHONE, matter: str = MATTER
) -> Booking:
    return desk.hold(start, matter, "王小福", phone, now)


def story(desk: BookingDesk, booking: Booking) -> list[tuple[str, str]]:
    return [(event.after, event.by) for event in desk.store.history(booking)]


def fill(desk: BookingDesk, start: datetime, now: datetime) -> None:
    """Leave one desk of two."""
    desk.book(start, "a", "李四", "13900000000", now)


def test_what_is_held_is_nobody_elses_and_no_booking_yet(desk: BookingDesk, now: datetime) -> None:
    fill(desk, at(24, 9), now)
    held = hold(desk, at(24, 9), now)
    assert (held.state, held.held_until) == ("held", now + 5 * MINUTE)
    assert desk.of_phone(PHONE, now) == []
    assert at(24, 9) not in desk.openings(at(24, 9).date(), now)
    with pytest.raises(SessionTaken):
        hold(desk, at(24, 9), now, OTHER)
    booked = desk.confirm(held.id, now + 4 * MINUTE)
    assert (booked.id, booked.state, booked.held_until) == (held.id, "booked", None)
    assert booked.version > held.version
    assert desk.confirm(held.id, now + 4 * MINUTE) == booked
    assert story(desk, booked) == [("held", "citizen"), ("booked", "citizen")]


def test_a_hold_that_ran_out_is_taken_over_by_the_next(desk: BookingDesk, now: datetime) -> None:
    fill(desk, at(24, 9), now)
    held = hold(desk, at(24, 9), now)
    with pytest.raises(SessionTaken):
        hold(desk, at(24, 9), now + 5 * MINUTE - MINUTE / 60, OTHER)
    later = now + 5 * MINUTE
    assert at(24, 9) in desk.openings(at(24, 9).date(), later)
    desk.check(at(24, 9), later)
    taken = hold(desk, at(24, 9), later, OTHER)
    assert taken.desk == held.desk
    assert story(desk, held) == [("held", "citizen"), ("expired", "clock")]
    with pytest.raises(HoldExpired):
        desk.confirm(held.id, later)


def test_a_hold_is_renewed_once(desk: BookingDesk, now: datetime) -> None:
    held = hold(desk, at(24, 9), now)
    renewed = desk.renew(held.id, now + 4 * MINUTE)
    assert renewed.held_until == now + 9 * MINUTE
    assert renewed.version == held.version  # no reminder hangs on it
    with pytest.raises(HoldRenewed):
        desk.renew(held.id, now + 8 * MINUTE)
    with pytest.raises(HoldExpired):
        desk.confirm(held.id, now + 9 * MINUTE)
    with pytest.raises(HoldExpired):
        desk.renew(held.id, now + 9 * MINUTE)
    again = desk.book(at(24, 9), MATTER, "王小福", PHONE, now + 9 * MINUTE)
    assert (again.state, again.id == held.id) == ("booked", False)


def test_only_a_hold_is_confirmed_or_renewed(desk: BookingDesk, now: datetime) -> None:
    held = hold(desk, at(24, 9), now)
    desk.release(PHONE, now)
    for act in (desk.confirm, desk.renew):
        with pytest.raises(CannotMove) as refused:
            act(held.id, now)
        assert refused.value.booking.state == "cancelled"


def test_booking_what_one_holds_is_one_booking(desk: BookingDesk, now: datetime) -> None:
    held = hold(desk, at(24, 9), now)
    late = at(24, 7, 30)  # less than the notice before it starts, which was kept by holding
    desk.renew(held.id, now + MINUTE)
    booked = desk.book(at(24, 9), MATTER, "王大福", PHONE, now + 2 * MINUTE)
    assert (booked.id, booked.name, booked.state) == (held.id, "王大福", "booked")
    assert desk.of_phone(PHONE, late) == [booked]


def test_holding_the_same_again_keeps_its_end_and_takes_what_is_said_now(
    desk: BookingDesk, now: datetime
) -> None:
    held = hold(desk, at(24, 9), now)
    assert hold(desk, at(24, 9), now + MINUTE) == held
    mother = OnBehalf("王大福", "letter")
    other = desk.hold(at(24, 9), MATTER, "王小小", PHONE, now + MINUTE, question="要带什么")
    assert (other.id, other.name, other.question) == (held.id, "王小小", "要带什么")
    assert other.held_until == held.held_until
    for_mother = desk.hold(at(24, 9), MATTER, "王小小", PHONE, now + MINUTE, on_behalf_of=mother)
    assert for_mother.id != held.id  # another person's matter is another booking


def test_another_hold_lets_the_first_go_only_once_it_is_got(
    desk: BookingDesk, now: datetime
) -> None:
    first = hold(desk, at(24, 9), now)
    fill(desk, at(24, 10), now)
    desk.book(at(24, 10), "b", "赵五", OTHER, now)
    with pytest.raises(SessionTaken):
        hold(desk, at(24, 10), now)
    assert desk.held_by(PHONE, now) == first
    second = hold(desk, at(24, 11), now)
    assert desk.held_by(PHONE, now) == second
    assert story(desk, first) == [("held", "citizen"), ("cancelled", "citizen")]


def test_holds_count_like_bookings_while_they_last(desk: BookingDesk, now: datetime) -> None:
    desk.book(at(24, 9), "a", "王小福", PHONE, now)
    desk.book(at(24, 10), "b", "王小福", PHONE, now)
    with pytest.raises(DailyLimit):
        hold(desk, at(24, 11), now, matter="c")
    with pytest.raises(AlreadyBooked):
        hold(desk, at(25, 11), now, matter="a")
    ran_out = hold(desk, at(25, 9), now, matter="c")
    later = now + 5 * MINUTE
    desk.book(at(25, 9), "d", "王小福", PHONE, later)
    desk.book(at(25, 10), "e", "王小福", PHONE, later)
    assert desk.store.get(ran_out.id).state == "expired"


def test_an_agent_may_book_a_matter_for_each_principal(desk: BookingDesk, now: datetime) -> None:
    mother, father = OnBehalf("王大福", "letter"), OnBehalf("王中福", "online")
    own = desk.book(at(24, 9), MATTER, "王小福", PHONE, now)
    for_her = desk.book(at(24, 10), MATTER, "王小福", PHONE, now, on_behalf_of=mother)
    assert for_her.on_behalf_of == mother
    assert own.on_behalf_of is None
    with pytest.raises(AlreadyBooked):
        desk.book(at(25, 10), MATTER, "王小福", PHONE, now, on_behalf_of=mother)
    desk.book(at(25, 10), MATTER, "王小福", PHONE, now, on_behalf_of=father)
    assert "王大福" not in repr(for_her)


def test_what_the_citizen_said_is_kept_with_the_booking(desk: BookingDesk, now: datetime) -> None:
    booked = desk.book(
        at(24, 9), MATTER, "王小福", PHONE, now,
        question="租房合同快到期了行吗", checklist=("身份证", "租赁凭证"),
    )  # fmt: skip
    assert desk.find(booked.number, PHONE) == booked
    assert (booked.question, booked.checklist) == ("租房合同快到期了行吗", ("身份证", "租赁凭证"))
    assert "租房" not in repr(booked)


def test_the_same_key_is_the_same_request(desk: BookingDesk, now: datetime) -> None:
    first = desk.hold(at(24, 9), MATTER, "王小福", PHONE, now, key="m1")
    assert desk.hold(at(24, 9), MATTER, "王小福", PHONE, now, key="m1") == first
    booked = desk.book(at(24, 9), MATTER, "王小福", PHONE, now, key="m2")
    again = desk.book(at(24, 9), MATTER, "王小福", PHONE, now + MINUTE, key="m2")
    assert again == booked
    cancelled = desk.cancel(booked.number, PHONE, now, key="m3")
    assert desk.cancel(booked.number, PHONE, now, key="m3") == cancelled
    assert [event.key for event in desk.store.history(booked)] == ["m1", "m2", "m3"]
    other = desk.book(at(24, 10), MATTER, "王小福", PHONE, now, key="m4")
    with pytest.raises(KeyUsed):
        desk.cancel(other.number, PHONE, now, key="m3")
