"""English words that citizens mix into a question, and the Chinese word for each."""

from __future__ import annotations

import re

CHINESE = {
    "appointment": "预约",
    "birth certificate": "出生证明",
    "business licence": "营业执照",
    "business license": "营业执照",
    "driver license": "驾驶证",
    "driver s license": "驾驶证",
    "driving licence": "驾驶证",
    "driving license": "驾驶证",
    "divorce": "离婚",
    "health insurance": "医保",
    "hk macau permit": "往来港澳通行证",
    "hk permit": "往来港澳通行证",
    "housing fund": "公积金",
    "id card": "身份证",
    "marriage certificate": "结婚证",
    "medical insurance": "医保",
    "passport": "护照",
    "residence permit": "居住证",
    "social insurance": "社保",
    "social security": "社保",
    "social security card": "社保卡",
    "visa": "签证",
    "work permit": "工作许可",
}
"""Small letters, one space between words."""

_WORDS = re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(CHINESE, key=len, reverse=True))})(?![a-z])")


_LETTER = re.compile("[a-z]")


def to_chinese(text: str) -> str:
    """Put the Chinese word for every English one; `text` is in small letters."""
    return _WORDS.sub(lambda found: CHINESE[found[0]], text) if _LETTER.search(text) else text
