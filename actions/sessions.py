"""Book a video session: ask for what is missing, read it back, book it when confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guides import bring
from actions.replies import choice, reply
from booking import errors
from booking.calendar import SHENZHEN
from booking.errors import BookingRefused
from booking.timewords import Impossible, Nothing, Parts, Start, read, say, say_day
from knowledge_base.matters import Matter
from xiaofu.privacy import hide_mobile
from xiaofu.services import Services, services

_SOON = 13
"""Sessions from which the first offer is chosen: about a day's."""

FORM_SLOTS = (
    "session_matter",
    "session_start",
    "visitor_name",
    "visitor_phone",
    "session_confirmed",
    "session_said",
    "booking_problem",
)

Events = list[dict[str, Any]]

_NAME = re.compile(
    r"(?P<said>(?:我叫|我是|名字是|姓名[:：]?|叫我?|我姓))?"
    r"(?P<name>[\u4e00-\u9fff·]{2,8}|[A-Za-z][A-Za-z .'-]{1,30})[。.!！]?"
)
_SAID_NAME = re.compile(r"(?:我叫|名字是|姓名[:：]?)\s*(?P<name>[\u4e00-\u9fff·]{2,6})")
_CHANGE = {
    "session_start": re.compile("改时间|换时间|改日期|时间不对|换一?天"),
    "visitor_name": re.compile("改姓名|改名字|名字不对|姓名不对"),
    "visitor_phone": re.compile("改电话|改手机|换手机|号码不对|电话不对|手机不对"),
    "session_matter": re.compile("改事项|换事项|事项不对|不是这个事"),
}
"""How people say which detail of the read-back is wrong."""


class SessionAction(Action):
    """What the booking's actions share: the services, and the slots as what they mean."""

    def __init__(self, whole: Services | None = None) -> None:
        self._whole = whole or services()

    def name(self) -> str:  # Rasa registers every subclass alive, this one too
        return "action_session"

    def _matter(self, tracker: Tracker) -> Matter | None:
        matters = self._whole.knowledge.current().matters
        return matters.get(tracker.get_slot("session_matter") or "")

    def _start(self, tracker: Tracker) -> datetime | None:
        said = tracker.get_slot("session_start")
        return datetime.fromisoformat(said) if said else None

    def _fitting(self, said: Parts | None) -> list[datetime]:
        """The open sessions that fit what was said, in order."""
        desk, now = self._whole.desk, self._whole.now()
        openings = (start for day in desk.bookable_days(now) for start in desk.openings(day, now))
        return [start for start in openings if said is None or said.allows(start)]

    def _phone(self, reference: str | None) -> str | None:
        """The number behind a reference; None when it was forgotten, half an hour later."""
        return self._whole.contacts.phone(reference, self._whole.now()) if reference else None


