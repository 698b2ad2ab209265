from __future__ import annotations

from datetime import date

from actions.messages import choice_in
from actions.replies import choice, cited, named, reply, source_line
from knowledge_base.model import LawSource, OfficeSource

DAY = date(2026, 11, 20)
LAW = LawSource(law="民法典", article="1079")
INSERTED = LawSource(law="刑法", article="17之一")
OFFICE = OfficeSource(office="福田区民政局", url="https://example.org/x")


def test_a_decision_has_all_that_the_contract_names(whole, dispatcher):
    reply(dispatcher, "utter_greet", "smalltalk", card={"title": "好", "tags": []}, extra="x")
    [said] = dispatcher.messages
    assert said["custom"] == {
        "kind": "smalltalk",
        "id": None,
        "score": None,
        "sources": [],
        "revision": whole.knowledge.current().revision,
        "card": {"title": "好"},
    }
    assert (said["response"], said["extra"]) == ("utter_greet", "x")


def test_a_refusal_says_its_reason_to_programs_and_to_pages(whole, dispatcher):
    reply(dispatcher, "utter_refuse_unclear", "refuse", reason="unclear", card={"title": "好"})
    decision = dispatcher.messages[0]["custom"]
    assert decision["reason"] == "unclear"
    assert decision["card"] == {"reason": "unclear", "title": "好"}


def test_sources_are_cited_with_the_day_they_were_checked():
    assert cited([LAW, OFFICE], DAY) == [
        {"law": "民法典", "article": "1079", "checked_on": "2026-11-20"},
        {"office": "福田区民政局", "url": "https://example.org/x", "checked_on": "2026-11-20"},
    ]


def test_sources_are_read_as_people_write_them():
    assert named(LAW) == "《民法典》第1079条"
    assert named(INSERTED) == "《刑法》第17条之一"
    assert named(OFFICE) == "福田区民政局"
    assert source_line([LAW, OFFICE], DAY, sample=False) == (
        "来源：《民法典》第1079条、福田区民政局（2026-11-20 核对）"
    )
    assert "以广东政务服务网公布为准" in source_line([LAW], DAY, sample=True)


def test_a_button_says_what_it_chooses():
    button = choice("深户", item="matter:permit", fork="户籍", option="深户")
    assert button["title"] == "深户"
    assert choice_in(button["payload"]) == {
        "item": "matter:permit",
        "fork": "户籍",
        "option": "深户",
    }
