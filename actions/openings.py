"""The sessions still free, as they fit what was said of the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from booking.calendar import SHENZHEN
from booking.desk import BookingDesk
from booking.timewords import Parts, say, say_day

SHOWN = 4
"""How many sessions a citizen is given to choose from."""

NEAREST = 2
"""How many are offered in place of a time that does not do."""

_SOON = 13
"""Sessions from which a first offer is chosen: about a day's."""


_AROUND = {"凌晨": time(5), "中午": time(12), "下午": time(14), "晚上": time(19)}
"""The hour that is looked around for a half-day; nine o'clock for the morning."""


def fitting(desk: BookingDesk, said: Parts | None, now: datetime) -> list[datetime]:
    """The free sessions that fit what was said, in order."""
    openings = (start for day in desk.bookable_days(now) for start in desk.openings(day, now))
    return [start for start in openings if said is None or said.allows(start)]


def nearest(desk: BookingDesk, wanted: datetime, now: datetime) -> list[datetime]:
    """The free sessions nearest to `wanted`, in order."""
    return sorted(desk.nearest(wanted, now, NEAREST))


def some(starts: Sequence[datetime], *, soon: bool = False) -> list[datetime]:
    """A few of `starts`, from the first to the last, so that early and late birds find one."""
    among = list(starts[:_SOON] if soon else starts)
    if len(among) <= SHOWN:
        return among
    step = (len(among) - 1) / (SHOWN - 1)
    return [among[round(place * step)] for place in range(SHOWN)]


def buttons(starts: Sequence[datetime], now: datetime) -> list[dict[str, str]]:
    return [{"title": say(start, now), "payload": say(start, now)} for start in starts]


def wanted(parts: Parts, now: datetime) -> datetime:
    """The moment that the nearest free sessions are looked for around."""
    day = parts.days[0] if parts.days else now.astimezone(SHENZHEN).date()
    at = parts.times[0] if parts.times else _AROUND.get(next(iter(parts.halves), "上午"), time(9))
    return datetime.combine(day, at, SHENZHEN)


def settled_words(parts: Parts, now: datetime) -> str:
    """What is settled of the time, to start a question with: 11月27日（本周五）上午，"""
    days = "或".join(say_day(day, now) for day in parts.days[:2]) if len(parts.days) <= 2 else ""
    halves = "或".join(parts.halves)
    return f"{days}{halves}，" if days or halves else ""


def so_far(said: Mapping[str, list[Any]] | None, start: str | None) -> Parts | None:
    """
    What of the time is settled, by the slots session_said and session_start: all of it, once
    there is a start. 不对，是下周二 then keeps the hour.
    """
    return settled(datetime.fromisoformat(start)) if start else from_slot(said)


def settled(start: datetime) -> Parts:
    return Parts(days=(start.date(),), times=(start.time(),))


def without_day(parts: Parts) -> Parts:
    return replace(parts, days=())


def to_slot(parts: Parts) -> dict[str, list[str]]:
    """Parts as JSON; anytime is settled at once and never kept."""
    return {
        "days": [day.isoformat() for day in parts.days],
        "times": [at.isoformat() for at in parts.times],
        "halves": list(parts.halves),
        "without": [day.isoformat() for day in parts.without],
    }


def from_slot(slot: Mapping[str, list[Any]] | None) -> Parts | None:
    if not slot:
        return None
    return Parts(
        days=tuple(date.fromisoformat(day) for day in slot["days"]),
        times=tuple(time.fromisoformat(at) for at in slot["times"]),
        halves=tuple(slot["halves"]),
        without=tuple(date.fromisoformat(day) for day in slot.get("without", ())),
    )
