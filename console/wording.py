"""What the console calls things, and how it says what is wrong with them."""

from __future__ import annotations

import re
from typing import Any

from knowledge_base.headings import HEADINGS
from knowledge_base.matters import Matter

BLANK = "不能空着"

ENTRY_LABELS = {
    "question": "问题",
    "aliases": "别的问法",
    "answer": "答案",
    "matter": "关联事项",
    "sources": "来源",
    "owner": "负责部门",
    "checked_on": "核对日",
    "review_by": "下次复核",
    "valid_from": "生效日",
    "valid_until": "失效日",
    "sample": "待核实",
}

MORE_LABELS = {
    name: HEADINGS[Matter][name]
    for name in (
        "base_code",
        "item_code",
        "edition",
        "delegate",
        "partners",
        "pauses",
        "online_depth",
        "offers",
        "booking_rule",
        "themes",
        "company_themes",
        "windows",
        "result_kind",
        "result_licence",
        "delivery",
        "extra",
    )
}
"""What few matters need: the national guide's own headings, together at the foot of the page."""

MATTER_LABELS = {
    "name": "事项名称",
    "aliases": "大家怎么叫它",
    "summary": "一句话说明",
    "status": "状态",
    "marks": "省事的办法",
    "promised": "承诺时限",
    "statutory": "法定时限",
    "visits": "要到现场几次",
    "visit_reason": "为什么要到现场",
    "in_person": "必须本人到场的原因",
    "channels": "办理形式",
    "fee": "收费",
    "conditions": "办理条件",
    "forks": "先问的情形",
    "materials": "材料",
    "online_steps": "网上怎么办",
    "window_steps": "窗口怎么办",
    "result": "办成拿到什么",
    "result_e_licence": "有电子证照",
    "places": "办理地点",
    "scope": "通办范围",
    "consult_phone": "咨询电话",
    "complaint_phone": "监督电话",
    "faq": "常见问题",
    "office": "实施部门",
    "kind": "事项类型",
    "level": "行使层级",
    "audience": "服务对象",
    "code": "实施编码",
    "basis": "依据",
    "source": "信息来源",
    **MORE_LABELS,
    "checked_on": "核对日",
    "review_by": "下次复核",
    "valid_from": "生效日",
    "valid_until": "失效日",
    "sample": "待核实",
}

MARK_LABELS = {
    "unasked": "免申即享",
    "instant": "秒批",
    "deferral": "容缺受理",
    "commitment": "告知承诺",
    "bundle": "一件事一次办",
}

ROW_LABELS = {
    "name": "名称",
    "kind": "类型",
    "form": "形式",
    "originals": "原件份数",
    "copies": "复印件份数",
    "necessity": "必要性",
    "source": "来源渠道",
    "e_licence": "电子证照",
    "note": "说明",
    "size": "规格",
    "blank_form": "空白表格",
    "filled_form": "样表",
    "when": "需要的情形",
    "ask": "怎么问",
    "options": "选项",
    "question": "问题",
    "answer": "答案",
    "standard": "标准",
    "waiver": "减免",
    "items": "收费项目",
    "basis": "收费依据",
    "days": "天数",
    "unit": "单位",
    "detail": "条号或网址",
    "id": "编号",
    "shelf": "主题",
} | MARK_LABELS


def said(error: Any) -> str:
    """One of pydantic's errors as a sentence for the person at the form."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind in ("value_error.missing", "value_error.any_str.min_length"):
        return BLANK
    if kind == "value_error.const":
        return f"只能选：{'、'.join(map(str, context.get('permitted', ())))}"
    if kind == "value_error.str.regex":
        return "只能用小写字母、数字和连字符，如 marriage-certificate"
    if kind == "value_error.any_str.max_length":
        return f"最多 {context.get('limit_value')} 个字符"
    if kind.startswith(("value_error.date", "type_error.date")):
        return "日期请写成 2026-11-23"
    if kind == "type_error.integer":
        return "请写整数"
    if kind == "value_error.number.not_ge":
        return f"不能小于 {context.get('limit_value')}"
    return re.sub(r"（[a-z_]+）", "", str(error["msg"]))  # the name of a field means nothing here


def place_label(place: str, labels: dict[str, str]) -> str:
    """A field as people call it: `materials.2.name` is 材料第 3 行的名称."""
    first, *rest = place.split(".")
    label = labels.get(first, ROW_LABELS.get(first, first))
    for part in rest:
        label += f"第 {int(part) + 1} 行" if part.isdecimal() else f"的{ROW_LABELS.get(part, part)}"
    return label
