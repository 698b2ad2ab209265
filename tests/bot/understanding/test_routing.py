from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.cues import FIELDS
from bot.understanding.routing import Sight, route
from knowledge_base.text import normalise

DOMAIN = Path(__file__).parents[3] / "bot/domain"
INTENTS = {
    intent
    for path in DOMAIN.glob("*.yml")
    for intent in yaml.safe_load(path.read_text("utf-8")).get("intents") or []
} | {"nlu_fallback"}

NOTHING = Sight()
ANSWERS = Sight(score=0.5, answers=True)
NAMES = Sight(names_matter=True)
NEAR = Sight(near_matter=True)
VERBATIM = Sight(score=1.0, answers=True)
CITES = Sight(cites=True)


def routed(text, intent, sight=NOTHING, confidence=0.7):
    return route(intent, confidence, normalise(text), sight)


@pytest.mark.parametrize(
    ("text", "intent", "sight", "becomes"),
    [
        # the knowledge base knows better than an unsure classifier
        ("离婚要冷静多久", "nlu_fallback", ANSWERS, "ask_knowledge"),
        ("居住证", "nlu_fallback", NAMES, "ask_guide"),
        ("离婚要冷静多久", "out_of_scope", ANSWERS, "ask_knowledge"),
        ("猫会不会做梦", "out_of_scope", NOTHING, "out_of_scope"),
        ("猫会不会做梦", "nlu_fallback", NOTHING, "nlu_fallback"),
        # a question in small talk is a question
        ("注销公司", "inform", NAMES, "ask_guide"),
        ("路灯坏了怎么上报才有人来修", "complain", ANSWERS, "ask_knowledge"),
        ("好的", "affirm", ANSWERS, "affirm"),
        ("代办", "inform", NOTHING, "inform"),
        ("路灯坏了怎么上报", "complain", VERBATIM, "ask_knowledge"),
        # what is asked about a matter stays what it is
        ("居住证要多久", "ask_duration", NAMES, "ask_duration"),
        ("居住证要多久", "ask_duration", VERBATIM, "ask_duration"),
        # insults, alone and inside a sentence
        ("你个傻逼", "nlu_fallback", NOTHING, "abuse"),
        ("他妈的怎么这么慢", "ask_duration", NOTHING, "abuse"),
        ("居住证他妈的要带什么", "ask_materials", NEAR, "ask_materials"),
        ("被人骂傻逼能告他吗", "ask_knowledge", ANSWERS, "ask_knowledge"),
        ("老公把钱转给他妈怎么办", "ask_knowledge", NOTHING, "ask_knowledge"),
        ("垃圾分类怎么分", "ask_steps", NOTHING, "ask_steps"),
        ("智障儿童有补贴吗", "ask_conditions", NOTHING, "ask_conditions"),
        # danger is told by its words
        ("小朋友走丢了找不到", "ask_knowledge", NOTHING, "emergency"),
        ("我想去死", "abuse", NOTHING, "emergency"),
        ("有人晕倒了", "struggling", ANSWERS, "emergency"),
        ("着火啦", "nlu_fallback", NEAR, "emergency"),
        ("孩子不见了，刚刚还在", "ask_knowledge", NOTHING, "emergency"),
        ("活着没意思", "struggling", NOTHING, "emergency"),
        ("走失老人送到哪里", "ask_knowledge", VERBATIM, "ask_knowledge"),
        ("在单位晕倒算工伤吗", "ask_knowledge", ANSWERS, "ask_knowledge"),
        ("我想吃火锅", "emergency", NOTHING, "nlu_fallback"),
        ("烦人得很", "emergency", NOTHING, "nlu_fallback"),
        # a complaint has something to complain of
        ("我发明了个小玩意", "complain", NOTHING, "nlu_fallback"),
        ("窗口态度太差", "complain", NOTHING, "complain"),
        # an article named is a question, whatever it sounds like
        ("民法典第一条", "choose", CITES, "ask_knowledge"),
        ("民法典第1079条", "out_of_scope", CITES, "ask_knowledge"),
        # how one's own case ends, whatever the guess and however near an entry; not the rule
        ("我能赢吗", "ask_knowledge", ANSWERS, "ask_verdict"),
        ("他这样要坐几年牢", "nlu_fallback", NOTHING, "ask_verdict"),
        ("我这种情况能拿多少赔偿", "ask_conditions", NOTHING, "ask_verdict"),
        ("他打人会坐牢吗", "ask_knowledge", ANSWERS, "ask_knowledge"),
        ("离婚孩子一般判给谁", "ask_knowledge", NOTHING, "ask_knowledge"),
        ("请把这几个字帮我打出来", "ask_verdict", NOTHING, "nlu_fallback"),
        ("个人信息泄露能赢吗", "ask_knowledge", VERBATIM, "ask_knowledge"),
        # what stands in one's own file; not how to look there, nor what it takes
        ("我的社保交了几个月", "ask_duration", NAMES, "ask_own_records"),
        ("我的居住证办好了没有", "ask_duration", NAMES, "ask_own_records"),
        ("我的积分多少", "ask_knowledge", ANSWERS, "ask_own_records"),
        ("社保交了几个月可以领失业金", "ask_conditions", NAMES, "ask_conditions"),
        ("我的办理进度在哪里查", "ask_own_records", ANSWERS, "ask_knowledge"),
        ("我想吃火锅", "ask_own_records", NOTHING, "nlu_fallback"),
        # a session is wanted where 视频办 is said and nothing asked
        ("视频办生育登记", "ask_guide", NAMES, "book_session"),
        ("视频办是什么意思", "ask_knowledge", ANSWERS, "ask_knowledge"),
        ("生育登记能视频办吗", "ask_video", NAMES, "ask_video"),
        # a long story hides what it asks
        ("我六十五了想办个老年卡要带啥去", "ask_knowledge", NAMES, "ask_materials"),
        ("我六十五了想办个老年卡", "ask_knowledge", NAMES, "ask_knowledge"),
        ("我六十五了要带啥去", "ask_knowledge", NOTHING, "ask_knowledge"),
    ],
)
def test_what_a_message_is(text, intent, sight, becomes):
    assert routed(text, intent, sight) == becomes


