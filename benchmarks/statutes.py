"""
python -m benchmarks.statutes QUESTIONS [OTHERS]: articles offered where no entry answers.

QUESTIONS: JSON lines with "question" and "statutes" (LeCoQA). OTHERS: JSON lines with "text", about
anything; how many of them articles would be offered for.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from knowledge_base.statute_search import StatuteSearch
from knowledge_base.statutes import NoProvision, Statutes
from xiaofu.services import CONTENT

DAY = date(2026, 11, 23)
_CITED = re.compile(r"(?P<law>.*?)(?:[(（].*[)）])?(?P<article>第.*)")


def main(questions: Path, others: Path | None) -> None:
    statutes = Statutes(CONTENT / "statutes.yml")
    began = time.perf_counter()
    search = StatuteSearch(statutes.everyday_articles())
    print(f"build_s {time.perf_counter() - began:.2f}")
    asked = [(row["question"], set(labels(row, statutes))) for row in lines(questions)]
    asked = [(question, wanted) for question, wanted in asked if wanted]
    began = time.perf_counter()
    found = [[(one.law, one.number) for one in search.nearest(q, DAY, 5)] for q, _ in asked]
    print(f"ms {1000 * (time.perf_counter() - began) / len(asked):.2f}")
    for depth in (1, 3, 5):
        hits = sum(
            bool(wanted & {*near[:depth]}) for near, (_, wanted) in zip(found, asked, strict=True)
        )
        print(f"recall@{depth} {hits / len(asked):.3f} of {len(asked)}")
    print(f"offered {share([q for q, _ in asked], search):.3f} of them")
    if others:
        texts = [row["text"] for row in lines(others) if "text" in row]
        print(f"offered {share(texts, search):.3f} of {len(texts)} others")


def labels(row: dict[str, Any], statutes: Statutes) -> Iterator[tuple[str, str]]:
    """The articles behind an answer that are in force and installed."""
    for cited in map(_CITED.fullmatch, row["statutes"]):
        try:
            provision = cited and statutes.provision(cited["law"], cited["article"], DAY)
        except NoProvision:
            continue
        if provision and provision.text:
            yield provision.law, provision.article


def share(texts: list[str], search: StatuteSearch) -> float:
    return sum(bool(search.find(text, DAY)) for text in texts) / len(texts)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
