"""kill -9 in the middle of booking: nothing promised is lost, nothing is booked twice."""

from __future__ import annotations

import os

import pytest

from benchmarks.booking import databases
from benchmarks.booking.killed import kill


def test_nothing_promised_is_lost_when_the_process_is_killed_on_sqlite() -> None:
    with databases.sqlite() as url:
        killed = kill(url, 3, lambda told: None)
    assert killed.acknowledged >= 3
    assert (killed.lost, killed.doubled, killed.overlapping) == ([], [], 0)


@pytest.mark.postgres
def test_nothing_promised_is_lost_when_the_process_is_killed_on_postgresql() -> None:
    address = os.environ.get("XIAOFU_TEST_POSTGRES_URL")
    if not address:
        pytest.skip("没有设置 XIAOFU_TEST_POSTGRES_URL，跳过 PostgreSQL 上的测试")
    with databases.postgres(address) as url:
        killed = kill(url, 3, lambda told: None)
    assert killed.acknowledged >= 3
    assert (killed.lost, killed.doubled, killed.overlapping) == ([], [], 0)
