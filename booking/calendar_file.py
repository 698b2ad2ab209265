"""
A booking as a calendar file (RFC 5545) that citizens take along in their own calendar.

Neither name nor phone nor any other person's number is in it: calendars are synced and shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard, vCalAddress

from booking.calendar import SHENZHEN
from booking.wording import Wording

CONTENT_TYPE = "text/calendar; charset=utf-8"

ALARM = timedelta(minutes=30)

_BOOKINGS = UUID("b1d7b1c2-8b0a-4f3e-9d5e-6c6b2f0c7a51")
"""Any number but never another: what a booking is called in calendars is made from it."""


@dataclass(frozen=True)
class Invitation:
    """
    What a calendar shows of a booking.

    version: goes up with every change, so that a calendar keeps the later of two files.
    changed_at: when it got this version. cancelled: nobody is expected any more.
    """

    booking_id: int
    number: str
    version: int
    start: datetime
    end: datetime
    matter: str
    changed_at: datetime
    cancelled: bool = False


def uid(booking_id: int, number: str) -> str:
    """What calendars know the booking by, whatever becomes of it."""
    return str(uuid5(_BOOKINGS, f"{booking_id} {number}"))


def calendar_file(invitation: Invitation, wording: Wording, site: str) -> bytes:
    """The file: an event to keep, or for a cancelled booking one to take out again."""
    matter = {"matter": invitation.matter}
    calendar = Calendar()
    calendar.add("prodid", "-//xiaofu//video sessions//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if invitation.cancelled else "PUBLISH")
    calendar.add_component(_shenzhen())
    event = Event()
    event.add("uid", uid(invitation.booking_id, invitation.number))
    event.add("sequence", invitation.version)
    event.add("dtstamp", invitation.changed_at.astimezone(UTC))
    event.add("last-modified", invitation.changed_at.astimezone(UTC))
    event.add("dtstart", invitation.start.astimezone(SHENZHEN))
    event.add("dtend", invitation.end.astimezone(SHENZHEN))
    organizer = vCalAddress(site)  # RFC 5546 wants one; mail to us would reach nobody
    organizer.params["CN"] = wording.say("organizer", {})
    event.add("organizer", organizer)
    event.add("url", site)
    if invitation.cancelled:
        event.add("summary", wording.say("cancelled", matter))
        event.add("status", "CANCELLED")
    else:
        event.add("summary", wording.say("summary", matter))
        event.add(
            "description",
            wording.say("description", {"number": invitation.number, "site": site}),
        )
        event.add("status", "CONFIRMED")
        event.add("class", "PRIVATE")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -ALARM)
        alarm.add("description", wording.say("alarm", matter))
        event.add_component(alarm)
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def _shenzhen() -> Timezone:
    """Beijing time, which has had no summer time since September 1991."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", str(SHENZHEN))
    standard.add("dtstart", datetime(1991, 9, 15, 1))
    standard.add("tzname", "CST")
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    zone.add_component(standard)
    return zone
