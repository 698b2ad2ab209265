from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from records import any_forks, any_materials, any_matter, matter

from knowledge_base.matters import Days, Fork, Material, Matter

FORKS = [
    {"name": "户籍", "ask": "您是深户吗？", "options": ["深户", "非深户"]},
    {"name": "办理人", "ask": "您本人来吗？", "options": ["本人", "代办"]},
]


@st.composite
def forked_matters(draw: st.DrawFn) -> Matter:
    forks = draw(any_forks())
    return matter(forks=forks, materials=draw(any_materials(forks)))


@st.composite
def cases(draw: st.DrawFn, of: Matter) -> dict[str, str]:
    """What a citizen may have told of their case: some forks, each with one of its options."""
    told = draw(st.lists(st.sampled_from(of.forks), unique_by=id)) if of.forks else []
    return {fork.name: draw(st.sampled_from(fork.options)) for fork in told}


def whole_cases(of: Matter, told: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Every way in which all forks may turn out, given what was told."""
    choices = [[told[fork.name]] if fork.name in told else fork.options for fork in of.forks]
    for answers in product(*choices):
        yield {fork.name: answer for fork, answer in zip(of.forks, answers, strict=True)}


@given(st.data())
def test_a_fork_is_open_exactly_when_its_answer_still_changes_the_checklist(data):
    one = data.draw(forked_matters())
    told = data.draw(cases(one))
    open_now = [fork.name for fork in one.open_forks(told)]
    for fork in one.forks:
        alike: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        for case in whole_cases(one, told):
            rest = tuple(answer for name, answer in case.items() if name != fork.name)
            names = tuple(material.name for material in one.checklist(case))
            alike.setdefault(rest, set()).add(names)
        matters = any(len(checklists) > 1 for checklists in alike.values())
        assert (fork.name in open_now) == matters
    assert open_now == [fork.name for fork in one.forks if fork.name in open_now]


@given(st.data())
def test_once_no_fork_is_open_the_checklist_is_settled(data):
    one = data.draw(forked_matters())
    told = data.draw(cases(one))
    asked = 0
    while forks := one.open_forks(told):
        told[forks[0].name] = data.draw(st.sampled_from(forks[0].options))
        asked += 1
    assert asked <= len(one.forks)
    assert all(one.checklist(case) == one.checklist(told) for case in whole_cases(one, told))


@given(st.data())
def test_an_answer_takes_materials_away_and_never_adds_one(data):
    one = data.draw(forked_matters())
    told = data.draw(cases(one))
    for case in whole_cases(one, told):
        bring = one.checklist(case)
        assert [m for m in one.checklist(told) if m in bring] == list(bring)


def test_a_fork_whose_materials_another_answer_has_ruled_out_is_not_asked():
    one = matter(
        forks=FORKS,
        materials=[
            {"name": "居民身份证"},
            {"name": "授权书", "when": {"户籍": ["非深户"], "办理人": ["代办"]}},
        ],
    )
    assert [fork.name for fork in one.open_forks({})] == ["户籍", "办理人"]
    assert [fork.name for fork in one.open_forks({"户籍": "非深户"})] == ["办理人"]
    assert one.open_forks({"户籍": "深户"}) == ()


def test_a_matter_without_conditions_asks_nothing():
    assert matter(forks=FORKS, materials=[{"name": "居民身份证"}]).open_forks({}) == ()


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("我是非深户", {"户籍": "非深户"}),
        ("深户，本人办", {"户籍": "深户", "办理人": "本人"}),
        ("外地户口，替我妈办", {"户籍": "非深户", "办理人": "代办"}),
        ("我自己去", {"办理人": "本人"}),
        ("我不是深户", {"户籍": "非深户"}),
        ("不是本人去", {}),
        ("帮我查一下要带什么", {}),
        ("给女儿办要带什么", {"办理人": "代办"}),
        ("要带什么", {}),
    ],
)
def test_the_case_is_understood_from_what_people_say(text, case):
    assert matter(forks=FORKS).case_in(text) == case


def test_a_plain_yes_or_no_is_an_answer_and_no_part_of_a_question():
    permit = Fork(name="前置审批", ask="有要先审批的项目吗？", options=("没有", "有"))
    said = {"有的。": "有", "没有": "没有", "有什么要求？": None, "没有身份证行吗": None}
    assert {text: permit.option_in(text) for text in said} == said


def test_what_is_done_for_a_child_by_its_parent_is_not_done_by_somebody_else():
    fork = Fork(name="办理人", ask="谁来申请？", options=("父母一方", "其他监护人"))
    assert fork.option_in("替孩子办") is None


@given(any_forks(), st.text(max_size=30))
def test_a_case_is_only_ever_told_in_the_matters_own_options(forks, text):
    one = matter(forks=forks)
    for name, option in one.case_in(text).items():
        assert option in next(fork.options for fork in one.forks if fork.name == name)


@given(any_forks())
def test_an_option_said_in_full_is_that_option(forks):
    for fork in matter(forks=forks).forks:
        assert [fork.option_in(f"我选{option}") for option in fork.options] == list(fork.options)


@pytest.mark.parametrize(
    ("fields", "waived"),
    [
        ({}, False),
        ({"e_licence": "居民身份证"}, True),
        ({"form": "系统自动获取无需提交"}, True),
        ({"form": "电子"}, False),
    ],
)
def test_what_a_licence_or_the_system_brings_need_not_be_handed_in(fields, waived):
    assert Material(name="居民身份证", **fields).waived == waived


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"forks": [FORKS[0], FORKS[0]]}, "情形的名称有重复"),
        ({"forks": [{"name": "x", "ask": "?", "options": ["是", "是"]}]}, "两个不同的选项"),
        (
            {"materials": [{"name": "材", "when": {"户籍": ["深户"]}}]},
            "「户籍: 深户」不在情形选项里",
        ),
        (
            {"forks": FORKS, "materials": [{"name": "材", "when": {"户籍": ["港澳"]}}]},
            "材料「材」的条件「户籍: 港澳」",
        ),
        ({"forks": FORKS, "materials": [{"name": "材", "when": {"户籍": []}}]}, "材料「材」的条件"),
    ],
)
def test_a_guide_whose_forks_cannot_be_asked_is_refused_with_what_is_wrong(fields, message):
    with pytest.raises(ValidationError, match=message):
        matter(**fields)


def test_limits_in_different_units_are_not_compared():
    assert (
        matter(statutory={"days": 5, "unit": "自然日"}, promised={"days": 10}).promised.days == 10
    )


def test_a_time_limit_reads_as_people_say_it():
    assert str(Days(days=0)) == "当场办结"
    assert str(Days(days=10)) == "10 个工作日"
    assert str(Days(days=15, unit="自然日")) == "15 个自然日"


def test_only_a_live_matter_that_offers_it_is_open_to_video():
    assert matter(channels=["视频办"]).open_to_video
    assert not matter(channels=["窗口"]).open_to_video
    assert not matter(channels=["视频办"], status="挂起").open_to_video


def test_a_fork_offers_what_its_buttons_say():
    fork = Fork(name="户籍", ask="您是深户吗？", options=("深户", "非深户"))
    assert fork.option_in("我不是深户，是非深户") == "非深户"
    assert fork.option_in("不清楚") is None


@settings(max_examples=30)
@given(any_matter())
def test_a_matter_comes_back_whole_from_the_text_the_database_keeps(one):
    assert Matter.parse_raw(one.json()) == one


def test_who_must_come_in_person_is_never_offered_video():
    assert matter(channels=["视频办"]).open_to_video
    assert not matter(channels=["视频办"], in_person="民法典要求双方到场").open_to_video
