"""python -m benchmarks.booking: race, kill, walk, and write results.md."""

from __future__ import annotations

import os
import sys
import time
from contextlib import AbstractContextManager
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.booking import databases, machine
from benchmarks.booking.killed import kill
from benchmarks.booking.race import race
from benchmarks.booking.table import STEPS, document, in_time, markdown

RESULTS = Path(__file__).parent / "results.md"
CLIENTS, ROUNDS, KILLS = 200, 100, 50

_BEGAN = time.monotonic()


def main() -> None:
    load = os.getloadavg()[0]
    postgres = os.environ.get("XIAOFU_TEST_POSTGRES_URL", "")
    names = ["SQLite", *(["PostgreSQL"] if postgres else [])]
    raced, killed = {}, {}
    for name in names:
        with _made(name, postgres) as url:
            raced[name] = race(url, CLIENTS, ROUNDS, partial(_tell, f"{name} 抢席位"))
    for name in names:
        with _made(name, postgres) as url:
            killed[name] = kill(url, KILLS, partial(_tell, f"{name} 被杀"))
    _tell(f"随便操作 {STEPS} 步")
    machine.ENDS.clear()
    steps = machine.walk(STEPS)
    told = markdown(raced, killed, steps, machine.ENDS, CLIENTS)
    RESULTS.write_text(document(told, date.today(), load, bool(postgres)), encoding="utf-8")
    print(f"\n{told}\n")
    right = all(one.right for one in (*raced.values(), *killed.values()))
    sys.exit(0 if right and all(map(in_time, raced.values())) else 1)


def _made(name: str, postgres: str) -> AbstractContextManager[str]:
    return databases.postgres(postgres) if name == "PostgreSQL" else databases.sqlite()


def _tell(*what: str) -> None:
    print(f"[{time.monotonic() - _BEGAN:3.0f} 秒] {' '.join(what)}", flush=True)


if __name__ == "__main__":
    main()
