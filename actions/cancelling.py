"""Cancel a booking, or just look at it: number and phone together prove whose it is."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import reply
from actions.sessions import Events, SessionAction, ask, say_why
from booking.bookings import Booking
from booking.errors import BookingRefused
from booking.timewords import say

_SLOTS = ("booking_number", "booking_phone", "cancel_confirmed", "booking_problem")
_NUMBER = re.compile(r"(?<![\d*])\d{6}(?![\d*])")


class CancelAction(SessionAction):
    def name(self) -> str:
        return "action_cancel"

    def _booking(self, tracker: Tracker) -> Booking | None:
        """The booking that number and phone agree on."""
        number = tracker.get_slot("booking_number")
        phone = self._phone(tracker.get_slot("booking_phone"))
        if not number or not phone:
            return None
        held = self._whole.desk.of_phone(phone, self._whole.now())
        return next((booking for booking in held if booking.number == number), None)

    def _values(self, booking: Booking) -> dict[str, str]:
        matter = self._whole.knowledge.current().matters.get(booking.matter_id)
        return {
            "when": say(booking.start, self._whole.now()),
            "desk": str(booking.desk),
            "matter": matter.name if matter else booking.matter_id,
        }


class ValidateCancelForm(CancelAction):
    """Take number, phone and the answer; nothing taken lets a question in between through."""

    def name(self) -> str:
        return "validate_cancel_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        taken: dict[str, Any] = {}
        asked = tracker.get_slot("requested_slot")
        text = tracker.latest_message.get("text") or ""
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        contact = (tracker.latest_message.get("metadata") or {}).get("contact")
        number = _NUMBER.search(text)
        if number:
            taken["booking_number"] = number.group()
        elif asked == "booking_number" and any(character.isdigit() for character in text):
            taken["booking_problem"] = {"reason": "number_incomplete"}
        if contact:
            taken["booking_phone"] = contact
        elif asked == "booking_phone" and sum(c.isdigit() for c in text) >= 5 and not number:
            taken["booking_problem"] = {"reason": "phone_incomplete"}
        if asked == "cancel_confirmed" and intent in ("affirm", "deny", "cancel_session"):
            taken["cancel_confirmed"] = intent != "deny"
        if taken:
            taken.setdefault("booking_problem", None)
        events = [SlotSet(name, value) for name, value in taken.items()]
        known = {**tracker.current_slot_values(), **taken}
        if known.get("booking_number") and known.get("booking_phone") and taken:
            tracker.slots.update(known)
            if self._booking(tracker) is None:  # nothing to confirm: let the last step say so
                events.append(SlotSet("cancel_confirmed", False))
        return events


class AskBookingNumber(CancelAction):
    def name(self) -> str:
        return "action_ask_booking_number"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        ask(dispatcher, tracker, "utter_ask_booking_number")
        return []


class AskBookingPhone(CancelAction):
    def name(self) -> str:
        return "action_ask_booking_phone"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        ask(dispatcher, tracker, "utter_ask_booking_phone")
        return []


class AskCancelConfirmed(CancelAction):
    """Read the booking back before it is given up."""

    def name(self) -> str:
        return "action_ask_cancel_confirmed"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        booking = self._booking(tracker)
        if booking is None:
            return [SlotSet("cancel_confirmed", False)]
        values = self._values(booking)
        rows = [
            {"label": label, "value": values[key]}
            for key, label in (("when", "时间"), ("matter", "事项"), ("desk", "席位"))
        ]
        buttons = [
            {"title": "取消预约", "payload": "是的"},
            {"title": "留着", "payload": "不要"},
        ]
        ask(
            dispatcher,
            tracker,
            "utter_ask_cancel_confirmed",
            card={"title": "您的预约", "rows": rows},
            buttons=buttons,
            **values,
        )
        return []


class CancelSession(CancelAction):
    """Cancel what was confirmed, keep it, or say why neither can be."""

    def name(self) -> str:
        return "action_cancel_session"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        booking = self._booking(tracker)
        if booking is None:
            ways = [{"name": "12345", "text": "政务服务便民热线"}]
            reply(dispatcher, "utter_cancel_refused_not_found", "booking", card={"ways": ways})
        elif not tracker.get_slot("cancel_confirmed"):
            reply(dispatcher, "utter_kept", "booking", **self._values(booking))
        else:
            self._cancel(dispatcher, booking)
        return [SlotSet(slot, None) for slot in _SLOTS]

    def _cancel(self, dispatcher: CollectingDispatcher, booking: Booking) -> None:
        values = self._values(booking)
        try:
            self._whole.desk.cancel(booking.number, booking.phone, self._whole.now())
        except BookingRefused as refusal:
            reply(dispatcher, f"utter_cancel_refused_{refusal.reason}", "booking", **values)
        else:
            reply(dispatcher, "utter_cancelled", "booking", id=booking.matter_id, **values)
