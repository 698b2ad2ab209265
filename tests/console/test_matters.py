"""A clerk's work on a matter's guide."""

from __future__ import annotations

import pytest
from clerks import matter

from knowledge_base.matters import Days, Fee, FeeItem, Fork, Marks, Material, Question, Window
from knowledge_base.model import LawSource, OfficeSource

AT = "/matters/marriage-registration"


def _heard(knowledge):
    _, content = knowledge.published()
    return content.matters["family"][0]


def test_a_form_sent_as_it_came_keeps_every_field(clerk, knowledge):
    before = _heard(knowledge)
    assert "没有改动" in clerk.send(clerk.get(AT).form(AT), "publish").words
    seen = clerk.send(clerk.get(AT).form(AT).set("summary", "换了一句。"), "publish")
    assert "已发布" in seen.words
    assert _heard(knowledge) == before.copy(update={"summary": "换了一句。"})


def test_every_field_of_the_form_reaches_the_matter(clerk, knowledge):
    form = clerk.get(AT).form(AT)
    for name, *values in (
        ("name", "结婚登记（全国通办）"),
        ("aliases", "领证\r\n扯证"),
        ("status", "挂起"),
        ("marks.unasked", ""),
        ("marks.instant", "材料齐了马上办"),
        ("promised.days", "3"),
        ("promised.unit", "自然日"),
        ("statutory.days", ""),
        ("visits", "2"),
        ("visit_reason", "先看材料，再领证"),
        ("in_person", ""),
        ("channels", "窗口", "视频办"),
        ("conditions", "自愿"),
        ("forks.0.options", "初婚\r\n再婚\r\n复婚"),
        ("forks.new0.name", "户籍"),
        ("forks.new0.ask", "是深户吗？"),
        ("forks.new0.options", "深户\r\n非深户"),
        ("materials.0.e_licence", ""),
        ("materials.0.originals", "２"),
        ("materials.1.when", "情形=再婚", "情形=复婚"),
        ("materials.1.note", ""),
        ("materials.new0.name", "照片"),
        ("materials.new0.copies", "3"),
        ("materials.new0.necessity", "容缺后补"),
        ("online_steps", "先预约"),
        ("window_steps", ""),
        ("basis", "《民法典》第一千零四十九条\r\n不是清单"),
        ("offers", "预约"),
        ("themes", "婚姻登记"),
        ("windows", "- 窗口: 3 号\r\n  地址: 一楼"),
        ("extra", "旧系统编号: A1"),
        ("materials.0.standard", "在有效期内"),
        ("result", "结婚证书"),
        ("result_e_licence", "1"),
        ("scope", "全国"),
        ("fee.items.new0.name", "工本费"),
        ("fee.items.new0.standard", "9 元"),
        ("fee.basis", "价目表"),
        ("places", "shatou-hall"),
        ("consult_phone", ""),
        ("complaint_phone", "12345"),
        ("faq.new0.question", "要户口簿吗？"),
        ("faq.new0.answer", "不要。"),
        ("audience", "自然人", "其他组织"),
        ("sample", "1"),
    ):
        form = form.set(name, *values)
    seen = clerk.send(form, "publish")
    assert "市民现在还听不到" in seen.words  # it is suspended
    assert _heard(knowledge) == matter(
        name="结婚登记（全国通办）",
        aliases=("领证", "扯证"),
        status="挂起",
        case_type="承诺件",
        marks=Marks(instant="材料齐了马上办"),
        promised=Days(days=3, unit="自然日"),
        statutory=None,
        visits=2,
        visit_reason="先看材料，再领证",
        in_person=None,
        channels=("窗口", "视频办"),
        conditions=("自愿",),
        forks=(
            Fork(name="情形", ask="是第一次结婚吗？", options=("初婚", "再婚", "复婚")),
            Fork(name="户籍", ask="是深户吗？", options=("深户", "非深户")),
        ),
        materials=(
            Material(name="身份证", originals=2, standard="在有效期内"),
            Material(name="离婚证", when={"情形": ("再婚", "复婚")}),
            Material(name="照片", copies=3, necessity="容缺后补"),
        ),
        online_steps=("先预约",),
        window_steps=(),
        basis=(LawSource(law="民法典", article="1049"), OfficeSource(office="不是清单")),
        offers=("预约",),
        themes=("婚姻登记",),
        windows=(Window(name="3 号", address="一楼"),),
        extra={"旧系统编号": "A1"},
        result="结婚证书",
        result_e_licence=True,
        scope="全国",
        fee=Fee(items=(FeeItem(name="工本费", standard="9 元"),), basis="价目表"),
        places=("shatou-hall",),
        consult_phone=None,
        complaint_phone="12345",
        faq=(Question(question="要户口簿吗？", answer="不要。"),),
        audience=("自然人", "其他组织"),
        sample=True,
    )


def test_rows_keep_the_order_of_the_page(clerk, knowledge):
    form = clerk.get(AT).form(AT)
    first = [pair for pair in form.fields if pair[0].startswith("materials.0.")]
    form.fields[:] = [pair for pair in form.fields if pair not in first] + first
    clerk.send(form, "publish")
    assert [one.name for one in _heard(knowledge).materials] == ["离婚证", "身份证"]


