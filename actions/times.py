"""The time a message asks for, as the slots of a form keep it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from actions import openings
from actions.refusals import OF_THE_DAY, of_day, unknown, why
from booking import timewords
from booking.errors import BookingRefused, SessionTaken
from booking.timewords import Impossible, Nothing, Parts, Start
from xiaofu.services import Services

Taken = dict[str, Any]
"""Slots and their new values."""


def take_start(text: str, said: Parts | None, whole: Services) -> Taken:
    """
    What `text` says of the time: session_start, session_said and what is wrong with it.

    said: what of the time was settled before. Empty when nothing is said of a time.
    """
    desk, now = whole.desk, whole.now()
    reading = timewords.read(text, now, desk.timetable, desk.calendar, said)
    match reading:
        case Nothing():
            return {}
        case Impossible():
            return ask_again(unknown(reading, desk, now), said, near=reading.near or now)
        case Start(start):
            try:
                desk.check(start, now)
            except BookingRefused as refusal:
                return _refused(refusal, start, whole)
            return {"session_start": start.isoformat(), "session_said": None}
        case Parts():
            return _narrowed(reading, text, whole)
    return {}


def ask_again(
    problem: dict[str, str] | None, stands: Parts | None, near: datetime | None = None
) -> Taken:
    """
    The start is open again.

    stands: what of it is settled. near: around which the free sessions are offered.
    """
    if problem and near:
        problem = {**problem, "near": near.isoformat()}
    return {
        "session_start": None,
        "session_said": openings.to_slot(stands) if stands else None,
        "booking_problem": problem,
    }


def _narrowed(parts: Parts, text: str, whole: Services) -> Taken:
    """Part of the time is settled, or any will do."""
    desk, now = whole.desk, whole.now()
    refused = [refusal for day in parts.days if (refusal := of_day(day, desk, now))]
    if refused and len(refused) == len(parts.days):
        return _refused(refused[-1], openings.wanted(parts, now), whole, parts)
    fitting = openings.fitting(desk, parts, now)
    if parts.anytime and not fitting and not _says_day(text, whole):
        fitting = openings.fitting(desk, None, now)
    if parts.anytime and fitting:
        return {"session_start": fitting[0].isoformat(), "session_said": None}
    if fitting or not (parts.days or parts.times or parts.halves):
        return ask_again(None, parts)
    around = openings.wanted(parts, now)
    if (refusal := _none_of(parts, whole)) and not isinstance(refusal, SessionTaken):
        stands = replace(parts, times=(), halves=())
        return ask_again(why(refusal, around, now, whole), stands, near=around)
    full = {"reason": SessionTaken.reason, "when": timewords.say_day(around.date(), now)}
    return ask_again(full, parts, near=around)


def _none_of(parts: Parts, whole: Services) -> BookingRefused | None:
    """What speaks against the last of the sessions that were meant, or the hour if none is."""
    desk, now = whole.desk, whole.now()
    days = parts.days or tuple(desk.bookable_days(now))
    starts = [start for day in days for start in desk.timetable.sessions(day)]
    meant = [start for start in starts if parts.allows(start)]
    refused = None
    for start in meant or [openings.wanted(replace(parts, days=days), now)]:
        try:
            desk.check(start, now)
        except BookingRefused as refusal:
            refused = refusal
    return refused


def _refused(
    refusal: BookingRefused, start: datetime, whole: Services, parts: Parts | None = None
) -> Taken:
    """What stands of a time that was refused: nothing of a day that cannot be."""
    reason = why(refusal, start, whole.now(), whole)
    if isinstance(refusal, OF_THE_DAY):
        stands = replace(parts, days=()) if parts else Parts(times=(start.time(),))
    else:
        stands = Parts(days=(start.date(),))
    return ask_again(reason, stands, near=start)


def _says_day(text: str, whole: Services) -> bool:
    desk, now = whole.desk, whole.now()
    match timewords.read(text, now, desk.timetable, desk.calendar):
        case Start():
            return True
        case Parts(days=days):
            return bool(days)
    return False
