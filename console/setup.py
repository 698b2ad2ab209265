"""Desks, hours, leave and numbers of 视频办, as staff set them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from booking.bookings import Booking
from booking.calendar import SHENZHEN
from booking.clerks import Clerks
from booking.office import NUMBERS, Office, OfficeRefused, checked
from booking.store import OfficeStore
from booking.timetable import Desk, Hours, Leave
from console.counter import Visit
from console.pages import render, threaded
from console.posted import Posted

EDITS = 30
"""How many of the latest edits are shown."""
WHY_LIMIT = 64
DESKS_LIMIT = 99

setup = Blueprint("setup")

Errors = Mapping[str, str]
"""What is wrong, by the id of the field."""

Save = Callable[[OfficeStore], object]


class Wrong(Exception):
    """The form cannot be saved as it is."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class Collides(Exception):
    """Bookings would not fit any more; nothing has been saved."""

    def __init__(self, bookings: Sequence[Booking]) -> None:
        super().__init__(f"{len(bookings)} bookings would not fit")
        self.bookings = bookings


@dataclass(frozen=True)
class Wish:
    """
    What a form asks for. stands: the office is so already, as when it was sent twice. save: does
    it, each on a store that may refuse.
    """

    stands: bool
    save: Sequence[Save] = ()


@dataclass(frozen=True)
class Answer:
    """What is wrong with a form that was sent. form: its name; typed: all that was filled in."""

    form: str = ""
    typed: Posted = field(default_factory=Posted)
    errors: Errors = field(default_factory=dict)
    collides: Sequence[Booking] = ()
    meanwhile: Sequence[str] = ()

    def value(self, form: str, name: str, otherwise: object = "") -> str:
        """What to show in a field: what was typed there, or how it stands."""
        named = {key for key, _ in self.typed.pairs}
        return self.typed.text(name) if form == self.form and name in named else str(otherwise)


@setup.get("/desk/setup")
@threaded
def shown(request: Request) -> HTTPResponse:
    return _page(request, Visit.of(request), Answer())


@setup.post("/desk/setup/<form:str>")
@threaded
def save(request: Request, form: str) -> HTTPResponse:
    """Save one form; nothing of it when anything is wrong or a booking stands in the way."""
    read = READERS.get(form)
    if read is None:
        raise NotFound
    visit, typed = Visit.of(request), request.ctx.form
    office = visit.counter.office.current()
    try:
        wish = read(typed, office, visit)
    except Wrong as wrong:
        return _page(request, visit, Answer(form, typed, wrong.errors), 422)
    if wish.stands:
        return redirect("/desk/setup?done=same", status=303)
    if typed.text("revision") != str(office.revision):
        said = _meanwhile(visit.counter.office, typed.text("revision"), office.revision)
        return _page(request, visit, Answer(form, typed, meanwhile=said), 409)
    store = visit.counter.office
    if typed.text("confirm") != "yes":
        store = store.checking(_check(visit))
    try:
        for one in wish.save:
            one(store)
    except Collides as collision:
        return _page(request, visit, Answer(form, typed, collides=collision.bookings), 409)
    except OfficeRefused as refusal:
        return _page(request, visit, Answer(form, typed, {f"{form}-form": str(refusal)}), 422)
    return redirect("/desk/setup?done=saved", status=303)


def _check(visit: Visit) -> Callable[[Office], None]:
    """Refuses an office in which a booking does not fit that fits today."""
    known = {one.id for one in visit.clerks.conflicts(visit.now)}

    def check(office: Office) -> None:
        clerks = Clerks(replace(visit.desk, timetable=office.timetable))
        found = [one for one in clerks.conflicts(visit.now) if one.id not in known]
        if found:
            raise Collides(found)

    return check


def _read_desk(typed: Posted, office: Office, visit: Visit) -> Wish:
    number = _count(typed, "number", "desk-number", 1, 999, "席位号")
    name = typed.text("name")
    if len(name) > WHY_LIMIT:
        raise Wrong({"desk-name": f"名字最多 {WHY_LIMIT} 个字"})
    desk = Desk(number, name, typed.text("active") == "1")
    return Wish(
        desk in office.timetable.desks,
        [lambda store: store.put_desk(desk, visit.now, by=visit.me)],
    )


