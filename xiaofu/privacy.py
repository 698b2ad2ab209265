"""
Personal numbers, taken out of what citizens say before anything stores, logs or echoes it.

Masked are identity cards, bank cards, mobile numbers, Hong Kong and Macao documents and
passports. What is public (12345, 0755 numbers, credit codes, article numbers) is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_BETWEEN = r"[\s\-‐‑–—−.·_\u200b-\u200d\ufeff]"
"""What people, and speech recognition, put between the digits of one number."""

_GAP = f"{_BETWEEN}{{0,3}}"

_HIDDEN_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]\*{4}[0-9]{4}(?![0-9])")
_CREDIT_CODE = re.compile(  # office and kind, district, organisation and check sign
    "(?<![0-9A-Z])[135789ANY][1-59][1-6][0-9]{5}[0-9A-HJ-NP-RTUWXY]{10}(?![0-9A-Z])", re.IGNORECASE
)
_BORN = re.compile("[1-9][0-9]{5}(?:1[89]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])")
_WHOLE_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_IDENTITY_IN_PIECES = re.compile(
    rf"""
    (?<![0-9]) [1-9] (?:{_GAP}[0-9]){{5}}
    {_GAP} (?: 1{_GAP}[89] | 2{_GAP}0 ) (?:{_GAP}[0-9]){{2}}                    # year of birth
    {_GAP} (?: 0{_GAP}[1-9] | 1{_GAP}[0-2] )                                    # month
    {_GAP} (?: [0-2]{_GAP}[0-9] | 3{_GAP}[01] )                                 # day
    (?:{_GAP}[0-9]){{3}} {_GAP}[0-9Xx] (?![0-9])
    """,
    re.VERBOSE,
)
_CARD_IN_FOURS = re.compile(
    rf"(?<![0-9])[3-9][0-9]{{3}}(?:{_BETWEEN}[0-9]{{4}}){{3}}(?:{_BETWEEN}?[0-9]{{1,3}})?(?![0-9])"
)
_MOBILE = re.compile(
    rf"(?<![0-9])(?:(?:\+|00)?86{_GAP})?(1{_GAP}[3-9](?:{_GAP}[0-9]){{9}})(?![0-9])"
)
# No bank's cards begin with 0, 1 or 2, as 0755, 12345 and dates do; 8 and seven more is a landline.
_CARD = re.compile(
    rf"(?<![0-9])(?!8[0-9]{{7}}(?![0-9]))[3-9](?:{_BETWEEN}?[0-9]){{15,18}}(?![0-9])"
)
_HONG_KONG_ID = re.compile(
    rf"(?<![A-Z])[WX]?[A-Z]{_GAP}[0-9]{{6}}{_GAP}(?:\([0-9A]\)|[0-9A])(?![0-9A-Z])",
    re.IGNORECASE,
)
_MACAO_ID = re.compile(r"(?<![0-9])[157]/?[0-9]{6}(?:\([0-9]\)|/[0-9](?![0-9]))")
_PERMIT = re.compile(
    rf"(?<![A-Z0-9])(?:[HM]{_GAP}[0-9]{{8,10}}|[CEGLPT][A-Z]?{_GAP}[0-9]{{7,8}})(?![0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Masked:
    """What was said without its personal numbers; `mobile` is the last whole one said, or None."""

    text: str
    mobile: str | None = None


def mask(text: str) -> Masked:
    """Full-width digits and letters are read, and come back, as plain ones; idempotent."""
    plain = unicodedata.normalize("NFKC", text)
    if not any(character.isdigit() for character in plain):
        return Masked(text)
    left = plain = _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), plain)
    taken: list[tuple[int, int, str]] = []
    mobile = None
    for pattern, instead in _RULES:
        for found in pattern.finditer(left):
            said = instead(found[0])
            if said is None:
                continue
            if pattern is _MOBILE:
                mobile = _only_digits(found[1])
            start, end = found.span()
            taken.append((start, end, said))
            left = left[:start] + _TAKEN * (end - start) + left[end:]
    for start, end, said in sorted(taken, reverse=True):
        plain = plain[:start] + said + plain[end:]
    return Masked(plain, mobile)


def mask_code(text: str) -> Masked:
    """
    Hide a one-time code, also one mistyped by a digit; for use while one is awaited.

    `mobile` carries its digits. A number called a booking number (预约号) is none, nor are
    the hotlines.
    """
    plain = unicodedata.normalize("NFKC", text)
    for found in _CODE.finditer(plain):
        before, after = plain[: found.start()], plain[found.end() :]
        digits = _only_digits(found[0].translate(_SPOKEN))
        if not _BOOKING_NUMBER.search(before) and not _HOTLINE.fullmatch(digits):
            return Masked(f"{before}〔验证码〕{mask_code(after).text}", digits)
    return Masked(text)


def hide_mobile(mobile: str) -> str:
    """138****1234: enough for its owner to know it by."""
    return f"{mobile[:3]}****{mobile[-4:]}"


_CODE = re.compile(
    rf"(?<![0-9*])(?<![0-9]{_BETWEEN})[0-9](?:{_GAP}[0-9]){{4,6}}(?!{_GAP}[0-9*])"
    r"|(?<![零〇一幺二两三四五六七八九])[零〇一幺二两三四五六七八九](?:[\s,，、]{0,2}[零〇一幺二两三四五六七八九]){4,6}"
    "(?![零〇一幺二两三四五六七八九])"
)
_SPOKEN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
_BOOKING_NUMBER = re.compile(r"预约号?(?:码)?(?:是|为)?[:：\s]*$")
_HOTLINE = re.compile("123[0-9]{2}|9[56][0-9]{3}|1000[0-9]|10086")

_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_TAKEN = "＊"
"""Stands where a rule has found its number, so that no later one joins the digits around it."""

_RULES: tuple[tuple[re.Pattern[str], Callable[[str], str | None]], ...] = (
    (_HIDDEN_MOBILE, str),
    (_CREDIT_CODE, lambda said: said if _is_credit_code(said) else None),
    (_WHOLE_IDENTITY, lambda said: "〔身份证号〕"),
    (_IDENTITY_IN_PIECES, lambda said: "〔身份证号〕"),
    (_CARD_IN_FOURS, lambda said: "〔卡号〕"),  # its end may look like a mobile number
    (_MOBILE, lambda said: hide_mobile(_only_digits(said)[-11:])),
    (_CARD, lambda said: "〔卡号〕"),
    (_HONG_KONG_ID, lambda said: "〔证件号〕"),
    (_MACAO_ID, lambda said: "〔证件号〕"),
    (_PERMIT, lambda said: "〔证件号〕"),
)
"""What is looked for, in this order, and what is said instead; None leaves it to the next."""

_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _is_credit_code(code: str) -> bool:
    """By its check sign (GB 32100-2015); 18 digits with a birthday in them are a person's."""
    values = [_CREDIT_SIGNS.index(sign) for sign in code.upper()]
    checked = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return (checked + values[17]) % 31 == 0 and not _BORN.match(code)


def _only_digits(number: str) -> str:
    return re.sub(r"\D", "", number)
