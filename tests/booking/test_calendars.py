"""Links to calendar files, over real bookings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import icalendar
import pytest

from booking.bookings import Booking
from booking.calendars import Calendars
from booking.desk import BookingDesk
from booking.wording import calendar_wording

DAY = timedelta(days=1)


@pytest.fixture
def calendars(desk: BookingDesk) -> Calendars:
    return Calendars(
        desk.store.get,
        {"residence-permit": "居住证申领"}.__getitem__,
        calendar_wording(),
        "https://xiaofu.example",
        b"k" * 32,
    )


@pytest.fixture
def booking(desk: BookingDesk, now: datetime) -> Booking:
    start = now + timedelta(days=1, hours=1)
    return desk.book(start, "residence-permit", "王芳", "13800005678", now)


def token(calendars: Calendars, booking: Booking) -> str:
    link = calendars.link(booking.id)
    assert link.startswith("https://xiaofu.example/calendar/") and link.endswith(".ics")
    return link.rpartition("/")[2].removesuffix(".ics")


def read(file: bytes | None) -> icalendar.Event:
    assert file is not None
    [event] = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return event


def test_one_link_leads_to_the_booking_as_it_then_is(
    desk: BookingDesk, calendars: Calendars, booking: Booking, now: datetime
) -> None:
    link = token(calendars, booking)
    first = read(calendars.file(link, now))
    desk.reschedule(booking.number, booking.phone, booking.start + DAY, now)
    moved = read(calendars.file(link, now))
    desk.cancel(booking.number, booking.phone, now)
    gone = read(calendars.file(link, now))
    assert first["UID"] == moved["UID"] == gone["UID"]
    assert first["SEQUENCE"] < moved["SEQUENCE"] < gone["SEQUENCE"]
    assert moved.decoded("dtstart") == booking.start + DAY
    assert [one["STATUS"] for one in (first, moved, gone)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]


def test_neither_name_nor_phone_is_in_the_file(
    calendars: Calendars, booking: Booking, now: datetime
) -> None:
    file = calendars.file(token(calendars, booking), now)
    assert file is not None
    text = file.decode().replace("\r\n ", "")
    assert "居住证申领" in text
    assert booking.name not in text and booking.phone not in text


def test_nobody_makes_up_a_link(calendars: Calendars, booking: Booking, now: datetime) -> None:
    link = token(calendars, booking)
    other = replace(calendars, key=b"o" * 32)
    for made_up in (str(booking.id), token(other, booking), link[:-1], link.replace(".", "0.")):
        assert calendars.file(made_up, now) is None
    assert calendars.file(token(calendars, replace(booking, id=booking.id + 1)), now) is None


def test_a_week_after_the_session_the_file_is_gone(calendars: Calendars, booking: Booking) -> None:
    link = token(calendars, booking)
    assert calendars.file(link, booking.end + 7 * DAY) is not None
    assert calendars.file(link, booking.end + 7 * DAY + timedelta(seconds=1)) is None


def test_what_is_only_held_is_in_no_calendar(
    desk: BookingDesk, calendars: Calendars, now: datetime
) -> None:
    start = now + timedelta(days=1, hours=1)
    held = desk.hold(start, "residence-permit", "王芳", "13800005678", now)
    assert calendars.file(token(calendars, held), now) is None
