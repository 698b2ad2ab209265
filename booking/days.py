"""A word for a day, and how such words are gathered from what was said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from booking.calendar import Calendar
from booking.speech import TAKEN


@dataclass(frozen=True)
class DayWord:
    """
    A word for a day, which stands from `begin` to `end` in the text.

    days: what it may mean, in order.
    weekday: 1 to 7 for a bare 周三, which beside a date only confirms it.
    absent: the day as it was said, when no calendar has it: 11月31日.
    near: a day close to the absent one.
    unknown: the day as it was said, when only next year's notice will tell which it is.
    """

    days: tuple[date, ...] = ()
    weekday: int | None = None
    absent: str = ""
    near: date | None = None
    unknown: str = ""
    begin: int = 0
    end: int = 0


OVER = r"(?P<over>再[过等]\s*|^等\s*|(?:^|(?<=[\s,。!?;就那要等我想能约]))过\s*)?"
AFTER = r"(?P<after>(?:[以之]?后|过后)(?![来悔果续]))"
"""How a length of time becomes a time ahead: 过三天, 三天后; but 关过三天, 三天后来 do not."""

Meaning = Callable[[re.Match[str]], DayWord | None]
"""What a place in the text means; None leaves it to others, an empty word takes it away."""


def gather(
    patterns: Iterable[tuple[re.Pattern[str], Meaning]], text: str
) -> tuple[list[DayWord], str]:
    """The words that `patterns` find in plain `text`, and the text with their places taken."""
    found: list[DayWord] = []
    for pattern, meaning in patterns:
        taken = text
        for match in pattern.finditer(text):
            meant = meaning(match)
            if meant is None:
                continue
            begin, end = match.span()
            taken = taken[:begin] + TAKEN * (end - begin) + taken[end:]
            if meant.days or meant.absent or meant.unknown:
                found.append(replace(meant, begin=begin, end=end))
        text = taken
    return found, text


def working_days_after(calendar: Calendar, day: date, count: int, said: str) -> DayWord:
    """The first `count` working days after `day`; unknown when the calendar ends before them."""
    first = date.fromordinal(day.toordinal() + 1)
    days = tuple(islice(calendar.working_days(first), count))
    return DayWord(days) if len(days) == count else DayWord(unknown=in_words(said))


def in_words(said: str) -> str:
    """A piece of plain text as it is said back: 第1个工作日 → 第一个工作日."""
    said = said.replace(TAKEN, "").replace(" ", "")
    return re.sub(r"第([1-9])", lambda found: "第" + "一二三四五六七八九"[int(found[1]) - 1], said)
