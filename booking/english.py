"""English words for times, in the Chinese ones that are read: this Friday at 4 → 这周五4点."""

from __future__ import annotations

import re
from collections.abc import Callable

_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "twenty-five": 25,
    "thirty": 30,
}
_WEEKDAYS = {
    "monday|mon": "周一",
    "tuesday|tues|tue": "周二",
    "wednesday|weds": "周三",
    "thursday|thurs|thur|thu": "周四",
    "friday|fri": "周五",
    "saturday": "周六",
    "sunday": "周日",
}
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_MONTH_ORDER = "janfebmaraprmayjunjulaugsepoctnovdec"

_N = r"(?P<n>\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_M = _N.replace("?P<n>", "?P<m>")
_HOUR = _N.replace("|an|", "|").replace("|a)", ")")
_NO_LENGTH = r"(?![\d:.]|-?\w| ?(?:minutes?|hours?|days?|weeks?|months?|years?|people|times))"
_NTH = r"(?P<n>\d{1,2})(?:st|nd|rd|th)?"

Words = str | Callable[[re.Match[str]], str]


def _int(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]


def _clock(found: re.Match[str]) -> str:
    """9:30 pm → 下午9:30, 12 am → 凌晨12点."""
    hour, half = _int(found["n"]), found["half"]
    said = "上午" if half == "a" else "下午"
    said = "凌晨" if half == "a" and hour == 12 else said
    return f"{said}{hour}{':' + found['minutes'] if found['minutes'] else '点'} "


def _date(found: re.Match[str]) -> str:
    month = _MONTH_ORDER.index(found["month"][:3]) // 3 + 1
    year = f"{found['year']}年" if found["year"] else ""
    return f"{year}{month}月{found['n']}日 "


def _weekday(found: re.Match[str]) -> str:
    name = next(said for said, of in _WEEKDAYS.items() if re.fullmatch(said, found["day"]))
    which = {"this": "这", "coming": "这", "next": "下一个", "last": "上"}
    week = which.get(found["which"] or "", "")
    if found["week"] or found["week_before"]:
        week = "下"
    return f"{week}{_WEEKDAYS[name]} "


def _past(found: re.Match[str]) -> str:
    return f"{_int(found['n'])}点{_int(found['m'])}分 "


def _to(found: re.Match[str]) -> str:
    return f"差{_int(found['m'])}分{_int(found['n'])}点 "


