"""Book a video session: ask for what is missing, read it back, book it when confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import openings, topics
from actions.forms import BOOKING_SLOTS, CANCEL_SLOTS, AtDesk, ask, emptied, rows
from actions.guides import bring
from actions.messages import Events, read
from actions.refusals import CHANGE, OF_THE_PERSON, say_why, why
from actions.replies import choice, reply
from booking.bookings import Booking
from booking.errors import BookingRefused
from booking.timewords import Parts, say, say_day
from knowledge_base.matters import Matter
from xiaofu.privacy import hide_mobile
from xiaofu.services import Services


class AskSessionMatter(AtDesk, Action):
    """Ask which matter is to be handled; offer those open to 视频办, the ones near first."""

    def name(self) -> str:
        return "action_ask_session_matter"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        matters = self._whole.knowledge.current().matters
        near = (id for id, _ in read(tracker).found.get("matters", ()) if id in matters)
        ordered = [matters[id] for id in dict.fromkeys([*near, *matters])]
        open_to_video = [matter for matter in ordered if matter.open_to_video]
        return ask(
            dispatcher,
            tracker,
            "utter_ask_session_matter",
            buttons=[
                choice(matter.name, item=f"matter:{matter.id}")
                for matter in open_to_video[: openings.SHOWN]
            ],
        )


class AskSessionStart(AtDesk, Action):
    """Ask for the time; offer the free sessions nearest to what was said."""

    def name(self) -> str:
        return "action_ask_session_start"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        desk, now = self._whole.desk, self._whole.now()
        said = openings.from_slot(tracker.get_slot("session_said"))
        near = (tracker.get_slot("booking_problem") or {}).get("near")
        fitting = openings.fitting(desk, said, now)
        response, words = "utter_ask_session_start", {}
        if near or not fitting:
            around = datetime.fromisoformat(near) if near else openings.wanted(said or Parts(), now)
            offered = openings.nearest(desk, around, now)
            response = "utter_ask_session_start_near" if offered else "utter_ask_session_start_full"
            if not desk.bookable_days(now):  # the calendar ends, and nothing can be full
                response = "utter_ask_session_start_calendar"
                words = {"known": say_day(desk.calendar.known_until, now)}
        elif said is None:
            offered = openings.some(fitting, soon=True)
        else:
            offered = openings.some(fitting)
            response = "utter_ask_session_start_choose"
            words = {"said": openings.settled_words(said, now)}
        buttons = openings.buttons(offered, now)
        return ask(dispatcher, tracker, response, buttons=buttons, **words)


class AskVisitorName(Action):
    def name(self) -> str:
        return "action_ask_visitor_name"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        return ask(dispatcher, tracker, "utter_ask_visitor_name")


class AskVisitorPhone(Action):
    def name(self) -> str:
        return "action_ask_visitor_phone"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        return ask(dispatcher, tracker, "utter_ask_visitor_phone")


class AskSessionConfirmed(AtDesk, Action):
    """
    Read everything back: nothing is booked that was not confirmed.

    The session is held meanwhile, so that nobody takes it between the question and the answer.
    """

    def name(self) -> str:
        return "action_ask_session_confirmed"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        matter, start = self._matter(tracker), self._start(tracker)
        phone = self._phone(tracker.get_slot("visitor_phone"))
        if matter is None or start is None or phone is None:
            return [*_forgotten(matter, start, phone), FollowupAction("booking_form")]
        now, name = self._whole.now(), tracker.get_slot("visitor_name")
        try:
            self._whole.desk.hold(start, matter.id, name, phone, now)
        except OF_THE_PERSON:
            # nothing to confirm: the form is over, and the last step says why
            return [SlotSet("session_confirmed", True), SlotSet("requested_slot", None)]
        except BookingRefused as refusal:
            return _another_time(refusal, start, self._whole)
        say_why(dispatcher, tracker)
        values = {
            "when": say(start, now),
            "matter": matter.name,
            "name": name,
            "phone": hide_mobile(phone),
        }
        changing = (tracker.get_slot("booking_problem") or {}).get("reason") == CHANGE
        titles = ("改时间", "改姓名", "改电话", "不约了")
        return ask(
            dispatcher,
            tracker,
            "utter_ask_session_confirmed_change" if changing else "utter_ask_session_confirmed",
            card={"title": "请核对", "rows": rows(values)},
            buttons=[
                {"title": title, "payload": title}
                for title in (titles if changing else ("对，就这样", titles[0], titles[-1]))
            ],
            **values,
        )


class BookSession(AtDesk, Action):
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
            return [*_forgotten(matter, start, phone), FollowupAction("booking_form")]
        try:
            booking = self._whole.desk.book(
                start, matter.id, tracker.get_slot("visitor_name"), phone, now
            )
        except OF_THE_PERSON as refusal:
            said = why(refusal, start, now, self._whole)
            reply(dispatcher, f"utter_why_{said.pop('reason')}", "booking", **said)
            return emptied(BOOKING_SLOTS)
        except BookingRefused as refusal:
            return _another_time(refusal, start, self._whole)
        case = tracker.get_slot("case") if tracker.get_slot("matter") == matter.id else None
        self._say_booked(dispatcher, booking, matter, case or {})
        return [*emptied(BOOKING_SLOTS), *topics.talk_about(matter.id, "guide", case or {})]

    def _say_booked(
        self,
        dispatcher: CollectingDispatcher,
        booking: Booking,
        matter: Matter,
        case: dict[str, str],
    ) -> None:
        values = {
            "when": say(booking.start, self._whole.now()),
            "matter": matter.name,
            "number": booking.number,
            "desk": str(booking.desk),
            "bring": bring(matter, case),
        }
        card = {"title": "约好了", "rows": rows(values)}
        reply(dispatcher, "utter_booked", "booking", id=matter.id, card=card, **values)


class StopBooking(AtDesk, Action):
    """The citizen changed their mind; nothing said for the form is kept, no session held."""

    def name(self) -> str:
        return "action_stop_booking"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        if phone := self._phone(tracker.get_slot("visitor_phone")):
            self._whole.desk.release(phone, self._whole.now())
        reply(dispatcher, "utter_booking_stopped", "booking")
        return emptied((*BOOKING_SLOTS, *CANCEL_SLOTS))


def _another_time(refusal: BookingRefused, start: datetime, whole: Services) -> Events:
    """Go back to the form, which says why and offers the nearest sessions."""
    said = why(refusal, start, whole.now(), whole)
    return [
        SlotSet("session_start", None),
        SlotSet("session_said", openings.to_slot(Parts(days=(start.date(),)))),
        SlotSet("session_confirmed", None),
        SlotSet("booking_problem", {**said, "near": start.isoformat()}),
        FollowupAction("booking_form"),
    ]


def _forgotten(matter: Matter | None, start: datetime | None, phone: str | None) -> Events:
    """Ask again for what was lost, such as a phone number kept for half an hour only."""
    lost = {"session_matter": matter, "session_start": start, "visitor_phone": phone}
    empty = [name for name, value in lost.items() if value is None]
    return emptied([*empty, "session_confirmed"])
