"""Everyday Chinese read as the time it means, and a time said so that anyone follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeVar

from booking import aheadwords
from booking.calendar import CHINA, SHENZHEN, Calendar
from booking.clockwords import HALVES, ClockWord, ClockWords, Half, falls_in
from booking.days import DayWord, working_days_after
from booking.daywords import DayWords
from booking.speech import plain
from booking.timetable import OFFICE, Timetable


@dataclass(frozen=True)
class Nothing:
    """No time was said."""


@dataclass(frozen=True)
class Parts:
    """
    Something was said about the time, but not yet one start: ask for what is open.

    days, times: what each may be, in order. None: not said. One: settled. Several: ask which.
    halves: the half-days said, when no time was.
    anytime: 最早的, 随便: whatever is first free, within the rest.
    without: days that were ruled out: 周三没空.
    """

    days: tuple[date, ...] = ()
    times: tuple[time, ...] = ()
    halves: tuple[Half, ...] = ()
    anytime: bool = False
    without: tuple[date, ...] = ()

    def allows(self, start: datetime) -> bool:
        """Whether a session at `start` fits what was said."""
        at = start.astimezone(SHENZHEN)
        return (
            at.date() not in self.without
            and (not self.days or at.date() in self.days)
            and (not self.times or at.time() in self.times)
            and (not self.halves or any(falls_in(at.time(), half) for half in self.halves))
        )


@dataclass(frozen=True)
class Start:
    """One start and no other, still to be read back. at: aware, Asia/Shanghai."""

    at: datetime


@dataclass(frozen=True)
class Impossible:
    """
    What was said cannot be. said: the day or time at fault, in words for the reply.

    not_announced: which day it is depends on next year's holidays, which are not known yet.
    near: the moment to look for free sessions around; it is no part of what was said.
    """

    reason: Literal["no_such_day", "no_such_time", "past", "not_announced"]
    said: str
    near: datetime | None = field(default=None, compare=False)


Reading = Nothing | Parts | Start | Impossible

_WORD = TypeVar("_WORD", DayWord, ClockWord)

_ANYTIME = re.compile(
    r"最早|最快|尽早|尽快|越[早快]越好|随便|任意|任何时|无所谓|没所谓|不限"
    r"|(?:都可以|都行|都得|都好|都成|都ok|都方便|都有空)(?!办|用|申请|吗|做|在)"
    r"|(?:什么时候|几时|哪个|哪天|几点)都|随时(?=都|方便|有空)"
    r"|(?:什么时候|哪个|哪天|哪场|几点)[^,。?]{0,6}就|[这近]几天(?=都|[约办可行能,，。]|$|有空)"
    r"|(?:马上|立刻|立即|现在)就?(?=约|预约|排)|(?:现在|而家)(?:可以|行|得)(?:[吗嘛不唔]|$)|现在就办"
    r"|你们?(?:来?定|安排|帮我选)|看着[办安排来定]|听你们?的|帮我选|最近的?1?个?(?:时间|时段|空|号|场)"
)
_NOT_THIS = re.compile(
    r"(?:(?<!是)不是|(?<!要)不要|(?<!想)不想|不约|(?<![特分类个])别|除了?)[\s\0在约选]*$"
)
_NOT_POSSIBLE = re.compile(
    r"[\s\0的]*(?:我|那天|时间|时候)?(?:要(?:上班|开会|出差|值班|加班|上学|上课|住院|出门)|不行|没空|没有空|没时间|不方便|不得闲|有事|来不了|不可以|去不了|没法)(?!吗)"
)
_RATHER = re.compile(
    r"(?<!对)不对|不是的|错了|改成|改为|改到|改在|换成|换到|推迟到|提前到|挪到"
    r"|算了|还是(?=[^,。?]{1,14}吧)"
)
_BY = re.compile(r"\s*(?:[之以]?前(?![后天面台头往]))")
_FROM = re.compile(r"\s*(?:[之以]后|过后|起(?=$|[,。都可行]))")
_A_WEEK = 5
"""Working days that 周三以后 may be."""
_TO = re.compile(r"[\s\0]*[到至~-][\s\0]*")

_WEEKDAYS = "一二三四五六日"


def read(
    text: str,
    now: datetime,
    timetable: Timetable = OFFICE,
    calendar: Calendar = CHINA,
    said: Parts | None = None,
) -> Reading:
    """
    What time `text` means, said at `now`.

    said: what was settled earlier in the conversation; it fills in what the text leaves out, and
        gives way where the text says otherwise (不对，是下周二 keeps the hour).

    Whether the start can be booked is not decided here: the desk refuses closed days and the like.
    """
    now = now.astimezone(SHENZHEN)
    before = said or Parts()
    ahead_days, ahead_times, rest = aheadwords.find(plain(text), now, timetable)
    day_words, rest = DayWords(now.date(), calendar).find(rest, bool(before.days or ahead_days))
    half_words, time_words, rest = ClockWords(timetable).find(
        rest, (word.begin for word in day_words), before.halves
    )
    day_words, time_words = ahead_days + day_words, ahead_times + time_words
    anytime = bool(_ANYTIME.search(rest))
    without = _ruled_out(day_words, half_words, rest)
    clock_words = _kept([*half_words, *time_words], rest)
    half_words = [word for word in half_words if word in clock_words]
    time_words = [word for word in time_words if word in clock_words]
    # 周三上午不行，下午吧 is still about Wednesday
    day_words = _kept(day_words, rest) or (day_words if clock_words and not without else [])
    if not (day_words or clock_words or anytime or without):
        return Nothing()
    if absent := _absent(day_words, time_words, calendar, now):
        return absent
    days = _days(day_words, rest, now, timetable, calendar)
    times = tuple(sorted({at for word in time_words for at in word.times}))
    halves = tuple(dict.fromkeys(word.half for word in half_words if word.half))
    if not (times or halves):
        times, halves = (() if anytime else before.times), before.halves
    without = tuple(sorted({*without, *before.without} - set(days)))
    days = days or tuple(day for day in before.days if day not in without)
    return _settled(Parts(days, times, () if times else halves, anytime, without), now)


def say(start: datetime, now: datetime) -> str:
    """The start as it is read back: 11月27日（本周五）上午9:30."""
    start = start.astimezone(SHENZHEN)
    half = next(half for half in _SAID_HALVES if start.time() < HALVES[half][1])
    hour = start.hour if start.hour <= 12 else start.hour - 12
    return f"{say_day(start.date(), now)}{half}{hour}:{start:%M}"


def say_day(day: date, now: datetime) -> str:
    """The day as it is read back: 11月24日（明天，周二）, with the year if it is another."""
    today = now.astimezone(SHENZHEN).date()
    weekday = f"周{_WEEKDAYS[day.weekday()]}"
    ahead = (day - today).days
    weeks = (ahead + today.weekday()) // 7
    if 0 <= ahead <= 2:
        weekday = f"{('今天', '明天', '后天')[ahead]}，{weekday}"
    elif ahead > 0 and weeks <= 1:
        weekday = f"{('本', '下')[weeks]}{weekday}"
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（{weekday}）"


_SAID_HALVES: tuple[Half, ...] = ("凌晨", "上午", "中午", "下午", "晚上")


def _denied(word: DayWord | ClockWord, rest: str) -> bool:
    """Whether a word stands there only to be ruled out: 不是周三, 周三没空."""
    before, after = rest[: word.begin], word.end
    return bool(_NOT_THIS.search(before) or _NOT_POSSIBLE.match(rest, after))


def _ruled_out(days: list[DayWord], halves: list[ClockWord], rest: str) -> tuple[date, ...]:
    """The days ruled out as a whole; 周三上午不行 leaves Wednesday's afternoon."""
    if any(_denied(word, rest) for word in halves):
        return ()
    return tuple(day for word in days if _denied(word, rest) for day in word.days)


