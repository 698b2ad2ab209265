"""Book a video session: ask for what is missing, read it back, book it when confirmed."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import booked, openings, topics
from actions.forms import BOOKING_SLOTS, OWN_SLOTS, AtDesk, ask, conclude, emptied, read_back, rows
from actions.messages import Events, read
from actions.proving import Proving
from actions.refusals import CHANGE, ENDS, OF_THE_PERSON, say_why, why
from actions.replies import WAYS_OUT, choice, reply
from booking.bookings import Booking, OnBehalf
from booking.errors import BookingRefused, CannotMove, HoldExpired, HoldRenewed
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
        moving = (tracker.active_loop or {}).get("name") == "my_sessions_form"
        if moving and response == "utter_ask_session_start":
            response = "utter_ask_session_start_move"
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


class AskSessionPrincipal(Action):
    """Whom it is for, with what an agent must know."""

    def name(self) -> str:
        return "action_ask_session_principal"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        buttons = [{"title": "我自己办", "payload": "我自己办"}]
        return ask(dispatcher, tracker, "utter_ask_session_principal", buttons=buttons)


class _AtSession(Proving):
    """An action about the session that the form has put together."""

    def _told(self, tracker: Tracker) -> tuple[Matter | None, datetime | None, str | None]:
        """What is still known of it; a phone only as long as it counts as proven."""
        reference = tracker.get_slot("visitor_phone")
        phone = self._phone(reference) if self._proven(tracker, reference) else None
        return self._matter(tracker), self._start(tracker), phone

    def _lost(self, tracker: Tracker) -> Events:
        """Ask again for what was lost, such as a phone kept or proven for half an hour only."""
        matter, start, phone = self._told(tracker)
        lost = {"session_matter": matter, "session_start": start, "phone_proven": phone}
        lost["visitor_phone"] = self._phone(tracker.get_slot("visitor_phone"))
        empty = [name for name, value in lost.items() if value is None]
        return emptied([*empty, "session_confirmed"])

    def _particulars(self, tracker: Tracker, matter: Matter) -> dict[str, Any]:
        """Whom it is for, and what they are told to have ready."""
        principal = tracker.get_slot("session_principal")
        agent = tracker.get_slot("session_agent") or "letter"
        on_behalf_of = OnBehalf(principal, agent) if principal else None
        ready = booked.to_have_ready(matter, _case(tracker, matter), on_behalf_of)
        return {"on_behalf_of": on_behalf_of, "checklist": ready.bring}


class AskSessionConfirmed(_AtSession, Action):
    """
    Read everything back: nothing is booked that was not confirmed.

    The session is held meanwhile, so that nobody takes it between the question and the answer;
    once longer, for whoever is still busy with it.
    """

    def name(self) -> str:
        return "action_ask_session_confirmed"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        matter, start, phone = self._told(tracker)
        if matter is None or start is None or phone is None:
            return [
                *self._lost(tracker),
                FollowupAction("booking_form"),
            ]
        now, name = self._whole.now(), tracker.get_slot("visitor_name")
        particulars = self._particulars(tracker, matter)
        try:
            held = self._whole.desk.hold(start, matter.id, name, phone, now, **particulars)
            self._keep_holding(held, now)
        except OF_THE_PERSON as refusal:
            # nothing to confirm: the form is over, and the last step says why
            said = why(refusal, start, now, self._whole)
            return [SlotSet("booking_problem", said), SlotSet("requested_slot", None)]
        except BookingRefused as refusal:
            return _another_time(refusal, start, self._whole)
        say_why(dispatcher, tracker)
        values = {
            "when": say(start, now),
            "matter": matter.name,
            "desk": str(held.desk),
            "name": name,
            "phone": hide_mobile(phone),
            "bring": "、".join(held.checklist),
        }
        principal = {"principal": held.principal} if held.principal else {}
        changing = (tracker.get_slot("booking_problem") or {}).get("reason") == CHANGE
        response = "utter_ask_session_confirmed"
        if changing:
            response = "utter_ask_session_confirmed_change"
        elif principal:
            response = "utter_ask_session_confirmed_agent"
        ways = ("改时间", "改姓名", "改电话", "不约了")
        card = {"title": "请核对", "rows": rows(values | principal)}
        titles = ways if changing else ("对，就这样", ways[0], ways[-1])
        buttons = [{"title": one, "payload": one} for one in titles]
        asking = ask if changing else read_back
        events = asking(
            dispatcher, tracker, response, card=card, buttons=buttons, **values, **principal
        )
        return [SlotSet("read_back", None), *events]

    def _keep_holding(self, held: Booking, now: datetime) -> None:
        """Renew a hold that is soon over, once: the citizen is still there."""
        rules = self._whole.desk.rules
        if held.held_until is None or held.renewed or held.held_until - now > rules.hold / 2:
            return
        with suppress(HoldExpired, HoldRenewed, CannotMove):
            self._whole.desk.renew(held.id, now)


class BookSession(_AtSession, Action):
    """Book what was confirmed; when it was taken meanwhile, go back and offer the nearest."""

    def name(self) -> str:
        return "action_book_session"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        now = self._whole.now()
        problem = dict(tracker.get_slot("booking_problem") or {})
        if problem.get("reason") in ENDS:
            conclude(
                dispatcher,
                tracker,
                f"utter_why_{problem.pop('reason')}",
                card={"ways": WAYS_OUT},
                **problem,
            )
            return emptied(BOOKING_SLOTS)
        matter, start, phone = self._told(tracker)
        if not tracker.get_slot("session_confirmed") or not (matter and start and phone):
            return [
                *self._lost(tracker),
                FollowupAction("booking_form"),
            ]
        try:
            made = self._whole.desk.book(
                start,
                matter.id,
                tracker.get_slot("visitor_name"),
                phone,
                now,
                **self._particulars(tracker, matter),
                key=read(tracker).id or None,
            )
        except OF_THE_PERSON as refusal:
            said = why(refusal, start, now, self._whole)
            card = {"ways": WAYS_OUT}
            conclude(dispatcher, tracker, f"utter_why_{said.pop('reason')}", card=card, **said)
            return emptied(BOOKING_SLOTS)
        except BookingRefused as refusal:
            return _another_time(refusal, start, self._whole)
        case = _case(tracker, matter)
        self._say_booked(dispatcher, made, matter, case)
        return [*emptied(BOOKING_SLOTS), *topics.talk_about(matter.id, "guide", case)]

    def _say_booked(
        self,
        dispatcher: CollectingDispatcher,
        made: Booking,
        matter: Matter,
        case: dict[str, str],
    ) -> None:
        values = booked.told(made, self._whole)
        values.pop("state")
        waived = "、".join(booked.to_have_ready(matter, case, made.on_behalf_of).waived)
        principal = {"principal": made.principal} if made.principal else {}
        card = {"title": "约好了", "rows": rows(values | principal | {"waived": waived})}
        reply(
            dispatcher,
            "utter_booked",
            "booking",
            id=matter.id,
            card=card,
            buttons=booked.ways_on(made),
            **values,
        )
        if waived:
            dispatcher.utter_message(response="utter_booked_waived", waived=waived)
        booked.say_more(dispatcher, made, self._whole)


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
        return emptied((*BOOKING_SLOTS, *OWN_SLOTS))


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


def _case(tracker: Tracker, matter: Matter) -> dict[str, str]:
    """The citizen's case, as far as it was told of this matter."""
    same = tracker.get_slot("matter") == matter.id
    return (tracker.get_slot("case") if same else None) or {}
