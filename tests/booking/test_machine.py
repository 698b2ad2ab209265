"""The booking desk against a plain model; 10,000 steps of it are run by benchmarks/booking."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from benchmarks.booking.machine import Desks

TestDesks = Desks.TestCase
TestDesks.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
