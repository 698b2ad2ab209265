"""The page that says what is wrong with the guides, and the forms that refuse it."""

from __future__ import annotations

import pytest
from clerks import matter

from knowledge_base.files import Content, Topic

FAMILY = Topic(kind="matters", id="family", title="婚育与教育")


def load(knowledge, clock, *matters):
    knowledge.load(Content((FAMILY,), (), {}, {"family": matters}), now=clock(), overwrite=True)


def test_a_finding_names_the_matter_the_field_and_the_mend(clerk, knowledge, clock):
    load(knowledge, clock, matter(visit_reason=None))
    seen = clerk.get("/audit")
    told = "结婚登记 为什么要到现场 要改 要到现场 1 次，没有写必须到现场的原因。 请写明原因"
    assert told in seen.words
    assert "其中 1 处一定要改" in seen.words
    assert 'href="/matters/marriage-registration#visit_reason"' in seen.html


def test_the_findings_of_one_rule_can_be_seen_alone(clerk, knowledge, clock):
    load(knowledge, clock, matter(visit_reason=None, result_licence=None))
    seen = clerk.get("/audit?rule=licence")
    assert "要到现场的写明原因 1" in seen.words
    assert "共 1 处 " in seen.words
    assert "没有写是哪一种证照" in seen.words
    assert "没有写必须到现场的原因" not in seen.words


def test_guides_with_nothing_to_mend_are_praised(clerk, knowledge, clock):
    load(knowledge, clock, matter(result_kind="证照", result_licence="结婚证"))
    assert "没有要改的。1 个事项的各项都对得上。" in clerk.get("/audit").words


def test_only_staff_read_the_audit(visitor):
    assert "登录" in visitor.get("/audit").words


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("{{matter.marriage.fee}}", "没有编号为 marriage 的事项"),
        ("{{matter.marriage-registration.price}}", "没有「price」这一项"),
    ],
)
def test_an_answer_that_binds_what_is_not_there_is_not_saved(clerk, knowledge, answer, told):
    at = "/entries/marriage-papers"
    seen = clerk.send(clerk.get(at).form(at).set("answer", answer), "draft")
    assert seen.status == 422
    assert told in seen.words
    assert knowledge.get("entry", "marriage-papers").draft is None


def test_the_preview_shows_what_a_binding_says(clerk):
    at = "/entries/marriage-papers"
    form = clerk.get(at).form(at).set("answer", "{{matter.marriage-registration.promised}}。")
    seen = clerk.send(form, "draft")
    assert "草稿存好了" in seen.words
    assert "当场就能办好。" in seen.words
