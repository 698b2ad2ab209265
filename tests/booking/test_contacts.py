from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from booking.store import ContactBook
from booking.store.tables import contacts

PHONE = "13800000001"


@pytest.fixture
def book(engine: Engine) -> ContactBook:
    return ContactBook(engine)


def test_a_reference_says_nothing_and_leads_to_the_number(book: ContactBook, now: datetime) -> None:
    ref = book.keep("138 0000 0001", now)
    assert re.fullmatch(r"contact:[A-Za-z0-9_-]{16}", ref)
    assert book.phone(ref, now) == PHONE
    assert book.keep(PHONE, now) != ref


def test_a_reference_lives_half_an_hour_from_its_last_use(book: ContactBook, now: datetime) -> None:
    ref = book.keep(PHONE, now)
    for _ in range(3):
        now += timedelta(minutes=29)
        assert book.phone(ref, now) == PHONE
    now += timedelta(minutes=30)
    assert book.phone(ref, now) is None
    assert book.phone("contact:unknown", now) is None


def test_expired_numbers_are_forgotten_when_the_next_is_kept(
    book: ContactBook, engine: Engine, now: datetime
) -> None:
    book.keep(PHONE, now)
    book.keep(PHONE, now + timedelta(minutes=30))
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(contacts)).scalar_one() == 1


def test_what_is_taken_is_read_once(book: ContactBook, engine: Engine, now: datetime) -> None:
    ref = book.keep("482 915", now)
    assert book.take(ref, now) == "482915"
    assert book.take(ref, now) is None
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(contacts)).scalar_one() == 0