@pytest.mark.parametrize(
    "changes, place, sentence",
    [
        ({"name": ""}, "name", "不能空着"),
        ({"promised.days": "很快"}, "promised.days", "请写整数"),
        ({"promised.days": "-1"}, "promised.days", "不能小于 0"),
        (
            {"promised.days": "9", "statutory.days": "5", "statutory.unit": "工作日"},
            "promised.days",
            "承诺时限 9 天比法定 5 天还长",
        ),
        ({"visit_reason": ""}, "visit_reason", "没有写必须到现场的原因"),
        ({"channels": "视频办"}, "in_person", "须本人到场的事项不能开视频办"),
        ({"channels": "写信"}, "channels", "只能选：窗口、网上"),
        ({"materials.1.name": ""}, "materials.1.name", "不能空着"),
        ({"materials.1.when": "情形=三婚"}, "materials.1.when", "不在情形选项里"),
        (
            {"materials.1.name": "离」婚证", "materials.1.when": "情形=三婚"},
            "materials.1.when",
            "不在情形选项里",
        ),
        ({"promised.days": "9" * 5000}, "promised.days", "请写整数"),
        ({"materials.0.copies": "半份"}, "materials.0.copies", "请写整数"),
        ({"forks.0.options": "初婚"}, "forks.0.options", "至少要有两个不同的选项"),
        ({"fee.items.new0.name": "工本费"}, "fee.items.0.standard", "不能空着"),
        ({"faq.new0.answer": "不要。"}, "faq.0.question", "不能空着"),
        ({"windows": "- 窗口: [一"}, "windows", "写法有误，请照导出的表写"),
        ({"source.detail": "看官网"}, "source.detail", "网址要以 https://"),
        ({"valid_from": "2027-01-01", "valid_until": "2026-01-01"}, "valid_until", "有效期倒了"),
        ({"kind": ""}, "kind", "不能空着"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(clerk, knowledge, changes, place, sentence):
    form = clerk.get(AT).form(AT).set("summary", "打了很多字")
    for name, value in changes.items():
        form = form.set(name, value)
    seen = clerk.send(form, "publish")
    assert seen.status == 422
    assert sentence in seen.html.split(f'id="{place}-error"')[1][:300]
    assert f'href="#{place}"' in seen.html and f'id="{place}"' in seen.html
    assert seen.form(AT)["summary"] == "打了很多字"
    assert knowledge.get("matter", "marriage-registration").version == 1


def test_two_who_edit_at_once_see_both_texts(clerk, colleague):
    mine = clerk.get(AT).form(AT).set("materials.0.note", "原件").set("marks.instant", "马上办")
    theirs = colleague.get(AT).form(AT).set("materials.0.note", "看一眼就行")
    colleague.send(theirs, "draft")
    seen = clerk.send(mine, "draft")
    assert seen.status == 409
    assert "看一眼就行" in seen.words and "秒批：马上办" in seen.words
    assert seen.form(AT)["materials.0.note"] == "原件"
    assert "草稿存好了" in clerk.send(seen.form(AT), "draft").words


def test_a_place_that_is_gone_stays_until_somebody_takes_it_away(clerk, knowledge, clock):
    gone = matter(places=("futian-hall", "old-hall"))
    knowledge.save_draft("matter", "family", gone, version=1, by="林晓", now=clock())
    seen = clerk.get(AT)
    assert "old-hall（库里没有）" in seen.words
    assert seen.form(AT).all("places") == ["futian-hall", "old-hall"]


def test_the_preview_tells_what_saves_a_trip_and_what_to_bring(clerk):
    form = clerk.get(AT).form(AT).set("visits", "0").set("channels", "网上")
    form = form.set("promised.days", "5").set("materials.new0.name", "照片")
    seen = clerk.post("/matters/preview", form.fields)
    for said in ("全程网办", "免提交", "5 个工作日", "不收费", "福田区行政服务大厅", "照片"):
        assert said in seen.words
    assert "再婚 才要" in seen.words


def test_a_new_matter_begins_as_a_draft(clerk, knowledge):
    form = clerk.get("/matters/new").form("/matters/new")
    for name, *values in (
        ("shelf", "family"),
        ("name", "补领结婚证"),
        ("summary", "结婚证丢了，可以补。"),
        ("promised.days", "0"),
        ("conditions", "结过婚"),
        ("channels", "窗口"),
        ("result", "结婚证"),
        ("office", "福田区民政局"),
        ("kind", "行政确认"),
        ("audience", "自然人"),
        ("source.name", "福田区民政局"),
    ):
        form = form.set(name, *values)
    assert "草稿存好了" in clerk.send(form, "draft").words
    made = knowledge.get("matter", "family-bu-ling-jie-hun-zheng")
    assert made.draft.case_type == "即办件" and made.published is None


def test_the_list_finds_a_matter_by_what_people_call_it(clerk):
    assert "结婚登记" in clerk.get("/matters?q=领结婚证").words
    assert "没有找到" in clerk.get("/matters?q=养鸡").words
