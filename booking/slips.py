"""Slips of finger and microphone in words of time, put right: 下周而 → 下周二, 明添 → 明天."""

from __future__ import annotations

import re

# Characters that sound like a weekday's, and are none of the words that may follow 下周 otherwise.
_SOUNDS = {
    "一": "壹亿依伊衣",
    "二": "而儿尔贰耳",
    "三": "山叁伞散",
    "四": "寺司思斯肆",
    "五": "伍舞武捂",
    "六": "陆刘留溜流",
    "日": "曰",
    "天": "添田",
}
_WEEKDAY_OF = {sound: weekday for weekday, sounds in _SOUNDS.items() for sound in sounds}
_AFTER_A_DAY = r"(?=$|[上下早晚中吧的行可约好呢,，。.?？!！\s\d一二三四五六七八九十两])"

_SLIPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"星[其奇齐骑]|心期|兴期|礼败|李拜|里拜"), "星期"),
    (re.compile(r"周未(?![定能知必到婚成来])"), "周末"),
    (re.compile(r"(?<![报姓])名天(?![数气])|明[添夭田填]"), "明天"),
    (re.compile(r"[后候][添夭]|后田"), "后天"),
    (re.compile(r"今[添夭]"), "今天"),
    (re.compile(r"月[抵低]"), "月底"),
    (re.compile(r"年抵"), "年底"),
    (re.compile(r"工作曰"), "工作日"),
    (re.compile(r"(?<=[\d一二三四五六七八九十])曰"), "日"),
    (re.compile(r"(?<!以)上[五舞武](?=[\d一二三四五六七八九十两])|尚午"), "上午"),
    (re.compile(r"下[五舞武](?=[\d一二三四五六七八九十两])|夏午"), "下午"),
    (re.compile(r"(?<=[\d一二三四五六七八九十两])[典店电奌](?=半|钟|整|$|[,，。吧])"), "点"),
    (re.compile(r"点[中种]"), "点钟"),
    (re.compile(r"(?<=\d[:：])[o0]{2}"), "00"),
    (re.compile(r"(?<=\d)[o〇](?=[号日点:：\d])"), "0"),
)
_WEEK = re.compile(rf"(?<=[下上这本])(个?(?:周|星期|礼拜))([{''.join(_WEEKDAY_OF)}]){_AFTER_A_DAY}")


def mended(text: str) -> str:
    """`text`, in lower case and simplified characters, with the slips in it put right."""
    for slip, meant in _SLIPS:
        text = slip.sub(meant, text)
    return _WEEK.sub(lambda found: found[1] + _WEEKDAY_OF[found[2]], text)