def _kept(words: Sequence[_WORD], rest: str) -> list[_WORD]:
    """The words that are meant: not those denied (周三不行) or put right later (改成周四)."""
    kept = [word for word in words if not _denied(word, rest)]
    rather = [match.end() for match in _RATHER.finditer(rest)]
    after = [word for word in kept if rather and word.begin >= rather[-1]]
    return after or kept


def _absent(
    days: Sequence[DayWord], times: Sequence[ClockWord], calendar: Calendar, now: datetime
) -> Impossible | None:
    """The refusal when all that was said of the day, or of the time, does not exist."""
    at = next((time for word in times for time in word.times), time(9))

    def near(day: date | None) -> datetime:
        return datetime.combine(day or now.date(), at, SHENZHEN)

    if days and not any(word.days for word in days):
        if unknown := next((word.unknown for word in days if word.unknown), ""):
            return Impossible("not_announced", unknown, near(calendar.known_until))
        if absent := next((word for word in days if word.absent), None):
            return Impossible("no_such_day", absent.absent, near(absent.near))
    if times and not any(word.times for word in times):
        absent_time = next((word.absent for word in times if word.absent), "")
        day = next((day for word in days for day in word.days), None)
        return Impossible("no_such_time", absent_time, near(day)) if absent_time else None
    return None


