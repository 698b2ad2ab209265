"""What an entry says of the law is held against the law."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from records import entry

from knowledge_base.citations import audit
from knowledge_base.findings import Finding
from knowledge_base.statutes import Statutes

REMARKS = Path(__file__).parents[2] / "knowledge_base" / "content" / "statutes.yml"
DAY = date(2026, 11, 23)
SEVEN_DAYS = {"law": "消费者权益保护法", "article": "25"}  # 自收到商品之日起七日内退货
DOUBLE_WAGE = {"law": "劳动合同法", "article": "82"}  # 每月支付二倍的工资
UNINSTALLED = {"law": "工伤保险条例", "article": "14"}


@pytest.fixture(scope="module")
def statutes() -> Statutes:
    return Statutes(REMARKS)


def found(statutes: Statutes, answer: str, *sources: dict[str, Any]) -> list[Finding]:
    return audit([entry("asked", answer, sources=list(sources))], statutes, DAY)


@pytest.mark.parametrize("said", ["七天", "7 日", "收到货 7 天内"])
def test_a_number_of_the_cited_article_is_right_in_any_writing(statutes, said):
    assert found(statutes, f"网购的商品，{said}可以退。", SEVEN_DAYS) == []


def test_a_number_may_stand_in_any_of_the_cited_articles(statutes):
    assert found(statutes, "双倍工资；七天可以退。", SEVEN_DAYS, DOUBLE_WAGE) == []


def test_a_number_the_law_does_not_say_is_an_error_with_its_mend(statutes):
    (one,) = found(statutes, "网购的商品，十天内可以退。", SEVEN_DAYS)
    assert (one.item, one.field, one.rule, one.weight) == ("asked", "answer", "number", "error")
    assert "十天" in one.message
    assert "改数字" in one.mend


def test_the_article_that_says_the_number_is_named(statutes):
    (one,) = found(statutes, "假一赔三，最少五百元。", SEVEN_DAYS)
    assert "《消费者权益保护法》第55条" in one.mend


def test_working_days_are_not_days(statutes):
    (one,) = found(statutes, "七个工作日可以退。", SEVEN_DAYS)
    assert "七个工作日" in one.message


def test_hotlines_and_numbering_are_no_claims(statutes):
    assert found(statutes, "1. 先留证据；2. 打12315或者12345，急了打110。", SEVEN_DAYS) == []


def test_without_a_law_there_is_nothing_to_hold_numbers_against(statutes):
    assert found(statutes, "大约十天。", {"office": "福田区司法局"}) == []


@pytest.mark.parametrize(
    "other", [UNINSTALLED, {"office": "最高人民法院"}, {"law": "刑法", "article": "387"}]
)
def test_what_no_text_is_installed_for_could_not_be_checked(statutes, other):
    (one,) = found(statutes, "四十八小时内。", SEVEN_DAYS, other)
    assert one.weight == "unchecked"
    assert "四十八小时" in one.message


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"law": "民法典", "article": "1261"}, "没有第1261条"),
        ({"law": "噪声污染防治法", "article": "64"}, "废止"),
        ({"law": "瞎编的法", "article": "1"}, "没有找到"),
    ],
)
def test_a_citation_that_leads_nowhere_is_an_error(statutes, source, told):
    (one,) = found(statutes, "可以退。", source)
    assert (one.field, one.weight) == ("sources", "error")
    assert told in one.message


def test_a_law_goes_by_its_official_name(statutes):
    (one,) = found(statutes, "七天可以退。", {"law": "消法", "article": "25"})
    assert (one.rule, one.mend) == ("law_name", "请写「消费者权益保护法」。")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("看民法典第1079条。", "来源里没有引它"),
        ("看《民法典》第一千零七十九条。", "来源里没有引它"),
        ("看《民法典》第1261条。", "没有第1261条"),
    ],
)
def test_an_article_named_in_the_answer_exists_and_is_cited(statutes, answer, told):
    (one,) = found(statutes, answer, SEVEN_DAYS)
    assert (one.field, one.rule) == ("answer", "quoted_article")
    assert told in one.message


def test_an_article_named_and_cited_is_right(statutes):
    answer = "看《消费者权益保护法》第二十五条，也就是第25条。"
    assert found(statutes, answer, SEVEN_DAYS) == []
