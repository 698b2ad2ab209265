"""What a message says of one's own bookings: whose phone, which one, what time, yes or no."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import openings
from actions.forms import OWN_SLOTS, lets_go, prepared, unheard
from actions.messages import Events, Message, read
from actions.proving import Proving
from actions.refusals import CHANGE, ENDS
from actions.times import Taken, take_start
from booking import timewords
from booking.bookings import Booking
from booking.errors import BookingRefused, CannotMove, TooLateToCancel, TooLateToMove
from booking.rules import Rules
from booking.timewords import Parts, Start

FORM = "my_sessions_form"

_SPOKEN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
_NUMBER = re.compile(r"(?<![\d*])\d{3}[\s-]?\d{3}(?![\d*])")
_SPOKEN_NUMBER = re.compile(r"[零〇一幺二两三四五六七八九][\s零〇一幺二两三四五六七八九]{5,}")
_KEEP = re.compile(r"(?:不|别|唔|先不)(?:要|用|想)?(?:取消|改)|留着|保留|还是去|照旧")
_WRONG_PHONE = re.compile(
    r"(?:改|换)(?:一下|个|下)?(?:电话|手机|号码)|(?:电话|手机|号码).{0,2}(?:不对|错)"
)
_A_NUMBER = 5
"""Digits from which on somebody was giving a number."""

_ERRANDS = {"cancel_session": "cancel", "move_session": "move", "list_sessions": "list"}
DONE = SlotSet("requested_slot", None)
"""The form needs nothing more; its last step knows what to say."""


def number_in(text: str) -> str | None:
    """The booking number in `text`: six digits, also 382 916 or 三八二九一六."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _SPOKEN_NUMBER.sub(lambda found: found[0].translate(_SPOKEN).replace(" ", ""), plain)
    found = _NUMBER.search(plain)
    return re.sub(r"\D", "", found[0]) if found else None


class Own(Proving):
    """An action about what the person at a proven phone has booked."""

    def _ahead(self, tracker: Tracker) -> list[Booking]:
        """What they have ahead of them or running; nothing while the phone is not proven."""
        reference = tracker.get_slot("booking_phone")
        if not self._proven(tracker, reference):
            return []
        return self._whole.desk.of_phone(self._phone(reference) or "", self._whole.now())

    def _chosen(self, tracker: Tracker) -> Booking | None:
        number = tracker.get_slot("booking_number")
        return next((one for one in self._ahead(tracker) if one.number == number), None)


