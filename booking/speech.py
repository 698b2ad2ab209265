"""What was said, made plain for the time words: one script, Arabic digits, only numbers of time."""

from __future__ import annotations

import re
import unicodedata

from booking.english import in_chinese
from booking.slips import mended

TAKEN = "\0"
"""Stands, character by character, where something was understood already."""

BARRED = "#"
"""Stands for a number that is not a time: nothing may be read across it."""

LISTENS = 300
"""Characters that are read: a time is said in a sentence or two, and reading stays quick."""

_SIMPLIFIED = str.maketrans(
    "後點號兩時鐘鍾間週這個隨幾禮聽晝過從還對換說錯開沒樓線門廳櫃機問題議見會單來內廿〇○"
    "農曆陰舊臘閏節國慶聖誕勞動兒陽清歲頭學業後約辦預電話東補緊嗎給總現馬場當應該",
    "后点号两时钟钟间周这个随几礼听昼过从还对换说错开没楼线门厅柜机问题议见会单来内廿零零"
    "农历阴旧腊闰节国庆圣诞劳动儿阳清岁头学业后约办预电话东补紧吗给总现马场当应该",
)

# the longer ones first: each is replaced before a part of it could be
_DIALECT = {
    "大后日": "大后天",
    "大清早": "早上",
    "月头": "月初",
    "月尾": "月底",
    "双休日": "周末",
    "呢排": "这几天",
    "一大早": "早上",
    "嚟紧": "",
    "黎紧": "",
    "即刻": "马上",
    "而家就": "现在就",
    "五一劳动节": "劳动节",
    "国庆中秋": "国庆",
    "大年夜": "除夕",
    "朝头早": "早上",
    "今个礼拜": "这周",
    "呢个礼拜": "这周",
    "听日": "明天",
    "听朝": "明天早上",
    "听晚": "明天晚上",
    "今日": "今天",
    "今朝": "今天早上",
    "明日": "明天",
    "明朝": "明天早上",
    "后日": "后天",
    "寻日": "昨天",
    "琴日": "昨天",
    "昨日": "昨天",
    "今儿": "今天",
    "明儿": "明天",
    "后儿": "后天",
    "明后天": "明天后天",
    "明后两天": "明天后天",
    "今明两天": "今天明天",
    "朝早": "早上",
    "上昼": "上午",
    "下昼": "下午",
    "晏昼": "下午",
    "夜晚": "晚上",
    "几时都得": "随便",
    "是但": "随便",
    "星期": "周",
    "礼拜": "周",
}
# 证明日期 and 以后日子 hold no such day
_IN_DIALECT = re.compile(f"(?<![证说](?=明))(?<![然以之](?=后))(?:{'|'.join(_DIALECT)})(?!期|子)")
# 十一后, 五一那天: holidays that are called by their dates
_BY_DATE = re.compile(
    r"(?<![\d一二三四五六七八九十周期拜月])(十一|五一|六一)"
    r"(?=那天|当天|[小长]?假|节|黄金周|过后|[之以]?[前后](?!天))"
)
_HOLIDAYS = {"十一": "国庆", "五一": "劳动节", "六一": "儿童节"}
_DAYS_AHEAD = re.compile(
    "(?:(?<=过)([一二两三四五六七八九十])日|([两三四五六七八九])日(?=[之以]?后))"
)
_MORNING = re.compile("(今|(?<![证说声文])明)([早晚])(?![上点])")

_DIGITS = {character: str(value) for value, character in enumerate("零一二三四五六七八九")} | {
    "两": "2",
    "天": "7",
    "日": "7",
}
_TENS = {"十": 10, "廿": 20, "卅": 30}
_FIRST_TEN = re.compile("(初[一二三四五六七八九十])(?=[一二两三四五六七八九十]+[点时])")
_NUMERAL = re.compile("[零一二两三四五六七八九十廿卅]+")
_WEEKDAY = re.compile("周([一二三四五六日天1-7])")
# 周三、四 and 周一到五, also 周三四都行; but 周三四点 is a day and an hour
_WEEKDAYS = re.compile(
    "(?<=周[一二三四五六日天])(?:(?=[二三四五六日]都)"
    "|[、和或跟到至~-](?=[一二三四五六日天](?![点号月十0-9分刻个天])))"
)
_SOME = re.compile(r"([一二两三四五六七八九])([二三四五六七八九十])(?=[点号]|天[以之]?后)")
_SPACED = re.compile(r"(?<=\d)\s+(?=[年月日号点时分])|(?<=[年月点时])\s+(?=\d)")
_DAYS_BETWEEN = re.compile(r"(?<![周\d./:-])(\d{1,2})\s*([-~到至、])\s*(?=\d{1,2}([号日]))")
_HOURS_BETWEEN = re.compile(r"(?<![周月\d./:-])(\d{1,2})\s*([-~到至、])\s*(?=\d{1,2}(点))")

