"""What was measured, as people read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from benchmarks.booking.killed import Killed
from benchmarks.booking.race import Raced
from benchmarks.turns.table import QUIET, machine

P99_MS = 1000
"""By when all but one in a hundred have their session or the alternatives."""

STEPS = 10_000


def markdown(
    raced: Mapping[str, Raced],
    killed: Mapping[str, Killed],
    steps: int,
    ends: Mapping[str, int],
    clients: int,
) -> str:
    """steps: taken against the model. ends: how asking for a session ended in them."""
    return "\n\n".join([_raced(raced, clients), _killed(killed), _walked(steps, ends)])


def in_time(raced: Raced) -> bool:
    return part(raced.ms, 0.99) < P99_MS


def part(values: Sequence[float], share: float) -> float:
    """The value that a share of `values`, 0 to 1, does not exceed."""
    return sorted(values)[max(0, round(share * len(values)) - 1)]


def _raced(raced: Mapping[str, Raced], clients: int) -> str:
    head = ["", "轮数", "恰好一人约到", "没得到别的时间的人", "p50", "p95", "p99", "最慢"]
    lines = [f"### {clients} 个人同时抢最后一个席位", "", _row(head), _row(["---"] * len(head))]
    for name, one in raced.items():
        ms = [f"{part(one.ms, share):.0f} ms" for share in (0.5, 0.95, 0.99, 1)]
        counts = [str(count) for count in (one.rounds, one.winners[1], one.without_way_out)]
        lines.append(_row([name, *counts, *ms]))
    lines.append("")
    lines += [
        f"- {name}：每轮恰好一人约到，其余都有别的时间{_mark(one.right)}；"
        f"p99 {part(one.ms, 0.99):.0f} ms，想要 < {P99_MS} ms{_mark(in_time(one))}"
        for name, one in raced.items()
    ]
    return "\n".join(lines)


def _killed(killed: Mapping[str, Killed]) -> str:
    head = ["", "被杀", "答应过", "丢了", "没来得及答", "其中已写进库", "约重了", "席位撞上"]
    lines = ["### 约到一半，进程被 kill -9", "", _row(head), _row(["---"] * len(head))]
    for name, one in killed.items():
        counts = (
            one.rounds,
            one.acknowledged,
            len(one.lost),
            one.unanswered,
            one.through,
            len(one.doubled),
            one.overlapping,
        )
        lines.append(_row([name, *map(str, counts)]))
    right = all(one.right for one in killed.values())
    lines += ["", f"- 答应过的一个不丢，没答的用同一个键再问，也不会约成两个{_mark(right)}"]
    return "\n".join(lines)


def _walked(steps: int, ends: Mapping[str, int]) -> str:
    asked = sum(ends.values())
    got = ends.get("booked", 0) + ends.get("held", 0)
    return (
        "### 随便怎么操作\n\n"
        f"- {steps:,} 步，想要 ≥ {STEPS:,} 步{_mark(steps >= STEPS)}；"
        f"其中要席位 {asked:,} 次，得到 {got:,} 次，按规矩拒绝 {asked - got:,} 次\n"
        "- 每一步都和模型一致，从没有两场撞在一个席位上 ✓"
    )


def document(told: str, day: date, load: float, postgres: bool) -> str:
    """results.md. load: the load average before the run."""
    busy = "" if load <= QUIET else "**机器当时不空闲，数字只供参考。**\n\n"
    without = "" if postgres else "没有设 XIAOFU_TEST_POSTGRES_URL，PostgreSQL 没有量。\n\n"
    return (
        "# 抢席位、被杀、随便操作：预约会不会错\n\n"
        "由 `python -m benchmarks.booking` 写成，请不要手改；"
        "怎么量的见 [README](../README.md)。\n\n"
        f"{busy}{without}{told}\n\n- 日期：{day}\n{machine(load)}"
    )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _mark(reached: bool) -> str:
    return " ✓" if reached else " ✗"