class ValidateBookingForm(SessionAction):
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
        taken: dict[str, Any] = {}
        if not _is_question(tracker):
            for part in (
                self._change(tracker),
                self._take_matter(tracker),
                self._take_start(tracker),
                self._take_name(tracker),
                self._take_phone(tracker),
                self._take_confirmation(tracker),
            ):
                taken |= part
        if taken:
            taken.setdefault("booking_problem", None)
        elif tracker.get_slot("requested_slot") and _intent(tracker) in _ANSWERS:
            taken = {"booking_problem": {"reason": "unheard"}}
        return [SlotSet(name, value) for name, value in taken.items()]

    def _take_matter(self, tracker: Tracker) -> dict[str, Any]:
        asked = tracker.get_slot("requested_slot")
        if asked not in (None, "session_matter"):
            return {}
        seen = tracker.latest_message.get("found") or {}
        named = [id for id, _ in seen.get("matter", ())]
        item = next((e["value"] for e in _entities(tracker) if e["entity"] == "item"), "")
        if item.startswith("matter:"):
            named = [item.removeprefix("matter:").partition("#")[0]]
        if not named and asked is None and not seen.get("matters"):
            named = [tracker.get_slot("matter")] if tracker.get_slot("matter") else []
        matter = self._whole.knowledge.current().matters.get(named[0]) if named else None
        if matter is None:
            return {}
        if matter.open_to_video:
            return {"session_matter": matter.id}
        return {"session_matter": None, "booking_problem": _not_for_video(matter)}

    def _take_start(self, tracker: Tracker) -> dict[str, Any]:
        desk, now = self._whole.desk, self._whole.now()
        said = _parts(tracker.get_slot("session_said"))
        reading = read(_text(tracker), now, desk.timetable, desk.calendar, said)
        match reading:
            case Nothing():
                return {}
            case Impossible(reason, when):
                return _ask_again({"reason": reason, "when": when}, said)
            case Parts(anytime=True) if fitting := self._fitting(reading):
                return _settled(fitting[0])
            case Parts():
                return _ask_again(None, reading)
            case Start(start):
                try:
                    desk.check(start, now)
                except BookingRefused as refusal:
                    day = Parts(days=(start.date(),))
                    return _ask_again(why(refusal, start, now, self._whole), day)
                return _settled(start)
        return {}

    def _take_name(self, tracker: Tracker) -> dict[str, Any]:
        text = _text(tracker)
        found = _SAID_NAME.search(text)
        if found is None and tracker.get_slot("requested_slot") == "visitor_name":
            found = _NAME.fullmatch(text)
            if found and not found["said"] and _intent(tracker) in ("affirm", "deny", "stop"):
                found = None
        return {"visitor_name": found["name"].strip()} | _unconfirmed if found else {}

    def _take_phone(self, tracker: Tracker) -> dict[str, Any]:
        reference = (tracker.latest_message.get("metadata") or {}).get("contact")
        if reference:
            return {"visitor_phone": reference} | _unconfirmed
        digits = sum(character.isdigit() for character in _text(tracker))
        if tracker.get_slot("requested_slot") == "visitor_phone" and digits >= 5:
            return {"booking_problem": {"reason": "phone_incomplete"}}
        return {}

    def _take_confirmation(self, tracker: Tracker) -> dict[str, Any]:
        if tracker.get_slot("requested_slot") != "session_confirmed":
            return {}
        if _intent(tracker) == "affirm":
            return {"session_confirmed": True}
        if _intent(tracker) == "deny":
            return {"booking_problem": {"reason": "change"}}
        return {}

    def _change(self, tracker: Tracker) -> dict[str, Any]:
        if tracker.get_slot("requested_slot") != "session_confirmed":
            return {}
        text = _text(tracker)
        return {slot: None for slot, said in _CHANGE.items() if said.search(text)}


_unconfirmed: dict[str, Any] = {"session_confirmed": None}
"""Whatever changes must be read back again."""

_ANSWERS = ("inform", "affirm", "deny", "choose")
"""Intents that answer a form's question: when they do not fit it, it is asked again."""


class AskSessionMatter(SessionAction):
    """Ask which matter is to be handled; offer those open to 视频办."""

    def name(self) -> str:
        return "action_ask_session_matter"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        matters = self._whole.knowledge.current().matters.values()
        some = [matter for matter in matters if matter.open_to_video][:4]
        ask(
            dispatcher,
            tracker,
            "utter_ask_session_matter",
            buttons=[choice(matter.name, item=f"matter:{matter.id}") for matter in some],
        )
        return []


class AskSessionStart(SessionAction):
    """Ask for the time; offer the free sessions nearest to what was said."""

    def name(self) -> str:
        return "action_ask_session_start"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        desk, now = self._whole.desk, self._whole.now()
        said = _parts(tracker.get_slot("session_said"))
        fitting = self._fitting(said)
        response, words, offered = "utter_ask_session_start", {}, _spread(fitting[:_SOON])
        if said is not None and (tracker.get_slot("booking_problem") or not fitting):
            offered = sorted(desk.nearest(_wanted(said, now), now, 3))
            response = "utter_ask_session_start_near"
        elif said is not None:
            response, words = "utter_ask_session_start_choose", {"said": _said(said, now)}
            offered = _spread(fitting)
        if not offered:
            response = "utter_ask_session_start_full"
        ask(
            dispatcher,
            tracker,
            response,
            buttons=[{"title": say(start, now), "payload": say(start, now)} for start in offered],
            **words,
        )
        return []


class AskVisitorName(SessionAction):
    def name(self) -> str:
        return "action_ask_visitor_name"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        ask(dispatcher, tracker, "utter_ask_visitor_name")
        return []


class AskVisitorPhone(SessionAction):
    def name(self) -> str:
        return "action_ask_visitor_phone"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        ask(dispatcher, tracker, "utter_ask_visitor_phone")
        return []


