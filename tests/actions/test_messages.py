from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trackers import bot, heard, user

from actions.messages import choice_in, counted, decided, last_decision, read, said_before

OFFERED = ["first", "second", "third", "fourth"]


def test_a_tapped_button_says_what_was_chosen_and_no_words():
    message = read(heard('/choose{"item": "matter:permit#fee"}', "choose"))
    assert message.chosen == {"item": "matter:permit#fee"}
    assert message.text == ""


@pytest.mark.parametrize("payload", ["/choose", "/choose{", '/choose{"other": "x"}', "办证", ""])
def test_what_is_no_choice_is_none(payload):
    assert choice_in(payload) == {}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("第一个", "first"),
        ("要第二个", "second"),
        ("选三", "third"),
        ("第3种", "third"),
        ("头一个", "first"),
        ("最后那个", "fourth"),
        ("中间那个", "third"),
        ("第五个", None),
        ("一个钟头后", None),
        ("两个半小时后", None),
        ("节后第一个工作日", None),
        ("月底最后一个工作日", None),
        ("13800138000", None),
        ("12345", None),
        ("一样材料", None),
    ],
)
def test_one_of_those_offered_is_counted_out(said, meant):
    assert counted(said, OFFERED) == meant


@given(st.text(max_size=20), st.lists(st.text(max_size=5), max_size=4))
def test_only_what_was_offered_can_be_counted_out(said, offered):
    assert counted(said, offered) in [None, *offered]


def test_a_message_counted_out_is_read_as_the_button_it_means():
    offered = ['/choose{"item": "entry:cooling-off"}', "明天上午九点"]
    assert read(heard("第一个", "choose", offered=offered)).chosen == {"item": "entry:cooling-off"}
    assert read(heard("第二个", "choose", offered=offered)).text == "明天上午九点"
    assert read(heard("第一个", "inform", offered=offered)).text == "第一个"


def test_what_is_asked_about_a_matter_is_told_by_the_intent():
    assert read(heard("要多少钱", "ask_fee")).field == "fee"
    assert read(heard("人工", "ask_human")).field is None
    assert read(heard("你好", "greet")).field is None


def test_the_decision_of_a_turn_is_known_in_it_and_after_it():
    before = [user("要多少钱"), bot("suggest"), bot("matter", "permit")]
    tracker = heard("好的", before=before)
    assert decided(tracker) is None
    assert last_decision(tracker) == {"kind": "matter", "id": "permit"}
    assert said_before(tracker) == "要多少钱"
    tracker.events.append(bot("smalltalk"))
    assert decided(tracker) == "smalltalk"
    assert last_decision(tracker)["kind"] == "matter"


def test_a_conversation_that_begins_has_no_turn_before():
    assert last_decision(heard("你好")) == {}
    assert said_before(heard("你好")) == ""
