"""Near-equal questions get the same answer, once."""

from __future__ import annotations

import re
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import entry

from knowledge_base import contradictions
from knowledge_base.contradictions import NEAR, audit
from knowledge_base.entries import Entry
from knowledge_base.findings import Finding
from knowledge_base.text import gist


def found(*entries: Entry) -> list[Finding]:
    return audit(entries)


def asked(id: str, question: str, answer: str, **fields) -> Entry:
    return entry(id, answer, question=question, **fields)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("七天能拿到。", "十五天能拿到。", "一条是七天，一条是十五天"),
        ("七天。", "七个工作日。", "一条是七天，一条是七个工作日"),
        ("一个月。", "三十日。", "一条是一个月，一条是三十日"),
        ("半年后到期。", "一年后到期。", "一条是半年，一条是一年"),
        ("工本费 20 元。", "不收钱，快递 15 元。", "一条是20元，一条是15元"),
        ("打 12333。", "打 12345。", "一条是12333，一条是12345"),
    ],
)
def test_different_numbers_for_near_equal_questions_are_found(one, other, told):
    (finding,) = found(
        asked("a", "居住证几天能拿到？", one), asked("b", "居住证几天可以拿到", other)
    )
    assert (finding.item, finding.rule, finding.weight) == ("a", "contradiction", "warning")
    assert told in finding.message
    assert "b 的「居住证几天可以拿到」" in finding.message


def test_different_articles_of_one_law_are_found():
    def source(article):
        return [{"law": "民法典", "article": article}]

    one = asked("a", "离婚冷静期多久", "有冷静期。", sources=source("1077"))
    other = asked("b", "离婚冷静期有多久", "没有冷静期一说。", sources=source("1079"))
    (finding,) = found(one, other)
    assert finding.field == "sources"
    assert "《民法典》第1077条，一条是《民法典》第1079条" in finding.message


def test_an_alias_counts_like_the_question():
    one = asked("a", "怎么领证", "七天。", aliases=["居住证几天能拿到"])
    other = asked("b", "要等多久", "九天。", aliases=["居住证几天可以拿到"])
    assert [finding.rule for finding in found(one, other)] == ["contradiction"]


def test_the_same_answered_twice_is_a_duplicate():
    answer = "带身份证到窗口办，七天能拿到。"
    (finding,) = found(
        asked("a", "居住证几天能拿到", answer), asked("b", "居住证几天可以拿到", answer)
    )
    assert finding.rule == "duplicate"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("居住证几天能拿到", "七天。"), ("居住证几天可以拿到", "七个自然日。")),
        (("居住证几天能拿到", "七天。"), ("居住证几天可以拿到", "很快。")),
        (("居住证几天能拿到", "七天。"), ("营业执照几天能拿到", "三天。")),
    ],
)
def test_what_agrees_or_asks_something_else_is_left_alone(one, other):
    assert found(asked("a", *one), asked("b", *other)) == []


def test_two_matters_may_differ():
    one = asked("a", "社保卡几天能拿到", "七天。", matter="card")
    other = asked("b", "社保卡几天可以拿到", "九天。", matter="card-replacement")
    assert found(one, other) == []


@given(
    st.lists(
        st.lists(st.text("居住证多久办好要钱", min_size=2, max_size=8), min_size=1, max_size=2),
        min_size=2,
        max_size=8,
    )
)
def test_no_pair_is_missed(phrasings):
    """What is left out unseen would never have been near enough."""
    entries = [
        asked(f"e{n}", some[0], f"{n + 1}天。", aliases=[one for one in some[1:] if one != some[0]])
        for n, some in enumerate(phrasings)
    ]
    near = {
        (one.id, other.id)
        for one, other in combinations(entries, 2)
        for said in one.phrasings
        for likewise in other.phrasings
        if alike(said, likewise) >= NEAR
    }
    told = {(one.item, re.search(r"与 (\S+) 的", one.message)[1]) for one in audit(entries)}
    assert told == near


def alike(one: str, other: str) -> float:
    mine, theirs = ({*zip(f" {t}", f"{t} ", strict=True)} for t in (gist(one), gist(other)))
    return len(mine & theirs) / len(mine | theirs)


def test_the_work_grows_with_the_entries_not_with_their_pairs(monkeypatch):
    compared = []
    share = contradictions._share
    monkeypatch.setattr(
        contradictions, "_share", lambda *sides: compared.append(sides) or share(*sides)
    )
    chance = Random(7)
    words = [chr(code) for code in range(0x4E00, 0x4E00 + 100)]
    made = [asked(f"e-{n}", "".join(chance.choices(words, k=10)), "三天。") for n in range(2000)]
    assert audit(made) == []
    assert 0 < len(compared) < 10 * len(made)  # of two million pairs
