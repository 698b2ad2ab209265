"""All that is told of the entries at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from records import entry, matter

from knowledge_base.entry_audit import RULES, audit
from knowledge_base.findings import Finding
from knowledge_base.matters import Matter
from knowledge_base.statutes import Statutes

REMARKS = Path(__file__).parents[2] / "knowledge_base" / "content" / "statutes.yml"
DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def statutes() -> Statutes:
    return Statutes(REMARKS)


def found(
    statutes: Statutes, answer: str, permit: Matter | None = None, **fields: Any
) -> list[Finding]:
    one, permit = entry("asked", answer, **fields), permit or matter()
    return audit([one], {"permit": permit}, {}, statutes, DAY)


def rules(some: list[Finding]) -> list[tuple[str, str]]:
    return [(one.rule, one.weight) for one in some]


def test_a_bound_number_is_neither_held_against_the_law_nor_against_the_matter(statutes):
    law = [{"law": "消费者权益保护法", "article": "25"}]
    answer = "居住证{{matter.permit.promised}}。"
    assert found(statutes, answer, matter="permit", sources=law) == []


def test_a_number_that_disagrees_with_the_matter_is_an_error_that_says_what_to_bind(statutes):
    (one,) = found(statutes, "居住证7个工作日办好。", matter="permit")
    assert (one.rule, one.weight) == ("disagrees", "error")
    assert "手写着「7个工作日」，而「居住证申领」是：承诺 10 个工作日内办好" in one.message
    assert "{{matter.permit.promised}}" in one.mend


def test_a_number_that_agrees_for_now_had_better_be_bound(statutes):
    (one,) = found(statutes, "居住证10个工作日办好。", matter="permit")
    assert (one.rule, one.weight) == ("typed_number", "warning")
    assert "{{matter.permit.promised}}" in one.mend


def test_a_number_is_held_against_the_matter_only_where_the_entry_is_about_it(statutes):
    assert found(statutes, "居住证7个工作日办好。") == []


def test_a_binding_that_leads_nowhere_is_an_error(statutes):
    assert rules(found(statutes, "{{matter.passport.fee}}")) == [("binding", "error")]


@pytest.mark.parametrize("fields", [{"status": "挂起"}, {"valid_until": date(2026, 11, 22)}])
def test_a_binding_to_a_matter_that_is_not_handled_today_is_told(statutes, fields):
    wrong = found(statutes, "{{matter.permit.fee}}", matter(**fields))
    assert rules(wrong) == [("binding", "warning")]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"valid_until": date(2026, 11, 22)}, "expired"),
        ({"review_by": date(2026, 11, 22)}, "overdue"),
        ({"review_by": date(2026, 1, 1), "valid_until": date(2026, 1, 2)}, "expired"),
    ],
)
def test_what_ran_out_or_waits_for_review_is_told(statutes, fields, rule):
    assert rules(found(statutes, "可以。", **fields)) == [(rule, "warning")]


@pytest.mark.parametrize("field", ["valid_until", "review_by"])
def test_on_the_last_day_nothing_is_late_yet(statutes, field):
    assert found(statutes, "可以。", **{field: DAY}) == []


def test_every_rule_has_its_title(statutes):
    law = [{"law": "消费者权益保护法", "article": "25"}]
    wrong = found(
        statutes,
        "第1079条说，十天内，7个工作日办好{{x}}。",
        matter="permit",
        sources=law,
        review_by=date(2026, 1, 1),
    )
    assert {one.rule for one in wrong} >= {"quoted_article", "number", "disagrees", "binding"}
    assert {one.rule for one in wrong} <= RULES.keys()
