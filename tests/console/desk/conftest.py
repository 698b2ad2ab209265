"""The console with a counter for 视频办, on a working Monday of three desks."""

from __future__ import annotations

from itertools import count

import pytest
from counters import Place, at
from sanic import Sanic

from console.app import create_app

_numbers = count()


@pytest.fixture
def place(engine, clock, knowledge) -> Place:
    clock.now = at(9, 1)
    return Place(engine, clock, knowledge)


@pytest.fixture
def app(knowledge, staff, clock, statutes, place) -> Sanic:
    name = f"console-desk-{next(_numbers)}"
    return create_app(knowledge, staff, clock, statutes, name=name, counter=place.counter)
