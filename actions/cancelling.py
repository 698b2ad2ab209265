"""Cancel a booking, or just look at it: number and phone together prove whose it is."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import CANCEL_SLOTS, AtDesk, ask, emptied, lets_go, rows, unheard
from actions.messages import Events, Message, read
from actions.refusals import say_why
from actions.replies import reply
from booking.bookings import Booking
from booking.errors import BookingRefused
from booking.timewords import say

_SPOKEN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
_NUMBER = re.compile(r"(?<![\d*])\d{3}[\s-]?\d{3}(?![\d*])")
_SPOKEN_NUMBER = re.compile(r"[零〇一幺二两三四五六七八九][\s零〇一幺二两三四五六七八九]{5,}")
_FORGOTTEN = re.compile(r"忘|不记得|唔记得|记不|找不到|没有号|没记|丢了|不知道|唔知")
_KEEP = re.compile(r"(?:不|别|唔|先不)(?:要|用|想)?取消|留着|保留|还是去|照旧")
_A_NUMBER = 5
"""Digits from which on somebody was giving a number."""


class _AtBooking(AtDesk):
    """An action about one booking that exists."""

    def _booking(self, number: str | None, reference: str | None) -> Booking | None:
        """The booking that number and phone agree on."""
        phone = self._phone(reference)
        if not number or not phone:
            return None
        held = self._whole.desk.of_phone(phone, self._whole.now())
        return next((booking for booking in held if booking.number == number), None)

    def _of(self, tracker: Tracker) -> Booking | None:
        return self._booking(tracker.get_slot("booking_number"), tracker.get_slot("booking_phone"))

    def _values(self, booking: Booking) -> dict[str, str]:
        matter = self._whole.knowledge.current().matters.get(booking.matter_id)
        return {
            "when": say(booking.start, self._whole.now()),
            "desk": str(booking.desk),
            "matter": matter.name if matter else booking.matter_id,
        }


class ValidateCancelForm(_AtBooking, Action):
    """Take number, phone and the answer; nothing taken lets a question in between through."""

    def name(self) -> str:
        return "validate_cancel_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        message = read(tracker)
        asked = tracker.get_slot("requested_slot")
        begins = asked not in CANCEL_SLOTS
        taken = _taken(message, asked)
        if not begins and not taken:
            taken = {} if lets_go(message, tracker) else unheard(message)
        if not begins and not taken:
            return []
        if begins:
            taken = dict.fromkeys(CANCEL_SLOTS) | taken
        taken.setdefault("booking_problem", None)
        known = {**tracker.current_slot_values(), **taken}
        number, phone = known.get("booking_number"), known.get("booking_phone")
        if number and phone and self._booking(number, phone) is None:
            taken["cancel_confirmed"] = False  # nothing to confirm: the last step says so
        return [SlotSet(name, value) for name, value in taken.items()]


def _taken(message: Message, asked: str | None) -> dict[str, Any]:
    """What a message says of the booking meant, slots and their values."""
    taken: dict[str, Any] = {}
    if number := number_in(message.text):
        taken["booking_number"] = number
    if message.contact:
        taken["booking_phone"] = message.contact
    if taken:
        return taken
    digits = sum(character.isdigit() for character in message.text)
    if asked == "booking_number" and _FORGOTTEN.search(message.text):
        return {"booking_problem": {"reason": "number_forgotten"}}
    if message.intent.startswith("ask_"):
        return {}
    if asked == "booking_number" and digits:
        return {"booking_problem": {"reason": "number_incomplete"}}
    if asked == "booking_phone" and digits >= _A_NUMBER:
        return {"booking_problem": {"reason": "phone_incomplete"}}
    if asked == "cancel_confirmed" and (confirmed := _confirmation(message)):
        return confirmed
    if asked in CANCEL_SLOTS and message.intent in ("cancel_session", "list_sessions"):
        return {"booking_problem": {"reason": "unheard"}}
    return {}


def _confirmation(message: Message) -> dict[str, Any]:
    """Whether it is given up. 「取消」 alone, which elsewhere means to stop, here means yes."""
    if _KEEP.search(message.text):
        return {"cancel_confirmed": False}
    if message.intent in ("affirm", "cancel_session") or "取消" in message.text:
        return {"cancel_confirmed": True}
    return {"cancel_confirmed": False} if message.intent in ("deny", "stop") else {}


def number_in(text: str) -> str | None:
    """The booking number in `text`: six digits, also 382 916 or 三八二九一六."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _SPOKEN_NUMBER.sub(lambda found: found[0].translate(_SPOKEN).replace(" ", ""), plain)
    found = _NUMBER.search(plain)
    return re.sub(r"\D", "", found[0]) if found else None


class AskBookingNumber(Action):
    def name(self) -> str:
        return "action_ask_booking_number"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        return ask(dispatcher, tracker, "utter_ask_booking_number")


class AskBookingPhone(Action):
    def name(self) -> str:
        return "action_ask_booking_phone"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        return ask(dispatcher, tracker, "utter_ask_booking_phone")


class AskCancelConfirmed(_AtBooking, Action):
    """Read the booking back before it is given up."""

    def name(self) -> str:
        return "action_ask_cancel_confirmed"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        booking = self._of(tracker)
        if booking is None:
            return [SlotSet("cancel_confirmed", False)]
        say_why(dispatcher, tracker)
        values = self._values(booking)
        return ask(
            dispatcher,
            tracker,
            "utter_ask_cancel_confirmed",
            card={"title": "您的预约", "rows": rows(values)},
            buttons=[
                {"title": "取消预约", "payload": "是的"},
                {"title": "留着", "payload": "不要"},
            ],
            **values,
        )


class CancelSession(_AtBooking, Action):
    """Cancel what was confirmed, keep it, or say why neither can be."""

    def name(self) -> str:
        return "action_cancel_session"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        booking = self._of(tracker)
        if booking is None:
            ways = [{"name": "12345", "text": "政务服务便民热线"}]
            reply(dispatcher, "utter_cancel_refused_not_found", "booking", card={"ways": ways})
        elif not tracker.get_slot("cancel_confirmed"):
            reply(dispatcher, "utter_kept", "booking", **self._values(booking))
        else:
            self._cancel(dispatcher, booking)
        return emptied(CANCEL_SLOTS)

    def _cancel(self, dispatcher: CollectingDispatcher, booking: Booking) -> None:
        values = self._values(booking)
        try:
            self._whole.desk.cancel(booking.number, booking.phone, self._whole.now())
        except BookingRefused as refusal:
            reply(dispatcher, f"utter_cancel_refused_{refusal.reason}", "booking", **values)
        else:
            reply(dispatcher, "utter_cancelled", "booking", id=booking.matter_id, **values)
