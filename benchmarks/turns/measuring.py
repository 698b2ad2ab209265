"""What is measured of a side, one thing after the other while nothing else runs."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.turns.processes import Processes
from benchmarks.turns.questions import PUBLISHED, PUBLISHED_QUESTION, QUESTIONS
from benchmarks.turns.sides import ROOT, Side, Xiaofu

WARM_UP = 36
TURNS = 240
SECONDS = 10.0
RAMP = 2.0
CROWDS = (16, 64)
LONG = 202
AROUND = 2
"""The 10th turn is the median of this many turns before it to this many after; so is the 200th."""

EDITS = 5
HEARD = 30
"""Seconds in which an edit must have been made and heard."""

CLIENT = 120
"""Seconds a client process may take."""

Tell = Callable[[str], None]


class NotMeasured(Exception):
    """A measurement failed; the message says which and why."""


@dataclass(frozen=True)
class Measured:
    """All times in ms but `start_s`; turns per second by clients; memory in MB."""

    start_s: float
    p50: float
    p95: float
    per_second: dict[int, float]
    cpu: float
    memory: float
    tenth: float
    two_hundredth: float


def measure(side: Side, processes: Processes, tell: Tell) -> Measured:
    """Start `side` in `processes`, which is empty and new, and measure it; it goes on running."""
    tell(f"{side.title}：启动，等第一个回答")
    side.start(processes)
    answered = ask(side, processes, "first", questions=QUESTIONS)["at"]
    ask(side, processes, "visits", questions=QUESTIONS, turns=WARM_UP)

    tell(f"{side.title}：1 个人问 {TURNS} 句")
    took = sorted(ask(side, processes, "visits", questions=QUESTIONS, turns=TURNS)["ms"])

    per_second, cpu = {}, 0.0
    for clients in CROWDS:
        tell(f"{side.title}：{clients} 个人同时问 {SECONDS:.0f} 秒")
        before = processes.cpu_ms()
        crowd = {"clients": clients, "seconds": SECONDS, "ramp": RAMP}
        report = ask(side, processes, "crowd", questions=QUESTIONS, **crowd)
        per_second[clients] = report["per_second"]
        if clients == CROWDS[0]:
            cpu = (processes.cpu_ms() - before) / report["turns"]
    memory = processes.memory_mb()

    tell(f"{side.title}：一个人连着问 {LONG} 句")
    visit = ask(side, processes, "visits", questions=QUESTIONS, turns=LONG, sender="long")["ms"]
    processes.check()
    return Measured(
        start_s=answered - processes.began,
        p50=statistics.median(took),
        p95=took[int(len(took) * 0.95)],
        per_second=per_second,
        cpu=cpu,
        memory=memory,
        tenth=_around(visit, 10),
        two_hundredth=_around(visit, 200),
    )


def publish(side: Xiaofu, processes: Processes) -> list[float]:
    """Milliseconds from each of a few edits to the first answer with the new text, sorted."""
    marks = (f"第 {number} 次改过的答案。" for number in range(1, EDITS + 1))
    return sorted(_publish_once(side, processes, mark) for mark in marks)


def _publish_once(side: Xiaofu, processes: Processes, mark: str) -> float:
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.turns.publishing", PUBLISHED, mark],
        cwd=ROOT,
        env=side.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as editor:
        try:
            asked = {"question": PUBLISHED_QUESTION, "mark": mark}
            heard = ask(side, processes, "heard", timeout=HEARD, **asked)["at"]
            printed, _ = editor.communicate(timeout=HEARD)
        finally:
            editor.kill()
    took: float = (heard - float(printed)) * 1000
    return took


def ask(
    side: Side, processes: Processes, what: str, timeout: float = CLIENT, **details: Any
) -> dict[str, Any]:
    """
    What a client process reports, see benchmarks.turns.client.

    Raises NotMeasured, and Ended as soon as one of `processes` no longer runs.
    """
    request = json.dumps({"address": side.address, "what": what, **details})
    gives_up = time.monotonic() + timeout
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.turns.client", request],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as client:
        try:
            report, complaint = _finish(client, processes, gives_up)
        except subprocess.TimeoutExpired:
            raise NotMeasured(f"{side.title} 的 {what} 过了 {timeout:.0f} 秒还没有完") from None
        finally:
            client.kill()
    if client.returncode:
        raise NotMeasured(f"{side.title} 的 {what} 没有做成：{complaint.strip()[-500:]}")
    found: dict[str, Any] = json.loads(report)
    return found


def _finish(
    client: subprocess.Popen[str], processes: Processes, gives_up: float
) -> tuple[str, str]:
    while True:
        try:
            return client.communicate(timeout=1)
        except subprocess.TimeoutExpired:
            processes.check()
            if time.monotonic() > gives_up:
                raise


def _around(visit: Sequence[float], turn: int) -> float:
    return statistics.median(visit[turn - 1 - AROUND : turn + AROUND])
