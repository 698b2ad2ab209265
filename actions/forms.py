"""What the two forms share: the services, what is kept in slots, and asking again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import cases
from actions.messages import Events, Message, decided, read
from actions.replies import reply
from knowledge_base.matters import Matter
from xiaofu.services import Services, services

BOOKING_SLOTS = (
    "session_matter",
    "session_start",
    "session_principal",
    "session_agent",
    "visitor_name",
    "visitor_phone",
    "phone_proven",
    "session_confirmed",
    "read_back",
    "session_said",
    "booking_problem",
)
OWN_SLOTS = (
    "errand",
    "booking_phone",
    "phone_proven",
    "booking_number",
    "session_start",
    "session_said",
    "change_confirmed",
    "read_back",
    "booking_problem",
)
"""Of the form in which people see, move and cancel what they have booked."""

ASIDE = ("ask_human", "complain", "emergency", "abuse", "out_of_scope")
"""Intents that never answer a form's question, whatever else they say."""

_TALK = (
    "greet",
    "thanks",
    "goodbye",
    "who_are_you",
    "what_can_you_do",
    "struggling",
    "resend_code",
    "running_late",
    "how_to_enter",
    "line_dropped",
    "appeal",
)
_ANSWERS = ("inform", "affirm", "deny", "choose")
"""Intents that answer a form's question: when they do not fit it, it is asked again."""


class AtDesk:
    """An action over the services; given by tests, or this process's own."""

    def __init__(self, whole: Services | None = None) -> None:
        self._whole = whole or services()

    def _matter(self, tracker: Tracker) -> Matter | None:
        matters = self._whole.knowledge.current().matters
        return matters.get(tracker.get_slot("session_matter") or "")

    def _start(self, tracker: Tracker) -> datetime | None:
        said = tracker.get_slot("session_start")
        return datetime.fromisoformat(said) if said else None

    def _phone(self, reference: str | None) -> str | None:
        """The number behind a reference; None when it was forgotten, half an hour later."""
        return self._whole.contacts.phone(reference, self._whole.now()) if reference else None


def lets_go(message: Message, tracker: Tracker) -> bool:
    """Whether a message is none of the form's business: a question in between, or a small word."""
    if message.intent in (*ASIDE, *_TALK) or (cases.asked(tracker) and cases.is_answer(message)):
        return True
    if message.chosen:
        return True
    return message.intent.startswith("ask_") or message.found.get("sure", False)


def prepared(tracker: Tracker, own: Sequence[str] = BOOKING_SLOTS) -> bool:
    """Whether a form was begun or given back in this turn, so that its words are taken."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "slot" and event["name"] in own:
            return True
    return False


def unheard(message: Message) -> dict[str, Any]:
    """What to take from an answer that did not fit the form's question: that it is asked again."""
    return {"booking_problem": {"reason": "unheard"}} if message.intent in _ANSWERS else {}


def ask(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    response: str,
    *,
    card: Mapping[str, Any] | None = None,
    buttons: Sequence[Mapping[str, str]] = (),
    **values: str,
) -> Events:
    """
    A form's question.

    After a question in between was answered the turn's decision is made. When that asked
    something itself, or somebody is in danger, the form waits.
    """
    made = decided(tracker)
    if made == "clarify" or read(tracker).intent == "emergency":
        return []
    if made:
        dispatcher.utter_message(response=response, buttons=list(buttons), **values)
    else:
        reply(dispatcher, response, "booking", card=card, buttons=buttons, **values)
    return [SlotSet("offered", [button["payload"] for button in buttons])]


def read_back(
    dispatcher: CollectingDispatcher, tracker: Tracker, response: str, **parts: Any
) -> Events:
    """
    Ask whether all is right.

    Only a yes to this very question counts: not one to what was said in its place, as when
    somebody was in danger.
    """
    events = ask(dispatcher, tracker, response, **parts)
    return [*events, SlotSet("read_back", bool(events))]


def conclude(
    dispatcher: CollectingDispatcher, tracker: Tracker, response: str, **parts: Any
) -> None:
    """A form's last word; the turn's decision is made when a question in between was answered."""
    if not decided(tracker):
        reply(dispatcher, response, "booking", **parts)
        return
    for part in ("id", "card"):
        parts.pop(part, None)
    dispatcher.utter_message(response=response, **parts)


def rows(values: Mapping[str, str]) -> list[dict[str, str]]:
    """A booking's particulars as a card shows them."""
    labels = {
        "number": "预约号",
        "when": "时间",
        "matter": "事项",
        "state": "状态",
        "desk": "席位",
        "principal": "替谁办",
        "name": "姓名",
        "phone": "手机",
        "bring": "请准备",
        "waived": "免提交",
    }
    return [
        {"label": label, "value": values[key]} for key, label in labels.items() if values.get(key)
    ]


def emptied(slots: Sequence[str]) -> Events:
    return [SlotSet(slot, None) for slot in dict.fromkeys(slots)]