def _days(
    words: list[DayWord], rest: str, now: datetime, timetable: Timetable, calendar: Calendar
) -> tuple[date, ...]:
    """The days meant by all the words together."""
    words = [word for word in words if word.days]
    if len(words) == 2 and _TO.fullmatch(rest[words[0].end : words[1].begin]):
        stretch = _stretch(words[0], words[1], calendar)
        if stretch:
            return stretch
    if len(words) == 1 and _BY.match(rest, words[0].end):
        return _until(words[0].days[-1], now.date(), calendar) or words[0].days
    if len(words) == 1 and _FROM.match(rest, words[0].end):
        return working_days_after(calendar, words[0].days[-1], _A_WEEK, "").days or words[0].days
    if len(words) == 1 and words[0].weekday and len(words[0].days) == 2:
        # 周一 said on a Monday is next week's once today's sessions are over
        last = max(timetable.sessions(now.date()), default=now)
        if not calendar.works(now.date()) or last <= now:
            return words[0].days[1:]
    dates = [set(word.days) for word in words if not word.weekday]
    weekdays = {word.weekday for word in words if word.weekday}
    if dates:
        common = set.intersection(*dates)
        confirmed = {day for day in common if not weekdays or {day.isoweekday()} == weekdays}
        if confirmed:
            return tuple(sorted(confirmed))
    return tuple(sorted({day for word in words for day in word.days}))


def _stretch(first: DayWord, last: DayWord, calendar: Calendar) -> tuple[date, ...]:
    """The working days of 周三到周五; a bare weekday at the end is the next one after the first."""
    begin, end = first.days[0], last.days[-1]
    if last.weekday:
        end = begin + timedelta(days=(last.weekday - begin.isoweekday()) % 7)
    return tuple(
        day
        for day in (begin + timedelta(days=n) for n in range(min((end - begin).days + 1, 31)))
        if calendar.works(day)
    )


def _until(day: date, today: date, calendar: Calendar) -> tuple[date, ...]:
    """The working days before `day`, from today on, the last ones of many: 周五之前."""
    ahead = (today + timedelta(days=n) for n in range((day - today).days))
    return tuple(day for day in ahead if calendar.works(day))[-_A_WEEK:]


def _settled(parts: Parts, now: datetime) -> Reading:
    """The parts without what is past; a Start when only one is left, Impossible when none is."""
    days = tuple(day for day in parts.days if day >= now.date())
    if not days:
        return Impossible("past", say_day(parts.days[-1], now)) if parts.days else parts
    if parts.times:
        starts = [datetime.combine(day, at, SHENZHEN) for day in days for at in parts.times]
        ahead = [start for start in starts if start > now]
        if not ahead:
            return Impossible("past", say(starts[-1], now))
        if len(ahead) == 1:
            return Start(ahead[0])
        return replace(
            parts,
            days=tuple(sorted({start.date() for start in ahead})),
            times=tuple(sorted({start.time() for start in ahead})),
        )
    if parts.halves and all(HALVES[half][1] <= now.time() for half in parts.halves):
        ahead_of_today = tuple(day for day in days if day > now.date())
        if not ahead_of_today:
            return Impossible("past", f"{say_day(days[0], now)}{parts.halves[-1]}")
        days = ahead_of_today
    return replace(parts, days=days)
