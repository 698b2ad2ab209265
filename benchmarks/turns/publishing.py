"""The colleague at the console: a process of its own that edits an entry and publishes it."""

from __future__ import annotations

import sys
import time
from datetime import datetime

from knowledge_base.entries import Entry
from knowledge_base.store import KnowledgeStore
from xiaofu.services import services

PAUSE = 1
"""Seconds before the edit, in which citizens begin to ask."""


def edit(store: KnowledgeStore, id: str, mark: str, now: datetime) -> None:
    """Put `mark` at the head of the entry's answer and publish it, as the console does."""
    stored = store.get("entry", id)
    if stored is None or not isinstance(stored.latest, Entry):
        sys.exit(f"知识库里没有 {id} 这一条")
    answer = stored.latest.answer.splitlines()[-1]
    changed = stored.latest.copy(update={"answer": f"{mark}\n{answer}"})
    draft = store.save_draft(
        "entry", stored.shelf, changed, version=stored.version, by="benchmark", now=now
    )
    store.publish("entry", id, version=draft.version, by="benchmark", now=now)


def main() -> None:
    """Arguments: the entry's id and the mark. Prints when the edit began, on the shared clock."""
    id, mark = sys.argv[1:]
    whole = services()
    time.sleep(PAUSE)
    print(time.monotonic())
    edit(whole.knowledge_store, id, mark, whole.now())


if __name__ == "__main__":
    main()
