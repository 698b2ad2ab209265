"""The matter talked about, for as long as 「那要多少钱」 still means it."""

from __future__ import annotations

from collections.abc import Mapping

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.messages import Events
from knowledge_base.asking import Field

LASTS = 5
"""Messages for which a matter named stays the one that is meant."""


def remembered(tracker: Tracker) -> str | None:
    """Id of the matter meant when none is named: the one being booked, or one named lately."""
    if (tracker.active_loop or {}).get("name") == "booking_form":
        booked: str | None = tracker.get_slot("session_matter")
        if booked:
            return booked
    named: str | None = tracker.get_slot("matter")
    return named if named and age(tracker) <= LASTS else None


def age(tracker: Tracker) -> int:
    """How many messages ago a matter was talked about last, 0 in this turn."""
    turns = 0
    for event in reversed(tracker.events):
        if event["event"] == "user":
            turns += 1
        if event["event"] == "slot" and event["name"] in ("matter", "matter_age"):
            break
    return turns + (tracker.get_slot("matter_age") or 0)


def talk_about(matter: str, field: Field, case: Mapping[str, str]) -> Events:
    """From now on `matter` is meant; the case is the citizen's, as far as it was told."""
    return [
        SlotSet("matter", matter),
        SlotSet("matter_age", 0),
        SlotSet("field", field),
        SlotSet("case", dict(case)),
    ]


def pass_by(tracker: Tracker) -> Events:
    """The turn was about something else. The age is kept, for a new Rasa session has no events."""
    return [SlotSet("matter_age", age(tracker))] if tracker.get_slot("matter") else []
