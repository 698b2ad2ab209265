"""python -m benchmarks.retrieval [FILE...]: compare searches and write results.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.retrieval import texts
from benchmarks.retrieval.ours import encode
from benchmarks.retrieval.table import document, markdown
from knowledge_base.encoder import installed
from knowledge_base.entries import Entry
from knowledge_base.files import Content
from knowledge_base.store import KnowledgeStore
from knowledge_base.vectors import Memory
from xiaofu.database import open_engine

HERE = Path(__file__).parent
RESULTS = HERE / "results.md"
PEERS = Path(os.environ.get("PEERS", ".venv-peers")) / "bin" / "python"
SIZES = (10_000, 50_000)
FEW = 500
"""Entries of the knowledge base that a restart is compared with."""

EDITS = 10
NAMES = ("haystack", "fts5", "fts5-trigram", "tantivy")

Told = Iterator[tuple[tuple[str, ...], str]]
"""The phrasings of an entry and its answer, entry by entry."""

_BEGAN = time.monotonic()


def main() -> None:
    if not PEERS.exists():
        sys.exit("没有装另外几家，请用 make bench-retrieval 来跑")
    load = os.getloadavg()[0]
    given = [Path(name) for name in sys.argv[1:]]
    some = texts.read(given, max(SIZES)) if given else texts.generated(max(SIZES))
    with TemporaryDirectory(prefix="retrieval-") as folder:
        measured = {size: _compare(some, size, Path(folder)) for size in SIZES}
        live = {
            name: [_live(some, size, told, Path(folder)) for size in (FEW, max(SIZES))]
            for name, told in (("一种问法", texts.bare), ("三种问法、130 字答案", texts.rich))
        }
    told = markdown(measured, live)
    RESULTS.write_text(document(some, told, date.today(), load), encoding="utf-8")
    print(f"\n{told}\n")


def _compare(some: texts.Texts, size: int, folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / f"{size}.json"
    some.write(path, size)
    measured = {}
    _tell(f"小福，{size} 条；第一次编码要几分钟")
    measured["小福"] = _run(
        [sys.executable, "-m", "benchmarks.retrieval.ours", path, folder / "vectors.db"]
    )
    for name in NAMES:
        _tell(f"{name}，{size} 条")
        measured[name] = _run([PEERS, HERE / "peers.py", name, path])
    return measured


def _live(
    some: texts.Texts, size: int, told: Callable[[texts.Texts], Told], folder: Path
) -> dict[str, Any]:
    """Entries in the database where their vectors are. told: their phrasings and answers."""
    _tell(f"装进知识库、启动、发布、下架，{size} 条")
    database = folder / "vectors.db"
    store = KnowledgeStore(open_engine(f"sqlite:///{database}", durable=False))
    entries = tuple(
        Entry(
            id=f"entry-{number}",
            question=question,
            aliases=aliases,
            answer=answer,
            sources=({"office": "福田区政务服务数据管理局"},),
            owner="福田区政务服务数据管理局",
            checked_on=date(2026, 11, 23),
        )
        for number, ((question, *aliases), answer) in enumerate(islice(told(some), size))
    )
    store.load(Content((), (), {"all": entries}, {}), now=datetime.now(UTC), overwrite=True)
    if encoder := installed():
        asked = [(one.id, phrasing) for one in entries for phrasing in one.phrasings]
        encode(asked, Memory(encoder, store))
    return _run([sys.executable, "-m", "benchmarks.retrieval.live", database, EDITS])


def _run(command: Sequence[object]) -> dict[str, Any]:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"没有量成：{done.stderr[-2000:]}")
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _tell(what: str) -> None:
    print(f"[{time.monotonic() - _BEGAN:3.0f} 秒] {what}", flush=True)


if __name__ == "__main__":
    main()
