"""A guide is held against itself, the law and the other guides."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from records import matter

from knowledge_base.credit_code import is_valid
from knowledge_base.findings import Finding
from knowledge_base.matter_audit import RULES, audit, check
from knowledge_base.matters import Matter
from knowledge_base.statutes import Statutes

REMARKS = Path(__file__).parents[2] / "knowledge_base" / "content" / "statutes.yml"
DAY = date(2026, 11, 23)
OWNER = "91350100M000100Y43"  # the example of GB 32100-2015
BASE = "440101007000"
CODE = f"{OWNER}3{BASE}"


@pytest.fixture(scope="module")
def statutes() -> Statutes:
    return Statutes(REMARKS)


def sound(id: str = "permit", **fields: Any) -> Matter:
    """A guide with nothing to find."""
    plain = {
        "channels": ["窗口", "网上"],
        "statutory": {"days": 20},
        "result_kind": "证照",
        "result_licence": "居住证",
        "themes": ["户籍办理"],
        "consult_phone": "12345",
        "basis": [{"law": "民法典", "article": "1049"}],
    }
    return matter(id, **(plain | fields))


def rules(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [(one.rule, one.field, one.weight) for one in found]


def test_a_sound_guide_has_nothing_to_find(statutes):
    assert audit([sound()], statutes, DAY) == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"promised": {"days": 0}}, ("case_type", "promised.days", "error")),
        ({"case_type": "即办件"}, ("case_type", "promised.days", "error")),
        ({"statutory": {"days": 5}}, ("promised_longer", "promised.days", "error")),
        (
            {"statutory": {"days": 13, "unit": "自然日"}},  # ten working days are about fourteen
            ("promised_longer", "promised.days", "warning"),
        ),
        ({"promised": None}, ("no_limit", "promised", "warning")),
        ({"visits": 1}, ("visit_reason", "visit_reason", "error")),
        (
            {"visits": 1, "visit_reason": "核对原件", "online_depth": "全程网办"},
            ("online_visits", "visits", "error"),
        ),
        ({"channels": ["窗口"]}, ("no_way", "channels", "warning")),
        (
            {"in_person": "民法典要求", "channels": ["窗口", "视频办"]},
            ("in_person", "in_person", "error"),
        ),
        (
            {"fee": {"items": [{"name": "工本费", "standard": "20 元"}]}},
            ("fee", "fee.basis", "error"),
        ),
        (
            {"fee": {"items": [{"name": "工本费", "standard": "/"}], "basis": "价目"}},
            ("fee", "fee.items.0.standard", "error"),
        ),
        ({"fee": {"basis": "价目"}}, ("fee", "fee.items", "warning")),
        ({"offers": ["网上支付"]}, ("free_payment", "offers", "warning")),
        ({"complaint_phone": "1-2345"}, ("phones", "complaint_phone", "warning")),
        ({"audience": ["企业法人"], "company_themes": ["其他"]}, ("audience", "themes", "warning")),
        ({"company_themes": ["设立变更"]}, ("audience", "company_themes", "warning")),
        (
            {"audience": ["自然人", "企业法人"]},
            ("audience", "company_themes", "warning"),
        ),
        ({"kind": "行政许可"}, ("faq", "faq", "warning")),
        ({"result_licence": None}, ("licence", "result_licence", "warning")),
        (
            {"materials": [{"name": "身份证"}, {"name": "其他相关证明材料"}]},
            ("material_name", "materials.1.name", "warning"),
        ),
        (
            {"materials": [{"name": "申请表", "note": "可以容缺后补"}]},
            ("deferral", "materials.0.necessity", "warning"),
        ),
        ({"marks": {"deferral": "先办后补"}}, ("deferral", "marks.deferral", "warning")),
        ({"code": CODE[:-1]}, ("code", "code", "warning")),
        ({"code": "9" + CODE[1:-1] + "0"}, None),
        ({"code": "81" + CODE[2:]}, ("code", "code", "warning")),
        ({"code": CODE, "base_code": BASE[:-1] + "1"}, ("code", "code", "warning")),
        ({"code": CODE, "item_code": OWNER + "4" + BASE + "01"}, ("code", "item_code", "warning")),
    ],
)
def test_a_guide_that_contradicts_itself_is_found_with_the_field(fields, found):
    assert rules(list(check(sound(**fields)))) == ([found] if found else [])


@pytest.mark.parametrize(
    "fields",
    [
        {"promised": {"days": 10}, "statutory": {"days": 10}},
        {"promised": {"days": 10}, "statutory": {"days": 14, "unit": "自然日"}},
        {"promised": {"days": 0}, "case_type": "即办件"},
        {"visits": 1, "visit_reason": "核对原件", "channels": ["窗口"]},
        {"fee": {"items": [{"name": "工本费", "standard": "20 元"}], "basis": "价目"}},
        {"complaint_phone": "0755-12345678"},
        {"audience": ["自然人", "企业法人"], "company_themes": ["设立变更"]},
        {"kind": "行政许可", "faq": [{"question": "要多久？", "answer": "十天。"}]},
        {"result": "登记凭证", "result_licence": None},
        {
            "marks": {"deferral": "先办后补"},
            "materials": [{"name": "申请表", "necessity": "容缺后补", "note": "可以后补"}],
        },
        {"code": CODE, "base_code": BASE, "item_code": CODE + "01"},
    ],
)
def test_what_agrees_is_left_alone(fields):
    assert rules(list(check(sound(**fields)))) == []


@pytest.mark.parametrize(
    ("basis", "rule", "told"),
    [
        ({"law": "噪声污染防治法", "article": "64"}, "basis_in_force", "废止"),
        ({"law": "商标法", "article": "999"}, "basis_in_force", "没有第999条"),
        ({"law": "消法", "article": "25"}, "basis_in_force", "正式名称"),
        ({"title": "某某管理办法", "issuer": "市政府"}, "basis_article", "没有写第几条"),
        (
            {"title": "新办法", "article": "第二条", "effective_from": date(2027, 1, 1)},
            "basis_in_force",
            "2027-01-01 才施行",
        ),
        ({"title": "噪声污染防治法", "article": "第六十四条"}, "basis_in_force", "废止"),
    ],
)
def test_a_basis_names_its_article_and_is_in_force_on_the_day(statutes, basis, rule, told):
    (one,) = audit([sound(basis=[basis])], statutes, DAY)
    assert (one.rule, one.field) == (rule, "basis.0")
    assert told in one.message


def test_a_document_that_is_no_law_needs_no_article(statutes):
    notice = {"title": "关于印发工作方案的通知", "number": "国发〔2019〕6号"}
    assert audit([sound(basis=[notice])], statutes, DAY) == []


def test_two_live_matters_never_share_an_item_code(statutes):
    item = CODE + "01"
    twins = [sound("a", item_code=item), sound("b", item_code=item)]
    found = audit(twins, statutes, DAY)
    assert [(one.item, one.rule) for one in found] == [("a", "twin_code"), ("b", "twin_code")]
    resting = [twins[0], sound("b", item_code=item, status="取消")]
    assert audit(resting, statutes, DAY) == []


def test_a_cancelled_matter_is_left_alone(statutes):
    assert audit([sound(visits=1, status="取消")], statutes, DAY) == []


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        (OWNER, True),
        (OWNER[:-1] + "4", False),
        (OWNER[:-1], False),
        (OWNER.replace("M", "I"), False),
    ],
)
def test_a_credit_code_ends_with_its_check_digit(code, valid):
    assert is_valid(code) == valid


def test_every_rule_that_finds_something_has_its_title(statutes):
    everything_wrong = sound(
        kind="行政许可",
        promised={"days": 0},
        visits=1,
        in_person="法律要求",
        channels=["视频办"],
        result_licence=None,
        code="1",
        basis=[{"law": "消法", "article": "25"}],
    )
    found = {one.rule for one in audit([everything_wrong], statutes, DAY)}
    assert len(found) > 5
    assert found <= RULES.keys()
