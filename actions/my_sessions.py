"""See, move or cancel what one has booked: the phone proves whose it is, once in a visit."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import booked, openings
from actions.changes import DONE, FORM, Own, too_late
from actions.forms import OWN_SLOTS, ask, conclude, emptied, read_back, rows
from actions.messages import Events, read
from actions.refusals import ENDS, say_why, why
from booking.bookings import Booking
from booking.errors import BookingRefused, CannotMove, DailyLimit, NotFound, TooLateToMove
from booking.timewords import Parts, say


class AskBookingPhone(Action):
    def name(self) -> str:
        return "action_ask_booking_phone"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        return ask(dispatcher, tracker, "utter_ask_booking_phone")


class AskBookingNumber(Own, Action):
    """Ask which one is meant."""

    def name(self) -> str:
        return "action_ask_booking_number"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        say_why(dispatcher, tracker)
        told = [booked.told(one, self._whole) for one in self._ahead(tracker)]
        buttons = [
            {"title": f"{one['when']}「{one['matter']}」", "payload": f"预约号{one['number']}"}
            for one in told
        ]
        return ask(dispatcher, tracker, "utter_ask_booking_number", buttons=buttons)


class AskChangeConfirmed(Own, Action):
    """Read a booking back before it is given up, or moved to another time."""

    def name(self) -> str:
        return "action_ask_change_confirmed"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        mine, start = self._chosen(tracker), self._start(tracker)
        if mine is None or start is None:
            return [SlotSet("change_confirmed", False), DONE]
        say_why(dispatcher, tracker)
        told = booked.told(mine, self._whole)
        if tracker.get_slot("errand") == "cancel":
            response, yes, no = "utter_ask_change_confirmed_cancel", "取消预约", "留着"
            shown = told
        else:
            told["to"] = say(start, self._whole.now())
            response, yes, no = "utter_ask_change_confirmed_move", "对，改过去", "不改了"
            shown = {**told, "when": f"{told['when']} → {told['to']}"}
        return read_back(
            dispatcher,
            tracker,
            response,
            card={"title": "您的预约", "rows": rows(shown)},
            buttons=[
                {"title": yes, "payload": "是的"},
                {"title": no, "payload": "不改了，留着" if yes != "取消预约" else "不要"},
            ],
            **told,
        )


class MySessions(Own, Action):
    """List what is booked; cancel or move what was confirmed; or say why that cannot be."""

    def name(self) -> str:
        return "action_my_sessions"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        problem = dict(tracker.get_slot("booking_problem") or {})
        over = emptied(OWN_SLOTS)
        if problem.get("reason") in ENDS:
            conclude(dispatcher, tracker, f"utter_why_{problem.pop('reason')}", **problem)
            return over
        if not self._proven(tracker, tracker.get_slot("booking_phone")):
            conclude(dispatcher, tracker, "utter_own_forgotten")
            return over
        ahead, errand = self._ahead(tracker), tracker.get_slot("errand")
        mine = self._chosen(tracker)
        if errand == "list" or mine is None:
            return [*over, *self._list(dispatcher, tracker, ahead)]
        refusal = too_late(mine, errand, self._whole.desk.rules, self._whole.now())
        if refusal:
            self._refuse(dispatcher, tracker, refusal, mine)
        elif not tracker.get_slot("change_confirmed"):
            conclude(dispatcher, tracker, "utter_kept", **booked.told(mine, self._whole))
        elif errand == "cancel":
            self._cancel(dispatcher, tracker, mine)
        elif again := self._move(dispatcher, tracker, mine):
            return again
        return over

    def _list(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ahead: list[Booking]
    ) -> Events:
        told = [booked.told(one, self._whole) for one in ahead]
        if not ahead:
            conclude(
                dispatcher,
                tracker,
                "utter_own_none",
                buttons=[{"title": "预约视频办", "payload": "我要预约视频办"}],
            )
            return []
        several = len(ahead) > 1
        buttons = [
            way
            for one in ahead
            for way in booked.ways_on(one, named=f"{one.start:%H:%M}" if several else "")
        ]
        links = [
            {"name": f"{name}（预约号 {one.number}）", "text": link}
            for one in ahead
            for name, link in (
                ("进入视频间", booked.room_link(one, self._whole)),
                ("放进日历", self._whole.calendars.link(one.id)),
            )
        ]
        card = {
            "title": "您的预约",
            "rows": [row for one in told for row in rows(one)],
            "ways": links,
        }
        conclude(
            dispatcher, tracker, "utter_own", card=card, buttons=buttons, count=str(len(ahead))
        )
        for one, shown in zip(ahead, told, strict=True):
            link, room = self._whole.calendars.link(one.id), booked.room_link(one, self._whole)
            dispatcher.utter_message(response="utter_own_one", link=link, room=room, **shown)
        return [SlotSet("offered", [button["payload"] for button in buttons])]

    def _cancel(self, dispatcher: CollectingDispatcher, tracker: Tracker, mine: Booking) -> None:
        now, key = self._whole.now(), read(tracker).id or None
        try:
            self._whole.desk.cancel(mine.number, mine.phone, now, key=key)
        except BookingRefused as refusal:
            self._refuse(dispatcher, tracker, refusal, mine)
        else:
            conclude(
                dispatcher,
                tracker,
                "utter_cancelled",
                id=mine.matter_id,
                **booked.told(mine, self._whole),
            )

    def _move(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, mine: Booking
    ) -> Events | None:
        """Move it; events to go on with when another time is wanted, None when it is over."""
        start, now = self._start(tracker), self._whole.now()
        if start is None:
            return [SlotSet("change_confirmed", None), FollowupAction(FORM)]
        try:
            moved = self._whole.desk.reschedule(
                mine.number, mine.phone, start, now, key=read(tracker).id or None
            )
        except (TooLateToMove, CannotMove, NotFound, DailyLimit) as refusal:
            self._refuse(dispatcher, tracker, refusal, mine)
            return None
        except BookingRefused as refusal:
            problem = {**why(refusal, start, now, self._whole), "near": start.isoformat()}
            return [
                SlotSet("session_start", None),
                SlotSet("session_said", openings.to_slot(Parts(days=(start.date(),)))),
                SlotSet("change_confirmed", None),
                SlotSet("booking_problem", problem),
                FollowupAction(FORM),
            ]
        told = booked.told(moved, self._whole)
        card = {"title": "改好了", "rows": rows(told)}
        conclude(
            dispatcher,
            tracker,
            "utter_moved",
            id=moved.matter_id,
            card=card,
            buttons=booked.ways_on(moved),
            **told,
        )
        booked.say_more(dispatcher, moved, self._whole)
        return None

    def _refuse(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        refusal: BookingRefused,
        mine: Booking,
    ) -> None:
        values = booked.told(mine, self._whole) | booked.numbers(self._whole)
        if isinstance(refusal, DailyLimit):
            values |= {"limit": str(refusal.limit)}
        ways = [
            {"name": "窗口", "text": "带身份证，请工作人员改"},
            {"name": "12345", "text": "打电话说明一声"},
        ]
        conclude(
            dispatcher,
            tracker,
            f"utter_own_refused_{refusal.reason}",
            card={"ways": ways},
            **values,
        )
