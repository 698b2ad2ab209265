from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.asked_articles import ArticleReader
from knowledge_base.statutes import Statutes

REMARKS = Path(__file__).parents[2] / "knowledge_base" / "content" / "statutes.yml"
READER = ArticleReader(Statutes(REMARKS).names)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("民法典第1079条", ("民法典", "1079")),
        ("民法典一千零七十九条", ("民法典", "1079")),
        ("民法典 1079", ("民法典", "1079")),
        ("《中华人民共和国民法典》第１０７９条第二款是什么意思", ("民法典", "1079")),
        ("個保法第六十九條說什麼", ("个人信息保护法", "69")),
        ("刑法133条之一", ("刑法", "133之一")),
        ("刑法第一百三十三条之一", ("刑法", "133之一")),
        ("请问一下劳动合同法里的第三十九条讲的啥", ("劳动合同法", "39")),
        ("根据民法典第一千零四十二条彩礼要不要退", ("民法典", "1042")),
        ("刑法二百六十六", ("刑法", "266")),
        ("民法典1261条", ("民法典", "1261")),
        ("我想看看海洋倾废管理条例第三条", ("海洋倾废管理条例", "3")),
    ],
)
def test_an_article_is_read_out_of_a_question(question, asked):
    assert READER.read(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "数据安全法",
        "民法典第五编",
        "民法典第三章讲啥",
        "民法典2021年实施",
        "交通法12分怎么扣",
        "劳动法10天年假",
        "刑法三年起步",
        "12345是干什么的",
        "第1079条",
        "第二个",
        "",
    ],
)
def test_a_number_that_is_no_article_is_left_alone(question):
    assert READER.read(question) is None


@pytest.mark.parametrize("question", ["那第1080条呢", "一千零八十条说什么", "再看看第1080条"])
def test_a_number_alone_is_of_the_law_just_shown(question):
    assert READER.read(question, last_law="民法典") == ("民法典", "1080")
    assert READER.read("居住证第1080条", last_law="民法典") is None


@given(st.text("民法典刑第条之一二十百千13零的", max_size=12), st.none() | st.just("民法典"))
def test_whatever_is_read_is_a_law_and_a_number_in_digits(question, last_law):
    asked = READER.read(question, last_law)
    assert asked is None or (asked.law and asked.article[0].isdigit())
