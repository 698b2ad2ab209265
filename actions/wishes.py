"""What a message says about the session a citizen wishes for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import openings, topics
from actions.forms import ASIDE, BOOKING_SLOTS, AtDesk, lets_go, prepared, unheard
from actions.messages import Events, Message, read
from actions.refusals import CHANGE, OF_THE_DAY, not_for_video, of_day, unknown, why
from actions.visitors import name_in
from booking import timewords
from booking.errors import BookingRefused, SessionTaken
from booking.timewords import Impossible, Nothing, Parts, Start
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
}
"""Questions that answer what was asked: 「周五可以吗」 says when."""

_UNCONFIRMED: dict[str, Any] = {"session_confirmed": None}
"""Whatever changes must be read back again."""

_SMALL = ("affirm", "deny", "stop", "thanks", "greet", "goodbye", "choose")
"""Words that are no name, though some begin like one: 谢谢."""

_A_NUMBER = 3
"""Digits from which on somebody was giving a number."""

Taken = dict[str, Any]
"""Slots and their new values."""


class ValidateBookingForm(AtDesk, Action):
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
            taken = dict.fromkeys(BOOKING_SLOTS) | self._taken(message, tracker, None)
        else:
            taken = self._taken(message, tracker, asked)
            if lets_go(message, tracker) and not _answers(message, asked, taken):
                return []
            if not taken:
                taken = _confirmation(message, asked) or _other_errand(message) or unheard(message)
        if taken:
            taken.setdefault("booking_problem", None)
        return [SlotSet(name, value) for name, value in taken.items()]

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
            | self._take_start(message, tracker)
            | self._take_name(message, tracker, asked)
            | self._take_phone(message, asked)
        )
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

    def _take_start(self, message: Message, tracker: Tracker) -> Taken:
        desk, now = self._whole.desk, self._whole.now()
        said = openings.from_slot(tracker.get_slot("session_said"))
        reading = timewords.read(message.text, now, desk.timetable, desk.calendar, said)
        match reading:
            case Nothing():
                return {}
            case Impossible():
                return _ask_again(unknown(reading, desk, now), said, near=reading.near or now)
            case Start(start):
                try:
                    desk.check(start, now)
                except BookingRefused as refusal:
                    return self._refused(refusal, start)
                return _settled(start)
            case Parts():
                return self._narrowed(reading, message)

    def _narrowed(self, parts: Parts, message: Message) -> Taken:
        """Part of the time is settled, or any will do."""
        desk, now = self._whole.desk, self._whole.now()
        refused = [refusal for day in parts.days if (refusal := of_day(day, desk, now))]
        if refused and len(refused) == len(parts.days):
            return self._refused(refused[-1], openings.wanted(parts, now), parts)
        fitting = openings.fitting(desk, parts, now)
        if parts.anytime and not fitting and not self._says_day(message):
            fitting = openings.fitting(desk, None, now)
        if parts.anytime and fitting:
            return _settled(fitting[0])
        if fitting or not (parts.days or parts.times or parts.halves):
            return _ask_again(None, parts)
        around = openings.wanted(parts, now)
        if (refusal := self._none_of(parts)) and not isinstance(refusal, SessionTaken):
            stands = replace(parts, times=(), halves=())
            return _ask_again(why(refusal, around, now, self._whole), stands, near=around)
        full = {"reason": SessionTaken.reason, "when": timewords.say_day(around.date(), now)}
        return _ask_again(full, parts, near=around)

    def _none_of(self, parts: Parts) -> BookingRefused | None:
        """What speaks against the last of the sessions that were meant, or the hour if none is."""
        desk, now = self._whole.desk, self._whole.now()
        days = parts.days or tuple(desk.bookable_days(now))
        starts = [start for day in days for start in desk.timetable.sessions(day)]
        meant = [start for start in starts if parts.allows(start)]
        refused = None
        for start in meant or [openings.wanted(replace(parts, days=days), now)]:
            try:
                desk.check(start, now)
            except BookingRefused as refusal:
                refused = refusal
        return refused

    def _refused(
        self, refusal: BookingRefused, start: datetime, parts: Parts | None = None
    ) -> Taken:
        """What stands of a time that was refused: nothing of a day that cannot be."""
        reason = why(refusal, start, self._whole.now(), self._whole)
        if isinstance(refusal, OF_THE_DAY):
            stands = replace(parts, days=()) if parts else Parts(times=(start.time(),))
        else:
            stands = Parts(days=(start.date(),))
        return _ask_again(reason, stands, near=start)

    def _take_name(self, message: Message, tracker: Tracker, asked: str | None) -> Taken:
        alone = asked == "visitor_name" and message.intent not in _SMALL
        name = name_in(message.text, alone=alone, surely=lets_go(message, tracker))
        return {"visitor_name": name} if name else {}

    def _take_phone(self, message: Message, asked: str | None) -> Taken:
        if message.contact:
            return {"visitor_phone": message.contact}
        digits = sum(character.isdigit() for character in message.text)
        if asked == "visitor_phone" and digits >= _A_NUMBER:
            return {"booking_problem": {"reason": "phone_incomplete"}}
        return {}

    def _says_day(self, message: Message) -> bool:
        desk, now = self._whole.desk, self._whole.now()
        match timewords.read(message.text, now, desk.timetable, desk.calendar):
            case Start():
                return True
            case Parts(days=days):
                return bool(days)
        return False


def _answers(message: Message, asked: str, taken: Taken) -> bool:
    """Whether what looks like a question tells what was asked: 「周五可以吗」 says when."""
    if message.contact or (taken and _RATHER.search(message.text)):
        return True
    if message.intent in ASIDE:
        return False
    fields = _MAY_ANSWER.get(asked, (message.field,))
    return asked in taken and message.field in fields


def _confirmation(message: Message, asked: str) -> Taken:
    if asked != "session_confirmed":
        return {}
    if message.intent == "affirm":
        return {"session_confirmed": True}
    return {"booking_problem": {"reason": CHANGE}} if message.intent == "deny" else {}


def _other_errand(message: Message) -> Taken:
    """Somebody who begins a booking while in one, or looks for an earlier one, goes on first."""
    reason = {"list_sessions": "book_first", "book_session": "unheard"}.get(message.intent)
    return {"booking_problem": {"reason": reason}} if reason else {}


def _ask_again(
    problem: dict[str, str] | None, stands: Parts | None, near: datetime | None = None
) -> Taken:
    """
    The start is open again.

    stands: what of it is settled. near: around which the free sessions are offered.
    """
    if problem and near:
        problem = {**problem, "near": near.isoformat()}
    return {
        "session_start": None,
        "session_said": openings.to_slot(stands) if stands else None,
        "booking_problem": problem,
    }


def _settled(start: datetime) -> Taken:
    return {"session_start": start.isoformat(), "session_said": None}
