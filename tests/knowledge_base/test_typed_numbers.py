"""Numbers typed by hand are held against the fields of the matter."""

from __future__ import annotations

from typing import Any

import pytest
from records import matter

from knowledge_base.quantities import quantities
from knowledge_base.typed_numbers import typed_numbers

FEE = {"items": [{"name": "工本费", "standard": "每证 20 元"}], "basis": "价目"}


def found(text: str, lawful: str = "", **fields: Any) -> list[tuple[str, str, bool]]:
    known = set(quantities(lawful))
    return [
        (one.said, one.field, one.agrees) for one in typed_numbers(text, matter(**fields), known)
    ]


@pytest.mark.parametrize(
    ("text", "fields", "typed"),
    [
        ("7 个工作日办好。", {}, [("7个工作日", "promised", False)]),
        ("承诺十个工作日办结。", {}, [("十个工作日", "promised", True)]),
        ("审批要10天。", {}, [("10天", "promised", False)]),  # ten working days are more
        (
            "法定时限15个工作日。",
            {"statutory": {"days": 15}},
            [("15个工作日", "statutory", True)],
        ),
        ("工本费二十元。", {"fee": FEE}, [("二十元", "fee", True)]),
        ("要交费，收40元。", {"fee": FEE}, [("40元", "fee", False)]),
        ("工本费20元。", {}, [("20元", "fee", False)]),
        (
            "打 0755-83456789 问。",
            {"consult_phone": "0755-83456789"},
            [("0755-83456789", "consult_phone", True)],
        ),
        ("打83456789。", {"consult_phone": "12345"}, [("83456789", "consult_phone", False)]),
        ("要跑两趟。", {"visits": 1, "visit_reason": "核对"}, [("跑两趟", "visits", False)]),
    ],
)
def test_a_number_that_a_field_knows_is_found(text, fields, typed):
    assert found(text, **fields) == typed


@pytest.mark.parametrize(
    "text",
    [
        "承诺{{matter.permit.promised}}。",
        "有效期届满 30 个工作日前来办。",
        "出生 90 天内办好登记。",
        "住满 180 天可以申领。",
        "打 12345 问，或者 110。",
        "最高补贴 5000 元。",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert found(text) == []


def test_what_the_law_says_stands_beside_the_matter():
    assert found("法律规定 60 日内审核。", lawful="应当自受理之日起六十日内") == []


def test_a_step_has_a_time_limit_of_its_own():
    steps = [{"text": "审核", "within": {"days": 3}}]
    assert found("审核 3 个工作日。", online_steps=steps) == []
