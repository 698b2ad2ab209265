from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.files import read_yaml
from knowledge_base.statutes import (
    NoProvision,
    NoSuchArticle,
    NotInForce,
    Remark,
    Statutes,
    UnknownLaw,
    article_number,
)

REMARKS = Path(__file__).parents[2] / "knowledge_base" / "content" / "statutes.yml"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def statutes():
    return Statutes(REMARKS)


def in_chinese(number):
    """1079 as law prints it: 一千零七十九."""
    said = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += "零一二三四五六七八九"[digit] + sign
        elif said and not said.endswith("零"):
            said += "零"
    return said.rstrip("零").removeprefix("一" if 10 <= number < 20 else "-")


@given(st.integers(1, 1999), st.integers(0, 19), st.booleans(), st.booleans())
def test_an_article_is_read_however_it_is_written(number, insertion, chinese, ordinal):
    said = in_chinese(number) if chinese else str(number)
    said = f"第{said}条" if ordinal else said
    tail = f"之{in_chinese(insertion)}" if insertion else ""
    assert article_number(said + tail) == f"{number}{tail}"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("第１０７９条", "1079"),
        ("第 一千零七十九 条", "1079"),
        ("一〇七九", "1079"),
        ("第十七条之1", "17之一"),
        ("十七之一条", "17之一"),
        ("离婚那条", None),
        ("第条", None),
        ("١", None),
        ("17之零", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
def test_odd_spellings_of_an_article(written, number):
    assert article_number(written) == number


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("个保法", "个人信息保护法"),
        ("《中华人民共和国民法典》", "民法典"),
        ("〈中华人民共和国　民法典〉", "民法典"),
        ("刑法修正案(十一)", None),
        ("中华人民共和国政府信息公开条例", "政府信息公开条例"),
        ("噪音法", "噪声污染防治法"),
        ("反诈法", "反电信网络诈骗法"),
        ("深圳数据条例", "深圳经济特区数据条例"),
        ("天条", None),
        ("", None),
    ],
)
def test_laws_are_known_by_what_people_call_them(statutes, name, law):
    assert statutes.resolve(name) == law


def test_every_remark_is_about_a_law_that_exists_and_no_short_name_means_two(statutes):
    remarks = read_yaml(REMARKS, Remark)
    names = [name for remark in remarks for name in (remark.law, *remark.short)]
    assert sorted(names) == sorted(set(names))
    for remark in remarks:
        assert all(statutes.resolve(n) == remark.law for n in (remark.law, *remark.short))
        assert remark.successor is None or statutes.in_force(remark.successor, TODAY)


def test_a_provision_has_its_text_and_the_day_it_holds_from(statutes):
    divorce = statutes.provision("民法典", "第一千零七十九条", TODAY)
    assert (divorce.law, divorce.article) == ("民法典", "1079")
    assert divorce.text.startswith("夫妻一方要求离婚的")
    assert divorce.effective_from == date(2021, 1, 1)
    assert statutes.provision("中华人民共和国民法典", "1079", TODAY) == divorce


@pytest.mark.parametrize("law", ["医疗保障法", "耕地保护和质量提升法"])
def test_a_law_of_2027_is_not_in_force_today_whatever_the_file_says(statutes, law):
    assert not statutes.in_force(law, TODAY)
    assert statutes.in_force(law, date(2027, 1, 1))
    with pytest.raises(NotInForce, match="2027年1月1日起施行") as refusal:
        statutes.provision(law, "1", TODAY)
    assert refusal.value.since == date(2027, 1, 1)


@pytest.mark.parametrize(("law", "now", "then"), [("商标法", 73, 87), ("农业法", 99, 115)])
def test_the_revision_of_2027_waits_behind_todays_edition(statutes, law, now, then):
    assert statutes.last_article(law, TODAY) == now
    assert statutes.last_article(law, date(2026, 12, 31)) == now
    assert statutes.last_article(law, date(2027, 1, 1)) == then


def test_the_public_order_law_is_read_by_its_new_numbers(statutes):
    assert "殴打他人" in statutes.provision("治安管理处罚法", "51", TODAY).text
    old = statutes.provision("治安管理处罚法", "43", TODAY)
    assert "殴打" not in old.text
    assert old.moved_to == "51"
    with pytest.raises(NotInForce):
        statutes.provision("治安管理处罚法", "43", date(2025, 12, 31))


def test_selling_personal_information_moved_in_the_cybersecurity_law(statutes):
    assert statutes.provision("网络安全法", "44", TODAY).moved_to == "46"
    assert "不得非法出售" in statutes.provision("网络安全法", "46", TODAY).text
    assert not statutes.in_force("网络安全法", date(2025, 12, 31))


def test_the_noise_law_ended_when_the_environmental_code_began(statutes):
    last, first = date(2026, 8, 14), date(2026, 8, 15)
    assert "娱乐、健身" in statutes.provision("噪声法", "64", last).text
    with pytest.raises(NotInForce, match="2026年8月15日废止，现在看《生态环境法典》") as refusal:
        statutes.provision("噪声法", "64", first)
    assert (refusal.value.until, refusal.value.successor) == (last, "生态环境法典")
    assert refusal.value.moved_to == "593"
    assert "娱乐、健身" in statutes.provision("生态环境法典", "593", first).text
    assert not statutes.in_force("生态环境法典", last)


