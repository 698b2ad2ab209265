"""What was measured, as people read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from benchmarks.retrieval.texts import CLEAN, Texts
from benchmarks.turns.table import QUIET, machine

TITLES = {
    "小福": "小福",
    "haystack": "Haystack BM25",
    "fts5": "SQLite FTS5",
    "fts5-trigram": "SQLite FTS5（trigram）",
    "tantivy": "tantivy + jieba",
}
KINDS = {
    CLEAN: CLEAN,
    "asr": "语音听错",
    "typo": "打错",
    "trad": "繁体",
    "noise": "寒暄杂音",
    "yue": "粤语",
}

FASTER = 10
"""How many times as fast as Haystack's BM25 小福 wants to be."""

FIRST, RESTART_S, SEEN_MS, MEMORY_MB = {10_000: 8, 50_000: 15}, 10, 1000, 400
"""What is wanted: p50 in ms by size, restart, publish and retire, memory."""


def markdown(
    measured: Mapping[int, Mapping[str, Mapping[str, Any]]],
    live: Mapping[str, Sequence[Mapping[str, Any]]],
) -> str:
    """live: by what the entries are like, what was measured of a few of them and of many."""
    return "\n\n".join(
        [
            *(_compared(size, sides) for size, sides in measured.items()),
            *(_lived(name, *some) for name, some in live.items()),
        ]
    )


def _compared(size: int, sides: Mapping[str, Mapping[str, Any]]) -> str:
    ours, haystack = sides["小福"], sides["haystack"]
    kinds = list(ours["top1"])
    kinds.sort(key=lambda kind: kind != CLEAN)
    head = ["", "p50", "p95", "建索引", "内存", *(KINDS.get(kind, kind) for kind in kinds)]
    lines = [f"### {size:,} 条", "", _row(head), _row(["---"] * len(head))]
    for name, side in sides.items():
        figures = [
            f"{side['p50_ms']:.2f} ms",
            f"{side['p95_ms']:.2f} ms",
            f"{side['build_s']:.1f} s",
            f"{side['memory_mb']:.0f} MB",
        ]
        lines.append(
            _row([TITLES[name], *figures, *(f"{side['top1'][kind]:.3f}" for kind in kinds)])
        )
    times = haystack["p50_ms"] / ours["p50_ms"]
    noisy = [kind for kind in kinds if kind != CLEAN]
    behind = [
        f"{KINDS.get(kind, kind)}不如 {TITLES[name]}"
        for kind in noisy
        for name, side in sides.items()
        if name != "小福" and side["top1"][kind] >= ours["top1"][kind]
    ]
    lines += [
        "",
        f"- 小福的 p50 {ours['p50_ms']:.1f} ms，想要 ≤ {FIRST[size]} ms"
        f"{_mark(ours['p50_ms'] <= FIRST[size])}；"
        f"比 Haystack 快 {times:.1f} 倍，想要 ≥ {FASTER} 倍{_mark(times >= FASTER)}",
        f"- 有杂音的问题上都比另外几家准{_mark(not behind)}"
        + (f"（{'；'.join(behind)}）" if behind else ""),
        f"- 小福的句向量编码一次 {ours['encode_s']:.0f} s，存在库里；不算在建索引里"
        if ours["encoder"]
        else "- 没有装句子编码器",
    ]
    return "\n".join(lines)


def _lived(name: str, few: Mapping[str, Any], many: Mapping[str, Any]) -> str:
    later = many["start_s"] - few["start_s"]
    sizes = _row(["", f"{few['entries']:,} 条", f"{many['entries']:,} 条"])
    lines = [f"### 发布和重启：{name}", "", sizes, _row(["---"] * 3)]
    for title, told in (
        ("重启到能答", lambda one: f"{one['start_s']:.1f} s"),
        ("占的内存", lambda one: f"{one['memory_mb']:.0f} MB"),
        ("发布到下一问答出", lambda one: _spread(one["publish_ms"])),
        ("下架到下一问不再答", lambda one: _spread(one["retire_ms"])),
    ):
        lines.append(_row([title, told(few), told(many)]))
    slowest = max(*many["publish_ms"], *many["retire_ms"])
    return "\n".join(
        [
            *lines,
            "",
            f"- 重启多用 {later:.1f} s，想要 < {RESTART_S} s{_mark(later < RESTART_S)}",
            f"- 发布、下架最慢 {slowest:.0f} ms，想要 < {SEEN_MS} ms{_mark(slowest < SEEN_MS)}",
            f"- 内存 {many['memory_mb']:.0f} MB，想要 ≤ {MEMORY_MB} MB"
            f"{_mark(many['memory_mb'] <= MEMORY_MB)}",
        ]
    )


def document(some: Texts, told: str, day: date, load: float) -> str:
    """results.md. load: the load average before the run."""
    busy = "" if load <= QUIET else "**机器当时不空闲，数字只供参考。**\n\n"
    return (
        "# 找得快不快、准不准：小福和另外几家\n\n"
        "由 `python -m benchmarks.retrieval` 写成，请不要手改；"
        "怎么量的见 [README](../README.md)。\n\n"
        f"{busy}问题：{some.name}，{len(some.questions)} 句；条目不够的用它们的前后半句拼出来。"
        "准：第一条就是对的那条，占问题的几成。\n\n"
        f"{told}\n\n- 日期：{day}\n{machine(load)}"
    )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _spread(took: Sequence[float]) -> str:
    return f"{took[len(took) // 2]:.0f} ms（最慢 {took[-1]:.0f}）"


def _mark(reached: bool) -> str:
    return " ✓" if reached else " ✗"
