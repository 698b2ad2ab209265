from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.law_words import law_words, speaks_of_law
from knowledge_base.statute_search import SHOWN, InBackground, StatuteSearch
from knowledge_base.statutes import Article, Statutes
from knowledge_base.text import normalise

REMARKS = Path(__file__).parents[2] / "knowledge_base" / "content" / "statutes.yml"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def search():
    return StatuteSearch(Statutes(REMARKS).everyday_articles())


def numbers(found):
    return [(one.law, one.number) for one in found]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("宅基地使用权可以抵押吗", ("民法典", "399")),
        ("男方起诉离婚，女方怀孕期间可以吗", ("民法典", "1082")),
        ("拾得遗失物不还给失主，要赔吗", ("民法典", "314")),
        ("旅行社把我转给别的旅行社，合同还算数吗", ("旅游法", "63")),
    ],
)
def test_a_question_of_law_finds_the_article_among_the_first(search, question, article):
    assert article in numbers(search.find(question, TODAY))
    assert len(search.find(question, TODAY)) <= SHOWN


@pytest.mark.parametrize(
    "question",
    [
        "今天天气怎么样",
        "腾讯的股票现在能不能买",
        "推荐几部好看的科幻片",
        "红烧肉怎么做",
        "😀",
        "",
    ],
)
def test_what_is_not_about_law_finds_none(search, question):
    assert search.find(question, TODAY) == ()


def article(number, text, **days):
    first, last = days.get("first", date(2020, 1, 1)), days.get("last")
    return Article("试验法", number, "总则", text, first, last)


def test_only_what_is_in_force_on_the_day_is_found():
    search = StatuteSearch(
        [
            article("1", "商标转让应当公告", last=date(2026, 12, 31)),
            article("2", "商标转让应当公告并且登记", first=date(2027, 1, 1)),
        ]
    )
    assert numbers(search.nearest("商标转让", TODAY)) == [("试验法", "1")]
    assert numbers(search.nearest("商标转让", date(2027, 1, 1))) == [("试验法", "2")]


def test_the_nearer_article_comes_first_however_the_citizen_calls_things():
    search = StatuteSearch([article("1", "出租人收取租金"), article("2", "用人单位支付劳动报酬")])
    assert numbers(search.nearest("老板不给工资", TODAY))[0] == ("试验法", "2")
    assert numbers(search.nearest("房东乱涨房租", TODAY))[0] == ("试验法", "1")


@given(st.text(max_size=30))
def test_any_text_can_be_looked_for(question):
    search = StatuteSearch([article("1", "商标转让应当公告")])
    assert all(one.score > 0 for one in search.nearest(question, TODAY))


def test_without_articles_nothing_is_found():
    assert StatuteSearch([]).nearest("离婚", TODAY) == ()


def test_people_speak_of_law_in_their_own_words():
    assert "用人单位" in law_words(normalise("老板拖粮"))
    assert law_words("天气") == ""
    assert speaks_of_law("房东不退押金")
    assert not speaks_of_law("推荐一部电影")


class TestInBackground:
    def test_until_it_is_built_there_is_none_and_nobody_waits(self):
        ready = Event()
        late = InBackground(lambda: ready.wait(10) and "索引")
        assert late.get() is None
        assert late.get() is None
        ready.set()
        assert late.wait(10) == late.get() == "索引"

    def test_it_is_built_once(self):
        built = []
        late = InBackground(lambda: built.append(1) or "索引")
        assert late.wait(10) == late.wait(10)
        assert built == [1]

    def test_what_cannot_be_built_is_none_and_logged(self, caplog):
        late = InBackground(lambda: 1 // 0)
        assert late.wait(10) is None
        assert "没有建成" in caplog.text
