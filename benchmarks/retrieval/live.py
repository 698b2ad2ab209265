"""
The live index in a whole process: python -m benchmarks.retrieval.live DATABASE EDITS.

Starts over the database as the bot does, then publishes and retires EDITS entries and asks for
each at once. Prints what was measured as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime

from benchmarks.retrieval.measured import memory_mb
from benchmarks.retrieval.ours import find_once
from knowledge_base.encoder import installed
from knowledge_base.live import Live
from knowledge_base.store import KnowledgeStore
from xiaofu.database import open_engine


def main() -> None:
    database, edits = sys.argv[1:]
    store = KnowledgeStore(open_engine(f"sqlite:///{database}"))
    encoder = installed()
    find_once(encoder)
    before = memory_mb()
    begun = time.perf_counter()
    live = Live(store, encoder)
    snapshot = live.current()
    started = time.perf_counter() - begun
    waited = live.waiting
    live.settled()
    used = memory_mb() - before
    published, retired = [], []
    for number, id in zip(range(int(edits)), snapshot.entries, strict=False):
        published.append(_published(store, live, id, f"{number}号停车位今天在哪里预约"))
        retired.append(_retired(store, live, id, f"{number}号停车位今天在哪里预约"))
    print(
        json.dumps(
            {
                "entries": len(snapshot.entries),
                "start_s": started,
                "waited": waited,
                "memory_mb": used,
                "publish_ms": sorted(published),
                "retire_ms": sorted(retired),
            }
        )
    )


def _published(store: KnowledgeStore, live: Live, id: str, question: str) -> float:
    """Milliseconds from the publish to the question that finds it."""
    stored = store.get("entry", id)
    changed = stored.latest.copy(update={"question": question})
    now = datetime.now(UTC)
    draft = store.save_draft(
        "entry", stored.shelf, changed, version=stored.version, by="benchmark", now=now
    )
    store.publish("entry", id, version=draft.version, by="benchmark", now=now)
    begun = time.perf_counter()
    found = live.current().search.find(question)
    took = (time.perf_counter() - begun) * 1000
    assert [hit.id for hit in found.hits][:1] == [id], f"{id} is not found after its publish"
    return took


def _retired(store: KnowledgeStore, live: Live, id: str, question: str) -> float:
    """Milliseconds from the retirement to the question that does not find it any more."""
    version = store.get("entry", id).version
    store.retire("entry", id, version=version, by="benchmark", now=datetime.now(UTC))
    begun = time.perf_counter()
    found = live.current().search.find(question)
    took = (time.perf_counter() - begun) * 1000
    assert id not in {hit.id for hit in found.hits}, f"{id} is found after its retirement"
    return took


if __name__ == "__main__":
    main()
