"""The colleague at the console: a process of its own that edits an entry and publishes it."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from knowledge_base.entries import Entry
from knowledge_base.store import KnowledgeStore
from xiaofu.services import services

PAUSE = 0.5
"""Seconds between two edits, in which citizens go on asking."""


def edit(store: KnowledgeStore, id: str, mark: str, now: Any) -> None:
    """Put `mark` at the head of the entry's answer and publish it, as the console does."""
    stored = store.get("entry", id)
    if stored is None or not isinstance(stored.latest, Entry):
        sys.exit(f"知识库里没有 {id} 这一条")
    answer = stored.latest.answer.splitlines()[-1]
    changed = stored.latest.copy(update={"answer": f"{mark}\n{answer}"})
    draft = store.save_draft(
        "entry", stored.shelf, changed, version=stored.version, by="benchmark", now=now()
    )
    store.publish("entry", id, version=draft.version, by="benchmark", now=now())


def main() -> None:
    """Arguments: the entry's id and the marks. Prints when each edit began, as JSON."""
    id, *marks = sys.argv[1:]
    whole = services()
    began = []
    for mark in marks:
        time.sleep(PAUSE)
        began.append(time.monotonic())
        edit(whole.knowledge_store, id, mark, whole.now)
    json.dump({"at": began}, sys.stdout)


if __name__ == "__main__":
    main()
