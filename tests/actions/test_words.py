"""The words 小福 says and the code that says them belong together."""

from __future__ import annotations

import re
from pathlib import Path

ACTIONS = Path(__file__).parents[2] / "actions"
CODE = "\n".join(path.read_text("utf-8") for path in ACTIONS.glob("*.py"))
NAMED = set(re.findall(r'"(utter_\w+)"', CODE))
BEGUN = tuple(re.findall(r'f"(utter_\w*)\{', CODE))


def test_every_response_named_in_an_action_is_in_the_domain(responses):
    assert responses.keys() >= NAMED
    assert all(any(name.startswith(begin) for name in responses) for begin in BEGUN)


def test_every_response_in_the_domain_is_said_by_an_action(responses):
    begun = tuple(begin for begin in BEGUN if begin != "utter_")
    unsaid = {name for name in responses.keys() - NAMED if not name.startswith(begun)}
    by_intent = {*_small_things(), "affirm", "deny"}
    assert unsaid <= {f"utter_{intent}" for intent in by_intent}


def _small_things():
    rules = Path(__file__).parents[2] / "data/rules"
    text = "\n".join((rules / name).read_text("utf-8") for name in ("smalltalk.yml", "help.yml"))
    return set(re.findall(r"intent: (\w+)", text))


def test_no_response_has_markup_or_a_blank_left_to_the_eye(responses):
    for name, text in responses.items():
        assert "<" not in text, name
        assert text == text.strip(), name
        assert len(re.sub(r"\{\w+\}", "", text)) < 160, name
