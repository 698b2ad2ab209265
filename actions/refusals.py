"""Why what was said about a booking does not do, as 小福 tells it: a reason, and its values."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.messages import decided
from booking import codes, errors
from booking.calendar import SHENZHEN
from booking.codes import CodeRefused
from booking.desk import BookingDesk
from booking.errors import BookingRefused
from booking.timetable import Timetable
from booking.timewords import Impossible, say, say_day
from knowledge_base.matters import Matter
from xiaofu.services import Services

OF_THE_DAY = (errors.ClosedDay, errors.BeyondHorizon, errors.Past)
"""Refusals after which the day is open again, while the hour may stand."""

OF_THE_PERSON = (errors.AlreadyBooked, errors.DailyLimit, errors.Paused)
"""Refusals that no other time would change."""

CHANGE = "change"
"""Stands for a reason when nothing is wrong but the citizen wants something changed."""

ENDS = ("locked", *(kind.reason for kind in OF_THE_PERSON))
"""Reasons after which a form has nothing more to ask."""

RESEND = "resend"
"""Stands for a reason when another code is wanted, which is no fault."""


def why(refusal: BookingRefused, start: datetime, now: datetime, whole: Services) -> dict[str, str]:
    """A refusal as `utter_why_<reason>` tells it: the reason and that response's values."""
    said = {"reason": refusal.reason, "when": say(start, now)}
    match refusal:
        case errors.ClosedDay():
            when = f"{say_day(refusal.day, now)}{refusal.half}"
            return said | {"when": when, "why": refusal.why}
        case errors.BeyondHorizon():
            return said | _beyond(refusal, now, whole.desk)
        case errors.OutsideHours():
            spans = (f"{hours.opens:%H:%M}–{hours.closes:%H:%M}" for hours in refusal.hours)
            return said | {"reason": _out_of(refusal), "hours": "、".join(spans)}
        case errors.NoSession():
            return said | _between_sessions(start, now, whole.desk.timetable)
        case errors.TooSoon():
            lead = whole.desk.timetable.lead.total_seconds() / 3600
            return said | {"lead": f"{lead:g}"}
        case errors.AlreadyBooked() | errors.SameTime():
            booking = refusal.booking
            matter = whole.knowledge.current().matters.get(booking.matter_id)
            name = matter.name if matter else booking.matter_id
            return said | {"when": say(booking.start, now), "matter": name}
        case errors.DailyLimit():
            return said | {"when": say_day(refusal.day, now), "limit": str(refusal.limit)}
        case errors.Paused():
            missed, until = str(len(refusal.missed)), say_day(refusal.until.date(), now)
            return said | {"missed": missed, "until": until}
    return said


def unknown(reading: Impossible, desk: BookingDesk, now: datetime) -> dict[str, str]:
    """What cannot be, as `utter_why_<reason>` tells it."""
    told = {"reason": reading.reason, "when": reading.said}
    if reading.reason == "not_announced":
        return told | {"until": say_day(desk.calendar.known_until, now)}
    return told


def _beyond(refusal: errors.BeyondHorizon, now: datetime, desk: BookingDesk) -> dict[str, str]:
    """Too far ahead; or the holidays of that time are still to be announced."""
    until = {"until": say_day(refusal.last_day, now)}
    if refusal.calendar_ends or refusal.day > desk.calendar.known_until:
        known = say_day(desk.calendar.known_until, now)
        return until | {"reason": "beyond_calendar", "known": known}
    return until


def _out_of(refusal: errors.OutsideHours) -> str:
    at = refusal.start.time()
    if at < refusal.hours[0].opens:
        return "too_early"
    return "too_late" if at >= refusal.hours[-1].closes else "lunch"


def _between_sessions(start: datetime, now: datetime, timetable: Timetable) -> dict[str, str]:
    """No session starts at that minute; or it is after the last one of its half-day."""
    hours = next(hours for hours in timetable.hours if hours.opens <= start.time() < hours.closes)
    last = max(at for at in timetable.sessions(start.date()) if at.time() < hours.closes)
    if last < start:
        return {"reason": "after_last", "last": say(last, now)}
    return {"minutes": str(int(timetable.length.total_seconds() // 60))}


def code_refused(refusal: CodeRefused) -> dict[str, str]:
    """Why a code does not do, or cannot be sent."""
    said = {"reason": refusal.reason}
    match refusal:
        case codes.WrongCode():
            return said | {"left": str(refusal.left)}
        case codes.TooOften():
            return said | {"again": f"{_minute(refusal.again_at):%H:%M}"}
        case codes.Locked():
            return said | {"until": f"{_minute(refusal.until):%H:%M}"}
    return said


def _minute(moment: datetime) -> datetime:
    """The first whole minute that is not before `moment`."""
    return moment.astimezone(SHENZHEN) + timedelta(seconds=59)


def not_for_video(matter: Matter) -> dict[str, str]:
    if matter.in_person:
        return {"reason": "in_person", "matter": matter.name, "why": matter.in_person}
    channels = "、".join(matter.channels)
    return {"reason": "not_for_video", "matter": matter.name, "channels": channels}


def of_day(day: date, desk: BookingDesk, now: datetime) -> BookingRefused | None:
    """What speaks against a whole day, at whatever hour: the office is closed, or it is too far."""
    try:
        desk.check(datetime.combine(day, time(23, 59), SHENZHEN), now)
    except OF_THE_DAY as refusal:
        return refusal
    except BookingRefused:
        pass
    return None


def say_why(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Say why what was said did not do, before asking again."""
    problem = dict(tracker.get_slot("booking_problem") or {})
    reason = problem.pop("reason", CHANGE)
    problem.pop("near", None)
    if reason not in (CHANGE, RESEND) and not decided(tracker):
        dispatcher.utter_message(response=f"utter_why_{reason}", **problem)
