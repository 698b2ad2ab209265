"""Who sits where, whoever comes, drops out and comes back; without a socket or a clock."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from booking.calendar import SHENZHEN
from bot.channels.room.meeting import HELD, KEPT, SAID_KEPT, Meeting, Meetings
from bot.channels.room.refusals import NotYours, Replaced, Taken

NOW = datetime(2026, 11, 23, 10, tzinfo=SHENZHEN)
MINUTE = timedelta(minutes=1)


class FakeLine:
    """A page that keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[dict] = []
        self.stopped: type | None = None

    def tell(self, frame: dict) -> None:
        assert self.stopped is None
        self.heard.append(frame)

    def stop(self, why: type) -> None:
        self.stopped = why

    @property
    def last(self) -> dict:
        return self.heard[-1]


@pytest.fixture
def both() -> tuple[Meeting, FakeLine, FakeLine]:
    meeting, citizen, officer = Meeting(), FakeLine(), FakeLine()
    meeting.sit("citizen", "c-tab", "c-load", citizen, NOW)
    meeting.sit("officer", "o-tab", "o-load", officer, NOW)
    meeting.enter("citizen", True, True)
    meeting.enter("officer", True, True)
    return meeting, citizen, officer


def test_a_third_person_finds_the_seat_taken(both):
    meeting, citizen, _ = both
    with pytest.raises(Taken):
        meeting.sit("citizen", "another-tab", "x", FakeLine(), NOW)
    assert citizen.stopped is None


def test_the_same_tab_gets_its_seat_back_and_its_old_line_is_stopped(both):
    meeting, citizen, officer = both
    again = FakeLine()
    meeting.sit("citizen", "c-tab", "c-load", again, NOW)
    assert citizen.stopped is Replaced
    assert officer.last["entered"]  # the very same page, still in the call
    meeting.lose("citizen", citizen, NOW)
    assert officer.last["here"]  # the old line's end is no news


def test_a_page_that_was_reloaded_enters_anew(both):
    meeting, _, officer = both
    meeting.sit("citizen", "c-tab", "another-load", FakeLine(), NOW)
    assert (officer.last["here"], officer.last["entered"]) == (True, False)


def test_a_seat_waits_a_little_for_who_dropped_out_and_then_for_nobody(both):
    meeting, citizen, _ = both
    meeting.lose("citizen", citizen, NOW)
    with pytest.raises(Taken):
        meeting.sit("citizen", "phone", "x", FakeLine(), NOW + HELD - timedelta(seconds=1))
    meeting.sit("citizen", "phone", "x", FakeLine(), NOW + HELD)


def test_who_leaves_for_good_leaves_the_seat_free(both):
    meeting, citizen, officer = both
    meeting.lose("citizen", citizen, NOW, for_good=True)
    assert not officer.last["here"]
    meeting.sit("citizen", "phone", "x", FakeLine(), NOW)


def test_signals_reach_the_other_side_only(both):
    meeting, citizen, officer = both
    told = len(citizen.heard)
    meeting.pass_on("citizen", {"call": "a:b", "candidate": {}})
    assert officer.last == {"type": "signal", "call": "a:b", "candidate": {}}
    assert len(citizen.heard) == told


def test_who_enters_last_learns_of_the_other_before_the_other_sends():
    meeting, citizen, officer = Meeting(), FakeLine(), FakeLine()
    meeting.sit("citizen", "c-tab", "c-load", citizen, NOW)
    meeting.sit("officer", "o-tab", "o-load", officer, NOW)
    assert not meeting.enter("officer", True, True)
    assert meeting.enter("citizen", True, False)
    assert citizen.last == {
        "type": "peer",
        "here": True,
        "entered": True,
        "load": "o-load",
        "audio": True,
        "video": True,
    }
    assert officer.last["load"] == "c-load"
    assert not meeting.enter("citizen", False, False)  # it has begun already
    assert not officer.last["audio"]


