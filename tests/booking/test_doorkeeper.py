"""Who is let into a room, and what coming, meeting and being cut off does to the booking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.bookings import Booking
from booking.doorkeeper import Doorkeeper
from booking.rooms import (
    SessionCancelled,
    SessionOver,
    TokenExpired,
    WithColleague,
    WrongToken,
)
from booking.waiting_room import WaitingRoom

KEY = b"k" * 32
ADDRESS = "https://xiaofu.example/room/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def waiting_room(desk) -> WaitingRoom:
    return WaitingRoom(desk)


@pytest.fixture
def doorkeeper(waiting_room) -> Doorkeeper:
    return Doorkeeper(lambda: waiting_room, KEY, ADDRESS)


@pytest.fixture
def booking(desk, now) -> Booking:
    return desk.book(
        now.replace(hour=10, minute=30), "residence-permit", "王女士", "13800000001", now
    )


def tokens(doorkeeper, booking, officer="林晓") -> tuple[str, str]:
    links = doorkeeper.links(booking, officer)
    assert links.citizen.startswith(f"{ADDRESS}#") and links.officer.startswith(f"{ADDRESS}#")
    return links.citizen.split("#")[1], links.officer.split("#")[1]


def test_the_two_links_open_the_two_sides(doorkeeper, booking, now):
    citizen, officer = tokens(doorkeeper, booking)
    admitted = doorkeeper.admit(citizen, now)
    assert (admitted.side, admitted.officer, admitted.booking) == ("citizen", "", booking)
    admitted = doorkeeper.admit(officer, now)
    assert (admitted.side, admitted.officer) == ("officer", "林晓")


def test_without_an_officers_name_there_is_no_officers_link(doorkeeper, booking):
    assert doorkeeper.links(booking).officer == ""


def test_a_room_opens_five_minutes_before_and_its_links_outlive_the_session(doorkeeper, booking):
    links = doorkeeper.links(booking)
    assert links.opens == booking.start - 5 * MINUTE
    token = links.citizen.split("#")[1]
    assert doorkeeper.admit(token, links.opens - MINUTE).opens_in == MINUTE
    assert not doorkeeper.admit(token, links.opens).opens_in
    assert doorkeeper.admit(token, links.expires - timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        doorkeeper.admit(token, links.expires)


def test_a_booking_that_never_was_and_one_that_was_moved_open_nothing(
    doorkeeper, desk, booking, now
):
    citizen, officer = tokens(doorkeeper, booking)
    with pytest.raises(WrongToken):
        doorkeeper.admit("404" + citizen[len(str(booking.id)) :], now)
    desk.reschedule(booking.number, booking.phone, booking.start + 60 * MINUTE, now)
    for token in (citizen, officer):
        with pytest.raises(WrongToken):
            doorkeeper.admit(token, now)


def test_a_cancelled_booking_opens_nothing(doorkeeper, desk, booking, now):
    citizen, _ = tokens(doorkeeper, booking)
    desk.cancel(booking.number, booking.phone, now)
    with pytest.raises(SessionCancelled):
        doorkeeper.admit(citizen, now)


def test_a_session_nobody_came_to_is_over(doorkeeper, desk, booking, now):
    citizen, _ = tokens(doorkeeper, booking)
    desk.settle(now.replace(hour=12))
    with pytest.raises(SessionOver):
        doorkeeper.admit(citizen, now.replace(hour=12))


def test_coming_meeting_dropping_and_coming_back_move_the_booking(
    doorkeeper, waiting_room, desk, booking
):
    now = booking.start

    def state():
        return desk.get(booking.id).state

    for _ in range(2):
        doorkeeper.check_in(booking.id, now)
        assert state() == "checked_in"
    for _ in range(2):
        doorkeeper.begin(booking.id, now, "林晓")
        assert state() == "in_session"
    doorkeeper.check_in(booking.id, now + MINUTE)  # the page reconnects
    assert state() == "in_session"
    for _ in range(2):
        doorkeeper.break_off(booking.id, now + 5 * MINUTE)
        assert state() == "broken_off"
    doorkeeper.check_in(booking.id, now + 6 * MINUTE)
    assert waiting_room.queue(now + 6 * MINUTE)[0].id == booking.id
    doorkeeper.begin(booking.id, now + 6 * MINUTE, "林晓")
    assert state() == "in_session"
    waiting_room.finish(booking.id, "done", now + 9 * MINUTE, by="林晓")
    citizen, _ = tokens(doorkeeper, booking)
    assert doorkeeper.admit(citizen, now + 9 * MINUTE).over
    for again in (doorkeeper.check_in, doorkeeper.break_off):
        again(booking.id, now + 9 * MINUTE)
    doorkeeper.begin(booking.id, now + 9 * MINUTE, "林晓")
    assert state() == "done"


def test_an_officer_does_not_walk_in_on_a_colleague(doorkeeper, waiting_room, desk, booking):
    now = booking.start
    doorkeeper.check_in(booking.id, now)
    waiting_room.call(booking.id, now, by="陈建国")
    _, officer = tokens(doorkeeper, booking, "林晓")
    with pytest.raises(WithColleague):
        doorkeeper.admit(officer, now)
    doorkeeper.begin(booking.id, now, "林晓")
    assert (desk.get(booking.id).state, desk.get(booking.id).officer) == ("checked_in", "陈建国")
    _, officer = tokens(doorkeeper, booking, "陈建国")
    assert doorkeeper.admit(officer, now).officer == "陈建国"
