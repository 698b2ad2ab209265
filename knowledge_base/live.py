"""The knowledge base in memory, in step with the store: a publish is heard at the next question."""

from __future__ import annotations

import logging
from functools import lru_cache
from threading import Lock, Thread

from knowledge_base.search import Thresholds
from knowledge_base.snapshot import Reader, Snapshot
from knowledge_base.store import KnowledgeStore

FEW = 200
"""Changes that are worked into the searches at once; more are left to a new snapshot."""

SMALL = 300
"""Items up to which a whole new snapshot is no more work than a change to the old one."""

_AT_HAND = 1024
"""Items kept as they were last read."""

logger = logging.getLogger(__name__)


class Live:
    """
    Gives the snapshot of the newest revision; looks at the store at every call.

    A few changes are heard at once. When many have come, a new snapshot is built in the
    background and takes the old one's place once it is whole; until then the old one answers, and
    what single changes come meanwhile are heard at once too.
    """

    def __init__(self, store: KnowledgeStore, thresholds: Thresholds | None = None) -> None:
        self._store = store
        self._thresholds = thresholds
        self._read: Reader = lru_cache(_AT_HAND)(lambda kind, id, _: store.spoken_of(kind, id))
        self._snapshot: Snapshot | None = None
        self._seen = 0  # the revision up to which changes are heard, or waited for
        self._changing = Lock()
        self._builder: Thread | None = None
        self._wanted = False  # a new snapshot

    def current(self) -> Snapshot:
        """The knowledge as it stands now."""
        newest = self._store.revision()
        with self._changing:
            if self._snapshot is None:
                self._snapshot = self._built()
                self._seen = self._snapshot.revision
            elif newest != self._seen:
                self._snapshot = self._with_changes(self._snapshot)
            if self._wanted and self._builder is None:
                self._builder = Thread(target=self._build, name="knowledge", daemon=True)
                self._builder.start()
            return self._snapshot

    def settled(self) -> Snapshot:
        """The knowledge as it stands now, once nothing is being built any more."""
        self.current()
        while builder := self._builder:
            builder.join()
            self.current()
        return self.current()

    def _with_changes(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with what has changed since the last look, or without, if it is much."""
        newest, changes = self._store.changed_since(self._seen, FEW)
        if len(snapshot) + len(changes or ()) <= (SMALL if changes else 0):
            built = self._built()
            self._seen, self._wanted = built.revision, False
            return built
        self._seen = newest
        if changes is None:
            self._wanted = True
            return snapshot
        # as long as others wait for a new snapshot, not all of the newest revision is heard
        snapshot = snapshot.changed(snapshot.revision if self._wanted else newest, changes)
        self._wanted = self._wanted or len(snapshot.changes) > FEW
        return snapshot

    def _build(self) -> None:
        """Build a new snapshot and put it in the place of the old one, once it is whole."""
        try:
            built = self._built()
        except (
            Exception
        ):  # the edge of a thread: logged, and tried again
            logger.exception("No new snapshot could be built")
            with self._changing:
                self._builder = None
            return
        with self._changing:
            self._builder, self._wanted = None, False
            self._seen = built.revision
            self._snapshot = self._with_changes(built)

    def _built(self) -> Snapshot:
        revision = self._store.revision()  # before the texts: none of a later one is missed
        return Snapshot.built(revision, self._store.spoken(), self._read, self._thresholds)
