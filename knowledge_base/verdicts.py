"""What became of a labelled question: answered right, offered, answered wrongly, or refused."""

from __future__ import annotations

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
        Judge the reply to a row {"q", "expect_id" | "expect_kind"}.

        messages: the reply in Rasa's REST form.
        """
        verdict = judge(row, messages)
        self.counts[verdict] += 1
        if verdict in ("wrong", "miss"):
            self.failed.append((verdict, row["q"]))
        return verdict


def judge(row: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> Verdict:
    """
    hit: the expected id or kind. offered: the expected item is among the choices.
    wrong: something else was answered. miss: it was refused, or the choices lack it.
    """
    decision = next(message["custom"] for message in messages if "custom" in message)
    kind, id = decision["kind"], decision["id"]
    wanted = row.get("expect_id")
    if wanted is None:
        if kind == row["expect_kind"]:
            return "hit"
        return "wrong" if kind in _ANSWERS else "miss"
    if id == wanted:
        return "hit"
    payloads = [b["payload"] for m in messages for b in m.get("buttons") or ()]
    if kind in _CHOICES and any(f':{wanted}"' in payload for payload in payloads):
        return "offered"
    return "wrong" if kind in _ANSWERS else "miss"
