"""Whatever a message is taken for, and whatever 小福 is doing, a rule knows how to go on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BETWEEN = ("action_answer", "action_small_talk", "action_on_the_day")
FORMS = ("booking_form", "my_sessions_form")

TAKEN_BY_THE_FORM = {
    "booking_form": {"book_session", "list_sessions", "move_session"},
    "my_sessions_form": {"cancel_session", "list_sessions", "move_session"},
}
"""What a form answers itself, by asking again."""


def read(folder):
    for path in sorted((ROOT / folder).glob("*.yml")):
        yield path, yaml.safe_load(path.read_text("utf-8"))


INTENTS = {intent for _, part in read("bot/domain") for intent in part.get("intents") or []} | {
    "nlu_fallback"
}
RULES = [rule for _, part in read("data/rules") for rule in part["rules"]]


def led(loop):
    """The intents a rule takes up while `loop` is active, or none is."""
    known = set()
    for rule in RULES:
        conditions = [one["active_loop"] for one in rule.get("condition", [])]
        if conditions and conditions != [loop]:
            continue
        first = rule["steps"][0]
        known |= {one["intent"] for one in first.get("or", [first]) if "intent" in one}
    return known


@pytest.mark.parametrize("loop", [None, *FORMS])
def test_every_intent_is_taken_up(loop):
    assert INTENTS - TAKEN_BY_THE_FORM.get(loop, set()) <= led(loop)


@pytest.mark.parametrize("loop", FORMS)
def test_after_a_question_in_between_the_form_goes_on(loop):
    for rule in RULES:
        actions = [step["action"] for step in rule["steps"] if "action" in step]
        conditions = [one["active_loop"] for one in rule.get("condition", [])]
        if conditions == [loop] and actions[0] in BETWEEN:
            assert actions[-1] == loop


def test_rules_and_examples_lie_in_files_of_the_same_name():
    rules = {path.name for path, _ in read("data/rules")}
    examples = {path.name for path, _ in read("data/nlu")}
    assert rules == examples


def test_every_intent_of_the_examples_is_one_of_the_domain():
    named = [block["intent"] for _, part in read("data/nlu") for block in part["nlu"]]
    assert sorted(named) == sorted(set(named))
    assert set(named) <= INTENTS
    assert INTENTS - set(named) == {"nlu_fallback", "too_long", "wordless"}


@pytest.mark.parametrize("least", [40])
def test_every_intent_has_examples_enough(least):
    for _, part in read("data/nlu"):
        for block in part["nlu"]:
            assert len(block["examples"].splitlines()) >= least, block["intent"]
