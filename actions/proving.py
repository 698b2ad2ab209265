"""Whose phone it is: the code that is sent, said, and good for the whole visit."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import AtDesk, ask
from actions.messages import Events, Message
from actions.refusals import RESEND, code_refused, say_why
from actions.times import Taken
from booking.codes import CodeRefused, Locked, TooOften
from xiaofu.privacy import hide_mobile

CODE_DIGITS = 6

_BUTTONS = [
    {"title": "没收到，再发一次", "payload": "没收到验证码，再发一次"},
    {"title": "换个手机号", "payload": "电话错了"},
    {"title": "不约了", "payload": "不约了"},
]


class Proving(AtDesk):
    """An action that wants to know whose phone it is."""

    def _proven(self, tracker: Tracker, reference: str | None) -> bool:
        """Whether the phone behind `reference` was proven in this visit."""
        phone = self._phone(reference)
        codes, now = self._whole.codes, self._whole.now()
        return bool(phone) and codes.verified(phone or "", tracker.sender_id, now)

    def _take_code(
        self, message: Message, tracker: Tracker, reference: str | None, asked: str | None
    ) -> Taken:
        """The code that was awaited, or why it does not do."""
        if asked != "phone_proven":
            return {}
        if message.intent == "resend_code":
            return {"booking_problem": {"reason": RESEND}}
        phone, now = self._phone(reference), self._whole.now()
        if not message.secret or not phone:
            return {}
        code = self._whole.contacts.take(message.secret, now) or ""
        if len(code) != CODE_DIGITS:
            return {"booking_problem": {"reason": "code_incomplete"}}
        try:
            self._whole.codes.check(phone, tracker.sender_id, code, now)
        except CodeRefused as refusal:
            return {"booking_problem": code_refused(refusal)}
        return {"phone_proven": True, "proven_phone": reference}


class AskPhoneProven(Proving, Action):
    """
    Ask for the code, which is sent when none is on its way.

    The gateway may take seconds to answer: it is waited for beside the event loop.
    """

    def name(self) -> str:
        return "action_ask_phone_proven"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        whole, visit = self._whole, tracker.sender_id
        form = (tracker.active_loop or {}).get("name")
        slot = "visitor_phone" if form == "booking_form" else "booking_phone"
        phone = self._phone(tracker.get_slot(slot))
        if phone is None:  # kept for half an hour only
            return [SlotSet(slot, None), FollowupAction(form)]
        problem = dict(tracker.get_slot("booking_problem") or {})
        shown = {"phone": hide_mobile(phone)}
        if problem.get("reason") == "locked":
            return _over(problem)
        if problem.get("reason") != RESEND and whole.codes.awaited(phone, visit, whole.now()):
            say_why(dispatcher, tracker)
            return ask(dispatcher, tracker, "utter_ask_phone_proven", buttons=_BUTTONS, **shown)
        try:
            sent = await asyncio.to_thread(whole.codes.send, phone, visit, whole.now())
        except Locked as refusal:
            return _over(code_refused(refusal))
        except CodeRefused as refusal:
            late = isinstance(refusal, TooOften) and whole.codes.awaited(phone, visit, whole.now())
            said = code_refused(refusal)
            dispatcher.utter_message(response=f"utter_why_{said.pop('reason')}", **said)
            again = "utter_ask_phone_proven" if late else "utter_ask_phone_proven_later"
            return ask(dispatcher, tracker, again, buttons=_BUTTONS, **shown)
        say_why(dispatcher, tracker)
        minutes = f"{(sent.until - whole.now()).total_seconds() / 60:.0f}"
        response = "utter_ask_phone_proven_sent"
        if sent.visible:
            response = "utter_ask_phone_proven_visible"
        return ask(dispatcher, tracker, response, buttons=_BUTTONS, **shown, minutes=minutes)


def _over(problem: dict[str, str]) -> Events:
    """No more tries: the form is over, and its last step says how else."""
    return [SlotSet("booking_problem", problem), SlotSet("requested_slot", None)]
