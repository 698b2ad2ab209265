"""The unified social credit code (统一社会信用代码) and the check digit that ends it."""

from __future__ import annotations

LENGTH = 18
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_valid(code: str) -> bool:
    """
    Whether the last of 18 signs is the check digit of those before it.

    Source: GB 32100-2015: weights 3^i mod 31, check value 31 minus the sum mod 31.
    """
    if len(code) != LENGTH or not set(code) <= set(_SIGNS):
        return False
    body = code[:-1]
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return _SIGNS[-total % 31] == code[-1]
