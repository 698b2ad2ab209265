"""What was meant by sentences the classifier was not trained on."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from knowledge_base.text import normalise

pytestmark = pytest.mark.conversation

HERE = Path(__file__).parent
ROWS = [json.loads(line) for line in (HERE / "heard.jsonl").read_text("utf-8").splitlines()]

ALIKE = {"nlu_fallback": "ask_knowledge"}
"""Both go to the knowledge base."""


def test_what_was_meant(bot):
    wrong = []
    for row in ROWS:
        parsed = bot.run(bot.agent.parse_message(row["q"]))
        name = parsed["intent"]["name"]
        if ALIKE.get(name, name) != row["intent"]:
            wrong.append((row["q"], row["intent"], name))
    right = 1 - len(wrong) / len(ROWS)
    assert right >= 0.92, (right, wrong)


def test_none_of_them_was_trained_on():
    from xiaofu.training import ROOT

    known = Counter(
        normalise(line.strip().removeprefix("- "))
        for path in (ROOT / "data/nlu").glob("*.yml")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("    - ")
    )
    assert not [row["q"] for row in ROWS if normalise(row["q"]) in known]
