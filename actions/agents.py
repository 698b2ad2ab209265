"""Whom somebody books for (代办), as people say it: 帮我妈约, 我爸要视频办, 我自己办."""

from __future__ import annotations

import re

from actions.visitors import name_in
from booking.bookings import Authority

_KIN = (
    "(?:老?[妈爸媽]妈?爸?|阿[妈媽爸婆公爷爺嫲]|老[豆母公婆]|母亲|父亲|父母|爷爷|奶奶|外公|外婆|公公|婆婆|岳[父母]"
    "|家?里?老人|丈夫|妻子|太太|爱人|先生|[哥姐弟妹]{1,2}|家里?人|亲戚|朋友|同[事学]|邻居|别人|[他她]们?)"
)
_CHILD = "(?:儿子|女儿|孩子|小孩|小朋友|娃娃?|宝宝|孙[子女]|阿?[仔囡]+女?)"
_OTHER = re.compile(
    rf"(?:[帮替代給给幫])(?:助|忙)?(?:我|俺|咱)?(?:们|哋)?(?:的|嘅|家)?(?:{_KIN}|(?P<child>{_CHILD}))"
    rf"|我(?:的|嘅|家)?(?:{_KIN}|(?P<childs>{_CHILD}))(?:要|想|需要|得|约)"
    "|代办|代人|代别人"
)
_OWN = re.compile(
    r"(?:我|本人)(?:自己|本人)(?:办|约|来|去)?|不是(?:帮|替|代).{1,6}(?:办|约)?|自己办|本人办|给自己|帮自己"
)
_GUARDIAN = re.compile("监护|未成年|未满十八|未满18")
_ONLINE = re.compile("电子授权|网上授权|线上授权")
_LEAD = re.compile(
    rf"^(?:我|俺)?(?:的|嘅)?(?:{_KIN}|{_CHILD})?(?:的?(?:名字|姓名))?(?:就?[是叫係系]|名叫)?[:：,，\s]*"
)


def authority_in(text: str) -> Authority | None:
    """By what right the caller books for somebody else; None when they do not say that they do."""
    if _OWN.search(text):
        return None
    found = _OTHER.search(text)
    if found is None:
        return None
    if _GUARDIAN.search(text) or found["child"] or found["childs"]:
        return "guardian"
    return "online" if _ONLINE.search(text) else "letter"


def for_oneself(text: str) -> bool:
    """Whether somebody says that it is their own matter after all."""
    return bool(_OWN.search(text))


def principal_in(text: str, *, surely: bool) -> str | None:
    """The name of whom it is for, once that was asked: 我妈叫李秀英. surely: as in name_in."""
    said = _LEAD.sub("", text.strip(), count=1)
    return name_in(said or text, alone=True, surely=surely) or name_in(text, alone=True)
