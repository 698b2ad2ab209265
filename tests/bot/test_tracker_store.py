"""Conversations in a real SQLite file, with Rasa's own trackers and events."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

import bot.store
from bot.store import TURNS, LiveTrackerStore

DOMAIN = Domain.from_dict(
    {
        "intents": ["ask"],
        "forms": {"booking_form": {"required_slots": ["name"]}},
        "slots": {
            name: {"type": kind, "mappings": [{"type": "custom"}], "influence_conversation": False}
            for name, kind in {"name": "text", "agreed": "bool", "case": "any"}.items()
        },
    }
)
T = TypeVar("T")


def now(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)


def tracker(store: LiveTrackerStore, sender: str = "citizen") -> DialogueStateTracker:
    return now(store.get_or_create_tracker(sender))


def turn(
    store: LiveTrackerStore, said: str, *events: Event, sender: str = "citizen"
) -> DialogueStateTracker:
    """A whole turn, as Rasa takes it: what was said, what was done, and listening again."""
    one = tracker(store, sender)
    heard(one, said, *events)
    now(store.save(one))
    return one


def heard(one: DialogueStateTracker, said: str, *events: Event) -> None:
    one.update(UserUttered(said, intent={"name": "ask"}))
    for event in (*events, BotUttered(f"您说：{said}"), ActionExecuted("action_listen")):
        one.update(event)


def said_in(one: DialogueStateTracker) -> list[str]:
    return [event.text for event in one.events if isinstance(event, UserUttered)]


def as_dicts(one: DialogueStateTracker) -> list[dict[str, Any]]:
    return [event.as_dict() for event in one.events]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'conversations.db'}"


@pytest.fixture
def store(url: str) -> Iterator[LiveTrackerStore]:
    yield from opened(url)


@pytest.fixture
def other(url: str) -> Iterator[LiveTrackerStore]:
    """The same conversations, as another process of the bot keeps them."""
    yield from opened(url)


def opened(url: str) -> Iterator[LiveTrackerStore]:
    made = LiveTrackerStore(DOMAIN, url=url)
    yield made
    made._engine.dispose()


def rows(store: LiveTrackerStore) -> int:
    with store._engine.connect() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM bot_events")).scalar()


def test_what_is_saved_is_read_back_by_another_store(store, other):
    case = {"情形": "在深圳就业", "份数": [1, 2]}
    turn(store, "办居住证要带什么 🙂", SlotSet("name", "王芳"), SlotSet("case", case))
    turn(store, "那要多少钱", SlotSet("agreed", False))
    back = tracker(other)
    assert as_dicts(back) == as_dicts(tracker(store))
    assert said_in(back) == ["办居住证要带什么 🙂", "那要多少钱"]
    assert [back.get_slot(name) for name in ("name", "case", "agreed")] == ["王芳", case, False]
    assert back.latest_action_name == "action_listen"


def test_nobody_has_a_conversation_before_they_spoke(store):
    assert now(store.retrieve("nobody")) is None
    assert not now(store.exists("nobody"))
    assert list(now(store.keys())) == []


def test_a_live_conversation_is_not_read_again(store):
    turn(store, "你好")
    assert tracker(store) is tracker(store)


def test_a_turn_that_failed_midway_is_not_kept(store, other):
    turn(store, "你好", SlotSet("name", "王芳"))
    failed = tracker(store)
    failed.update(UserUttered("坏了", intent={"name": "ask"}))
    failed.update(SlotSet("name", "李明"))
    for after in (tracker(store), tracker(other)):
        assert said_in(after) == ["你好"]
        assert after.get_slot("name") == "王芳"
    turn(store, "再来")
    assert said_in(tracker(other)) == ["你好", "再来"]


def test_only_what_is_new_is_written(store):
    turn(store, "你好")
    before = rows(store)
    turn(store, "办居住证")
    assert rows(store) == before + 3
    now(store.save(tracker(store)))
    assert rows(store) == before + 3


def test_after_so_many_turns_a_new_session_knows_what_the_slots_knew(store, other):
    case = {"户籍": "非深户"}
    turn(store, "0", SlotSet("name", "王芳"), SlotSet("agreed", False), SlotSet("case", case))
    for number in range(1, TURNS):
        turn(store, str(number))
    for renewed in (tracker(store), tracker(other)):
        assert said_in(renewed) == []
        assert any(isinstance(event, SessionStarted) for event in renewed.events)
        slots = [renewed.get_slot(name) for name in ("name", "agreed", "case")]
        assert slots == ["王芳", False, case]
        assert renewed.latest_action_name == "action_listen"
        assert len(renewed.events) < 10


def test_a_slot_that_was_emptied_stays_empty_in_the_new_session(store):
    turn(store, "0", SlotSet("name", "王芳"))
    turn(store, "1", SlotSet("name", None))
    for number in range(2, TURNS + 1):
        turn(store, str(number))
    assert tracker(store).get_slot("name") is None


def test_a_session_is_never_renewed_inside_a_form(store, other):
    turn(store, "0", ActiveLoop("booking_form"), SlotSet("requested_slot", "name"))
    for number in range(1, 3 * TURNS):
        turn(store, str(number))
    for going_on in (tracker(store), tracker(other)):
        assert len(said_in(going_on)) == 3 * TURNS
        assert going_on.active_loop_name == "booking_form"
        assert going_on.get_slot("requested_slot") == "name"
    turn(store, "约好了", ActiveLoop(None), SlotSet("requested_slot", None))
    assert said_in(tracker(store)) == []
    assert tracker(other).active_loop_name is None


def test_a_conversation_stays_as_short_as_a_session_however_long_it_is(store):
    most = max(len(turn(store, str(number)).events) for number in range(2 * TURNS))
    assert all(len(turn(store, "又一句").events) <= most for _ in range(6 * TURNS))


def test_two_stores_over_one_database_hear_each_others_turns(store, other):
    turn(store, "一", SlotSet("name", "王芳"))
    turn(other, "二")
    turn(other, "三", SlotSet("name", "李明"))
    assert said_in(turn(store, "四")) == ["一", "二", "三", "四"]
    assert said_in(tracker(other)) == ["一", "二", "三", "四"]
    assert tracker(store).get_slot("name") == "李明"


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from("甲乙")), max_size=30))
def test_no_word_is_lost_or_doubled_whichever_store_takes_the_turn(turns):
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'conversations.db'}"
        stores = [LiveTrackerStore(DOMAIN, url=url) for _ in range(2)]
        for number, (place, sender) in enumerate(turns):
            turn(stores[place], str(number), sender=sender)
        with stores[0]._engine.connect() as connection:
            said = connection.execute(
                sa.text("SELECT sender_id, json_extract(data, '$.text') FROM bot_events"
                        " WHERE type_name = 'user' ORDER BY id")
            ).all()  # fmt: skip
        assert [tuple(row) for row in said] == [
            (sender, str(number)) for number, (_, sender) in enumerate(turns)
        ]
        for sender in {sender for _, sender in turns}:
            first, second = (tracker(store, sender) for store in stores)
            assert said_in(first) == said_in(second)
            assert as_dicts(first)[-1] == as_dicts(second)[-1]
        for store in stores:
            store._engine.dispose()


def test_a_conversation_pushed_out_of_memory_goes_on_from_the_database(store, monkeypatch):
    monkeypatch.setattr(bot.store, "LIVE", 2)
    for number in range(3):
        for sender in "甲乙丙":
            turn(store, f"{sender}{number}", sender=sender)
    assert len(store._visits) == 2
    for sender in "甲乙丙":
        assert said_in(tracker(store, sender)) == [f"{sender}{number}" for number in range(3)]


def test_what_was_said_is_gone_from_memory_and_database_once_forgotten(store, other):
    turn(store, "我的秘密", SlotSet("name", "王芳"))
    turn(store, "别人的话", sender="another")
    tracker(other)
    store.forget("citizen")
    assert now(store.retrieve("citizen")) is None
    assert now(other.retrieve("citizen")) is None
    assert list(now(store.keys())) == ["another"]
    with store._engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT data FROM bot_events")).scalars().all()
    assert not any("秘密" in data or "王芳" in data for data in kept)
    assert said_in(turn(other, "从头来")) == ["从头来"]
    assert said_in(tracker(store)) == ["从头来"]
    assert tracker(store).get_slot("name") is None


def test_forgetting_whom_nobody_knows_is_no_problem(store):
    store.forget("nobody")


def test_without_an_address_the_conversations_lie_in_the_database_in_force(data_dir):
    store = LiveTrackerStore(DOMAIN)
    turn(store, "你好")
    assert (data_dir / "xiaofu.db").exists()
    store._engine.dispose()
