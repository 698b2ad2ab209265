"""A clerk's work on an entry, from the list to what citizens hear."""

from __future__ import annotations

from datetime import date

import pytest
from clerks import entry

from knowledge_base.entries import ANSWER_LIMIT
from knowledge_base.files import Content, Topic
from knowledge_base.model import LawSource, OfficeSource

AT = "/entries/marriage-papers"


def _heard(knowledge, id="marriage-papers"):
    """What the bot reads: the published text of an entry."""
    _, content = knowledge.published()
    entries = (one for some in content.entries.values() for one in some)
    return next((one for one in entries if one.id == id), None)


def _fill(knowledge, clock, count):
    entries = tuple(entry(f"marriage-{n:03}", matter=None) for n in range(count))
    topics = (Topic(kind="qa", id="marriage", title="婚姻家庭"),)
    knowledge.load(Content(topics, (), {"marriage": entries}, {}), now=clock())


def test_a_draft_waits_until_it_is_published_and_then_citizens_hear_it(clerk, knowledge):
    before = knowledge.revision()
    form = clerk.get(AT).form(AT).set("answer", "只要身份证。")
    seen = clerk.send(form, "draft")
    assert "草稿存好了" in seen.words and "有草稿" in seen.words
    assert knowledge.revision() == before
    assert _heard(knowledge).answer.startswith("带身份证就行")
    assert "草稿改了 1 处，发布后市民才听到" in seen.words
    assert "<mark>两个人一起来。</mark>" in seen.html and "<mark>只要身份证。</mark>" in seen.html

    seen = clerk.send(seen.form(AT), "publish")
    assert "草稿改了" not in seen.words
    assert f"已发布，市民下一句就能听到（修订号 {before + 1}）" in seen.words
    assert knowledge.revision() == before + 1
    assert _heard(knowledge).answer == "只要身份证。"
    assert knowledge.get("entry", "marriage-papers").changed_by == "林晓"


def test_saving_and_publishing_in_one_step(clerk, knowledge):
    seen = clerk.send(clerk.get(AT).form(AT).set("question", "领证带什么？"), "publish")
    assert "已发布" in seen.words
    assert _heard(knowledge).question == "领证带什么？"


def test_a_form_sent_as_it_came_changes_nothing(clerk, knowledge):
    before = _heard(knowledge)
    seen = clerk.send(clerk.get(AT).form(AT), "publish")
    assert "没有改动" in seen.words
    assert _heard(knowledge) == before and knowledge.revision() == 1


def test_every_field_of_the_form_reaches_the_entry(clerk, knowledge):
    form = clerk.get(AT).form(AT)
    for name, *values in (
        ("question", "  离婚登记要带什么？ "),
        ("aliases", "离婚带啥\r\n\r\n  离婚要户口本吗 "),
        ("answer", "先说结论。\r\n再说例外。"),
        ("owner", "福田区司法局"),
        ("matter", ""),
        ("checked_on", "2026-11-20"),
        ("review_by", ""),
        ("valid_from", "2026-01-01"),
        ("valid_until", "2027-12-31"),
        ("sample", "1"),
        ("sources.0.name", "《劳动合同法》"),
        ("sources.0.detail", "第三十九条"),
        ("sources.1.kind", "office"),
        ("sources.1.detail", ""),
        ("sources.new0.kind", "law"),
        ("sources.new0.name", "民法典"),
        ("sources.new0.detail", "1076"),
    ):
        form = form.set(name, *values)
    assert "已发布" in clerk.send(form, "publish").words
    assert _heard(knowledge) == entry(
        question="离婚登记要带什么？",
        aliases=("离婚带啥", "离婚要户口本吗"),
        answer="先说结论。\n再说例外。",
        owner="福田区司法局",
        matter=None,
        checked_on=date(2026, 11, 20),
        review_by=None,
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 12, 31),
        sample=True,
        sources=(
            LawSource(law="劳动合同法", article="39"),
            OfficeSource(office="福田区民政局"),
            LawSource(law="民法典", article="1076"),
        ),
    )


