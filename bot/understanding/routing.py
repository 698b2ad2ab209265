"""Whether a message is a question for the knowledge base, whatever the classifier thought."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge_base.asking import VERBATIM

QUESTION = "ask_knowledge"
UNSURE = frozenset({"nlu_fallback", "out_of_scope"})
"""What the classifier says when nothing it was trained on fits: the knowledge base may know better."""

SMALL = frozenset({"greet", "thanks", "goodbye", "affirm", "deny", "struggling", "stop", "inform"})
"""Short things said between people. A long message is never just one of them."""

SMALL_TALK_LENGTH = 12
"""Characters; more than this and small talk has something else in it."""


@dataclass(frozen=True)
class Sight:
    """What the knowledge base saw in a message: the best entry's score, 0..1, and whether it answers."""

    score: float
    answers: bool
    names_matter: bool


def route(intent: str, text: str, sight: Sight) -> str:
    """
    The intent to go on with.

    text: normalised. The classifier knows a closed set and is sure even of what it never saw;
    an entry whose own words were said, or a sure entry against a small word, is a question.
    """
    if intent.startswith("ask_") and intent != "ask_human":
        return intent
    if sight.score >= VERBATIM:
        return QUESTION
    if intent in UNSURE:
        return QUESTION if sight.answers else "ask_guide" if sight.names_matter else intent
    if intent in SMALL and len(text) > SMALL_TALK_LENGTH and sight.answers:
        return QUESTION
    return intent
