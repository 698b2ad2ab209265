"""What 小福 tells of a booking: when and where, what to have ready, and where it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rasa_sdk.executor import CollectingDispatcher

from actions import cases
from booking.bookings import Booking, OnBehalf
from booking.commitments import CommitmentRefused
from booking.timewords import say
from knowledge_base.matters import Matter
from xiaofu.services import Services

STATES = {
    "booked": "已预约",
    "checked_in": "候场中",
    "in_session": "办理中",
    "to_complete": "待补正",
    "broken_off": "中断，可以接着办",
}
"""The states of what is ahead or running, as citizens read them."""

_PAPERS = {
    "letter": "授权委托书",
    "online": "电子授权",
    "guardian": "能证明监护关系的材料，如户口簿、出生医学证明",
}
"""What an agent shows the officer, by the right they act by."""


@dataclass(frozen=True)
class Ready:
    """What to have at hand, and what need not be handed in since an e-licence stands in for it."""

    bring: tuple[str, ...]
    waived: tuple[str, ...]


def to_have_ready(matter: Matter, case: Mapping[str, str], on_behalf_of: OnBehalf | None) -> Ready:
    """Cut to the citizen's case; what depends on a case not told yet is left out."""
    case = {**case, **(cases.by_agent(matter) if on_behalf_of else {})}
    listed = [one for one in matter.checklist(case) if one.when.keys() <= case.keys()]
    own = ["本人身份证"]
    if on_behalf_of:
        own = ["您和他本人的身份证", _PAPERS[on_behalf_of.authority]]
    needed = [one.name for one in listed if not one.waived]
    return Ready(
        tuple(dict.fromkeys([*own, *needed])),
        tuple(dict.fromkeys(one.e_licence or one.name for one in listed if one.waived)),
    )


def told(booking: Booking, whole: Services) -> dict[str, str]:
    """A booking's particulars, as responses and cards name them."""
    matter = whole.knowledge.current().matters.get(booking.matter_id)
    bring = booking.checklist
    if not bring and matter is not None:
        bring = to_have_ready(matter, {}, booking.on_behalf_of).bring
    return {
        "when": say(booking.start, whole.now()),
        "desk": str(booking.desk),
        "matter": matter.name if matter else booking.matter_id,
        "number": booking.number,
        "state": STATES.get(booking.state, ""),
        "bring": "、".join(bring),
    }


def numbers(whole: Services) -> dict[str, str]:
    """The office's own numbers, as it has set them."""
    rules, room = whole.desk.rules, whole.doorkeeper.rules
    return {
        "opens": f"{room.early / timedelta(minutes=1):g}",
        "hours": f"{rules.cancel_until / timedelta(hours=1):g}",
        "grace": f"{rules.grace / timedelta(minutes=1):g}",
        "early": f"{rules.early / timedelta(minutes=1):g}",
        "back": f"{rules.call_back_after / timedelta(minutes=1):g}",
    }


def say_more(dispatcher: CollectingDispatcher, booking: Booking, whole: Services) -> None:
    """What goes with a booking just made or moved: agents, promises, the calendar."""
    now = whole.now()
    if booking.on_behalf_of:
        dispatcher.utter_message(
            response="utter_booked_agent",
            principal=booking.principal,
            papers=_PAPERS[booking.on_behalf_of.authority],
        )
    if promise := promise_link(booking, whole, now):
        dispatcher.utter_message(response="utter_booked_promise", link=promise)
    dispatcher.utter_message(
        response="utter_booked_calendar",
        link=whole.calendars.link(booking.id),
        room=room_link(booking, whole),
        **numbers(whole),
    )


def room_link(booking: Booking, whole: Services) -> str:
    """The citizen's way into the room, which opens a little before the start."""
    return whole.doorkeeper.links(booking).citizen


def promise_link(booking: Booking, whole: Services, now: datetime) -> str | None:
    """The page of 信用承诺, where the published list has the matter; never taken for granted."""
    try:
        offered = whole.promises.offer(booking.id, booking.matter_id, booking.phone, now)
    except CommitmentRefused:
        return None
    return whole.promise_links.link(offered.id) if offered.state == "offered" else None


def ways_on(booking: Booking, *, named: str = "") -> list[dict[str, str]]:
    """Buttons of what can be done with a booking. named: which, when there are several."""
    which = f"（{named}）" if named else ""
    number = f"预约号{booking.number}"
    ways = [{"title": f"要准备什么{which}", "payload": _materials(booking)}]
    if booking.state == "booked":
        ways = [
            {"title": f"改时间{which}", "payload": f"{number}要改时间"},
            {"title": f"取消{which}", "payload": f"取消{number}"},
            *ways,
        ]
    return [*ways, {"title": f"进入视频间{which}", "payload": f"{number}怎么进视频间"}]


def _materials(booking: Booking) -> str:
    return f'/choose{{"item": "matter:{booking.matter_id}#materials"}}'
