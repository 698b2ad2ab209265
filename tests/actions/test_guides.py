from __future__ import annotations

from pathlib import Path

import pytest
from trackers import MATTERS, blanks

from actions.guides import ask_fork, saving_tags, tell
from knowledge_base import files
from knowledge_base.asking import FIELDS

CONTENT = files.read(Path(__file__).parents[2] / "knowledge_base/content")
EVERY = [*MATTERS, *(matter for shelf in CONTENT.matters.values() for matter in shelf)]
BY_ID = {matter.id: matter for matter in MATTERS}


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_every_matter_can_be_told(field, responses):
    for matter in EVERY:
        places = [place for place in CONTENT.places if place.id in matter.places]
        telling = tell(matter, field, {}, places)
        assert blanks(responses[telling.response]) <= telling.values.keys(), matter.id
        assert all(isinstance(value, str) for value in telling.values.values())
        assert telling.card["title"] == matter.name


def test_every_fork_of_every_matter_can_be_asked_for(responses):
    for matter in EVERY:
        for fork in matter.forks:
            for again in (False, True):
                telling = ask_fork(matter, fork, {}, again=again)
                assert blanks(responses[telling.response]) <= telling.values.keys()


def test_what_saves_a_trip_is_told_with_the_greatest_saving_first(responses):
    for matter in EVERY:
        telling = tell(matter, "materials", {}, [])
        assert responses[telling.response].startswith("{lead}")
        tags = saving_tags(matter)
        assert telling.values["lead"] == (
            f"先说省事的：{'、'.join(tag['label'] for tag in tags)}。" if tags else ""
        )


def test_the_checklist_is_that_of_the_case():
    permit = BY_ID["permit"]
    own = tell(permit, "materials", {"情形": "首次", "办理人": "本人"}, [])
    theirs = tell(permit, "materials", {"情形": "变更", "办理人": "代办"}, [])
    assert [item["name"] for item in own.card["checklist"]] == ["身份证"]
    assert [item["name"] for item in theirs.card["checklist"]] == ["身份证", "变更证明", "委托书"]
    assert theirs.values["whose"] == "（变更，代办）"


@pytest.mark.parametrize(
    ("id", "response"),
    [
        ("permit", "utter_matter_proxy"),
        ("marriage", "utter_matter_proxy_no"),
        ("card", "utter_matter_proxy_unknown"),
    ],
)
def test_whether_another_may_go_is_told_by_the_forks_and_the_law(id, response):
    telling = tell(BY_ID[id], "proxy", {}, [])
    assert telling.response == response
    assert "委托书" in telling.values.get("more", "委托书")


def test_a_limit_that_is_not_published_is_said_to_be_so():
    unknown = BY_ID["permit"].copy(update={"promised": None})
    telling = tell(unknown, "duration", {}, [])
    assert telling.values["promised"] == "办理时限还没有公布"
    assert telling.card["rows"] == [{"label": "承诺时限", "value": "还没有公布"}]
    assert "办理时限还没有公布" in tell(unknown, "guide", {}, []).values["promised"]
