"""The console over a real SQLite file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from threading import Thread

import pytest
from argon2 import PasswordHasher
from clerks import PASSWORD, Clerk, Clock, content
from sanic import Sanic

from booking.store import BookingStore, RatingStore
from console.app import create_app
from console.rated import Ratings
from console.store import StaffStore
from knowledge_base.statutes import Statutes
from knowledge_base.store import KnowledgeStore
from xiaofu.database import open_engine
from xiaofu.migrations import upgrade
from xiaofu.services import CONTENT

_numbers = count()
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path):
    return open_engine(f"sqlite:///{tmp_path / 'xiaofu.db'}", durable=False)


@pytest.fixture
def knowledge(engine, clock) -> KnowledgeStore:
    store = KnowledgeStore(engine)
    store.create_tables()
    store.load(content(), now=clock())
    return store


@pytest.fixture
def staff(engine, clock) -> StaffStore:
    store = StaffStore(engine)
    store.create_tables()
    for name in ("林晓", "陈建国"):
        store.add(name, _CHEAP, clock())
    return store


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop in a thread of its own: a browser that other tests keep open occupies this one."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture(scope="session")
def statutes() -> Statutes:
    return Statutes(CONTENT / "statutes.yml")


@pytest.fixture
def bookings(engine) -> BookingStore:
    upgrade(engine)
    return BookingStore(engine)


@pytest.fixture
def ratings(engine, bookings) -> RatingStore:
    return RatingStore(engine)


@pytest.fixture
def app(knowledge, staff, clock, statutes, ratings, bookings) -> Sanic:
    return create_app(
        knowledge,
        staff,
        clock,
        statutes,
        name=f"console-{next(_numbers)}",
        ratings=Ratings(ratings, bookings.get, {"marriage-registration": "结婚登记"}.__getitem__),
    )


@pytest.fixture
def visitor(app, loop) -> Clerk:
    """Somebody who is not signed in."""
    return Clerk(app, loop)


@pytest.fixture
def clerk(visitor) -> Clerk:
    assert visitor.sign_in().status == 200
    return visitor


@pytest.fixture
def colleague(app, loop) -> Clerk:
    other = Clerk(app, loop)
    assert other.sign_in("陈建国").status == 200
    return other
