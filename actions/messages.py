"""What a citizen said in this turn, and what was said before, as Rasa's tracker keeps it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from knowledge_base.asking import FIELDS, Field

TAP = "/choose"
"""What a button's payload begins with; after it stands what was chosen, as JSON."""

Events = list[dict[str, Any]]


@dataclass(frozen=True)
class Message:
    """
    text: as said, personal numbers masked; empty when a button was tapped.
    intent: what the NLU pipeline took it for.
    chosen: what a tapped button means, {item} or {fork, option}; empty when words were said.
    guess: the intent that came nearest, however unsure.
    found: what the knowledge base found for it, see bot/understanding/retriever.py.
    contact: the reference to the mobile number in it. secret: to the one-time code in it.
    id: names the turn; empty when the channel gives no names.
    """

    text: str
    intent: str
    chosen: Mapping[str, str]
    found: Mapping[str, Any]
    contact: str | None
    guess: str = ""
    secret: str | None = None
    id: str = ""

    @property
    def field(self) -> Field | None:
        """What about a matter is asked, by the intent."""
        name = self.intent.removeprefix("ask_")
        return next((field for field in FIELDS if field == name), None)

    @property
    def names_matter(self) -> str | None:
        """The matter named beyond doubt."""
        return next((id for id, _ in self.found.get("matter", ())), None)


def read(tracker: Tracker) -> Message:
    """The message of this turn; one counted out (「第二个」) is read as the button it means."""
    latest = tracker.latest_message
    text = (latest.get("text") or "").strip()
    intent = (latest.get("intent") or {}).get("name") or ""
    metadata = latest.get("metadata") or {}
    contact, secret = metadata.get("contact"), metadata.get("code")
    turn = _turn(tracker)
    if intent == "choose" and not text.startswith(TAP):
        text = counted(text, tracker.get_slot("offered") or []) or text
    chosen = choice_in(text)
    if not chosen:
        ranking = [one["name"] for one in latest.get("intent_ranking") or ()]
        guess = next((name for name in ranking if name != "nlu_fallback"), intent)
        return Message(text, intent, {}, latest.get("found") or {}, contact, guess, secret, turn)
    return Message("", "choose", chosen, {}, contact, id=turn)


def _turn(tracker: Tracker) -> str:
    for event in reversed(tracker.events):
        if event["event"] == "user":
            named = event.get("message_id")
            return f"{tracker.sender_id}/{named}" if named else ""
    return ""


def choice_in(payload: str) -> dict[str, str]:
    """What a button's payload says was chosen; empty for words."""
    if not payload.startswith(TAP):
        return {}
    try:
        said: dict[str, str] = json.loads(payload.removeprefix(TAP))
    except ValueError:
        return {}
    return said if "item" in said or {"fork", "option"} <= said.keys() else {}


# 一个钟头后 and 最后一个工作日 count no button
_COUNTED = re.compile(
    r"(?P<last>最后(?!一?个?(?:工作日|天|周|星期|礼拜))|最下)|(?P<first>头一|最上|上面|前面)"
    r"|(?P<middle>中间)|(?P<behind>下面|后面)"
    r"|(?:^|[第选要点就])(?P<nth>[一二两三四1-4])(?:个(?!半?(?:工作日|小时|钟|月|星期|礼拜|周))|[项种条款号场]|$)"
)
_NTH = {"一": 0, "1": 0, "二": 1, "两": 1, "2": 1, "三": 2, "3": 2, "四": 3, "4": 3}


def counted(text: str, offered: Sequence[str]) -> str | None:
    """The one of the payloads `offered` last that 「第二个」 or 「最后那个」 means."""
    found = _COUNTED.search(text)
    if found is None or not offered:
        return None
    if found["nth"]:
        place = _NTH[found["nth"]]
    elif found["first"]:
        place = 0
    elif found["middle"]:
        place = len(offered) // 2
    else:
        place = len(offered) - 1
    return offered[place] if place < len(offered) else None


def said_before(tracker: Tracker) -> str:
    """The words of the message before this one."""
    said = _said(tracker)
    next(said, None)
    return next(said, "")


def _said(tracker: Tracker) -> Iterator[str]:
    for event in reversed(tracker.events):
        if event["event"] == "user":
            yield event.get("text") or ""


def decided(tracker: Tracker) -> str | None:
    """The kind of this turn's decision, once it was uttered."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            break
        custom = (event.get("data") or {}).get("custom") if event["event"] == "bot" else None
        if custom:
            return str(custom["kind"])
    return None


def last_decision(tracker: Tracker) -> Mapping[str, Any]:
    """The decision of the turn before this one; empty at the start of a conversation."""
    earlier = False
    for event in reversed(tracker.events):
        if event["event"] == "user":
            if earlier:
                break
            earlier = True
        custom = (event.get("data") or {}).get("custom") if event["event"] == "bot" else None
        if earlier and custom:
            return dict(custom)
    return {}