def test_what_is_known_word_for_word_stays_what_it_is():
    assert routed("路灯坏了", "complain", ANSWERS, confidence=1.0) == "complain"
    assert routed("没关系", "emergency", confidence=1.0) == "emergency"
    assert routed("要", "affirm", NAMES, confidence=1.0) == "affirm"


def test_an_emergency_well_heard_needs_no_usual_word():
    assert routed("柜台边上那位脸都白了", "emergency", confidence=0.9) == "emergency"
    assert routed("柜台边上那位脸都白了", "emergency", confidence=0.5) == "nlu_fallback"


def test_a_case_well_heard_needs_no_usual_words_unless_there_is_an_answer():
    said = "我被他推倒了，要赔我多少"
    assert routed(said, "ask_verdict", confidence=0.9) == "ask_verdict"
    assert routed(said, "ask_verdict", confidence=0.5) == "nlu_fallback"
    assert routed(said, "ask_verdict", ANSWERS, confidence=0.9) == "ask_knowledge"


def test_what_is_hardly_off_topic_may_still_be_near_something():
    assert routed("年报要报什么", "out_of_scope", confidence=0.4) == "nlu_fallback"
    assert routed("年报要报什么", "out_of_scope", confidence=0.8) == "out_of_scope"


def test_there_are_intents_for_all_that_is_asked_about_a_matter():
    assert FIELDS.keys() <= INTENTS


@given(
    st.sampled_from(sorted(INTENTS)),
    st.floats(0, 1),
    st.text(max_size=40).map(normalise),
    st.builds(Sight, st.floats(0, 1), *[st.booleans()] * 4),
)
def test_every_message_becomes_something_the_rules_know(intent, confidence, text, sight):
    assert route(intent, confidence, text, sight) in INTENTS
