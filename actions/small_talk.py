"""The small things people say, and what 小福 says back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import topics
from actions.messages import Events, read
from actions.replies import WAYS_OUT, reply

_WAYS = {
    "emergency": (
        {"name": "110", "text": "有危险、被侵害"},
        {"name": "119", "text": "火灾"},
        {"name": "120", "text": "有人受伤、晕倒"},
        {"name": "12356", "text": "心里难受，想找人说话"},
    ),
    "complain": (
        {"name": "12345", "text": "政务服务便民热线，全天有人接"},
        {"name": "深圳民意速办", "text": "小程序里提交，会有人受理、答复"},
    ),
}
"""Who helps further, by what was said; else the usual ways out."""


class SmallTalk(Action):
    """Say `utter_<intent>`, kindly and briefly."""

    def name(self) -> str:
        return "action_small_talk"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        reply(dispatcher, f"utter_{read(tracker).intent}", "smalltalk")
        return topics.pass_by(tracker)


class HandOver(Action):
    """Say who helps further: a person, the complaint line, or the emergency number."""

    def name(self) -> str:
        return "action_hand_over"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        intent = read(tracker).intent
        card = {"ways": _WAYS.get(intent, WAYS_OUT)}
        reply(dispatcher, f"utter_{intent}", "handoff", card=card)
        return topics.pass_by(tracker)