def test_a_line_broken_too_long_is_told_once_and_again_only_after_both_met_again(both):
    _, citizen, officer = both
    meetings = Meetings(lambda: 3 * MINUTE)
    meeting = meetings.of(7)
    meeting.seats, meeting.begun = both[0].seats, True
    meeting.lose("citizen", citizen, NOW)
    assert list(meetings.sweep(NOW + 3 * MINUTE - timedelta(seconds=1))) == []
    assert list(meetings.sweep(NOW + 3 * MINUTE)) == [(7, meeting)]
    meeting.tell_broken()
    assert officer.last == {"type": "broken"}
    assert list(meetings.sweep(NOW + 4 * MINUTE)) == []
    back = FakeLine()
    meeting.sit("citizen", "c-tab", "c-load", back, NOW + 5 * MINUTE)
    assert meeting.enter("citizen", True, True)
    meeting.lose("citizen", back, NOW + 6 * MINUTE)
    assert list(meetings.sweep(NOW + 9 * MINUTE)) == [(7, meeting)]


def test_nobody_is_called_back_before_it_began_nor_after_it_ended(both):
    meeting, citizen, _ = both
    alone = Meeting()
    alone.sit("citizen", "c-tab", "c-load", citizen, NOW)
    alone.lose("citizen", citizen, NOW)
    assert alone.missing_since() is None
    meeting.hang_up("officer")
    meeting.lose("citizen", citizen, NOW)
    assert meeting.missing_since() is None


def test_only_the_officer_ends_a_session_and_nothing_written_stays(both):
    meeting, citizen, officer = both
    meeting.say("citizen", "m1", "您好")
    with pytest.raises(NotYours):
        meeting.hang_up("citizen")
    assert not meeting.over
    meeting.hang_up("officer")
    assert citizen.last == officer.last == {"type": "ended"}
    assert meeting.said == []


def test_what_is_written_twice_stands_once(both):
    meeting, citizen, officer = both
    meeting.say("citizen", "m1", "您好")
    heard = len(officer.heard)
    meeting.say("citizen", "m1", "您好")
    assert len(officer.heard) == heard
    assert citizen.heard[-1] == citizen.heard[-2]
    for n in range(2 * SAID_KEPT):
        meeting.say("officer", f"n{n}", "好")
    assert len(meeting.said) == SAID_KEPT
    assert meeting.said[-1]["msg_id"] == f"n{2 * SAID_KEPT - 1}"


def test_an_empty_meeting_is_forgotten_in_the_end():
    meetings, line = Meetings(lambda: 3 * MINUTE), FakeLine()
    meetings.of(7).sit("citizen", "c-tab", "c-load", line, NOW)
    list(meetings.sweep(NOW + 2 * KEPT))
    assert len(meetings) == 1
    meetings.of(7).lose("citizen", line, NOW)
    list(meetings.sweep(NOW + KEPT))
    assert len(meetings) == 0


class Comings(RuleBasedStateMachine):
    """Whatever happens, a side has one line at most, and only a live one is told anything."""

    def __init__(self) -> None:
        super().__init__()
        self.meeting, self.now = Meeting(), NOW
        self.lines: dict[tuple[str, str], FakeLine] = {}

    sides = st.sampled_from(["citizen", "officer"])
    tabs = st.sampled_from(["one-tab", "two-tab", "three-tab"])

    @rule(side=sides, tab=tabs, load=st.sampled_from(["load-1", "load-2"]))
    def comes(self, side, tab, load):
        line = FakeLine()
        others = [one for (s, t), one in self.lines.items() if s == side and t != tab]
        try:
            self.meeting.sit(side, tab, load, line, self.now)
        except Taken:
            return
        assert others == []
        self.lines[side, tab] = line

    @rule(side=sides, tab=tabs, for_good=st.booleans())
    def goes(self, side, tab, for_good):
        line = self.lines.pop((side, tab), None)
        if line:
            self.meeting.lose(side, line, self.now, for_good)

    @rule(side=sides)
    def enters(self, side):
        if any(s == side for s, _ in self.lines):
            self.meeting.enter(side, True, True)

    @rule(seconds=st.integers(1, 60))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @invariant()
    def the_seats_are_those_of_the_living(self):
        sitting = {side for side, seat in self.meeting.seats.items() if seat.line}
        assert sitting == {side for side, _ in self.lines}
        assert all(line.stopped is None for line in self.lines.values())


TestComings = Comings.TestCase
