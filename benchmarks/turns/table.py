"""What was measured, as people read it: a Markdown table, and where it was run."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.turns.measuring import CROWDS, Measured

QUIET = 0.5
"""Load average up to which a machine counts as having nothing else to do."""


@dataclass(frozen=True)
class Row:
    """One line of the table. reached: None where nothing is wanted."""

    name: str
    xiaofu: str
    plain: str = "—"
    times: str = ""
    wanted: str = ""
    reached: bool | None = None

    def __str__(self) -> str:
        mark = {True: " ✓", False: " ✗", None: ""}[self.reached]
        return (
            f"| {self.name} | {self.xiaofu} | {self.plain} | {self.times} | {self.wanted}{mark} |"
        )


def rows(ours: Measured, plain: Measured, published: Sequence[float]) -> list[Row]:
    """published: ms from each edit to its answer, sorted."""
    table = [
        Row(
            "一句话的延迟 p50（1 个人）",
            f"{ours.p50:.1f} ms",
            f"{plain.p50:.1f} ms",
            f"{ours.p50 / plain.p50:.2f} ×",
            "≤ ¼",
            ours.p50 <= plain.p50 / 4,
        ),
        Row(
            "一句话的延迟 p95（1 个人）",
            f"{ours.p95:.1f} ms",
            f"{plain.p95:.1f} ms",
            f"{ours.p95 / plain.p95:.2f} ×",
        ),
    ]
    for clients in CROWDS:
        here, there = ours.per_second[clients], plain.per_second[clients]
        table.append(
            Row(
                f"每秒回答几句（{clients} 个人）",
                f"{here:.0f}",
                f"{there:.0f}",
                f"{here / there:.1f} ×",
                "≥ 4 ×",
                here >= 4 * there,
            )
        )
    grown, grown_plain = ours.two_hundredth / ours.tenth, plain.two_hundredth / plain.tenth
    table += [
        Row(
            "一句话用的处理器时间",
            f"{ours.cpu:.1f} ms",
            f"{plain.cpu:.1f} ms",
            f"{ours.cpu / plain.cpu:.2f} ×",
        ),
        Row(
            "内存（RSS）",
            f"{ours.memory:.0f} MB",
            f"{plain.memory:.0f} MB",
            f"{ours.memory / plain.memory:.2f} ×",
        ),
        Row(
            "启动到第一个回答",
            f"{ours.start_s:.1f} s",
            f"{plain.start_s:.1f} s",
            f"{ours.start_s / plain.start_s:.2f} ×",
        ),
        Row("同一个人的第 10 句", f"{ours.tenth:.1f} ms", f"{plain.tenth:.1f} ms"),
        Row(
            "同一个人的第 200 句",
            f"{ours.two_hundredth:.1f} ms（第 10 句的 {grown:.2f} 倍）",
            f"{plain.two_hundredth:.1f} ms（{grown_plain:.2f} 倍）",
            "",
            "≤ 第 10 句的 1.5 倍",
            grown <= 1.5,
        ),
        Row(
            "发布到答出新内容",
            f"{published[len(published) // 2]:.0f} ms（最慢 {published[-1]:.0f}）",
            "要改文件、重启",
            "",
            "< 1 s",
            published[-1] < 1000,
        ),
    ]
    return table


def markdown(table: Sequence[Row]) -> str:
    head = ("| | 小福 | 普通 Rasa | 小福 ÷ 普通 | 想要的 |", "|---|---|---|---|---|")
    return "\n".join([*head, *map(str, table)])


def document(table: Sequence[Row], day: date, load: float) -> str:
    """results.md. load: the load average before the run."""
    libraries = ("rasa", "rasa-sdk", "tensorflow-cpu", "sanic", "SQLAlchemy", "aiohttp")
    versions = "、".join(f"{name} {version(name)}" for name in libraries)
    busy = "" if load <= QUIET else "**机器当时不空闲，数字只供参考。**\n\n"
    return (
        "# 一句话要多久：小福和普通 Rasa\n\n"
        "由 `python -m benchmarks.turns` 写成，请不要手改；怎么量的见 [README](../README.md)。\n\n"
        f"{busy}{markdown(table)}\n\n"
        f"- 日期：{day}\n{machine(load)}"
        f"- 版本：{versions}\n"
    )


def machine(load: float) -> str:
    """Where it was run, as two lines of a list. load: the load average before."""
    return (
        f"- 机器：{_processor()}，{os.cpu_count()} 核，{_memory_gb():.0f} GB 内存，"
        f"开始时负载 {load:.2f}\n"
        f"- 系统：{_system()}，Python {platform.python_version()}\n"
    )


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