# 快一点, 有一点急: a little; one o'clock follows words of time, or has its own ending
_A_LITTLE = re.compile(
    "(?<!^)(?<![天日号午上晨夜间约在到至从是就十零刻分或和周, 。、;:!?(0-9~-])"
    "一点(?!半|钟|整|差|[零一二三四五六七八九十0-9])(?!(?<=[有要选那改订定]一点)[的吗场档左吧])"
    "|一点(?=点|儿|[都也][不没])"
)

_UNIT = (
    r"元|块|公里|千米|米|平|岁|%|人|份(?!后)|层|楼|室|度|斤|公斤|kg|次|毛|页|张|套|件|步|分钱"
    r"|(?:半个?)?(?:小时|钟头|分钟|个月|个?工作日)(?![以之]?后|\d+分钟[以之]?后|过后)"
)
_NOT_TIME = re.compile(
    r"contact:[\w-]+|https?://\S+"
    r"|(?<!\d)1\d{2}[\s-]?[\d*]{4}[\s-]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[\s-]?\d{7,8}(?!\d)"
    r"|(?!20\d\d[01]\d[0-3]\d(?!\d))(?<!\d)\d{5,}[xX]?"
    r"|(?:路|街|(?<![知街])道|巷|弄|村|坊|苑|花园|小区|大厦|湾|府|公馆|山庄|新村)[东南西北中]?\s*"
    r"\d+(?:-\d+)*\s*(?:号|栋|弄|座|巷|幢)(?:\d+(?:号楼?|室|单元|楼|房|栋))*"
    r"|\d+(?:栋|座|幢|单元)(?:\d+(?:号|室|房|单元))*"
    r"|第\s*\d+\s*[号点条]|[a-z]\d+号|(?:窗口?|柜台?)\s*\d+(?:[-~到至]\d+)?号"
    r"|(?:\d+号?[-~到至、])?\d+号"
    r"(?=[楼栋窗门厅室房院馆柜口店铺仓文机令桌座台车码]|线(?!上)|公告|单元|教学)"
    r"|\d+点(?=疑问|问题|建议|要求|意见|原因|理由|不明|不懂|区别|内容|好处)"
    rf"|(?<![下差过第后头近\d.:点])(?:\d+(?:\.\d+)?\s*[-~到至]\s*)?\d+(?:\.\d+)?\s*个?(?:{_UNIT})"
)


def plain(text: str) -> str:
    """
    `text` with one way of writing each thing: 下禮拜二下午兩點, 下周而下午2pm → 下周2 下午2点.

    Numbers that are no times (phones, addresses, windows, prices, 一点 for a little) are barred.
    """
    text = unicodedata.normalize("NFKC", text[:LISTENS]).replace(TAKEN, " ").lower()
    text = in_chinese(mended(text.translate(_SIMPLIFIED)))
    text = re.sub("[—–~]+", "~", text)
    text = _BY_DATE.sub(lambda found: _HOLIDAYS[found[1]], text)
    text = _DAYS_AHEAD.sub(lambda found: f"{found[1] or found[2]}天", text)
    text = _MORNING.sub(r"\1天\2上", text)
    text = _IN_DIALECT.sub(lambda found: _DIALECT[found[0]], text)
    for _ in range(3):  # 周一、三、五: each turn finds one more
        text = _WEEKDAYS.sub(r"\g<0>周", text)
    text = _WEEKDAY.sub(lambda found: f"周{_DIGITS.get(found[1], found[1])} ", text)
    text = _A_LITTLE.sub(BARRED * 2, text)
    text = _SOME.sub(_both, text)
    text = _FIRST_TEN.sub(r"\1 ", text)
    text = _NUMERAL.sub(lambda found: _number(found[0]), text)
    text = _SPACED.sub("", text)
    text = _NOT_TIME.sub(lambda found: BARRED * len(found[0]), text)
    return _HOURS_BETWEEN.sub(_spelled_out, _DAYS_BETWEEN.sub(_spelled_out, text))


def _both(found: re.Match[str]) -> str:
    """三四点 → 三点或四; what are not neighbours (三十) stays."""
    values = "一二三四五六七八九十"
    first, second = found[1].replace("两", "二"), found[2]
    if values.find(second) != values.find(first) + 1:
        return found[0]
    return f"{first}{found.string[found.end()]}或{_ten_before(found)}{second}"


def _ten_before(found: re.Match[str]) -> str:
    """The ten in 十一二点, which both hours share."""
    before = re.search("[二三]?十$", found.string[: found.start()])
    return before[0] if before else ""


def _spelled_out(found: re.Match[str]) -> str:
    """3-4点 → 3点到4点, 3、4点 → 3点或4点."""
    joined = "或" if found[2] == "、" else "到"
    return f"{found[1]}{found[3]}{joined}"


def _number(numeral: str) -> str:
    """二十三 → 23, 二零二六 → 2026, 零五 → 05."""
    if not (ten := next((c for c in numeral if c in _TENS), None)):
        return "".join(_DIGITS[c] for c in numeral)
    before, _, after = numeral.partition(ten)
    tens = _TENS[ten] * (int(_number(before) or 1) if before else 1)
    if any(c in _TENS for c in after):  # 二十十: two numbers said in a row
        return f"{tens} {_number(after)}"
    return str(tens + int(_number(after) or 0)) if after else str(tens)
