import threading
import time

import pytest
import sqlalchemy as sa
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


class Slow:
    """A store whose texts come only when they are let through, one whole reading at a time."""

    def __init__(self, store):
        self._store, self._let_through = store, threading.Semaphore(0)
        self.readings = 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    def spoken(self):
        for read, one in enumerate(self._store.spoken()):
            if read == 1:  # in the middle of it
                self.readings += 1
                assert self._let_through.acquire(timeout=20)
            yield one

    def let_through(self):
        self._let_through.release()


@pytest.fixture
def few(monkeypatch):
    """Bounds as if the knowledge base were large."""
    monkeypatch.setattr("knowledge_base.live.SMALL", 0)
    monkeypatch.setattr("knowledge_base.live.FEW", 2)


def publish(store, now, *items):
    for item in items:
        stored = store.get("entry", item.id)
        draft = store.save_draft(
            "entry", "waiting", item, version=stored.version if stored else 0, by="王芳", now=now
        )
        store.publish("entry", item.id, version=draft.version, by="王芳", now=now)


def loaded(store, now, *ids):
    store.load(content(*(entry(id) for id in ids)), now=now)


def test_a_single_change_builds_nothing_anew(store, now, few):
    loaded(store, now, "a", "b", "c")
    slow = Slow(store)
    slow.let_through()
    live = Live(slow)
    live.current()
    publish(store, now, entry("new", question="停车位在哪里预约？"))
    assert live.current().search.find("停车位在哪里预约").hits[0].id == "new"
    store.retire("entry", "b", version=1, by="王芳", now=now)
    assert live.current().entries.keys() == {"a", "c", "new"}
    assert slow.readings == 1


def test_many_changes_are_built_in_the_background_and_the_old_answers_go_on(store, now, few):
    loaded(store, now, "a", "b")
    slow = Slow(store)
    slow.let_through()
    live = Live(slow)
    before = live.current()
    loaded(store, now, "a", "b", "c", "d", "e")  # more than a few, at one revision
    for _ in range(3):  # the new one is being read, half of it is there
        assert live.current() is before
    publish(store, now, entry("new", question="停车位在哪里预约？"))
    meanwhile = live.current()
    assert meanwhile.search.find("停车位在哪里预约").hits[0].id == "new"
    assert meanwhile.entries.keys() == {"a", "b", "new"}
    assert meanwhile.revision == before.revision  # for not all of the newest is heard
    slow.let_through()
    whole = live.settled()
    assert whole.entries.keys() == {"a", "b", "c", "d", "e", "new"}
    assert whole.revision == store.revision()
    assert whole.search.find("停车位在哪里预约").hits[0].id == "new"
    assert meanwhile.entries.keys() == {"a", "b", "new"}


def test_when_changes_have_piled_up_a_new_base_takes_their_place(store, now, few):
    loaded(store, now, "a", "b")
    live = Live(store)
    live.current()
    for id in ("c", "d", "e"):
        publish(store, now, entry(id))
        assert id in live.current().entries
    assert not live.settled().changes
    assert live.current().entries.keys() == {"a", "b", "c", "d", "e"}


def test_a_build_that_fails_is_tried_again(store, now, few, monkeypatch, caplog):
    loaded(store, now, "a", "b")
    live = Live(store)
    live.current()
    loaded(store, now, "a", "b", "c", "d", "e")
    with monkeypatch.context() as patch:
        patch.setattr(store, "spoken", lambda: 1 / 0)
        live.current()
        while live.building:
            time.sleep(0.01)
    assert "No new snapshot could be built" in caplog.text
    assert live.settled().entries.keys() == {"a", "b", "c", "d", "e"}


def test_a_revision_that_does_not_say_what_it_changed_is_read_whole(store, engine, now, few):
    loaded(store, now, "a", "b")
    live = Live(store)
    live.current()
    publish(store, now, entry("c"))
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM kb_changes"))
    assert live.settled().entries.keys() == {"a", "b", "c"}


def test_an_item_is_read_anew_once_it_has_changed(live, store, now):
    assert live.current().entries["hall"].answer == "三天。"
    publish(store, now, entry("hall", "九点。", question="大厅几点开门？"))
    assert live.current().entries["hall"].answer == "九点。"
