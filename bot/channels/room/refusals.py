"""What a room cannot do for a page, and the sentence it shows instead."""

from __future__ import annotations

from typing import ClassVar

from booking.rooms import (
    RoomRefused,
    SessionCancelled,
    SessionOver,
    TokenExpired,
    WithColleague,
    WrongToken,
)


class Refusal(Exception):
    """
    `code` is stable, `sentence` is what people read. final: asking again is of no use, the page
    stops.
    """

    code: ClassVar[str]
    sentence: ClassVar[str]
    final: ClassVar[bool] = False


class BadFrame(Refusal):
    code = "bad_frame"
    sentence = "刚才的内容没有传好，请再试一次。"


class OtherVersion(Refusal):
    code = "version"
    sentence = "页面更新了，请刷新后再试。"
    final = True


class HelloFirst(Refusal):
    code = "hello_first"
    sentence = "连接刚刚建立，请再试一次。"


class Taken(Refusal):
    """Somebody else sits on this side."""

    code = "taken"
    sentence = (
        "这个房间里您这一边已经有人了，一次只能一对一办理。"
        "如果是您自己在别处打开的，请先关掉那一页，这里会自动接上。"
    )


class Replaced(Refusal):
    code = "replaced"
    sentence = "您在另一个页面接着办了，这一页可以关掉。"
    final = True


class Early(Refusal):
    code = "too_early"
    sentence = "还没到时间，到点会自动开门，请在这里等一等。"


class NotYours(Refusal):
    code = "not_yours"
    sentence = "这一步要由另一边来做。"


class TooLong(Refusal):
    code = "too_long"
    sentence = "这段话有点长，一次请写 500 字以内。"


class TooMuch(Refusal):
    code = "too_much"
    sentence = "发得太快了，请缓一缓再试。"
    final = True


class Full(Refusal):
    code = "full"
    sentence = "现在办理的人很多，请稍等片刻，页面会自动再试。"


class NothingToRate(Refusal):
    code = "nothing_to_rate"
    sentence = "办完以后才能评价。"


class NotOnTheList(Refusal):
    code = "not_listed"
    sentence = "这一样不在这次的材料清单里，请刷新这一页再看。"


class TooManyTicks(Refusal):
    code = "too_many_ticks"
    sentence = "勾选改了太多次，先到这里；备好了哪些，接通以后直接告诉工作人员。"


class Wrong(Refusal):
    code = WrongToken.reason
    sentence = (
        "这个链接打不开房间：可能没有复制全，或者预约改过时间。请用最新的链接，"
        "或者对小福说“我的视频办”再取一次。"
    )
    final = True


class Expired(Refusal):
    code = TokenExpired.reason
    sentence = "这个链接已经过期。要接着办，请对小福说“我的视频办”，或拨打 12345。"
    final = True


class Cancelled(Refusal):
    code = SessionCancelled.reason
    sentence = "这次视频办已经取消了。要再约，请对小福说“我要预约视频办”。"
    final = True


class Over(Refusal):
    code = SessionOver.reason
    sentence = "这次视频办已经结束了。要再约，请对小福说“我要预约视频办”。"
    final = True


class Colleague(Refusal):
    code = WithColleague.reason
    sentence = "这位市民已经由别的同事接待了，请回工作台看看。"
    final = True


AT_THE_DOOR: dict[type[RoomRefused], type[Refusal]] = {
    WrongToken: Wrong,
    TokenExpired: Expired,
    SessionCancelled: Cancelled,
    SessionOver: Over,
    WithColleague: Colleague,
}
"""How the page says what the doorkeeper refuses."""