class AskSessionConfirmed(SessionAction):
    """Read everything back: nothing is booked that was not confirmed."""

    def name(self) -> str:
        return "action_ask_session_confirmed"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        matter, start = self._matter(tracker), self._start(tracker)
        phone = self._phone(tracker.get_slot("visitor_phone"))
        if matter is None or start is None or phone is None:
            return _start_over(matter, start, phone)
        values = {
            "when": say(start, self._whole.now()),
            "matter": matter.name,
            "name": tracker.get_slot("visitor_name"),
            "phone": hide_mobile(phone),
        }
        changing = (tracker.get_slot("booking_problem") or {}).get("reason") == "change"
        buttons = [
            {"title": title, "payload": title}
            for title in (
                ("改时间", "改姓名", "改电话", "不约了")
                if changing
                else ("对，就这样", "改时间", "不约了")
            )
        ]
        ask(
            dispatcher,
            tracker,
            "utter_ask_session_confirmed_change" if changing else "utter_ask_session_confirmed",
            card={"title": "请核对", "rows": _rows(values)},
            buttons=buttons,
            **values,
        )
        return []


class BookSession(SessionAction):
    """Book what was confirmed; when it was taken meanwhile, go back and offer the nearest."""

    def name(self) -> str:
        return "action_book_session"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        now = self._whole.now()
        matter, start = self._matter(tracker), self._start(tracker)
        phone = self._phone(tracker.get_slot("visitor_phone"))
        if not tracker.get_slot("session_confirmed") or not (matter and start and phone):
            return [*_start_over(matter, start, phone), FollowupAction("booking_form")]
        try:
            booking = self._whole.desk.book(
                start, matter.id, tracker.get_slot("visitor_name"), phone, now
            )
        except (errors.AlreadyBooked, errors.DailyLimit) as refusal:
            values = why(refusal, start, now, self._whole)
            reply(dispatcher, f"utter_why_{values.pop('reason')}", "booking", **values)
            return [SlotSet(slot, None) for slot in FORM_SLOTS]
        except BookingRefused as refusal:
            again = _ask_again(why(refusal, start, now, self._whole), Parts(days=(start.date(),)))
            return [
                *(SlotSet(slot, value) for slot, value in again.items()),
                FollowupAction("booking_form"),
            ]
        case = (tracker.get_slot("case") or {}) if tracker.get_slot("matter") == matter.id else {}
        values = {
            "when": say(booking.start, now),
            "matter": matter.name,
            "number": booking.number,
            "desk": str(booking.desk),
            "bring": bring(matter, case),
        }
        reply(
            dispatcher,
            "utter_booked",
            "booking",
            id=matter.id,
            card={"title": "约好了", "rows": _rows(values)},
            **values,
        )
        return [SlotSet(slot, None) for slot in FORM_SLOTS]


class StopBooking(Action):
    """The citizen changed their mind; nothing said for the form is kept."""

    def name(self) -> str:
        return "action_stop_booking"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        reply(dispatcher, "utter_booking_stopped", "smalltalk")
        slots = (*FORM_SLOTS, "booking_number", "booking_phone", "cancel_confirmed")
        return [SlotSet(slot, None) for slot in slots]


def ask(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    response: str,
    *,
    card: Mapping[str, Any] | None = None,
    buttons: list[dict[str, str]] | None = None,
    **values: str,
) -> None:
    """A form's question. After a question in between was answered, the turn's decision is made."""
    if _decided(tracker):
        dispatcher.utter_message(response=response, buttons=buttons or [], **values)
    else:
        reply(dispatcher, response, "booking", card=card, buttons=buttons or [], **values)


