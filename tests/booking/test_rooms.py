"""Tokens of a room and when it opens, whoever makes them up or comes when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import rooms
from booking.calendar import SHENZHEN
from booking.rooms import RoomRules, TokenExpired, WrongToken

KEY = b"k" * 32
START = datetime(2026, 11, 23, 10, tzinfo=SHENZHEN)
UNTIL = START + timedelta(hours=2)

ids = st.integers(1, 10**12)
sides = st.sampled_from(["citizen", "officer"])
moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=SHENZHEN)
)


@given(ids, sides, st.text(st.characters(codec="utf-8"), max_size=64), moments, moments)
def test_a_token_opens_its_own_side_of_its_own_session(booking_id, side, officer, start, expires):
    claim = rooms.read(rooms.token(KEY, booking_id, side, officer, start, expires))
    assert (claim.booking_id, claim.side, claim.officer) == (booking_id, side, officer)
    claim.verify(KEY, start, expires - timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        claim.verify(KEY, start, expires)


@given(st.data())
def test_a_token_with_one_character_changed_opens_nothing(data):
    good = rooms.token(KEY, 17, "officer", "林晓", START, UNTIL)
    at = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126).filter(good[at].__ne__))
    with pytest.raises(WrongToken):
        rooms.read(good[:at] + other + good[at + 1 :]).verify(KEY, START, START)


@given(st.text())
def test_what_is_no_token_claims_nothing(given_text):
    with pytest.raises(WrongToken):
        rooms.read(given_text)


def test_a_citizens_token_never_becomes_an_officers():
    citizens = rooms.token(KEY, 17, "citizen", "", START, UNTIL)
    with pytest.raises(WrongToken):
        rooms.read(citizens.replace(".c.", ".o.")).verify(KEY, START, START)


def test_the_tokens_of_a_session_that_moved_open_nothing():
    before = rooms.read(rooms.token(KEY, 17, "citizen", "", START, UNTIL))
    with pytest.raises(WrongToken):
        before.verify(KEY, START + timedelta(minutes=30), START)


def test_a_token_signed_with_another_key_opens_nothing():
    theirs = rooms.read(rooms.token(b"x" * 32, 17, "citizen", "", START, UNTIL))
    with pytest.raises(WrongToken):
        theirs.verify(KEY, START, START)


@given(moments, st.timedeltas(timedelta(), timedelta(hours=2)), st.timedeltas())
def test_a_room_opens_so_long_before_its_start_and_stays_open(start, early, away):
    rules = RoomRules(early=early)
    try:
        now = start + away
    except OverflowError:
        return
    wait = rules.opens_in(start, now)
    assert wait >= timedelta()
    assert (wait == timedelta()) == (now >= start - early)
    assert max(now, now + wait) >= start - early
