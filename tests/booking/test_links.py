from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.links import record_id, token

KEY, OTHER = b"k" * 32, b"o" * 32


@given(st.integers(1, 10**17))
def test_a_link_opens_the_record_it_was_made_for(number: int) -> None:
    assert record_id(KEY, token(KEY, number)) == number


@given(st.integers(1, 10**17))
def test_a_link_of_another_purpose_opens_nothing(number: int) -> None:
    assert record_id(KEY, token(OTHER, number)) is None


@given(st.text(max_size=60))
def test_what_nobody_signed_opens_nothing(made_up: str) -> None:
    assert record_id(KEY, made_up) is None


@given(st.integers(1, 10**9), st.integers(0, 40), st.sampled_from("0Aa-._/\n "))
def test_a_link_changed_in_one_place_opens_nothing(number: int, at: int, sign: str) -> None:
    made = token(KEY, number)
    at = min(at, len(made) - 2)  # the last sign carries bits that say nothing
    changed = made[:at] + sign + made[at + 1 :]
    assert changed == made or record_id(KEY, changed) is None


@pytest.mark.parametrize("made_up", ["", ".", "1.", "1." + "A" * 22, "-1." + "A" * 22])
def test_a_link_by_guess(made_up: str) -> None:
    assert record_id(KEY, made_up) is None
