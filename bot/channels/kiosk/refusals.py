"""What the kiosk channel cannot do for a page, and the sentence it shows the citizen instead."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """A frame that got no reply: `code` is stable, `sentence` is what the citizen reads."""

    code: ClassVar[str]
    sentence: ClassVar[str]


class BadFrame(Refusal):
    code = "bad_frame"
    sentence = "刚才的话没有传好，请再说一次。"


class OtherVersion(Refusal):
    code = "version"
    sentence = "页面更新了，请刷新后再试。"


class HelloFirst(Refusal):
    code = "hello_first"
    sentence = "连接刚刚建立，请再说一次。"


class VisitExpired(Refusal):
    code = "visit_expired"
    sentence = "隔了一段时间，上次的对话已经结束，我们重新开始吧。"


class EmptyText(Refusal):
    code = "empty"
    sentence = "还没有收到您的话，请写下想办的事。"


class TooLong(Refusal):
    code = "too_long"
    sentence = "这段话有点长，一次请写 500 字以内，拣最要紧的说就好。"


class TooFast(Refusal):
    code = "too_fast"
    sentence = "您说得有点快，我缓一缓，请过一分钟再问。"


class Busy(Refusal):
    code = "busy"
    sentence = "现在来问的人很多，请稍等片刻，或到窗口咨询。"


class TurnFailed(Refusal):
    code = "turn_failed"
    sentence = "我想得太久，没能答上来。请再问一次，或拨打 12345、到窗口咨询。"
