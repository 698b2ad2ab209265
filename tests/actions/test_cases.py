from __future__ import annotations

import pytest
from trackers import MATTERS, bot, heard, user

from actions import cases
from actions.messages import read

PERMIT = next(matter for matter in MATTERS if matter.id == "permit")
OFFERED = ['/choose{"item": "matter:permit", "fork": "情形", "option": "首次"}', "不知道"]


def told(text, intent="inform", fork="情形"):
    return cases.told(read(heard(text, intent)), PERMIT, fork)


def test_the_fork_asked_for_is_known_in_the_next_turn_only():
    asking = [user("要带什么"), bot("clarify", "permit")]
    assert cases.asked(heard("首次", before=asking, offered=OFFERED)) == "情形"
    later = [*asking, user("谢谢"), bot("smalltalk")]
    assert cases.asked(heard("首次", before=later, offered=OFFERED)) is None


@pytest.mark.parametrize(
    ("text", "fork", "case"),
    [
        ("首次", "情形", {"情形": "首次"}),
        ("第一次办", "情形", {"情形": "首次"}),
        ("变更的，我替我妈办", "情形", {"情形": "变更", "办理人": "代办"}),
        ("不知道", "情形", {"情形": "首次", "办理人": "本人", "前置": "没有"}),
        ("变更，别的不清楚", "办理人", {"情形": "变更", "办理人": "本人", "前置": "没有"}),
        ("我老婆去", "办理人", {"办理人": "代办"}),
        ("有", "前置", {"前置": "有"}),
        ("没有", "前置", {"前置": "没有"}),
        ("有没有别的办法", None, {}),
        ("今天天气", "情形", {}),
    ],
)
def test_what_is_told_in_words(text, fork, case):
    assert told(text, fork=fork) == case


def test_yes_and_no_answer_a_fork_that_asks_whether():
    assert told("对", "affirm", "前置") == {"前置": "有"}
    assert told("不", "deny", "前置") == {"前置": "没有"}
    assert told("对", "affirm", "情形") == {}


def test_a_tap_tells_its_option():
    assert told('/choose{"fork": "情形", "option": "变更"}', "choose") == {"情形": "变更"}


@pytest.mark.parametrize(
    ("text", "intent", "answers"),
    [
        ("首次", "inform", True),
        ("我替我妈办", "ask_proxy", True),
        ("要带什么", "ask_materials", True),
        ("要等多久", "ask_duration", False),
        ("能代办吗", "ask_proxy", False),
    ],
)
def test_a_question_of_its_own_is_no_answer(text, intent, answers):
    assert cases.is_answer(read(heard(text, intent))) is answers
