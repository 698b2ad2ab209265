from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from trackers import blanks, heard

from actions.small_talk import HandOver, SmallTalk

RULES = Path(__file__).parents[2] / "data/rules"


def intents_before(action):
    """The intents that lead to an action by the rules."""
    led = set()
    for path in RULES.glob("*.yml"):
        for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]:
            steps = rule["steps"]
            if any(step.get("action") == action for step in steps):
                first = steps[0]
                led |= {one["intent"] for one in first.get("or", [first]) if "intent" in one}
    return sorted(led)


@pytest.mark.parametrize("intent", intents_before("action_small_talk"))
def test_every_small_thing_has_a_short_reply(whole, dispatcher, responses, intent):
    SmallTalk().run(dispatcher, heard("……", intent), {})
    [said] = dispatcher.messages
    text = responses[said["response"]]
    assert 5 < len(text) < 120
    assert blanks(text) == set()
    assert said["custom"]["kind"] == "smalltalk"


@pytest.mark.parametrize("intent", intents_before("action_hand_over"))
def test_every_call_for_help_says_who_helps(whole, dispatcher, responses, intent):
    HandOver().run(dispatcher, heard("……", intent), {})
    [said] = dispatcher.messages
    assert "12345" in responses[said["response"]] or intent == "emergency"
    assert said["custom"]["kind"] == "handoff"
    assert said["custom"]["card"]["ways"]


def test_in_danger_the_three_numbers_are_said(responses):
    assert all(number in responses["utter_emergency"] for number in ("110", "119", "120"))