class ValidateMySessionsForm(Own, Action):
    """Take phone, code, which booking, a new time and the answer; the rest is let through."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        message, asked = read(tracker), tracker.get_slot("requested_slot")
        if prepared(tracker, OWN_SLOTS):
            return []
        if asked not in OWN_SLOTS:
            taken = self._begun(message, tracker)
        else:
            taken = self._taken(message, tracker, asked)
            if not taken and not lets_go(message, tracker):
                taken = unheard(message) or _again(message)
            if not taken:
                return []
        taken.setdefault("booking_problem", None)
        known = {**tracker.current_slot_values(), **taken}
        settled = self._settled(tracker, known)
        events: Events = [SlotSet(name, value) for name, value in (taken | settled).items()]
        known |= settled
        locked = (known.get("booking_problem") or {}).get("reason") in ENDS
        if locked or (known.get("phone_proven") and self._is_over(tracker, known)):
            events.append(DONE)
        return events

    def _begun(self, message: Message, tracker: Tracker) -> Taken:
        errand = _ERRANDS.get(message.intent, "list")
        reference = message.contact or tracker.get_slot("proven_phone")
        phone = self._phone(reference)
        proven, number = self._proven(tracker, reference), number_in(message.text)
        begun: Taken = {
            "errand": errand,
            "booking_phone": reference if phone else None,
            "phone_proven": proven or None,
            "booking_number": number,
        }
        start: Taken = {}
        if errand == "move":
            ahead = self._whole.desk.of_phone(phone, self._whole.now()) if proven and phone else []
            mine = _meant(ahead, number)  # 改到三点 is of the same day
            said = openings.settled(mine.start) if mine else None
            start = take_start(message.text, said, self._whole)
        return dict.fromkeys(OWN_SLOTS) | begun | start

    def _taken(self, message: Message, tracker: Tracker, asked: str) -> Taken:
        errand = tracker.get_slot("errand")
        if message.contact:
            proven = self._proven(tracker, message.contact)
            return {"booking_phone": message.contact, "phone_proven": proven or None}
        if asked == "phone_proven" and _WRONG_PHONE.search(message.text):
            return {"booking_phone": None, "phone_proven": None}
        reference = tracker.get_slot("booking_phone")
        if code := self._take_code(message, tracker, reference, asked):
            return code
        if asked == "booking_number" and (number := self._which(message, tracker)):
            return {"booking_number": number}
        if asked == "change_confirmed" and _KEEP.search(message.text):
            return {"change_confirmed": False}
        if errand == "move" and asked in ("session_start", "change_confirmed"):
            said = openings.so_far(
                tracker.get_slot("session_said"), tracker.get_slot("session_start")
            )
            if start := take_start(message.text, said, self._whole):
                return start | {"change_confirmed": None}
        if asked == "change_confirmed":
            said = _confirmation(message, errand)
            yes = said.get("change_confirmed") is True and not tracker.get_slot("read_back")
            return {"change_confirmed": None} if yes else said  # then it is read back again
        digits = sum(character.isdigit() for character in message.text)
        if asked == "booking_phone" and digits >= _A_NUMBER:
            return {"booking_problem": {"reason": "phone_incomplete"}}
        return {}

    def _which(self, message: Message, tracker: Tracker) -> str | None:
        """Which of several is meant: by its number, or by what tells its time from the others'."""
        if number := number_in(message.text):
            return number
        whole = self._whole
        reading = timewords.read(
            message.text, whole.now(), whole.desk.timetable, whole.desk.calendar
        )
        ahead = self._ahead(tracker)
        match reading:
            case Start(start):
                meant = [one for one in ahead if one.start == start]
            case Parts():
                meant = [one for one in ahead if reading.allows(one.start)]
            case _:
                meant = []
        return meant[0].number if len(meant) == 1 else None

    def _settled(self, tracker: Tracker, known: Taken) -> Taken:
        """What follows without a question: the only booking there is, or that one is none."""
        if not known.get("phone_proven") or known["errand"] == "list":
            return {}
        ahead = self._whole.desk.of_phone(
            self._phone(known["booking_phone"]) or "", self._whole.now()
        )
        number = known.get("booking_number")
        if number and all(one.number != number for one in ahead):
            return {"booking_number": None, "booking_problem": {"reason": "number_unknown"}}
        mine = _meant(ahead, number)
        if mine is None:
            return {}
        settled: Taken = {"booking_number": mine.number}
        if known["errand"] == "cancel":
            settled["session_start"] = mine.start.isoformat()
        return settled

    def _is_over(self, tracker: Tracker, known: Taken) -> bool:
        """Whether nothing is left to ask: only to be told, or beyond what oneself can change."""
        if known["errand"] == "list" or known.get("change_confirmed") is not None:
            return True
        desk, now = self._whole.desk, self._whole.now()
        ahead = desk.of_phone(self._phone(known["booking_phone"]) or "", now)
        if not ahead:
            return True
        mine = next((one for one in ahead if one.number == known.get("booking_number")), None)
        return mine is not None and too_late(mine, known["errand"], desk.rules, now) is not None


def _meant(ahead: Sequence[Booking], number: str | None) -> Booking | None:
    """The booking of that number; the only one there is when none is named."""
    if not number:
        return ahead[0] if len(ahead) == 1 else None
    return next((one for one in ahead if one.number == number), None)


def too_late(mine: Booking, errand: str, rules: Rules, now: datetime) -> BookingRefused | None:
    """Why a booking can no more be moved or cancelled by oneself; None while it can."""
    if mine.state != "booked":
        return CannotMove(mine, "cancelled")
    until = mine.start - rules.cancel_until
    if now <= until:
        return None
    return TooLateToMove(mine, until) if errand == "move" else TooLateToCancel(mine, until)


def _confirmation(message: Message, errand: str) -> Taken:
    """Whether it is done. 「取消」 alone, which elsewhere means to stop, here means yes."""
    if errand == "cancel":
        if message.intent in ("affirm", "cancel_session") or "取消" in message.text:
            return {"change_confirmed": True}
        return {"change_confirmed": False} if message.intent in ("deny", "stop") else {}
    if message.intent == "affirm":
        return {"change_confirmed": True}
    if message.intent == "stop":
        return {"change_confirmed": False}
    if message.intent == "deny" or (message.intent == "move_session"):
        return {"session_start": None, "booking_problem": {"reason": CHANGE}}
    return {}


def _again(message: Message) -> Taken:
    again = message.intent in (*_ERRANDS, "book_session")
    return {"booking_problem": {"reason": "unheard"}} if again else {}