@pytest.mark.parametrize(
    "name, value, place, sentence",
    [
        ("question", " ", "question", "不能空着"),
        ("answer", "", "answer", "不能空着"),
        ("answer", "长" * (ANSWER_LIMIT + 1), "answer", "超过 600 字"),
        ("aliases", "领证\r\n领证", "aliases", "问法有重复"),
        ("owner", "", "owner", "不能空着"),
        ("checked_on", "", "checked_on", "不能空着"),
        ("checked_on", "昨天", "checked_on", "日期请写成 2026-11-23"),
        ("review_by", "20271399", "review_by", "日期请写成 2026-11-23"),
        ("valid_until", "2020-01-01", "valid_until", "有效期倒了"),
        ("sources.0.detail", "总则", "sources.0.detail", "条号请写数字"),
        ("sources.0.detail", "", "sources.0.detail", "请写条号"),
        ("sources.1.detail", "javascript:alert(1)", "sources.1.detail", "网址要以 https://"),
        ("sources.1.name", "", "sources.1.name", "不能空着"),
        ("matter", "Not an id", "matter", "只能用小写字母"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_typed_is_lost(
    clerk, knowledge, name, value, place, sentence
):
    form = clerk.get(AT).form(AT).set("valid_from", "2026-01-01").set("answer", "打了很多字")
    form = form.set(name, value)
    seen = clerk.send(form, "publish")
    assert seen.status == 422
    assert f'id="{place}-error"' in seen.html and f'href="#{place}"' in seen.html
    assert sentence in seen.html.split(f'id="{place}-error"')[1][:200]
    again = seen.form(AT)
    assert [(k, v.strip()) for k, v in again.fields] == [(k, v.strip()) for k, v in form.fields]
    assert knowledge.get("entry", "marriage-papers").version == 1


def test_several_mistakes_are_said_together_in_the_order_of_the_page(clerk):
    form = clerk.get(AT).form(AT).set("owner", "").set("question", "").set("sources.0.name", "")
    words = clerk.send(form).words
    assert "有 3 处要改，还没有存" in words
    places = [words.index(said) for said in ("问题 ：", "来源第 1 行的名称 ：", "负责部门 ：")]
    assert places == sorted(places)


def test_an_entry_wants_a_source(clerk):
    form = clerk.get(AT).form(AT)
    for number in (0, 1):
        form = form.set(f"sources.{number}.name", "").set(f"sources.{number}.detail", "")
    for sent in (form, form.set("answer", "")):
        seen = clerk.send(sent)
        assert "至少写一个来源" in seen.html.split('id="sources-error"')[1][:100]


def test_the_same_question_twice_is_refused(clerk, knowledge, clock):
    _fill(knowledge, clock, 1)
    other = knowledge.get("entry", "marriage-000").latest.question
    form = clerk.get(AT).form(AT).set("question", other)
    assert "已经有一条一样的，编号 marriage-000" in clerk.send(form).words


def test_two_who_edit_at_once_both_keep_their_text(clerk, colleague, knowledge):
    mine = clerk.get(AT).form(AT).set("answer", "林晓写的。\r\n两个人一起来。")
    theirs = colleague.get(AT).form(AT).set("answer", "陈建国写的。\r\n两个人一起来。")
    assert colleague.send(theirs, "publish").status == 200

    seen = clerk.send(mine, "publish")
    assert seen.status == 409
    assert "陈建国 今天 09:00 也改了这一条" in seen.words
    assert "<mark>陈建国写的。</mark><br>两个人一起来。" in seen.html
    assert "<mark>林晓写的。</mark><br>两个人一起来。" in seen.html
    assert _heard(knowledge).answer.startswith("陈建国写的")

    again = seen.form(AT)
    assert again["answer"] == "林晓写的。\r\n两个人一起来。"
    assert clerk.send(again, "publish").status == 200
    assert _heard(knowledge).answer.startswith("林晓写的")


def test_sending_the_same_form_twice_is_no_conflict(clerk, knowledge):
    form = clerk.get(AT).form(AT).set("answer", "只要身份证。")
    assert clerk.send(form, "draft").status == 200
    assert clerk.send(form, "draft").status == 200
    assert knowledge.get("entry", "marriage-papers").version == 2


def test_a_retired_entry_is_heard_no_more_and_can_come_back(clerk, knowledge):
    page = clerk.get(AT)
    seen = clerk.send(page.form(f"{AT}/retire"))
    assert "已停用，市民不会再听到（修订号 2）" in seen.words
    assert _heard(knowledge) is None
    assert "停用这一条" not in seen.words
    assert "已发布" in clerk.send(seen.form(AT), "publish").words
    assert _heard(knowledge) is not None


def test_retiring_what_somebody_has_just_changed_wants_a_second_look(clerk, colleague, knowledge):
    old = clerk.get(AT).form(f"{AT}/retire")
    colleague.send(colleague.get(AT).form(AT).set("answer", "陈建国写的。"), "publish")
    seen = clerk.send(old)
    assert seen.status == 409
    assert "陈建国 刚刚改过这一条" in seen.words and "陈建国写的。" in seen.html
    assert _heard(knowledge).answer == "陈建国写的。"


def test_publishing_what_is_out_of_date_says_that_nobody_hears_it(clerk):
    form = clerk.get(AT).form(AT).set("valid_until", "2026-11-22")
    assert "市民现在还听不到" in clerk.send(form, "publish").words


def test_a_new_entry_gets_its_id_from_its_topic_and_its_sound(clerk, knowledge):
    form = clerk.get("/entries/new?question=试用期能被辞退吗？").form("/entries/new")
    assert form["question"] == "试用期能被辞退吗？" and form["checked_on"] == "2026-11-23"
    for name, value in (
        ("shelf", "labour"),
        ("answer", "能，但要有理由。"),
        ("owner", "福田区人力资源局"),
        ("sources.0.kind", "law"),
        ("sources.0.name", "劳动合同法"),
        ("sources.0.detail", "39"),
    ):
        form = form.set(name, value)
    seen = clerk.send(form, "publish")
    assert "已发布" in seen.words and "劳动" in seen.words
    made = _heard(knowledge, "labour-shi-yong-qi-neng-bei-ci-tui-ma")
    assert made.answer == "能，但要有理由。"


def test_a_new_entry_without_a_topic_is_kept_on_the_page(clerk, knowledge):
    form = clerk.get("/entries/new").form("/entries/new").set("question", "能养鸡吗？")
    seen = clerk.send(form, "draft")
    assert seen.status == 422
    assert 'href="#shelf"' in seen.html
    assert seen.form("/entries/new")["question"] == "能养鸡吗？"
    assert len(knowledge.all("entry")) == 1


def test_two_questions_that_sound_alike_get_two_ids(clerk, knowledge):
    for question in ("市里办吗", "事理办吗"):
        form = clerk.get("/entries/new").form("/entries/new")
        for name, value in (
            ("shelf", "labour"),
            ("question", question),
            ("answer", "能。"),
            ("owner", "局"),
            ("sources.0.name", "局"),
        ):
            form = form.set(name, value)
        assert clerk.send(form, "draft").status == 200
    ids = {stored.id for stored in knowledge.all("entry")}
    assert {"labour-shi-li-ban-ma", "labour-shi-li-ban-ma-2"} <= ids


def test_what_is_typed_never_becomes_markup(clerk, knowledge):
    evil = "<script>alert(1)</script>\"'><b>"
    form = clerk.get(AT).form(AT).set("answer", evil).set("aliases", evil + "？")
    form = form.set("question", evil).set("sources.0.name", evil).set("owner", evil)
    seen = clerk.send(form, "publish")
    assert seen.status == 200 and _heard(knowledge).answer == evil
    knowledge.note_unanswered(evil, "kiosk", knowledge.get("entry", "marriage-papers").changed_at)
    for page in (
        AT,
        "/entries",
        "/",
        "/unanswered",
        f"/entries?q={evil}",
        f"/entries/new?question={evil}",
    ):
        html = clerk.get(page).html
        assert "<script>alert" not in html and "><b>" not in html.replace("</tr><b>", ""), page
    form = clerk.get(AT).form(AT)
    assert "<script>alert" not in clerk.post("/entries/preview", form.fields).html


def test_the_preview_shows_the_card_while_it_is_written(clerk, knowledge):
    form = clerk.get(AT).form(AT).set("answer", "第一句。\r\n第二句").set("sample", "1")
    form = form.set("question", "")
    seen = clerk.post("/entries/preview", form.fields)
    assert seen.status == 200
    assert "第一句。<br>第二句" in seen.html
    assert "《民法典》" in seen.words and "第 1049 条" in seen.words
    assert "以广东政务服务网公布为准" in seen.words
    assert knowledge.get("entry", "marriage-papers").version == 1


def test_the_preview_of_somebody_no_longer_signed_in_is_a_sentence(clerk, clock):
    fields = clerk.get(AT).form(AT).fields
    clock.pass_by(hours=1)
    seen = clerk.post("/entries/preview", fields, **{"hx-request": "true"})
    assert seen.status == 401 and seen.html.startswith("登录已过期")


@pytest.mark.parametrize(
    "wish, ids",
    [
        ("q=民政局", {"marriage-papers", "marriage-000", "marriage-001"}),
        ("q=领证 001", {"marriage-001"}),
        ("q=ＭＡＲＲＩＡＧＥ－000", {"marriage-000"}),
        ("q=没有这个词", set()),
        ("shelf=labour", set()),
        ("state=draft", {"marriage-papers"}),
        ("state=silent", {"marriage-001"}),
        ("state=published&q=户口簿", {"marriage-000"}),
    ],
)
def test_the_list_finds_by_words_topic_and_state(clerk, knowledge, clock, wish, ids):
    every = (entry(), entry("marriage-000", matter=None), entry("marriage-001", matter=None))
    topics = (Topic(kind="qa", id="marriage", title="婚姻家庭"),)
    knowledge.load(Content(topics, (), {"marriage": every}, {}), now=clock())
    clerk.send(clerk.get(AT).form(AT).set("answer", "改了"), "draft")
    clerk.send(clerk.get("/entries/marriage-001").form("/entries/marriage-001/retire"))
    seen = clerk.get(f"/entries?{wish}")
    found = {
        one for one in ("marriage-papers", "marriage-000", "marriage-001") if f"/{one}" in seen.html
    }
    assert found == ids
    assert (f"找到 {len(ids)} 条" in seen.words) or len(ids) == 3


def test_a_long_list_comes_in_pages(clerk, knowledge, clock):
    _fill(knowledge, clock, 45)
    seen = clerk.get("/entries?state=published")
    assert "找到 45 条，全部 46 条" in seen.words
    assert "第 1 页，共 3 页" in seen.words and "上一页" not in seen.words
    last = clerk.get("/entries?state=published&page=3")
    assert "marriage-044" in last.html and "下一页" not in last.words
    for number in ("99", "0", "-1", "x", "9" * 5000):
        assert clerk.get(f"/entries?page={number}").status == 200
