"""Which time of day was meant: words for hours and half-days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from booking.speech import TAKEN
from booking.timetable import Timetable

Half = Literal["凌晨", "上午", "中午", "下午", "晚上"]

HALVES: dict[Half, tuple[time, time]] = {
    "凌晨": (time(0), time(6)),
    "上午": (time(6), time(12)),
    "中午": (time(11), time(14)),
    "下午": (time(12), time(18)),
    "晚上": (time(18), time.max),
}
"""From when to when each is; noon overlaps its neighbours, as it does when people say it."""


@dataclass(frozen=True)
class ClockWord:
    """
    A word for a time of day, which stands from `begin` to `end` in the text.

    times: what it may mean, in order; empty for a half-day alone.
    half: the half-day it is, or the one said with the time.
    absent: 25点, as it was said.
    """

    times: tuple[time, ...] = ()
    half: Half | None = None
    absent: str = ""
    begin: int = 0
    end: int = 0


_HALF_WORDS: tuple[tuple[Half, str], ...] = (
    ("凌晨", "凌晨|半夜"),
    ("上午", "上午|早上|早晨|清早|清晨|早间|(?<![最尽越])早(?=\\d+[点:])"),
    ("中午", "中午|正午|午间"),
    ("下午", "下午|午后|傍晚"),
    ("晚上", "晚上|夜里|晚间|夜间|深夜|晚(?=\\d+[点:])"),
)
_NO_GREETING = "(?!好(?![吗不的了些]))"
_NO_MORE = r"(?![\d点号月日天个:/.~-])"
_MINUTES = rf"(?P<minutes>\d{{1,2}})分(?!钟)|(?P<bare>\d{{2}}){_NO_MORE}"
_QUARTER = r"(?P<quarters>[123])刻"
_CLOCK = re.compile(
    rf"差(?:(?P<less>\d{{1,2}})分钟?|(?P<less_quarter>1刻钟?))到?(?P<to>\d{{1,2}})点"
    r"|(?<![\d:.])(?P<digital>\d{1,2}):(?P<digital_minutes>\d{2})(?::\d{2})?(?!\d)"
    r"|(?<!\d)(?P<hour>\d{1,2})(?:点钟?|时(?![候间段长限效常]))\s*"
    rf"(?:(?P<half>半)|{_QUARTER}|差(?:(?P<minus>\d{{1,2}})分|(?P<minus_quarter>1刻))"
    rf"|[过零]?(?:{_MINUTES})|整|[踏搭](?:(?P<half_struck>半)|正)"
    r"|(?P<chars>\d{1,2})个字|(?P<fives>\d)(?=$|[\s,。.!?吧左啦得])|(?P<about>多))?"
    r"|(?<![\d.])(?P<dotted>\d{1,2})\.(?P<dotted_minutes>[0-5]\d)(?![\d.])"
)
_EDGE = re.compile(
    r"(?P<last>最[后晚迟]的?1?(?:场|个?(?:时段|号|时间|场))|最[晚迟](?:的(?![话时])|那[场个])|(?:下班|收工)[之以]?前)"
    r"|第1场|头1?场|首场|[刚1]上班(?!族)|[刚1]开门"
)
_SPAN = re.compile(r"(?<![\d.:/-])(\d{1,2})-(\d{1,2})(?![\d.:/-])")
_BEFORE = re.compile(r"\s*[以之]?前(?!后)")
_AFTER = re.compile(r"\s*(?:[以之过]后|后|起(?=$|[,。都可行]))")
_TO = re.compile(r"[\s\0]*[到至~-]\s*[\s\0]*")

_ANY_DAY = date(2000, 1, 3)


class ClockWords:
    """Reads the words for times of day, by the hours of the office."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._starts = tuple(start.time() for start in timetable.sessions(_ANY_DAY))

    def find(
        self, text: str, days: Iterable[int], said: tuple[Half, ...]
    ) -> tuple[list[ClockWord], list[ClockWord], str]:
        """
        The half-days and the times in plain `text`, each in order, and the text that is left.

        days: where words for days begin; a half-day does not reach beyond the next of them.
        said: half-days said before, which help where an hour has two readings.
        """
        days = tuple(days)
        halves, text = self._halves(text)
        edges, text = self._edges(text, halves, days)
        times: list[ClockWord] = []
        matches = list(_CLOCK.finditer(text))
        for match in matches:
            half = _half_before(match.start(), halves, days)
            if half is None and len(matches) == len(halves) == 1 and halves[0].begin > match.end():
                half = halves[0].half  # 三点，周五下午
            word = self._word(match, half, said)
            times.append(replace(word, half=half, begin=match.start(), end=match.end()))
        text = _without(text, matches)
        if days and not times:
            spans = [match for match in _SPAN.finditer(text) if self._is_span(match)]
            times += [self._from_span(match) for match in spans]
            text = _without(text, spans)
        times = sorted([*self._stretched(times, text), *edges], key=lambda word: word.begin)
        return halves, times, text

    def _halves(self, text: str) -> tuple[list[ClockWord], str]:
        halves = []
        for half, words in _HALF_WORDS:
            matches = list(re.finditer(f"(?:{words}){_NO_GREETING}", text))
            halves += [ClockWord((), half, "", *match.span()) for match in matches]
            text = _without(text, matches)
        return sorted(halves, key=lambda word: word.begin), text

    def _edges(
        self, text: str, halves: list[ClockWord], days: tuple[int, ...]
    ) -> tuple[list[ClockWord], str]:
        """最后一场 and 第一场, of the half-day said or of the whole day."""
        matches = list(_EDGE.finditer(text))
        words = []
        for match in matches:
            half = _half_before(match.start(), halves, days)
            starts = [at for at in self._starts if half is None or falls_in(at, half)]
            if starts:
                at = starts[-1] if match["last"] else starts[0]
                words.append(ClockWord((at,), half, "", *match.span()))
        return words, _without(text, matches)

    def _word(self, match: re.Match[str], half: Half | None, said: tuple[Half, ...]) -> ClockWord:
        part = match.groupdict()
        shown = part["digital"] or part["dotted"] or part["to"] or part["hour"]
        hour = int(shown)
        minute = int(
            part["digital_minutes"]
            or part["dotted_minutes"]
            or part["minutes"]
            or part["bare"]
            or 0
        )
        if part["half"] or part["half_struck"]:
            minute = 30
        elif part["chars"] or part["fives"]:  # 三点九 and 三点九个字 in Cantonese: 3:45
            minute = 5 * int(part["chars"] or part["fives"])
        elif part["quarters"]:
            minute = 15 * int(part["quarters"])
        less = int(part["less"] or part["minus"] or 0)
        if part["less_quarter"] or part["minus_quarter"]:
            less = 15
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            return ClockWord(absent=match[0].replace(TAKEN, "").strip())
        exact = hour > 12 or (part["digital"] is not None and shown.startswith("0"))
        times = self._meant(hour, minute, None if exact else half, exact, said)
        times = tuple(_minus(at, less) for at in times)
        return ClockWord(self._within_the_hour(times[0]) if part["about"] else times)

    def _meant(
        self, hour: int, minute: int, half: Half | None, exact: bool, said: tuple[Half, ...]
    ) -> tuple[time, ...]:
        """The times an hour may mean: 三点 is in the afternoon where the office is open then."""
        if hour == 24 or (hour == 12 and half == "晚上"):
            # midnight: outside every hour, and still of the day that was said
            return (time(23, 59),)
        if exact or hour == 0:
            return (time(hour, minute),)
        if half:
            return (time(_hour_in(half, hour), minute),)
        if hour == 12:
            return (time(12, minute),)
        both = (time(hour, minute), time(hour + 12, minute))
        open_then = tuple(at for at in both if self._timetable.covers(at))
        if len(open_then) == 2 and said:
            open_then = tuple(at for at in both if any(falls_in(at, h) for h in said)) or both
        return open_then or (min(both, key=self._distance),)

    def _distance(self, at: time) -> timedelta:
        """How far outside the hours: 八点 is before they begin, 七点 after they end."""
        edges = [edge for hours in self._timetable.hours for edge in (hours.opens, hours.closes)]
        return min(abs(_on_a_day(at) - _on_a_day(edge)) for edge in edges)

    def _stretched(self, times: list[ClockWord], text: str) -> list[ClockWord]:
        """The words with 九点到十点, 三点以后, 五点前 read as the sessions in that stretch."""
        found: list[ClockWord] = []
        for word in times:
            last = found[-1] if found else None
            if last and last.times and word.times and _TO.fullmatch(text[last.end : word.begin]):
                first, end = last.times[0], word.times[-1]
                if end <= first and end.hour < 12:  # 上午9点到3点
                    end = end.replace(hour=end.hour + 12)
                stretch = self._sessions(first, end)
                found[-1] = replace(last, times=stretch or last.times, end=word.end)
            elif word.times and _AFTER.match(text, word.end):
                stretch = self._sessions(word.times[0], time.max)
                found.append(replace(word, times=stretch or word.times))
            elif word.times and _BEFORE.match(text, word.end):
                first = HALVES[word.half][0] if word.half else time.min
                stretch = self._sessions(first, word.times[-1])
                found.append(replace(word, times=stretch or word.times))
            else:
                found.append(word)
        return found

    def _sessions(self, first: time, end: time) -> tuple[time, ...]:
        return tuple(start for start in self._starts if first <= start < end)

    def _within_the_hour(self, at: time) -> tuple[time, ...]:
        return self._sessions(at, at.replace(minute=59)) or (at,)

    def _is_span(self, match: re.Match[str]) -> bool:
        """Whether 明天9-11 can be hours."""
        first, end = int(match[1]), int(match[2])
        return first < end <= 24 and bool(self._sessions(time(first), time(min(end, 23))))

    def _from_span(self, match: re.Match[str]) -> ClockWord:
        sessions = self._sessions(time(int(match[1])), time(min(int(match[2]), 23)))
        return ClockWord(sessions, None, "", *match.span())


def falls_in(at: time, half: Half) -> bool:
    begins, ends = HALVES[half]
    return begins <= at < ends


def _half_before(begin: int, halves: list[ClockWord], days: tuple[int, ...]) -> Half | None:
    """The half-day last said before `begin`, unless another day was named in between."""
    before = [word for word in halves if word.begin < begin]
    if not before or any(before[-1].end <= day < begin for day in days):
        return None
    return before[-1].half


def _hour_in(half: Half, hour: int) -> int:
    if half in ("凌晨", "上午"):
        return 0 if half == "凌晨" and hour == 12 else hour
    if half == "中午":
        return hour if hour in (10, 11, 12) else hour + 12
    return hour if hour == 12 else hour + 12


def _on_a_day(at: time) -> datetime:
    return datetime.combine(_ANY_DAY, at)


def _minus(at: time, minutes: int) -> time:
    return (_on_a_day(at) - timedelta(minutes=minutes)).time()


def _without(text: str, matches: Iterable[re.Match[str]]) -> str:
    for match in matches:
        begin, end = match.span()
        text = text[:begin] + TAKEN * (end - begin) + text[end:]
    return text
