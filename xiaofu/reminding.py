"""The loop that sends reminders, in a thread beside whatever else the process does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

EVERY = 15
"""Seconds between two looks at what is due."""


class Reminding:
    """
    Calls `step` again and again until it is stopped.

    Any number of processes may do so: the outbox gives each reminder to one of them.
    """

    def __init__(self, step: Callable[[], Any], every: float = EVERY) -> None:
        self._step = step
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reminders", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float = 10) -> None:
        """Let the reminder under way be finished, and begin no other look."""
        self._stop.set()
        self._thread.join(patience)

    def _run(self) -> None:
        troubled = False
        while not self._stop.is_set():
            try:
                self._step()
                troubled = False
            except SQLAlchemyError as error:
                # what was not sent waits in the database for when it is back; said once
                if not troubled:
                    log.error("reminders wait, the database: %s", type(error).__name__)
                troubled = True
            self._stop.wait(self._every)
