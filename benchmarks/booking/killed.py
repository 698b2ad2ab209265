"""A process that books is killed with signal 9 in the middle of it, again and again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from benchmarks.booking.databases import NOW, desk
from benchmarks.booking.worker import DESKS
from booking.bookings import LIVE
from booking.desk import BookingDesk
from booking.errors import BookingRefused
from booking.store.tables import booking_events, bookings
from xiaofu.database import open_engine

LATEST = 0.15
"""Seconds after its first booking by which a worker is dead."""


@dataclass
class Killed:
    """
    acknowledged: bookings that a worker had reported. lost: those of them that are not there.
    unanswered: those that were under way at a kill. doubled: people with more than one live
    booking or hold for it after asking again with the same key. overlapping: pairs on one desk.
    """

    rounds: int = 0
    acknowledged: int = 0
    unanswered: int = 0
    through: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    overlapping: int = 0

    @property
    def right(self) -> bool:
        return not self.lost and not self.doubled and not self.overlapping


def kill(url: str, rounds: int, tell: Callable[[str], None], seed: int = 0) -> Killed:
    """Let a worker book on `url`, kill it, and ask again for what it was at, as a client would."""
    chance, killed = random.Random(seed), Killed()
    engine = open_engine(url)
    booking_desk = desk(engine, DESKS)
    acknowledged: dict[str, str] = {}
    for number in range(rounds):
        said = _until_killed(url, number, chance.uniform(0, LATEST))
        got = {words[1]: words[2] for words in said if words[0] == "got"}
        acknowledged |= got
        for _, key, start, phone in (words for words in said if words[0] == "try"):
            if key not in got:
                killed.unanswered += 1
                killed.through += booking_desk.store.named(key) is not None
                _ask_again(booking_desk, key, datetime.fromisoformat(start), phone)
        killed.rounds += 1
        if number % 10 == 9:
            tell(f"{number + 1} 次")
    with engine.connect() as connection:
        live = connection.execute(
            select(bookings).where(bookings.c.state.in_(LIVE)).order_by(bookings.c.starts_at)
        ).all()
        keys = connection.execute(
            select(booking_events.c.key, bookings.c.number, bookings.c.state)
            .join(bookings, bookings.c.id == booking_events.c.booking_id)
            .where(booking_events.c.key.is_not(None))
        ).all()
    there = {row.key: (row.number, row.state) for row in keys}
    killed.acknowledged = len(acknowledged)
    killed.lost = [
        key for key, number in acknowledged.items() if there.get(key) != (number, "booked")
    ]
    people = Counter(row.phone for row in live)
    killed.doubled = [phone for phone, count in people.items() if count > 1]
    killed.overlapping = sum(
        one.desk == other.desk and one.starts_at < other.ends_at and other.starts_at < one.ends_at
        for place, one in enumerate(live)
        for other in live[place + 1 :]
    )
    engine.dispose()
    return killed


def _until_killed(url: str, number: int, seconds: float) -> list[list[str]]:
    """The lines a worker got out, in words, before it was killed `seconds` after its first."""
    command = [sys.executable, "-m", "benchmarks.booking.worker", url, str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        lines = [""]
        while not lines[-1].startswith("got") and (line := worker.stdout.readline()):
            lines.append(line)
        time.sleep(seconds)
        worker.send_signal(signal.SIGKILL)
        lines += worker.stdout.readlines()
    if worker.returncode != -signal.SIGKILL:
        raise RuntimeError("这个进程没等到被杀就停了")
    return [line.split() for line in lines if line.endswith("\n")]


def _ask_again(booking_desk: BookingDesk, key: str, start: datetime, phone: str) -> None:
    """What a client does who got no answer: the same request, with the same key."""
    try:
        held = booking_desk.hold(start, "card", "市民", phone, NOW, key=f"{key}-hold")
        booking_desk.confirm(held.id, NOW, key=key)
    except BookingRefused as refusal:
        raise RuntimeError(f"{key} 再问一次却被拒绝：{refusal}") from refusal