def say_why(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Say why what was said did not do, before asking again."""
    problem = dict(tracker.get_slot("booking_problem") or {})
    reason = problem.pop("reason", "change")
    if reason != "change" and not _decided(tracker):
        dispatcher.utter_message(response=f"utter_why_{reason}", **problem)


def why(refusal: BookingRefused, start: datetime, now: datetime, whole: Services) -> dict[str, str]:
    """A refusal as `utter_why_<reason>` tells it: the reason and that response's values."""
    said = {"reason": refusal.reason, "when": say(start, now)}
    match refusal:
        case errors.ClosedDay():
            return said | {"when": say_day(refusal.day, now), "why": refusal.why}
        case errors.BeyondHorizon():
            return said | {"until": say_day(refusal.last_day, now)}
        case errors.OutsideHours():
            spans = (f"{hours.opens:%H:%M}–{hours.closes:%H:%M}" for hours in refusal.hours)
            return said | {"hours": "、".join(spans)}
        case errors.NoSession():
            minutes = int(whole.desk.timetable.length.total_seconds() // 60)
            return said | {"minutes": str(minutes)}
        case errors.TooSoon():
            lead = whole.desk.timetable.lead.total_seconds() / 3600
            return said | {"lead": f"{lead:g}"}
        case errors.AlreadyBooked() | errors.SameTime():
            booking = refusal.booking
            matter = whole.knowledge.current().matters.get(booking.matter_id)
            name = matter.name if matter else booking.matter_id
            return said | {"when": say(booking.start, now), "matter": name}
        case errors.DailyLimit():
            return said | {"when": say_day(refusal.day, now), "limit": str(refusal.limit)}
    return said


def _ask_again(problem: Mapping[str, str] | None, said: Parts | None) -> dict[str, Any]:
    """The start is open again; `said` is what stays settled of it."""
    return {
        "session_start": None,
        "session_said": _as_slot(said) if said else None,
        "booking_problem": dict(problem) if problem else None,
    } | _unconfirmed


def _start_over(matter: Matter | None, start: datetime | None, phone: str | None) -> Events:
    """Ask again for what was forgotten, such as a phone number kept for half an hour only."""
    lost = {"session_matter": matter, "session_start": start, "visitor_phone": phone}
    return [SlotSet(name, None) for name, value in lost.items() if value is None] + [
        SlotSet("session_confirmed", None)
    ]


def _settled(start: datetime) -> dict[str, Any]:
    return {"session_start": start.isoformat(), "session_said": None} | _unconfirmed


def _not_for_video(matter: Matter) -> dict[str, str]:
    if matter.in_person:
        return {"reason": "in_person", "matter": matter.name, "why": matter.in_person}
    channels = "、".join(matter.channels)
    return {"reason": "not_for_video", "matter": matter.name, "channels": channels}


def _rows(values: Mapping[str, str]) -> list[dict[str, str]]:
    labels = {
        "number": "预约号",
        "when": "时间",
        "matter": "事项",
        "desk": "席位",
        "name": "姓名",
        "phone": "手机",
        "bring": "请准备",
    }
    return [
        {"label": label, "value": values[key]} for key, label in labels.items() if key in values
    ]


def _as_slot(parts: Parts) -> dict[str, list[str]]:
    return {
        "days": [day.isoformat() for day in parts.days],
        "times": [at.isoformat() for at in parts.times],
        "halves": list(parts.halves),
    }


def _parts(slot: Mapping[str, list[Any]] | None) -> Parts | None:
    if not slot:
        return None
    return Parts(
        days=tuple(date.fromisoformat(day) for day in slot["days"]),
        times=tuple(time.fromisoformat(at) for at in slot["times"]),
        halves=tuple(slot["halves"]),
    )


def _said(parts: Parts, now: datetime) -> str:
    """What is settled of the time, to start the question with: 11月27日（本周五）上午，"""
    days = "或".join(say_day(day, now) for day in parts.days[:2]) if len(parts.days) <= 2 else ""
    halves = "或".join(parts.halves)
    return f"{days}{halves}，" if days or halves else ""


def _wanted(parts: Parts, now: datetime) -> datetime:
    """The moment that the nearest free sessions are looked for around."""
    day = parts.days[0] if parts.days else now.astimezone(SHENZHEN).date()
    at = parts.times[0] if parts.times else time(9)
    return datetime.combine(day, at, SHENZHEN)


def _spread(starts: list[datetime], count: int = 4) -> list[datetime]:
    """Some of `starts`, from the first to the last, so that early and late birds both find one."""
    if len(starts) <= count:
        return starts
    step = (len(starts) - 1) / (count - 1)
    return [starts[round(place * step)] for place in range(count)]


def _is_question(tracker: Tracker) -> bool:
    """Whether the message asks something of the knowledge base, or somebody for help."""
    intent = _intent(tracker)
    asked = tracker.get_slot("requested_slot")
    if asked == "session_matter" and intent in ("ask_guide", "ask_video"):
        return False
    return intent.startswith("ask_") or intent in ("complain", "emergency", "abuse")


def _decided(tracker: Tracker) -> bool:
    """Whether this turn has uttered its one decision already."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "bot" and (event.get("data") or {}).get("custom"):
            return True
    return False


def _entities(tracker: Tracker) -> Iterator[dict[str, Any]]:
    yield from tracker.latest_message.get("entities") or []


def _intent(tracker: Tracker) -> str:
    return (tracker.latest_message.get("intent") or {}).get("name") or ""


def _text(tracker: Tracker) -> str:
    return (tracker.latest_message.get("text") or "").strip()