def _in(unit: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f"{_int(found['n'])}{unit}后 "


_DAY = "|".join(_WEEKDAYS)
_LATER = r"(?:from now|later)"

_TABLE: tuple[tuple[str, Words], ...] = (
    (r"good (?:morning|afternoon|evening|day|night)", " "),
    (r"(?:the )?day after tomorrow", "后天"),
    (r"tomorrow|tmrw?|tomorow|tommorow|tommorrow", "明天"),
    (r"yesterday", "昨天"),
    (r"tonight", "今天晚上"),
    (r"this morning", "今天上午"),
    (r"this afternoon", "今天下午"),
    (r"this evening", "今天晚上"),
    (r"today", "今天"),
    (r"(?:next|following) (?:working|business) day", "下个工作日"),
    (rf"in {_N} (?:working|business) days?", _in("个工作日")),
    (rf"{_N} (?:working|business) days? {_LATER}", _in("个工作日")),
    (rf"in half an hour|half an hour {_LATER}", "半小时后 "),
    (rf"in {_N}(?: hours?)? and a half(?: hours?)?", _in("个半小时")),
    (rf"in {_N} hours?", _in("个小时")),
    (rf"{_N} hours? {_LATER}", _in("个小时")),
    (rf"in {_N} minutes?", _in("分钟")),
    (rf"in {_N} days?", _in("天")),
    (rf"in {_N} weeks?", _in("周")),
    (rf"{_N} days? {_LATER}", _in("天")),
    (rf"{_N} weeks? {_LATER}", _in("周")),
    (rf"half[- ]past {_N}", lambda found: f"{_int(found['n'])}点半 "),
    (rf"(?:a )?quarter past {_N}", lambda found: f"{_int(found['n'])}点1刻 "),
    (rf"(?:a )?quarter to {_N}", lambda found: f"差1刻{_int(found['n'])}点 "),
    (rf"{_M} (?:minutes? )?past {_N}", _past),
    (rf"{_M} minutes? to {_N}", _to),
    (r"(?:at )?(?:12 )?(?:noon|midday)", "中午12点 "),
    (r"lunch ?time", "中午 "),
    (rf"{_N}(?:[:.](?P<minutes>\d\d))? ?(?P<half>[ap])\.?m\.?", _clock),
    (rf"(?P<month>{_MONTHS})\.? (?:the )?{_NTH}(?:,? (?P<year>20\d\d))?", _date),
    (rf"(?:the )?{_NTH} (?:of )?(?P<month>{_MONTHS})(?:,? (?P<year>20\d\d))?", _date),
    (r"(?:on )?the (?P<n>\d{1,2})(?:st|nd|rd|th)", lambda found: f"{found['n']}日 "),
    (rf"{_N} ?o'?clock", lambda found: f"{_int(found['n'])}点 "),
    (
        rf"(?:between|from) {_M} (?:to|and|till|until) {_N}(?! ?(?:days|weeks))",
        lambda found: f"{_int(found['m'])}点到{_int(found['n'])}点 ",
    ),
    (rf"after {_HOUR}{_NO_LENGTH}", lambda found: f"{_int(found['n'])}点以后 "),
    (rf"before {_HOUR}{_NO_LENGTH}", lambda found: f"{_int(found['n'])}点以前 "),
    (rf"(?:at|around|about) {_HOUR}{_NO_LENGTH}", lambda found: f"{_int(found['n'])}点 "),
    (
        rf"(?:(?P<week_before>next week),? (?:on )?)?(?:(?P<which>this|coming|next|last) )?"
        rf"(?P<day>{_DAY})(?:s)?(?P<week> next week| week)?",
        _weekday,
    ),
    (r"wed(?= (?:at |\d|[上下]午|morning|afternoon))", "周三"),
    (r"sat(?= (?:at |\d|[上下]午|morning|afternoon))", "周六"),
    (r"sun(?= (?:at |\d|[上下]午|morning|afternoon))", "周日"),
    (r"next weekend", "下周末"),
    (r"this weekend|(?:at|on) the weekend|weekend", "周末"),
    (r"this week", "这周"),
    (r"(?:the )?week after next", "下下周"),
    (r"next week", "下周"),
    (r"next month", "下个月"),
    (r"(?:the )?end of (?:this|the) month", "月底"),
    (r"every (?:morning|afternoon|evening|night|day|week)|the morning after", " "),
    (r"(?:in the )?(?:early )?morning", "上午"),
    (r"(?:in the )?afternoon", "下午"),
    (r"(?:in the |at )?(?:evening|night)", "晚上"),
    (
        r"as (?:early|soon) as possible|asap|(?:the )?(?:earliest|soonest)(?: \w+)?"
        r"|(?:the )?first available|any ?time|whenever|any day|doesn'?t matter|anything is fine",
        "随便",
    ),
    (r"make it|change (?:it )?to|rather|actually|i mean", "改成"),
    (r"not(?: on)?(?= ?[上下这周明后今])", "不是"),
    (r"or(?= ?[上下这周明后今\d])|/(?= ?周)", "或"),
    (r"(?:to|till|until|through)(?= ?周)", "到"),
)


_PATTERNS = tuple(
    (re.compile(rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])"), words) for pattern, words in _TABLE
)
_ENGLISH = re.compile("[a-z]{2}")


def in_chinese(text: str) -> str:
    """`text`, in lower case, with its English words of time in Chinese; the rest stays."""
    if not _ENGLISH.search(text):
        return text
    for pattern, words in _PATTERNS:
        text = pattern.sub(words, text)
    return text
