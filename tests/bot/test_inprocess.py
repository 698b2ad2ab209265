"""Custom actions in the bot's own process, called as Rasa calls an action server."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError

from bot.inprocess import InProcessActions
from xiaofu.services import services

PACKAGE = "actions_of_a_test"
ACTIONS = """
from rasa_sdk import Action
from rasa_sdk.events import SlotSet
from rasa_sdk.interfaces import ActionExecutionRejection

class Greet(Action):
    def name(self): return "action_of_a_test_greet"
    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="您好，" + tracker.latest_message["text"])
        dispatcher.utter_message(json_message={"kind": "smalltalk"})
        return [SlotSet("name", "王芳")]

class GreetLater(Greet):
    def name(self): return "action_of_a_test_greet_later"
    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="稍等")
        return []

class LetGo(Action):
    def name(self): return "action_of_a_test_let_go"
    def run(self, dispatcher, tracker, domain):
        raise ActionExecutionRejection(self.name(), "这句话不是给表单的")

class Fail(Action):
    def name(self): return "action_of_a_test_fail"
    def run(self, dispatcher, tracker, domain):
        raise KeyError("broken")
"""
DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {"name": {"type": "text", "mappings": [{"type": "custom"}]}},
        "actions": [f"action_of_a_test_{name}" for name in ("greet", "let_go", "fail")],
    }
)


@pytest.fixture(scope="module")
def actions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessActions]:
    """A package of actions that is gone afterwards: rasa_sdk registers every Action alive."""
    folder = tmp_path_factory.mktemp("inprocess")
    (folder / PACKAGE).mkdir()
    (folder / PACKAGE / "__init__.py").write_text(ACTIONS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XIAOFU_DATA_DIR", str(folder / "data"))  # for those of other tests
        patch.syspath_prepend(folder)
        services.cache_clear()
        yield InProcessActions(PACKAGE)
        services.cache_clear()
    del sys.modules[PACKAGE]
    gc.collect()


def tracker(said: str = "我是王芳") -> DialogueStateTracker:
    heard = UserUttered(said, intent={"name": "greet"})
    return DialogueStateTracker.from_events("citizen", [heard], DOMAIN.slots)


def call(actions: InProcessActions, name: str) -> Any:
    """What Rasa posts to an action server, and what it gets."""
    posted = {
        "next_action": name,
        "sender_id": "citizen",
        "tracker": tracker().current_state(),
        "domain": DOMAIN.as_dict(),
    }
    return asyncio.run(actions.request(json=posted, method="post", timeout=10))


def run(actions: InProcessActions, name: str) -> list[Any]:
    """The events of an action, as Rasa's own RemoteAction makes them."""
    speech = TemplatedNaturalLanguageGenerator({})
    action = RemoteAction(name, actions)
    return asyncio.run(action.run(CollectingOutputChannel(), speech, tracker(), DOMAIN))


def test_an_action_answers_in_the_form_of_an_action_server(actions):
    answer = call(actions, "action_of_a_test_greet")
    jsonschema.validate(answer, RemoteAction.action_response_format_spec())
    assert [said["text"] for said in answer["responses"]] == ["您好，我是王芳", None]
    assert answer["events"] == [
        {"event": "slot", "timestamp": None, "name": "name", "value": "王芳"}
    ]
    assert json.loads(json.dumps(answer)) == answer


def test_rasa_utters_and_notes_what_the_action_said(actions):
    text, decision, slot = run(actions, "action_of_a_test_greet")
    assert (type(text), text.text) == (BotUttered, "您好，我是王芳")
    assert (type(decision), decision.data["custom"]) == (BotUttered, {"kind": "smalltalk"})
    assert slot == SlotSet("name", "王芳")


def test_an_async_action_is_awaited(actions):
    [said] = call(actions, "action_of_a_test_greet_later")["responses"]
    assert said["text"] == "稍等"


def test_a_form_that_lets_go_of_a_message_is_the_400_of_an_action_server(actions):
    with pytest.raises(ClientResponseError) as refusal:
        call(actions, "action_of_a_test_let_go")
    assert refusal.value.status == 400
    assert json.loads(refusal.value.text) == {
        "error": "这句话不是给表单的",
        "action_name": "action_of_a_test_let_go",
    }


def test_rasa_takes_it_for_a_rejection_and_goes_on_with_the_policies(actions):
    with pytest.raises(ActionExecutionRejection) as rejection:
        run(actions, "action_of_a_test_let_go")
    assert rejection.value.action_name == "action_of_a_test_let_go"


def test_a_broken_action_is_not_swallowed(actions):
    with pytest.raises(KeyError, match="broken"):
        run(actions, "action_of_a_test_fail")


def test_an_action_nobody_wrote_is_an_error(actions):
    with pytest.raises(Exception, match="action_of_a_test_unwritten"):
        call(actions, "action_of_a_test_unwritten")


def test_rasa_sends_the_domain_only_to_actions_that_ask_for_it(actions):
    remote = RemoteAction("action_of_a_test_greet", actions)
    assert remote._is_selective_domain_enabled()
    assert remote._action_call_format(tracker(), DOMAIN).get("domain") is None
