"""What sheets call the fields of a record, in the words of the national guide (办事指南)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from knowledge_base.entries import Entry
from knowledge_base.matters import (
    Basis,
    Days,
    Fee,
    FeeItem,
    Fork,
    Marks,
    Material,
    Matter,
    Question,
    Step,
    Window,
)
from knowledge_base.model import LawSource, OfficeSource, Record

_DATED = {
    "checked_on": "核对日",
    "valid_from": "生效日",
    "valid_until": "失效日",
    "review_by": "下次复核",
}

HEADINGS: Mapping[type[Record], Mapping[str, str]] = {
    Entry: {
        "id": "编号",
        "question": "问题",
        "aliases": "相似问",
        "answer": "答案",
        "sources": "来源",
        "owner": "负责部门",
        "matter": "关联事项",
        "sample": "待核实",
        **_DATED,
    },
    Matter: {
        "id": "编号",
        "name": "事项名称",
        "aliases": "日常用语",
        "base_code": "基本编码",
        "code": "实施编码",
        "item_code": "业务办理项编码",
        "edition": "版本",
        "kind": "事项类型",
        "level": "行使层级",
        "office": "实施主体",
        "delegate": "受委托部门",
        "partners": "联办机构",
        "audience": "服务对象",
        "case_type": "办件类型",
        "statutory": "法定办结时限",
        "promised": "承诺办结时限",
        "summary": "一句话说明",
        "conditions": "受理条件",
        "forks": "情形",
        "materials": "材料",
        "online_steps": "网上办理流程",
        "window_steps": "窗口办理流程",
        "pauses": "特别程序",
        "visits": "到办事现场次数",
        "visit_reason": "必须现场办理原因",
        "in_person": "须本人到场的原因",
        "channels": "办理形式",
        "online_depth": "网上办理深度",
        "offers": "还可以",
        "booking_rule": "预约规则",
        "marks": "省事的办法",
        "scope": "通办范围",
        "fee": "收费",
        "themes": "自然人主题",
        "company_themes": "法人主题",
        "places": "办理地点编号",
        "windows": "办理窗口",
        "consult_phone": "咨询电话",
        "complaint_phone": "监督投诉电话",
        "result": "审批结果",
        "result_kind": "结果类型",
        "result_licence": "结果证照名称",
        "result_e_licence": "结果有电子证照",
        "delivery": "送达方式",
        "basis": "设定依据",
        "faq": "常见问题",
        "status": "状态",
        "source": "信息来源",
        "sample": "待核实",
        "extra": "其他登记",
        **_DATED,
    },
    Material: {
        "name": "名称",
        "kind": "类型",
        "form": "形式",
        "originals": "原件份数",
        "copies": "复印件份数",
        "necessity": "必要性",
        "source": "来源渠道",
        "e_licence": "电子证照",
        "when": "需要的情形",
        "note": "填报须知",
        "size": "规格",
        "blank_form": "空白表格",
        "filled_form": "样表",
        "standard": "受理标准",
        "basis": "要求依据",
    },
    Fork: {"name": "情形", "ask": "怎么问", "options": "选项"},
    Days: {"days": "天数", "unit": "单位"},
    Step: {"text": "步骤", "within": "时限", "result": "结果"},
    Marks: {
        "unasked": "免申即享",
        "instant": "秒批",
        "deferral": "容缺受理",
        "commitment": "告知承诺",
        "bundle": "一件事一次办",
    },
    Fee: {"items": "收费项目", "basis": "收费依据"},
    FeeItem: {"name": "项目", "standard": "标准", "waiver": "减免"},
    Question: {"question": "问题", "answer": "答案"},
    Window: {"name": "窗口", "address": "地址", "hours": "时间", "transport": "交通"},
    Basis: {
        "title": "名称",
        "number": "文号",
        "article": "条款",
        "issuer": "发布机关",
        "effective_from": "施行日",
    },
    LawSource: {"law": "法律", "article": "条号"},
    OfficeSource: {"office": "部门", "url": "网址"},
}
"""By record its fields, in the order in which sheets have their columns."""


def heading(kind: type[Record], field: str) -> str:
    return HEADINGS[kind][field]


@cache
def fields(kind: type[Record]) -> Mapping[str, str]:
    """The field that every heading of `kind` stands for."""
    return {heading: field for field, heading in HEADINGS[kind].items()}
