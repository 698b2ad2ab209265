"""What is measured of one side; in plain Python, since every side runs it in its own place."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path

WARM_UP = 10
_MB = 2**20


def measure(build, entries, questions):
    """
    build: given [(id, text)], returns what gives the id found first for a question, or None.

    Returns build_s, p50_ms, p95_ms, memory_mb, and top1 by kind of question.
    """
    before = memory_mb()
    begun = time.perf_counter()
    find = build(entries)
    built = time.perf_counter() - begun
    used = memory_mb() - before
    for question in questions[:WARM_UP]:
        find(question["text"])
    took, right = [], defaultdict(list)
    for question in questions:
        begun = time.perf_counter()
        found = find(question["text"])
        took.append((time.perf_counter() - begun) * 1000)
        right[question["kind"]].append(found == question["gold"])
    took.sort()
    return {
        "build_s": built,
        "p50_ms": took[len(took) // 2],
        "p95_ms": took[int(len(took) * 0.95)],
        "memory_mb": used,
        "top1": {kind: sum(some) / len(some) for kind, some in right.items()},
    }


def memory_mb():
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / _MB
