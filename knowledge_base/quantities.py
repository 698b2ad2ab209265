"""Quantities in Chinese text: days, money, shares, multiples and ages, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Literal

Unit = Literal["日", "工作日", "月", "分钟", "元", "倍", "比例", "岁"]


@dataclass(frozen=True)
class Quantity:
    """
    An amount that can be compared: 一年 and 十二个月 are equal, 三十日 and 一个月 are not.

    said: as it stands in the text.
    """

    amount: Fraction
    unit: Unit
    said: str = field(compare=False)


_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "".join((*_DIGITS, *_UNITS))
_NUMERAL = rf"(?:[0-9][0-9,]*(?:\.[0-9]+)?[十百千]?[万亿]?|[{_CHINESE}]+[万亿]?[{_CHINESE}]*|半|双)"

_MEASURES: dict[str, tuple[Unit, Fraction]] = {
    "个?(?:工作日|工作天)": ("工作日", Fraction(1)),
    "个?自然日|日|天": ("日", Fraction(1)),
    "个?(?:星期|礼拜)|周(?![岁年边末])": ("日", Fraction(7)),
    "个半?月": ("月", Fraction(1)),
    "周?年(?![级代龄度检])": ("月", Fraction(12)),
    "个?小时|个钟头?": ("分钟", Fraction(60)),
    "分钟": ("分钟", Fraction(1)),
    "元|块钱?|圆": ("元", Fraction(1)),
    "倍": ("倍", Fraction(1)),
    "%|％": ("比例", Fraction(1, 100)),
    "‰": ("比例", Fraction(1, 1000)),
    "成(?![年为员立功了绩交本])": ("比例", Fraction(1, 10)),
    "周?岁": ("岁", Fraction(1)),
}
_UNIT = "|".join(f"(?P<m{n}>{measure})" for n, measure in enumerate(_MEASURES))
_SIZES = tuple(_MEASURES.values())

_UP_TO = "(?:到|至|或者?|[-–—~～]+|[、，]?[但而]?不满)"
_FOUND = re.compile(
    rf"(?<![0-9.第几数{_CHINESE}])(?!(?<=上)[百千万])"
    rf"(?:(?P<low>{_NUMERAL}){_UP_TO})?(?P<number>{_NUMERAL})余?多?(?:{_UNIT})(?P<half>半)?"
)
_SHARE = re.compile(
    rf"(?P<of>{_NUMERAL}|[百千万])分之(?P<part>{_NUMERAL})"
    rf"(?:{_UP_TO}(?P<upper>(?>{_NUMERAL}))(?!分之|余?多?(?:{'|'.join(_MEASURES)})))?"
)
_YEAR = rf"(?:[12][0-9]{{3}}|[{_CHINESE}]{{4}})年"
_UP_TO_99 = rf"(?:[0-9]{{1,2}}|[{_CHINESE}]{{1,3}})"
_DAY_OF_MONTH = rf"{_UP_TO_99}月(?:份|底|初|{_UP_TO_99}[日号])?"
_DATE = re.compile(rf"{_YEAR}(?:{_DAY_OF_MONTH})?|(?<!个){_DAY_OF_MONTH}")
_IDIOM = re.compile("[差早晚多少有哪]一天|一天到晚|一天比一天|一年(?:四季|到头)")
_TWO_GUESSES = re.compile("[一二两三四五六七八九]{2,3}")


def quantities(text: str) -> Iterator[Quantity]:
    """
    Every quantity of the text, shares first; of 一千元到二千元 both.

    Dates, ordinals (第三天), vague counts (几天, 三五天), idioms (差一天), phone numbers and
    numbering are none.
    """
    text = re.sub(r"(?<=[0-9]),(?=[0-9]{3})|\s", "", text)
    text = _IDIOM.sub("。", _DATE.sub("。", text))
    for found in _SHARE.finditer(text):
        for part in filter(None, (found["part"], found["upper"])):
            yield Quantity(number(part) / number(found["of"]), "比例", found.group())
    for found in _FOUND.finditer(_SHARE.sub("。", text)):
        unit, size = next(one for n, one in enumerate(_SIZES) if found[f"m{n}"] is not None)
        low, high = found["low"], found["number"]
        if _TWO_GUESSES.fullmatch(high):
            continue
        if low and not _TWO_GUESSES.fullmatch(low):
            yield Quantity(number(low + _shared(low, high)) * size, unit, found.group())
        halved = found["half"] or "个半" in found.group()
        more = Fraction(1, 2) if halved else Fraction(0)
        yield Quantity((number(high) + more) * size, unit, found.group())


def number(numeral: str) -> Fraction:
    """What a numeral is worth: 1.5万, 二十五, 半."""
    if numeral in ("半", "双"):
        return Fraction(1, 2) if numeral == "半" else Fraction(2)
    for sign, worth in (("亿", 10**8), ("万", 10**4)):
        if sign in numeral:
            head, tail = numeral.split(sign, 1)
            return number(head or "一") * worth + number(tail or "零")
    if arabic := re.match(r"[0-9.]+", numeral):
        return Fraction(arabic.group()) * prod(_UNITS[sign] for sign in numeral[arabic.end() :])
    if not set(numeral) & _UNITS.keys():
        return Fraction(int("".join(str(_DIGITS[sign]) for sign in numeral)))
    total = digit = 0
    for sign in numeral:
        if sign in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[sign], 0
        else:
            digit = _DIGITS[sign]
    return Fraction(total + digit)


def _shared(low: str, high: str) -> str:
    """The 万 of 五至二十万元 is the five's as well."""
    ending = re.search("[百千万亿]+$", high)
    return ending.group() if ending and not re.search("[十百千万亿]|半", low) else ""
