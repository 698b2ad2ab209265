from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import OperationalError

from xiaofu.reminding import Reminding


def test_it_looks_again_and_again_until_it_is_stopped():
    looked = threading.Semaphore(0)
    reminding = Reminding(looked.release, every=0.001)
    reminding.start()
    for _ in range(3):
        assert looked.acquire(timeout=10)
    reminding.stop()
    while looked.acquire(blocking=False):
        pass
    assert not looked.acquire(timeout=0.05)


def test_a_database_that_is_away_is_said_once_and_waited_for(caplog):
    looks, back = [], threading.Event()

    def step():
        looks.append(None)
        if len(looks) < 4:
            raise OperationalError("select secret", {}, Exception("gone"))
        back.set()

    with caplog.at_level(logging.ERROR):
        reminding = Reminding(step, every=0.001)
        reminding.start()
        assert back.wait(10)
        reminding.stop()
    assert len(caplog.messages) == 1 and "secret" not in caplog.text