@pytest.mark.parametrize(
    ("law", "begins", "last"),
    [("婚姻登记条例", date(2025, 5, 10), 28), ("食品安全法", date(2025, 12, 1), 154)],
)
def test_what_was_changed_lately_holds_from_the_day_of_the_change(statutes, law, begins, last):
    assert statutes.in_force(law, begins)
    assert not statutes.in_force(law, begins - timedelta(days=1))
    assert statutes.last_article(law, TODAY) == last


def test_an_edition_ends_the_day_before_the_next_begins(statutes):
    assert statutes.provision("商标法", "1", TODAY).effective_to == date(2026, 12, 31)
    assert statutes.provision("商标法", "1", date(2027, 1, 1)).effective_to is None
    assert statutes.provision("民法典", "1", TODAY).effective_to is None


def test_a_day_of_amendment_is_not_taken_for_the_first_day_in_force(statutes):
    assert statutes.provision("商标法", "1", TODAY).amended
    assert not statutes.provision("民法典", "1", TODAY).amended
    assert not statutes.provision("专利法", "1", TODAY).amended  # our table knows the day


def test_everyday_articles_can_be_trusted_and_are_read_like_any_other(statutes):
    articles = list(statutes.everyday_articles())
    assert {"民法典", "劳动合同法", "治安管理处罚法"} <= {one.law for one in articles}
    keys = {(one.law, one.number, one.effective_from) for one in articles}
    assert len(keys) == len(articles)
    assert not {("刑法", "165"), ("生态环境法典", "1120")} & {key[:2] for key in keys}
    divorce = next(one for one in articles if (one.law, one.number) == ("民法典", "1079"))
    assert divorce.heading.split() == ["离婚"]
    assert divorce.text == statutes.provision("民法典", "1079", TODAY).text
    for one in articles[::500]:
        assert one.text == statutes.provision(one.law, one.number, one.effective_from).text


def test_the_marriage_law_points_to_the_civil_code(statutes):
    with pytest.raises(NotInForce, match="2021年1月1日废止，现在看《民法典》"):
        statutes.provision("婚姻法", "32", TODAY)


def test_an_inserted_article_is_not_the_one_before_it(statutes):
    seventeen = statutes.provision("刑法", "17", TODAY)
    inserted = statutes.provision("刑法", "第十七条之一", TODAY)
    assert inserted.article == "17之一"
    assert inserted.text.startswith("已满七十五周岁")
    assert seventeen.text.startswith("已满十六周岁")
    with pytest.raises(NoSuchArticle, match="没有第17条之二"):
        statutes.provision("刑法", "17之二", TODAY)


@pytest.mark.parametrize(
    ("law", "article", "ending"),
    [
        ("民法典", "1258", "应当承担侵权责任。"),
        ("民法典", "204", "另有约定的除外。"),
        ("刑法", "451", "以战时论。"),
        ("刑事诉讼法", "307", "实行监督。"),
        ("生态环境法典", "599", "应当依法处理。"),
    ],
)
def test_no_heading_of_the_next_part_clings_to_an_article(statutes, law, article, ending):
    assert statutes.provision(law, article, TODAY).text.endswith(ending)


def test_text_is_set_as_law_prints_it(statutes):
    assert "所称的“以上”、“以下”" in statutes.provision("民法典", "1259", TODAY).text
    assert "活动区域、时段、音量" in statutes.provision("生态环境法典", "593", TODAY).text
    assert "有权使用居民身份证" in statutes.provision("身份证法", "13", TODAY).text


def test_damaged_or_outdated_text_is_not_shown(statutes):
    assert statutes.provision("生态环境法典", "1120", TODAY).text is None
    assert statutes.provision("生态环境法典", "1119", TODAY).text is None
    assert statutes.provision("刑法", "165", TODAY).text is None


def test_the_land_contract_law_is_in_force_although_the_file_calls_it_repealed(statutes):
    assert statutes.in_force("农村土地承包法", TODAY)


def test_other_laws_the_file_calls_repealed_are_unknown_rather_than_quoted(statutes):
    with pytest.raises(UnknownLaw):
        statutes.provision("乡镇企业法", "1", TODAY)


def test_a_regulation_is_known_by_number_without_text(statutes):
    provision = statutes.provision("居住证条例", "第二条", TODAY)
    assert (provision.law, provision.article, provision.text) == ("居住证暂行条例", "2", None)
    assert provision.effective_from == date(2016, 1, 1)
    with pytest.raises(NoSuchArticle, match="居住证暂行条例共23条，没有第24条"):
        statutes.provision("居住证条例", "24", TODAY)


@pytest.mark.parametrize("article", ["1261", "第九千条", "0", "999999999"])
def test_an_article_beyond_the_last_is_refused_with_how_many_there_are(statutes, article):
    with pytest.raises(NoSuchArticle, match="民法典共1260条") as refusal:
        statutes.provision("民法典", article, TODAY)
    assert refusal.value.last == statutes.last_article("民法典", TODAY) == 1260


def test_refusals_are_told_apart_by_reason(statutes):
    asked = {"unknown_law": ("天条", "1"), "no_such_article": ("民法典", "离婚那条")}
    for reason, (law, article) in asked.items():
        with pytest.raises(NoProvision) as refusal:
            statutes.provision(law, article, TODAY)
        assert refusal.value.reason == reason


@given(st.text(max_size=12), st.text(max_size=6))
def test_whatever_is_asked_there_is_a_provision_or_a_reason(statutes, law, article):
    for name in (law, "民法典"):
        try:
            statutes.provision(name, article, TODAY)
        except NoProvision as refusal:
            assert str(refusal).endswith("。")
