"""An answer says what its matters say today."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import any_matter, content, entry, matter, place

from knowledge_base import files
from knowledge_base.bindings import FIELDS, UNKNOWN, bound, problems, render
from knowledge_base.entries import ANSWER_LIMIT
from knowledge_base.files import ContentError
from knowledge_base.live import Live
from knowledge_base.store import KnowledgeStore

PLACES = {"hall": "行政服务大厅", "a": "甲站", "b": "乙站", "c": "丙站"}
ANSWER = "居住证{{matter.permit.promised}}，{{ matter.permit.fee }}。"


def said(field: str, **fields: Any) -> str:
    return render(f"{{{{matter.permit.{field}}}}}", {"permit": matter(**fields)}, PLACES)


@pytest.mark.parametrize(
    ("field", "fields", "words"),
    [
        ("promised", {}, "承诺 10 个工作日内办好"),
        ("promised", {"promised": {"days": 0}}, "当场就能办好"),
        ("promised", {"promised": None}, "办理时限还没有公布"),
        ("promised_days", {}, "10"),
        ("promised_days", {"promised": None}, UNKNOWN),
        ("statutory", {"statutory": {"days": 15, "unit": "自然日"}}, "15 个自然日"),
        ("statutory_days", {"statutory": {"days": 15}}, "15"),
        ("fee", {}, "不收费"),
        (
            "fee",
            {"fee": {"items": [{"name": "工本费", "standard": "20 元", "waiver": "低保不收"}]}},
            "工本费 20 元（低保不收）",
        ),
        ("visits", {}, "一趟都不用跑"),
        ("visits", {"visits": 2}, "要到现场 2 次"),
        ("consult_phone", {"consult_phone": "12333"}, "12333"),
        ("consult_phone", {}, UNKNOWN),
        ("office", {}, "深圳市公安局福田分局"),
        ("places", {"places": ["hall"]}, "行政服务大厅"),
        ("places", {"places": ["hall", "a", "b", "c"]}, "行政服务大厅、甲站、乙站等 4 处"),
        ("channels", {"channels": ["窗口", "网上"]}, "窗口、网上"),
        ("materials", {}, "居民身份证"),
        ("materials", {"materials": [{"name": "证", "e_licence": "证"}]}, "不用交材料"),
    ],
)
def test_a_field_is_said_as_people_say_it(field, fields, words):
    assert said(field, **fields) == words


def test_materials_of_some_cases_are_told_apart():
    forks = [{"name": "办理人", "ask": "谁来？", "options": ["本人", "代办"]}]
    materials = [{"name": "身份证"}, {"name": "委托书", "when": {"办理人": ["代办"]}}]
    assert said("materials", forks=forks, materials=materials) == "身份证，看情况还要委托书"


@given(any_matter())
def test_whatever_a_matter_says_every_field_can_be_spoken(one):
    answer = "；".join(f"{{{{matter.{one.id}.{field}}}}}" for field in FIELDS)
    assert "{{" not in render(answer, {one.id: one}, PLACES)


@given(st.text(st.sampled_from("{}matter.permit promised答案"), max_size=40))
def test_braces_are_never_spoken(text):
    spoken = render(text, {"permit": matter()}, PLACES)
    assert "{{" not in spoken and "}}" not in spoken


def test_a_matter_that_is_gone_leaves_no_number_behind():
    assert render(ANSWER, {}, PLACES) == f"居住证{UNKNOWN}，{UNKNOWN}。"


def test_an_answer_knows_which_matters_it_speaks_from():
    assert bound(ANSWER + "{{matter.card.fee}}") == {"permit", "card"}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            "{{matter.permit.promised_day}}天",
            "没有「promised_day」这一项，可以写：name（事",
        ),
        ("{{matter.passport.fee}}", "没有编号为 passport 的事项"),
        ("{{permit.fee}}", "「{{permit.fee}}」读不懂，请写成 {{matter.事项编号.项目}}"),
        ("{{matter.permit.fee", "「{{」读不懂"),
        ("打{{matter.permit.consult_phone}}", "「居住证申领」没有写咨询电话"),
        ("答" * ANSWER_LIMIT + "{{matter.permit.fee}}", f"以后有 {ANSWER_LIMIT + 3} 字，超过"),
    ],
)
def test_what_cannot_be_said_is_a_problem_with_what_to_write(answer, told):
    (problem,) = problems(entry(answer=answer), {"permit": matter()}, PLACES)
    assert told in problem


def test_a_binding_counts_for_what_it_says_not_for_its_braces():
    answer = "答" * (ANSWER_LIMIT - 3) + "{{matter.permit.fee}}"
    assert list(problems(entry(answer=answer), {"permit": matter()}, PLACES)) == []


def test_a_content_folder_that_binds_what_is_not_there_is_not_read(tmp_path):
    lost = entry(answer="{{matter.permit.fees}}")
    files.write(content(entry("fine"), lost, matters=(matter(),)), tmp_path)
    with pytest.raises(ContentError, match="第 8 行「answer」：wait：事项没有「fees」这一项"):
        files.read(tmp_path)


def test_changing_the_matter_changes_every_answer_at_the_same_revision(
    store: KnowledgeStore, now: datetime
):
    promise = entry("promise", answer=ANSWER, matter="permit", question="居住证几天能拿到")
    other = entry("other", answer="办证：{{matter.permit.promised}}。")
    halls = (place("hall"),)
    store.load(content(promise, other, matters=(matter(),), places=halls), now=now)
    live = Live(store)

    def heard() -> list[str]:
        seen = live.current()
        names = {place.id: place.name for place in seen.places.values()}
        return [render(seen.entries[id].answer, seen.matters, names) for id in ("promise", "other")]

    assert all("承诺 10 个工作日内办好" in answer for answer in heard())
    before = live.current().revision
    held = store.get("matter", "permit")
    quicker = matter(promised={"days": 3})
    held = store.save_draft("matter", held.shelf, quicker, version=held.version, by="林晓", now=now)
    revision = store.publish("matter", "permit", version=held.version, by="林晓", now=now)
    assert all("承诺 3 个工作日内办好" in answer for answer in heard())
    assert live.current().revision == revision == before + 1


def test_what_is_bound_is_found(store: KnowledgeStore, now: datetime):
    card = entry("card", answer="{{matter.permit.office}}", question="去哪里办")
    others = [entry(f"other-{n}", question=f"第{n}个问题") for n in range(5)]
    store.load(content(card, *others, matters=(matter(office="南园派出所"),)), now=now)
    nearest = Live(store).current().search.nearest("南园派出所", 1)
    assert [hit.id for hit in nearest] == ["card"]
    assert nearest[0].score > 0
