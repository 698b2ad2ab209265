import pytest
from records import content, entry, matter, place

from knowledge_base.live import Live
from knowledge_base.store import KnowledgeStore


@pytest.fixture
def live(store, now):
    some = content(
        entry("wait", question="高龄津贴多久发一次？", matter="senior-allowance"),
        entry("hall", question="大厅几点开门？"),
        matters=(matter("senior-allowance", name="高龄津贴"), matter("card", name="老年优待证")),
        places=(place("hall", name="福田区行政服务大厅", aliases=["区大厅"]),),
    )
    store.load(some, now=now)
    return Live(store)


def test_a_snapshot_holds_what_citizens_may_hear(live):
    knowledge = live.current()
    assert knowledge.revision == 1
    assert knowledge.entries.keys() == {"wait", "hall"}
    assert knowledge.matters.keys() == {"senior-allowance", "card"}
    assert knowledge.places["hall"].name == "福田区行政服务大厅"


def test_the_same_snapshot_serves_until_something_is_published(live, store, now):
    before = live.current()
    store.save_draft("entry", "waiting", entry("new"), version=0, by="王芳", now=now)
    assert live.current() is before


def test_a_publish_elsewhere_is_found_at_the_next_question(live, second_engine, now):
    assert live.current().search.find("停车位在哪里预约").outcome == "refuse"
    elsewhere = KnowledgeStore(second_engine)
    new = entry("parking", "负一层。", question="停车位在哪里预约？")
    elsewhere.save_draft("entry", "waiting", new, version=0, by="王芳", now=now)
    elsewhere.publish("entry", "parking", version=1, by="王芳", now=now)
    knowledge = live.current()
    found = knowledge.search.find("停车位在哪里预约")
    assert (knowledge.revision, found.outcome, found.hits[0].id) == (2, "answer", "parking")
    assert knowledge.entries["parking"].answer == "负一层。"


def test_a_retired_entry_is_found_no_more(live, store, now):
    assert live.current().search.find("大厅几点开门").hits[0].id == "hall"
    store.retire("entry", "hall", version=1, by="王芳", now=now)
    knowledge = live.current()
    assert "hall" not in knowledge.entries
    assert all(hit.id != "hall" for hit in knowledge.search.find("大厅几点开门").hits)


def test_matters_streets_laws_and_offices_are_known_by_name(live, store, now):
    law = entry("divorce", sources=[{"law": "民法典", "article": "1079"}])
    store.save_draft("entry", "waiting", law, version=0, by="王芳", now=now)
    store.publish("entry", "divorce", version=1, by="王芳", now=now)
    names = live.current().names
    assert names.find("高龄津贴怎么领").matters == {"senior-allowance"}
    assert names.find("区大厅怎么走").streets == {"hall"}
    assert names.find("民法典怎么说").laws == {"民法典"}
    assert names.find("福田区政务服务数据管理局在哪").offices == {"福田区政务服务数据管理局"}


def test_a_question_that_names_another_matter_never_gets_this_ones_entry(live):
    found = live.current().search.find("老年优待证多久发一次")
    assert all(hit.id != "wait" for hit in found.hits)


def test_a_matter_is_found_by_what_is_asked_about_it(live):
    found = live.current().matter_search.find("老年优待证要带什么")
    assert found.certain == "card"


def test_an_empty_knowledge_base_finds_nothing_and_does_not_fail(store):
    knowledge = Live(store).current()
    assert knowledge.revision == 0
    assert knowledge.search.find("办居住证要带什么").outcome == "refuse"
    assert knowledge.matter_search.find("办居住证要带什么").certain is None
