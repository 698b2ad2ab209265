"""What a message says about the session a citizen wishes for."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import agents, openings, topics
from actions.forms import ASIDE, BOOKING_SLOTS, lets_go, prepared, unheard
from actions.messages import Events, Message, read
from actions.proving import Proving
from actions.refusals import CHANGE, ENDS, not_for_video
from actions.times import Taken, take_start
from actions.visitors import name_in
from knowledge_base.asking import NEARLY_NAMED, Field

_RATHER = re.compile(
    r"不对|不是|错了|改成|改为|改到|改在|改约|改办|换成|换到|应该是|要办的是|我要的是"
)
"""How a correction begins, at whatever point of the form."""

_REOPENS = {
    "session_start": re.compile(
        r"(?:改|换)(?:一下|个|下)?(?:时间|日期|日子|天)|(?:时间|日期|日子).{0,2}(?:不对|错|不行)"
    ),
    "visitor_name": re.compile(
        r"(?:改|换)(?:一下|个|下)?(?:姓名|名字)|(?:姓名|名字).{0,2}(?:不对|错)"
    ),
    "visitor_phone": re.compile(
        r"(?:改|换)(?:一下|个|下)?(?:电话|手机|号码)|(?:电话|手机|号码).{0,2}(?:不对|错)"
    ),
    "session_matter": re.compile(
        r"(?:改|换)(?:一下|个|下)?事项|事项.{0,2}(?:不对|错)|不是(?:要?办)?这[个件]事"
    ),
}
"""How people say which particular is wrong."""

_MAY_ANSWER: dict[str, tuple[Field | None, ...]] = {
    "session_matter": (None, "guide", "video"),
    "session_start": (None, "video", "online", "conditions", "place"),
    "session_confirmed": (None, "video", "online", "conditions", "place"),
    "session_principal": (None, "proxy"),
}
"""Questions that answer what was asked: 「周五可以吗」 says when."""

_UNCHANGED = object()

_UNCONFIRMED: dict[str, Any] = {"session_confirmed": None}
"""Whatever changes must be read back again."""

_SMALL = ("affirm", "deny", "stop", "thanks", "greet", "goodbye", "choose")
"""Words that are no name, though some begin like one: 谢谢."""

_A_NUMBER = 3
"""Digits from which on somebody was giving a number."""


class ValidateBookingForm(Proving, Action):
    """
    Take from a message all that it says about the booking.

    Returns no event when it says nothing of the kind: the form then lets go of the message, and
    a question in between is answered as one.
    """

    def name(self) -> str:
        return "validate_booking_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        message = read(tracker)
        asked = tracker.get_slot("requested_slot")
        if prepared(tracker):
            return []
        if asked not in BOOKING_SLOTS:  # the form begins; what an earlier one left is forgotten
            nothing = dict.fromkeys(BOOKING_SLOTS) | {"session_principal": ""}  # it is their own
            taken = nothing | self._taken(message, tracker, None)
        else:
            taken = self._taken(message, tracker, asked)
            if lets_go(message, tracker) and not _answers(message, asked, taken):
                return []
            if not taken:
                taken = (
                    _confirmation(message, tracker, asked)
                    or _other_errand(message)
                    or unheard(message)
                )
        if taken:
            taken.setdefault("booking_problem", None)
        events: Events = [SlotSet(name, value) for name, value in taken.items()]
        if (taken.get("booking_problem") or {}).get("reason") in ENDS:
            events.append(SlotSet("requested_slot", None))  # no more tries: the last step says so
        return events

    def _taken(self, message: Message, tracker: Tracker, asked: str | None) -> Taken:
        rather = bool(_RATHER.search(message.text))
        if message.intent == "stop" and not rather:
            return {}
        reopened = {
            slot: None for slot, said in _REOPENS.items() if asked and said.search(message.text)
        }
        taken = (
            reopened
            | self._take_matter(message, tracker, asked, rather)
            | self._take_start(message, tracker, begins=asked is None)
            | _take_principal(message, asked)
            | self._take_name(message, tracker, asked)
            | self._take_phone(message, tracker, asked)
            | self._take_code(message, tracker, tracker.get_slot("visitor_phone"), asked)
        )
        if taken.get("visitor_phone", _UNCHANGED) is None:
            taken["phone_proven"] = None
        return taken | _UNCONFIRMED if taken else {}

    def _take_matter(
        self, message: Message, tracker: Tracker, asked: str | None, rather: bool
    ) -> Taken:
        if asked not in (None, "session_matter") and not rather:
            return {}
        kind, _, id = message.chosen.get("item", "").partition(":")
        named = id if kind == "matter" and "option" not in message.chosen else message.names_matter
        if not named and asked is None and not message.found.get("matters"):
            named = topics.remembered(tracker)
        matter = self._whole.knowledge.current().matters.get(named or "")
        near = max((score for _, score in message.found.get("matters", ())), default=0.0)
        if matter is None and asked and near >= NEARLY_NAMED:
            return {"session_matter": None, "booking_problem": {"reason": "several"}}
        if matter is None:
            return {}
        if matter.open_to_video:
            return {"session_matter": matter.id}
        return {"session_matter": None, "booking_problem": not_for_video(matter)}

    def _take_start(self, message: Message, tracker: Tracker, *, begins: bool) -> Taken:
        said = None
        if not begins:
            start = tracker.get_slot("session_start")
            said = openings.so_far(tracker.get_slot("session_said"), start)
        return take_start(message.text, said, self._whole)

    def _take_name(self, message: Message, tracker: Tracker, asked: str | None) -> Taken:
        if asked == "session_principal":
            return {}
        alone = asked == "visitor_name" and message.intent not in _SMALL
        name = name_in(message.text, alone=alone, surely=lets_go(message, tracker))
        return {"visitor_name": name} if name else {}

    def _take_phone(self, message: Message, tracker: Tracker, asked: str | None) -> Taken:
        if message.contact:
            proven = self._proven(tracker, message.contact)
            return {"visitor_phone": message.contact, "phone_proven": proven or None}
        digits = sum(character.isdigit() for character in message.text)
        if asked == "visitor_phone" and digits >= _A_NUMBER:
            return {"booking_problem": {"reason": "phone_incomplete"}}
        return {}


def _take_principal(message: Message, asked: str | None) -> Taken:
    """Whom it is for: somebody else as soon as that is said, their name once it was asked for."""
    if authority := agents.authority_in(message.text):
        return {"session_agent": authority, "session_principal": None}
    if asked and agents.for_oneself(message.text):
        return {"session_agent": None, "session_principal": ""}
    if asked != "session_principal" or message.intent in _SMALL:
        return {}
    name = agents.principal_in(message.text, surely=_asks(message))
    return {"session_principal": name} if name else {}


def _asks(message: Message) -> bool:
    return message.intent.startswith("ask_") or bool(message.found.get("sure"))


def _answers(message: Message, asked: str, taken: Taken) -> bool:
    """Whether what looks like a question tells what was asked: 「周五可以吗」 says when."""
    if message.intent == "resend_code":
        return asked == "phone_proven"
    if message.contact or message.secret or (taken and _RATHER.search(message.text)):
        return True
    if message.intent in ASIDE:
        return False
    fields = _MAY_ANSWER.get(asked, (message.field,))
    return asked in taken and message.field in fields


def _confirmation(message: Message, tracker: Tracker, asked: str) -> Taken:
    if asked != "session_confirmed":
        return {}
    if message.intent == "affirm":  # to something else than the read-back: it is read back again
        return {"session_confirmed": tracker.get_slot("read_back") or None}
    return {"booking_problem": {"reason": CHANGE}} if message.intent == "deny" else {}


def _other_errand(message: Message) -> Taken:
    """Somebody who begins a booking while in one, or looks for an earlier one, goes on first."""
    reason = {
        "list_sessions": "book_first",
        "move_session": "book_first",
        "book_session": "unheard",
    }.get(message.intent)
    return {"booking_problem": {"reason": reason}} if reason else {}
