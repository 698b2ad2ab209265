"""Nothing is booked, moved or given up that was not read back and agreed to in the next words."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.conversation

phones = (f"136{number:08}" for number in count(10_000_000))
CODE, OPENING = "〔the code〕", "〔everything in one sentence〕"
SAID = (
    "对|是的|好的|可以|都可以|对，就这样|没错|不对|不是|改成后天下午三点|不对，是周五|时间不对|电话错了|名字错了，叫陈大文|"
    "最早的|第一个|要带什么|视频办要准备什么|谢谢|我的预约|取消预约|取消|不取消了|改时间|改到周五下午两点|没收到|算了|"
    "帮我妈约|她叫李秀英|我自己办|王芳|我要预约视频办|高龄津贴|我要迟到了|确认预约|帮我约上|直接约吧|转人工|有人晕倒了|482915"
)
ANYTHING = st.sampled_from([*SAID.split("|"), CODE, CODE, OPENING])
AGREED = (
    *("对", "是的", "好的", "可以", "对，就这样", "没错"),
    *("确认预约", "帮我约上", "直接约吧", "取消预约", "取消"),
)
READ_BACK = ("对吗", "要取消吗")


def standing(bot, phone):
    found = bot.whole.desk.of_phone(phone, bot.whole.now())
    return {(one.id, one.start, one.name, one.principal) for one in found}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ANYTHING, max_size=9))
def test_whatever_is_said_only_a_read_back_agreed_to_changes_a_booking(bot, visit, said):
    citizen, phone = visit(), next(phones)
    before = ""
    for one in [OPENING, CODE, *said]:
        one = one.replace(OPENING, f"我叫王芳，最早的时间视频办高龄津贴，手机{phone}")
        stood = standing(bot, phone)
        turn = citizen.say(one.replace(CODE, citizen.phones.get(phone, "123456")))
        if standing(bot, phone) != stood:
            assert any(question in before for question in READ_BACK), (one, before, turn.text)
            assert one in AGREED, (one, before, turn.text)
        before = turn.text
    bot.whole.desk.release(phone, bot.whole.now())
    for booking in bot.whole.desk.of_phone(phone, bot.whole.now()):
        bot.whole.desk.cancel(booking.number, phone, bot.whole.now())
