"""What became of a labelled question: answered right, offered, answered wrongly, or refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["hit", "offered", "wrong", "miss"]

_ANSWERS = frozenset({"answer", "matter", "statute"})
_CHOICES = frozenset({"suggest", "clarify"})


@dataclass
class Verdicts:
    """Counts by verdict, and the questions that went wrong or were missed."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    failed: list[tuple[Verdict, str]] = field(default_factory=list)

    def add(self, row: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> Verdict:
        """
        Judge the reply to a row {"q", "expect_id" | "expect_kind" [, "expect_reason"]}.

        messages: the reply in Rasa's REST form.
        """
        verdict = judge(row, messages)
        self.counts[verdict] += 1
        if verdict in ("wrong", "miss"):
            self.failed.append((verdict, row["q"]))
        return verdict


def judge(row: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> Verdict:
    """
    hit: the expected id (or one of `also`) and kind, and the reason where one is expected.
    offered: the expected item is among the choices. wrong: something else was answered. miss: it
    was refused, or for another reason than expected, or the choices lack it.
    """
    decision = next(message["custom"] for message in messages if "custom" in message)
    kind = decision["kind"]
    ids = [row["expect_id"], *row.get("also", ())] if "expect_id" in row else [decision["id"]]
    expected = {
        name: row[f"expect_{name}"] for name in ("kind", "reason") if f"expect_{name}" in row
    }
    if decision["id"] in ids and expected.items() <= decision.items():
        return "hit"
    if "expect_id" in row and kind in _CHOICES and _chosen_among(messages) & set(ids):
        return "offered"
    return "wrong" if kind in _ANSWERS else "miss"


def _chosen_among(messages: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids of the items that the reply's buttons lead to."""
    payloads = [b["payload"] for m in messages for b in m.get("buttons") or ()]
    found = (re.search(r':([a-z0-9-]+)(#[a-z]+)?"', payload) for payload in payloads)
    return {one[1] for one in found if one}
