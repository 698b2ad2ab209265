"""The calendar file, read back as a calendar program would."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendar import SHENZHEN
from booking.calendar_file import Invitation, calendar_file, uid
from booking.wording import calendar_wording

SITE = "https://xiaofu.example"
WORDING = calendar_wording()
START = datetime(2026, 11, 24, 9, 30, tzinfo=SHENZHEN)
INVITATION = Invitation(
    booking_id=7,
    number="482915",
    version=3,
    start=START,
    end=START + timedelta(minutes=30),
    matter="居住证申领",
    changed_at=START - timedelta(days=1),
)


def made(**changes: Any) -> bytes:
    return calendar_file(replace(INVITATION, **changes), WORDING, SITE)


def event(file: bytes) -> Any:
    [event] = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return event


def test_a_calendar_reads_the_session_at_its_time_in_shenzhen() -> None:
    read = event(made())
    assert read["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert read.decoded("dtstart") == START
    assert read.decoded("dtend") == START + timedelta(minutes=30)
    assert "居住证申领" in read["SUMMARY"]
    assert "482915" in read["DESCRIPTION"] and SITE in read["DESCRIPTION"]
    assert read["STATUS"] == "CONFIRMED"


def test_it_brings_its_time_zone_along() -> None:
    [zone] = icalendar.Calendar.from_ical(made()).walk("VTIMEZONE")
    at = zone.to_tz()
    assert zone["TZID"] == "Asia/Shanghai"
    assert datetime(2026, 7, 1, tzinfo=at).utcoffset() == timedelta(hours=8)


def test_it_rings_half_an_hour_before() -> None:
    [alarm] = icalendar.Calendar.from_ical(made()).walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(minutes=-30)
    assert alarm["ACTION"] == "DISPLAY" and "居住证申领" in alarm["DESCRIPTION"]


def test_a_move_is_the_same_event_in_a_later_version() -> None:
    first, moved = event(made()), event(made(version=4, start=START + timedelta(days=1)))
    assert first["UID"] == moved["UID"] == uid(7, "482915")
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (3, 4)


def test_a_cancelled_booking_is_taken_out_of_the_calendar() -> None:
    file = made(version=5, cancelled=True)
    calendar, read = icalendar.Calendar.from_ical(file), event(file)
    assert calendar["METHOD"] == "CANCEL"
    assert (read["UID"], read["SEQUENCE"], read["STATUS"]) == (uid(7, "482915"), 5, "CANCELLED")
    assert not calendar.walk("VALARM")


def test_a_booking_that_stands_is_published() -> None:
    assert icalendar.Calendar.from_ical(made())["METHOD"] == "PUBLISH"


def test_the_same_booking_is_the_same_file_byte_for_byte() -> None:
    assert made() == made()


def test_its_stamp_is_in_utc() -> None:
    assert event(made()).decoded("dtstamp") == INVITATION.changed_at.astimezone(UTC)
    assert re.search(rb"DTSTAMP:20261123T013000Z\r\n", made())


@given(matter=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200))
def test_any_name_of_a_matter_comes_back_whole(matter: str) -> None:
    """Folded after at most 75 bytes, never inside a character (RFC 5545, 3.1)."""
    file = made(matter=matter)
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    for line in file.split(b"\r\n"):
        line.decode()  # a character cut in two cannot be read
    assert str(event(file)["SUMMARY"]) == WORDING.say("summary", {"matter": matter})


@pytest.mark.parametrize("cancelled", [True, False])
def test_nobodys_phone_or_identity_is_in_it(cancelled: bool) -> None:
    """An invitation has no place for them; nothing in the file has as many digits either."""
    text = made(cancelled=cancelled).decode().replace("\r\n ", "")
    text = re.sub(r"UID:\S+|\d{8}T\d{6}Z?", "", text)
    assert not re.search(r"\d{7,}", text)
