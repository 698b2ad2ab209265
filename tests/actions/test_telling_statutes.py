"""How articles of law are told, over the installed laws and our table of corrections."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trackers import blanks

from actions.statutes import SPOKEN, asking_for, spoken, tell_article
from knowledge_base.asked_articles import ArticleReader
from knowledge_base.statutes import Statutes

STATUTES = Statutes(Path(__file__).parents[2] / "knowledge_base/content/statutes.yml")
TODAY = date(2026, 11, 23)


def told(law, article, day=TODAY):
    return tell_article(STATUTES, law, article, day)


@pytest.fixture
def words(responses):
    """What the citizen reads."""
    return lambda told: responses[told.response].format(**told.values)


def test_an_article_is_told_with_its_day_and_drawn_in_full(words):
    shown = told("民法典", "1079")
    text = STATUTES.provision("民法典", "1079", TODAY).text
    assert shown.id == "民法典:1079"
    assert shown.sources == [{"law": "民法典", "article": "1079", "text": text}]
    assert words(shown) == f"《民法典》第1079条（2021年1月1日起施行）是这样写的。\n\n{text}"
    assert shown.card["title"] == "《民法典》第1079条"
    assert shown.card["articles"] == [
        {"law": "民法典", "article": "1079", "text": text, "since": "2021年1月1日起施行"}
    ]


def test_a_long_article_is_said_in_part_and_drawn_in_full(words):
    shown = told("刑法", "234之一")
    long = told("劳动合同法", "17")
    for one in (shown, long):
        assert one.card["articles"][0]["text"] == one.shown[0].text
    longest = max(
        (one for one in STATUTES.everyday_articles() if one.law == "公司法"),
        key=lambda one: len(one.text),
    )
    cut = told("公司法", longest.number)
    assert len(longest.text) > SPOKEN
    assert "后面还有" in words(cut)
    assert cut.card["articles"][0]["text"] == longest.text


@pytest.mark.parametrize(
    ("law", "article", "now"), [("网络安全法", "44", "46"), ("治安管理处罚法", "43", "51")]
)
def test_a_renumbered_article_is_told_with_its_old_and_its_new_number(words, law, article, now):
    shown = told(law, article)
    assert shown.id == f"{law}:{article}"
    assert f"以前的《{law}》第{article}条，现在是《{law}》第{now}条" in words(shown)
    assert [one["article"] for one in shown.card["articles"]] == [article, now]
    assert [one["article"] for one in shown.sources] == [article, now]


def test_a_repealed_law_leads_to_the_article_that_took_its_place(words):
    shown = told("噪声污染防治法", "64")
    assert shown.id == "生态环境法典:593"
    said = words(shown)
    assert "已于2026年8月15日废止" in said
    assert "以前的《噪声污染防治法》第64条，现在看《生态环境法典》第593条" in said
    assert told("噪声污染防治法", "64", date(2026, 8, 14)).id == "噪声污染防治法:64"


@pytest.mark.parametrize(
    ("law", "article", "said"),
    [
        ("民法典", "1261", "《民法典》共1260条，没有第1261条"),
        ("刑法", "17之二", "没有第17条之二"),
        ("医疗保障法", "1", "《医疗保障法》自2027年1月1日起施行，现在还没有生效"),
        ("婚姻法", "32", "《婚姻法》已于2021年1月1日废止，现在看《民法典》"),
        ("海洋倾废管理条例", "3", "没有《海洋倾废管理条例》的条文"),
    ],
)
def test_where_there_is_no_article_today_it_is_said_why(words, law, article, said):
    refused = told(law, article)
    assert said in words(refused)
    assert (refused.id, refused.sources, refused.card) == (None, [], {})


@pytest.mark.parametrize(("law", "article"), [("居住证暂行条例", "2"), ("生态环境法典", "1120")])
def test_text_that_cannot_be_trusted_is_not_shown_but_where_to_read_it(words, law, article):
    shown = told(law, article)
    assert "国家法律法规数据库" in words(shown)
    assert shown.id == f"{law}:{article}"
    assert shown.sources == [{"law": law, "article": article}]
    assert shown.card == {}


def test_a_law_about_to_change_says_from_when(words):
    assert "2027年1月1日起用新的条文" in words(told("商标法", "10"))
    new = told("商标法", "10", date(2027, 1, 1))
    assert "（2027年1月1日起施行）" in words(new)


def test_every_telling_fills_every_blank(responses):
    for law, article in [("民法典", "1"), ("网络安全法", "44"), ("噪声法", "64"), ("商标法", "1")]:
        shown = told(law, article)
        assert shown.values.keys() >= blanks(responses[shown.response])


@given(st.text("甲乙。；\n", max_size=2 * SPOKEN))
def test_what_is_said_is_the_beginning_and_whole_sentences_where_there_are(text):
    said = spoken(text)
    assert text.startswith(said.removesuffix("……"))
    assert len(said) <= SPOKEN + 2
    assert (said == text) == (len(text) <= SPOKEN)


def test_a_button_asks_for_an_article_as_a_citizen_would():
    reader = ArticleReader(STATUTES.names)
    for asked in [("民法典", "1079"), ("刑法", "133之一")]:
        assert reader.read(asking_for(*asked)) == asked
