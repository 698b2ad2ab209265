"""
The booking desk held against a model that is as plain as can be: a list, looked through each time.

Citizens, officers, clerks and the clock do whatever they like in any order, sessions change their
length, desks go away. The model says what must come of it; after every step the rows are looked
at: no two live bookings overlap on a desk, ever.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from benchmarks.booking.databases import NOW
from booking.bookings import LIVE, UNCOUNTED, Booking, State, may_move
from booking.calendar import SHENZHEN, Calendar
from booking.clerks import Clerks
from booking.desk import BookingDesk
from booking.errors import BookingRefused
from booking.rules import Rules
from booking.store import BookingStore
from booking.store.tables import bookings
from booking.timetable import Hours, Timetable
from booking.waiting_room import WaitingRoom
from xiaofu.database import open_engine
from xiaofu.migrations import upgrade

STEPS: Counter[str] = Counter()
"""How often each step was done in this process."""

ENDS: Counter[str] = Counter()
"""How often asking for a session ended so: its state, or why it was refused."""

PEOPLE = st.sampled_from(["13800000001", "13800000002", "13800000003", "13800000004"])
MATTERS = st.sampled_from(["card", "permit"])
PLACES = st.tuples(st.sampled_from([24, 25]), st.integers(0, 5), st.sampled_from([0] * 9 + [10]))
"""A day, which session of it, and now and then minutes beside one."""

KEYS = st.sampled_from([None] * 6 + ["k1", "k2", "k3"])
LENGTHS = st.sampled_from([20, 30, 30, 60])
Place = tuple[int, int, int]

RULES = Rules(no_shows=0)


@dataclass(frozen=True)
class Known:
    """What the model knows of a booking."""

    id: int
    phone: str
    matter: str
    start: datetime
    end: datetime
    desk: int
    state: State
    held_until: datetime | None = None

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start < end and start < self.end


def walk(steps: int, examples: int = 120) -> int:
    """
    Take at least so many steps, in examples of about 50; returns how many were taken.

    Raises what a step or a look at the rows found wrong, with the shortest way there.
    """
    taken = 0
    while taken < steps:
        STEPS.clear()
        run_state_machine_as_test(
            Desks,
            settings=settings(
                max_examples=examples,
                stateful_step_count=50,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        taken += STEPS.total()
    return taken


class Desks(RuleBasedStateMachine):
    """See the module. made: ids of bookings that somebody could speak of."""

    made = Bundle("made")

    _folder = TemporaryDirectory(prefix="desks-")
    _empty: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        folder = Path(self._folder.name)
        if Desks._empty is None:
            Desks._empty = folder / "empty.db"
            engine = open_engine(f"sqlite:///{Desks._empty}", durable=False)
            upgrade(engine)
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
        database = folder / "one.db"
        for leftover in folder.glob("one.db*"):
            leftover.unlink()
        shutil.copy(Desks._empty, database)
        self.engine = open_engine(f"sqlite:///{database}", durable=False)
        self.now = NOW
        self.length = timedelta(minutes=30)
        self.desks = 2
        self.known: dict[int, Known] = {}
        self.keys: dict[str, int] = {}

    def teardown(self) -> None:
        self.engine.dispose()

    # ---- what the desk is, at this moment ----

    @property
    def desk(self) -> BookingDesk:
        hours = (Hours(time(9), time(12), self.desks), Hours(time(14), time(17), self.desks))
        timetable = Timetable(hours, length=self.length, lead=timedelta(0))
        return BookingDesk(BookingStore(self.engine), timetable, Calendar(), RULES)

    @property
    def room(self) -> WaitingRoom:
        return WaitingRoom(self.desk)

    # ---- steps ----

    @initialize(target=made, phone=PEOPLE, matter=MATTERS, place=PLACES)
    def somebody_comes(self, phone: str, matter: str, place: Place) -> int:
        return self.ask_for(phone, matter, place, hold=False, key=None)

    @rule(target=made, phone=PEOPLE, matter=MATTERS, place=PLACES, key=KEYS)
    def hold(self, phone: str, matter: str, place: Place, key: str | None) -> int:
        return self.ask_for(phone, matter, place, hold=True, key=key)

    @rule(target=made, phone=PEOPLE, matter=MATTERS, place=PLACES, key=KEYS)
    def book(self, phone: str, matter: str, place: Place, key: str | None) -> int:
        return self.ask_for(phone, matter, place, hold=False, key=key)

    def ask_for(self, phone: str, matter: str, place: Place, hold: bool, key: str | None) -> int:
        """Ask as a citizen does; returns the id of what is got, -1 for a refusal."""
        STEPS["hold" if hold else "book"] += 1
        start = self._start(place)
        if key in self.keys:
            ask = self.desk.hold if hold else self.desk.book
            assert ask(start, matter, "市民", phone, self.now, key=key).id == self.keys[key]
            return self.keys[key]
        expected = self._expected(phone, matter, start)
        try:
            ask = self.desk.hold if hold else self.desk.book
            got = ask(start, matter, "市民", phone, self.now, key=key)
        except BookingRefused as refusal:
            ENDS[refusal.reason] += 1
            assert refusal.reason == expected, f"{refusal} where {expected} was right"
            return -1
        ENDS[got.state] += 1
        assert expected is None, f"{got} where {expected} was right"
        assert got.state == ("held" if hold else "booked")
        for one in self._standing(phone):
            if one.state == "held" and one.id != got.id:
                self._becomes(one.id, "cancelled")
        silent = hold and got.id in self.known  # held again, which is no change
        self._learn(got)
        if key and not silent:
            self.keys[key] = got.id
        return got.id

    @rule(booking=made)
    def renew(self, booking: int) -> None:
        STEPS["renew"] += 1
        known = self._of(booking)
        try:
            renewed = self.desk.renew(booking, self.now)
        except BookingRefused:
            return
        assert known is not None and known.state == "held" and known.held_until > self.now
        self._learn(renewed)

    @rule(booking=made)
    def confirm(self, booking: int) -> None:
        STEPS["confirm"] += 1
        known = self._of(booking)
        may = known is not None and (
            known.state == "booked" or (known.state == "held" and known.held_until > self.now)
        )
        try:
            self._learn(self.desk.confirm(booking, self.now))
            assert may
        except BookingRefused:
            assert not may

    @rule(booking=made, place=PLACES)
    def reschedule(self, booking: int, place: Place) -> None:
        STEPS["reschedule"] += 1
        start = self._start(place)
        known = self._of(booking)
        if known is None:
            return
        number = self.desk.get(booking).number
        try:
            moved = self.desk.reschedule(number, known.phone, start, self.now)
        except BookingRefused:
            after = self.desk.get(booking)
            assert (after.start, after.desk) == (known.start, known.desk)
            return
        assert known.state == "booked" and moved.start == start
        self._moved(known, moved)

    @rule(booking=made, place=PLACES)
    def reassign(self, booking: int, place: Place) -> None:
        STEPS["reassign"] += 1
        start = self._start(place)
        known = self._of(booking)
        try:
            moved = Clerks(self.desk).reassign(booking, start, self.now, by="员", why="调整")
        except BookingRefused:
            return
        assert known is not None and known.state == "booked"
        self._moved(known, moved)

    @rule(booking=made)
    def cancel(self, booking: int) -> None:
        STEPS["cancel"] += 1
        known = self._of(booking)
        if known is None:
            return
        number = self.desk.get(booking).number
        try:
            self._learn(self.desk.cancel(number, known.phone, self.now))
            assert known.state in ("held", "booked", "cancelled")
        except BookingRefused:
            assert known.state != "cancelled"

    @rule(booking=made)
    def come(self, booking: int) -> None:
        STEPS["come"] += 1
        known = self._of(booking)
        if known is None:
            return
        number = self.desk.get(booking).number
        try:
            self._learn(self.room.check_in(number, known.phone, self.now))
            assert known.state in ("booked", "checked_in", "broken_off")
        except BookingRefused:
            pass

    @rule()
    def call_next(self) -> None:
        STEPS["call_next"] += 1
        called = self.room.call_next(self.now, by="员")
        self._look_again()
        if called is not None:
            assert called.state in ("checked_in", "broken_off")

    @rule(booking=made, to=st.sampled_from(["in_session", "broken_off", "done", "to_window"]))
    def officer_moves(self, booking: int, to: State) -> None:
        STEPS["officer_moves"] += 1
        known = self._of(booking)
        try:
            self._learn(self.desk.move(booking, to, by="员", now=self.now))
            assert known is not None and (known.state == to or may_move(known.state, to))
        except BookingRefused:
            pass

    @rule(minutes=st.sampled_from([1, 2, 3, 5, 5, 30, 60, 20 * 60]))
    def time_passes(self, minutes: int) -> None:
        STEPS["time_passes"] += 1
        self.now += timedelta(minutes=minutes)
        if self.now > NOW + timedelta(days=3):
            self.now = NOW + timedelta(days=3)

    @rule(minutes=LENGTHS)
    def sessions_get_another_length(self, minutes: int) -> None:
        STEPS["sessions_get_another_length"] += 1
        self.length = timedelta(minutes=minutes)

    @rule(desks=st.integers(1, 3))
    def desks_come_and_go(self, desks: int) -> None:
        STEPS["desks_come_and_go"] += 1
        self.desks = desks

    @rule()
    def settle(self) -> None:
        STEPS["settle"] += 1
        for settled in self.desk.settle(self.now):
            self._learn(settled)
        self._look_again()

    # ---- what must hold ----

    @invariant()
    def no_two_live_bookings_overlap_on_a_desk(self) -> None:
        live = self._rows()
        for place, one in enumerate(live):
            for other in live[place + 1 :]:
                assert (
                    one.desk != other.desk
                    or one.ends_at <= other.starts_at
                    or other.ends_at <= one.starts_at
                ), f"{one.id} and {other.id} are both at desk {one.desk}"

    @invariant()
    def nobody_has_a_matter_twice_or_too_many_a_day(self) -> None:
        live = self._rows()
        matters = Counter((row.phone, row.matter_id) for row in live)
        assert not matters or max(matters.values()) == 1
        days = Counter((row.phone, row.day) for row in live)
        assert not days or max(days.values()) <= RULES.daily_limit

    @invariant()
    def every_change_is_on_record(self) -> None:
        for id, known in self.known.items():
            booking = self.desk.get(id)
            told = self.desk.store.history(booking)
            assert told[-1].after == booking.state
            assert told[0].before is None
            for earlier, later in pairwise(told):
                assert later.before == earlier.after
                assert later.before == later.after or may_move(later.before, later.after)
            if known.state in ("held", "booked", "checked_in", "in_session"):
                assert booking.state in (known.state, *_OVERDUE)
            else:
                assert booking.state == known.state

    # ---- the model ----

    def _expected(self, phone: str, matter: str, start: datetime) -> str | None:
        """The reason a wish must be refused for, by the first rule that speaks against it."""
        end = start + self.length
        own = self._standing(phone)
        if not any(self._just_this(one, matter, start, end) for one in own):
            minutes = (start.hour - 9) * 60 + start.minute
            if start <= self.now:
                return "past"
            if minutes % (self.length.seconds // 60) or minutes * 60 + self.length.seconds > 10_800:
                return "no_session"
        booked = [one for one in own if one.state != "held"]
        if any(one.matter == matter for one in booked):
            return "already_booked"
        if any(one.overlaps(start, end) for one in booked):
            return "same_time"
        if any(self._just_this(one, matter, start, end) for one in own):
            return None
        kept = [
            one
            for one in self.known.values()
            if one.phone == phone and one.start.date() == start.date()
            if one.state != "held" and self._state(one) not in UNCOUNTED
        ]
        in_use = {
            one.desk
            for one in self._standing()
            if one.overlaps(start, end) and not (one.phone == phone and one.state == "held")
        }
        no_desk = set(range(1, self.desks + 1)) <= in_use
        if no_desk:
            return "session_taken"
        return "daily_limit" if len(kept) >= RULES.daily_limit else None

    def _start(self, place: Place) -> datetime:
        day, session, beside = place
        nine = datetime(2026, 11, day, 9, tzinfo=SHENZHEN)
        before_noon = session % (timedelta(hours=3) // self.length)
        return nine + before_noon * self.length + timedelta(minutes=beside)

    def _just_this(self, one: Known, matter: str, start: datetime, end: datetime) -> bool:
        return one.state == "held" and (one.matter, one.start, one.end) == (matter, start, end)

    def _standing(self, phone: str | None = None) -> list[Known]:
        """The bookings that are live and that time has not ended, of one person or all."""
        return [
            one
            for one in self.known.values()
            if phone in (None, one.phone) and self._state(one) in LIVE
        ]

    def _state(self, one: Known) -> State:
        """The state that time alone has made of a booking."""
        noon = one.start.replace(hour=12, minute=0)
        tomorrow = one.start.replace(hour=0, minute=0) + timedelta(days=1)
        if one.state == "held" and one.held_until <= self.now:
            return "expired"
        if one.state == "booked" and self.now >= noon:
            return "missed"
        if one.state == "checked_in" and self.now >= tomorrow:
            return "cancelled"
        if one.state == "in_session" and self.now >= tomorrow:
            return "broken_off"
        return one.state

    def _moved(self, known: Known, moved: Booking) -> None:
        """A booking went elsewhere, which lets the person's hold go."""
        if (moved.start, moved.end, moved.desk) != (known.start, known.end, known.desk):
            for one in self._standing(known.phone):
                if one.state == "held":
                    self._becomes(one.id, "cancelled")
        self._learn(moved)

    def _of(self, booking: int) -> Known | None:
        return self.known.get(booking)

    def _learn(self, booking: Booking) -> None:
        self.known[booking.id] = Known(
            booking.id,
            booking.phone,
            booking.matter_id,
            booking.start,
            booking.end,
            booking.desk,
            booking.state,
            booking.held_until,
        )
        self._look_again()

    def _becomes(self, id: int, state: State) -> None:
        self.known[id] = replace(self.known[id], state=state)

    def _look_again(self) -> None:
        """What others' steps put away on the way must be what time had made of it."""
        for id, known in list(self.known.items()):
            state = self.desk.get(id).state
            if state != known.state:
                assert state == self._state(known), f"{id}: {state} where {known} stood"
                self._becomes(id, state)

    def _rows(self) -> list:
        wanted = select(bookings).where(bookings.c.state.in_(LIVE))
        with self.engine.connect() as connection:
            return connection.execute(wanted).all()


_OVERDUE = ("expired", "missed", "cancelled", "broken_off")
