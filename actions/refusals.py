"""Why what was said about a booking does not do, as 小福 tells it: a reason, and its values."""

from __future__ import annotations

from datetime import date, datetime, time

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.messages import decided
from booking import errors
from booking.calendar import SHENZHEN
from booking.desk import BookingDesk
from booking.errors import BookingRefused
from booking.timewords import say, say_day
from knowledge_base.matters import Matter
from xiaofu.services import Services

OF_THE_DAY = (errors.ClosedDay, errors.BeyondHorizon, errors.Past)
"""Refusals after which the day is open again, while the hour may stand."""

OF_THE_PERSON = (errors.AlreadyBooked, errors.DailyLimit, errors.Paused)
"""Refusals that no other time would change."""

CHANGE = "change"
"""Stands for a reason when nothing is wrong but the citizen wants something changed."""


def why(refusal: BookingRefused, start: datetime, now: datetime, whole: Services) -> dict[str, str]:
    """A refusal as `utter_why_<reason>` tells it: the reason and that response's values."""
    said = {"reason": refusal.reason, "when": say(start, now)}
    match refusal:
        case errors.ClosedDay():
            return said | {"when": say_day(refusal.day, now), "why": refusal.why}
        case errors.BeyondHorizon():
            return said | {"until": say_day(refusal.last_day, now)}
        case errors.OutsideHours():
            spans = (f"{hours.opens:%H:%M}–{hours.closes:%H:%M}" for hours in refusal.hours)
            return said | {"hours": "、".join(spans)}
        case errors.NoSession():
            minutes = int(whole.desk.timetable.length.total_seconds() // 60)
            return said | {"minutes": str(minutes)}
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
    if reason != CHANGE and not decided(tracker):
        dispatcher.utter_message(response=f"utter_why_{reason}", **problem)
