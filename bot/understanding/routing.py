"""What a message is: the classifier's guess and what the knowledge base saw, put together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.understanding.cues import (
    BOOKING,
    DANGER,
    FIELDS,
    GRIEVANCE,
    INSULT,
    LEGAL,
    MOVING,
    OF_A_SESSION,
    PERIL,
    QUESTIONING,
    QUIZ,
    SESSION,
    asks_own_records,
    asks_verdict,
    may_ask_own_records,
    may_ask_verdict,
)
from knowledge_base.asking import VERBATIM

QUESTION = "ask_knowledge"
GUIDE = "ask_guide"

VERDICT_ASKED = "ask_verdict"
RECORDS_ASKED = "ask_own_records"

FALLBACK = "nlu_fallback"
OFF_TOPIC = "out_of_scope"

SMALL = frozenset(
    {
        "greet",
        "thanks",
        "goodbye",
        "affirm",
        "deny",
        "stop",
        "inform",
        "choose",
        "struggling",
        "who_are_you",
        "what_can_you_do",
        "complain",
        "abuse",
        "ask_human",
    }
)
"""Things said between people. With a question in it, a message is never just one of them."""

SMALL_TALK_LENGTH = 12
"""Characters; more than this and small talk has something else in it."""

KNOWN = 0.99
"""Confidence from which on the message is an example, word for word."""

OFF_TOPIC_FROM = 0.5
"""Confidence from which on a message is off topic; below, what comes near is still offered."""


_VAGUE = frozenset({GUIDE, QUESTION, FALLBACK, "inform", "ask_video", "affirm", "choose"})
"""What the classifier says of 视频办生育登记, in which nothing asks for a booking but 视频办."""

WELL_HEARD = 0.75
"""Confidence from which on an emergency or complaint is one even without the usual words."""

SURELY_HEARD = 0.9
"""The same for a verdict: a case and the law about it are told in much the same words."""

_CHAT = SMALL - {"affirm", "deny", "stop", "inform", "choose"}
"""Small talk that means the same whatever was said before."""

NEAR = 0.18
"""Score from which on an entry is near enough to doubt that a message is but small talk."""

_HEARD_WRONG = SMALL | {OFF_TOPIC, "emergency"}
"""What the classifier takes for what it never saw: English, and 打针小本子丢了."""

_CHINESE = re.compile("[\u4e00-\u9fff]")

_CUES = {
    "emergency": DANGER,
    "complain": GRIEVANCE,
    "quiz": QUIZ,
    "book_session": SESSION,
    "cancel_session": SESSION,
}
"""The usual words of intents that nobody should be taken for by mistake."""


@dataclass(frozen=True)
class Sight:
    """
    What the knowledge base saw in a message.

    score: the best entry's, 0..1. answers: whether that entry is clear enough to answer.
    names_matter: whether a matter is named beyond doubt. near_matter: whether one nearly is.
    guides: whether the guide of one matter is clearly what it is about.
    cites: whether an article of law is named.
    """

    score: float = 0.0
    answers: bool = False
    names_matter: bool = False
    near_matter: bool = False
    guides: bool = False
    cites: bool = False


def route(intent: str, confidence: float, text: str, sight: Sight) -> str:
    """
    The intent to go on with.

    text: normalised. The classifier knows a closed set and is sure even of what it never saw:
    danger and insult are told by their words, and what the knowledge base can answer is a
    question even where it sounds like small talk.
    """
    if sight.score >= VERBATIM:
        return intent if _asks(intent) else QUESTION
    known = confidence >= KNOWN
    if not known and intent in _HEARD_WRONG and (sight.guides or not _CHINESE.search(text)):
        intent = FALLBACK
    if not known and _no_session(intent, confidence, text):
        intent = FALLBACK
    question = sight.answers or sight.names_matter
    if _in_peril(text, sight):
        return "emergency"
    if sight.cites:
        return QUESTION
    if beyond := _beyond(intent, confidence, text, sight):
        return beyond
    if intent in (VERDICT_ASKED, RECORDS_ASKED):
        intent = FALLBACK
    cue = _CUES.get(intent)
    if cue and confidence < WELL_HEARD and not cue.search(text):
        intent = FALLBACK
    if INSULT.search(text) and not question and not sight.near_matter:
        return "abuse"
    if BOOKING.search(text) and intent in _VAGUE and not QUESTIONING.search(text):
        return "book_session"
    if MOVING.search(text) and intent in _VAGUE and not QUESTIONING.search(text):
        return intent if question else "move_session"
    if intent in OF_A_SESSION and sight.answers and not known:
        return QUESTION
    if intent in (QUESTION, FALLBACK) and not sight.answers and not known:
        intent = _field_asked(text, sight) or intent
    if _asks(intent) or known:
        return intent
    if intent == OFF_TOPIC and confidence < OFF_TOPIC_FROM:
        intent = FALLBACK
    if intent in _CHAT and confidence < WELL_HEARD and sight.score >= NEAR:
        return QUESTION
    if intent in (FALLBACK, OFF_TOPIC) or (intent in SMALL and _says_more(text, sight)):
        return QUESTION if sight.answers else GUIDE if sight.names_matter else intent
    return intent


def _no_session(intent: str, confidence: float, text: str) -> bool:
    """Whether a session is heard of where there is none; the little English known is there."""
    if intent == "book_session" and not _CHINESE.search(text):
        return confidence < OFF_TOPIC_FROM
    cue = OF_A_SESSION.get(intent)
    return cue is not None and not cue.search(text)


def _in_peril(text: str, sight: Sight) -> bool:
    asks_the_law = sight.answers and LEGAL.search(text)
    return bool(PERIL.search(text)) and not sight.names_matter and not asks_the_law


def _beyond(intent: str, confidence: float, text: str, sight: Sight) -> str | None:
    """Whether somebody asks how their case ends, or what stands in their own file."""
    if asks_verdict(text):
        return VERDICT_ASKED
    if asks_own_records(text):
        return RECORDS_ASKED
    if sight.answers:
        return None
    if intent == VERDICT_ASKED and confidence >= SURELY_HEARD and may_ask_verdict(text):
        return VERDICT_ASKED
    if intent == RECORDS_ASKED and confidence >= WELL_HEARD and may_ask_own_records(text):
        return RECORDS_ASKED
    return None


def _field_asked(text: str, sight: Sight) -> str | None:
    """What a story about a matter asks in passing: 我六十五了，想办个老年卡，要带啥."""
    if not (sight.names_matter or sight.near_matter):
        return None
    return next((intent for intent, words in FIELDS.items() if words.search(text)), None)


def _says_more(text: str, sight: Sight) -> bool:
    """Whether there is more in a small message than small talk."""
    return sight.names_matter or len(text) > SMALL_TALK_LENGTH


def _asks(intent: str) -> bool:
    return intent.startswith("ask_") and intent != "ask_human"
