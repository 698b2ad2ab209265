"""What to do on the day: late, where to click, cut off; and how to object to a no-show."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import booked, topics
from actions.messages import Events, read
from actions.proving import Proving
from actions.replies import reply
from booking.bookings import Booking

_LIST = {"title": "查我的预约", "payload": "我的预约"}


class OnTheDay(Proving, Action):
    """Say `utter_on_the_day_<intent>`, and whose phone is proven hears which session it is."""

    def name(self) -> str:
        return "action_on_the_day"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        intent = read(tracker).intent
        mine = self._next(tracker)
        ways = [
            {"name": "窗口", "text": "当天可以直接到窗口办"},
            {"name": "12345", "text": "打电话说明一声"},
        ]
        reply(
            dispatcher,
            f"utter_on_the_day_{intent}",
            "booking",
            id=mine.matter_id if mine else None,
            card={"ways": ways},
            buttons=booked.ways_on(mine) if mine else [_LIST],
            **booked.numbers(self._whole),
        )
        if mine:
            told = booked.told(mine, self._whole)
            room = booked.room_link(mine, self._whole)
            dispatcher.utter_message(response="utter_own_next", room=room, **told)
        return topics.pass_by(tracker)

    def _next(self, tracker: Tracker) -> Booking | None:
        """Their next session, when the phone was proven in this visit."""
        reference = tracker.get_slot("proven_phone")
        if not self._proven(tracker, reference):
            return None
        ahead = self._whole.desk.of_phone(self._phone(reference) or "", self._whole.now())
        return ahead[0] if ahead else None
