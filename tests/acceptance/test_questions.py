"""
Citizens' questions, as they would say them, through the whole conversation.

None is copied from an alias. Those in blind.jsonl were written by somebody who saw the titles of
entries and matters and nothing else: no alias, no answer of 小福's. The floors are what was
measured on 2026-11-23, less a little. In blind.jsonl none of 652 was answered wrongly, and of 563
that have an answer 91 % got it or were offered it; 95 % is wanted. The odd rows were looked at
while the gates were set (92 %), the even ones were not (90 %).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge_base.verdicts import Verdicts

pytestmark = pytest.mark.conversation


def _rows(name):
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


ROWS = _rows("questions.jsonl")
BLIND = _rows("blind.jsonl")
NOT_OURS = [row for row in ROWS if "expect_id" not in row]


def asked(rows, visit) -> Verdicts:
    verdicts = Verdicts()
    for row in rows:
        verdicts.add(row, visit().say(row["q"]).messages)
    return verdicts


def _has_an_answer(row) -> bool:
    return "expect_id" in row and "expect_kind" not in row


@pytest.mark.parametrize(("rows", "floor"), [(ROWS, 0.85), (BLIND, 0.89)], ids=["known", "blind"])
def test_hardly_a_question_is_answered_from_the_wrong_item_and_most_find_theirs(rows, floor, visit):
    rows = list(filter(_has_an_answer, rows))
    verdicts = asked(rows, visit)
    assert verdicts.counts["wrong"] <= 0.01 * len(rows), verdicts.failed
    found = verdicts.counts["hit"] + verdicts.counts["offered"]
    assert found / len(rows) >= floor, verdicts.failed


def test_hardly_anything_that_is_known_is_refused(visit):
    rows = list(filter(_has_an_answer, BLIND))
    refused = [row["q"] for row in rows if visit().say(row["q"]).kind == "refuse"]
    assert len(refused) <= 0.04 * len(rows), refused


def test_what_else_is_said_gets_its_own_kind_of_reply(visit):
    rows = [
        row for row in BLIND if row.get("expect_reason") != "no_content" and "expect_kind" in row
    ]
    verdicts = asked(rows, visit)
    assert verdicts.counts["wrong"] == 0, verdicts.failed
    assert verdicts.counts["hit"] / len(rows) >= 0.8, verdicts.failed


def test_what_is_not_ours_is_never_answered_and_seldom_offered_anything(visit):
    verdicts = asked(NOT_OURS, visit)
    assert verdicts.counts["wrong"] == 0, verdicts.failed
    assert verdicts.counts["hit"] / len(NOT_OURS) >= 0.75, verdicts.failed