def _read_hours(typed: Posted, office: Office, visit: Visit) -> Wish:
    hours, errors = [], dict[str, str]()
    for row in typed.rows("hours"):
        opens, closes, desks = (
            typed.text(f"hours.{row}.{name}") for name in ("opens", "closes", "desks")
        )
        if not (opens or closes):
            continue  # a row left blank, or cleared, is none
        ends = _time(opens), _time(closes)
        for name, end in zip(("opens", "closes"), ends, strict=True):
            if end is None:
                errors[f"hours.{row}.{name}"] = "请写成 09:00 这样的时间"
        if not desks.isdecimal() or int(desks) > DESKS_LIMIT:
            errors[f"hours.{row}.desks"] = f"同时办几场要在 0 到 {DESKS_LIMIT} 之间"
        elif ends[0] and ends[1]:
            if ends[1] <= ends[0]:
                errors[f"hours.{row}.closes"] = "结束要晚于开始"
            hours.append(Hours(ends[0], ends[1], int(desks)))
    if errors:
        raise Wrong(errors)
    wanted = tuple(sorted(hours, key=lambda one: one.opens))
    return Wish(
        wanted == office.timetable.hours,
        [lambda store: store.put_hours(wanted, visit.now, by=visit.me)],
    )


def _read_leave(typed: Posted, office: Office, visit: Visit) -> Wish:
    number = _count(typed, "desk", "leave-desk", 1, 999, "席位号")
    start, end = _moment(typed.text("start")), _moment(typed.text("end"))
    why, errors = typed.text("why"), dict[str, str]()
    if start is None:
        errors["leave-start"] = "请选从什么时候起"
    if end is None:
        errors["leave-end"] = "请选到什么时候为止"
    elif start and end <= start:
        errors["leave-end"] = "结束要晚于开始"
    elif end <= visit.now:
        errors["leave-end"] = "这段时间已经过去了"
    if not why or len(why) > WHY_LIMIT:
        errors["leave-why"] = f"请写原因，最多 {WHY_LIMIT} 个字，如「培训」"
    if errors or start is None or end is None:
        raise Wrong(errors)
    leave = Leave(number, start, end, why)
    same = any(replace(one, id=None) == leave for one in office.timetable.leaves)
    return Wish(same, [lambda store: store.add_leave(leave, visit.now, by=visit.me)])


def _read_drop_leave(typed: Posted, office: Office, visit: Visit) -> Wish:
    given = typed.text("leave")
    found = next((one.id for one in office.timetable.leaves if str(one.id) == given), None)
    if found is None:
        return Wish(True)
    leave_id = found
    return Wish(False, [lambda store: store.drop_leave(leave_id, visit.now, by=visit.me)])


def _read_numbers(typed: Posted, office: Office, visit: Visit) -> Wish:
    errors, wanted = dict[str, str](), dict[str, int]()
    for name, number in NUMBERS.items():
        given = typed.text(name)
        try:
            if not given.isdecimal() or len(given) > 6:
                raise OfficeRefused(f"请填 {number.least} 到 {number.most} 的整数")
            value = checked(name, int(given))
        except OfficeRefused as refusal:
            errors[name] = str(refusal)
            continue
        if value != number.of(office):
            wanted[name] = value
    if errors:
        raise Wrong(errors)
    return Wish(not wanted, [_putting(name, value, visit) for name, value in wanted.items()])


def _putting(name: str, value: int, visit: Visit) -> Save:
    return lambda store: store.put_number(name, value, visit.now, by=visit.me)


READERS: Mapping[str, Callable[[Posted, Office, Visit], Wish]] = {
    "desk": _read_desk,
    "hours": _read_hours,
    "leave": _read_leave,
    "drop-leave": _read_drop_leave,
    "numbers": _read_numbers,
}


def _page(request: Request, visit: Visit, answer: Answer, status: int = 200) -> HTTPResponse:
    office = visit.counter.office.current()
    timetable = office.timetable
    most = max((hours.desks for hours in timetable.hours), default=0)
    return render(
        request,
        "setup.html",
        status,
        office=office,
        desks=timetable.desks or tuple(Desk(number) for number in range(1, most + 1)),
        leaves=[one for one in timetable.leaves if one.end > visit.now and one.id is not None],
        numbers=NUMBERS,
        edits=visit.counter.office.edits(EDITS),
        conflicts=visit.clerks.conflicts(visit.now),
        answer=answer,
        hidden=[pair for pair in answer.typed.pairs if pair[0] not in ("csrf", "confirm")],
        done=request.args.get("done", "") if status == 200 else "",
        now=visit.now,
    )


def _meanwhile(store: OfficeStore, opened: str, revision: int) -> list[str]:
    """What colleagues have set since a page was opened, newest first."""
    since = revision - int(opened) if opened.isdecimal() and len(opened) < 10 else 1
    return [f"{edit.by}：{edit.what}" for edit in store.edits(min(max(since, 1), EDITS))]


def _count(typed: Posted, name: str, place: str, least: int, most: int, title: str) -> int:
    given = typed.text(name)
    if not given.isdecimal() or not least <= int(given[:9]) <= most:
        raise Wrong({place: f"{title}要填 {least} 到 {most} 的整数"})
    return int(given[:9])


def _time(given: str) -> time | None:
    try:
        return time.fromisoformat(given).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _moment(given: str) -> datetime | None:
    try:
        return datetime.fromisoformat(given).replace(tzinfo=SHENZHEN)
    except ValueError:
        return None
