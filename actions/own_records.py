"""Where citizens look up what only their own file says, by what they ask of it."""

from __future__ import annotations

import re

_I_SHENZHEN = {"name": "i深圳", "text": "本人登录，刷脸就能看"}
_YUE = {"name": "粤省事", "text": "微信小程序，本人登录就能看"}
_COUNTER = {"name": "窗口", "text": "带本人身份证，请工作人员查"}
_HOTLINE = {"name": "12345", "text": "政务服务便民热线"}

_KINDS = (
    ("court", r"案[子件]|官司|开庭|判决|立案|法院|上诉|执行款"),
    ("medical", r"医保|医疗保险|生育津贴"),
    ("fund", r"公积金"),
    ("traffic", r"违章|扣分|驾照|驾驶证|[几多]少?分.{0,3}驾|交通违法"),
    ("tax", r"个税|个人所得税|退税"),
    ("social", r"社保|养老|退休金|失业金|工伤保险|缴费|交了几个月|交了几年"),
)
"""First wins; anything else is something applied for."""

WAYS = {
    "court": (
        {"name": "12368", "text": "法院诉讼服务热线"},
        {"name": "人民法院在线服务", "text": "微信小程序，本人登录查案件"},
    ),
    "medical": (_I_SHENZHEN, _YUE, {"name": "12393", "text": "医疗保障服务热线"}),
    "fund": (_I_SHENZHEN, _YUE, {"name": "12329", "text": "住房公积金热线"}),
    "traffic": ({"name": "交管12123", "text": "手机应用，本人登录就能看"}, _YUE),
    "tax": (
        {"name": "个人所得税", "text": "手机应用，本人登录就能看"},
        {"name": "12366", "text": "纳税服务热线"},
    ),
    "social": (_I_SHENZHEN, _YUE, {"name": "12333", "text": "人力资源和社会保障热线"}, _COUNTER),
    "application": (_I_SHENZHEN, _YUE, _COUNTER, _HOTLINE),
}


def kind_of(text: str) -> str:
    """Which of WAYS a question about one's own records wants."""
    return next((kind for kind, cue in _KINDS if re.search(cue, text)), "application")
