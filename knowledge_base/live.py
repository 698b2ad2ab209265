"""The knowledge base in memory, in step with the store: a publish is heard at the next question."""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock, Thread

from knowledge_base.encoder import Encoder
from knowledge_base.snapshot import Reader, Snapshot
from knowledge_base.store import KnowledgeStore
from knowledge_base.vectors import Memory

FEW = 200
"""Changes that are worked into the searches at once; more are left to a new snapshot."""

SMALL = 300
"""Items up to which a whole new snapshot is no more work than a change to the old one."""

_AT_FIRST = 20_000
"""Phrasings that a process encodes before it answers: those of 1,200 entries, in a minute."""

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

    def __init__(self, store: KnowledgeStore, encoder: Encoder | None = None) -> None:
        self._store = store
        self._memory = Memory(encoder, store) if encoder else None
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
                self._snapshot = self._first_built()
                self._seen = self._snapshot.revision
            elif newest != self._seen:
                self._snapshot = self._with_changes(self._snapshot)
            if (self._wanted or self.waiting) and self._builder is None:
                self._builder = Thread(target=self._build, name="knowledge", daemon=True)
                self._builder.start()
            return self._snapshot

    @property
    def encoder(self) -> str | None:
        """The name of the encoder, without which only letters and sounds are compared."""
        return self._memory.encoder.name if self._memory else None

    @property
    def waiting(self) -> int:
        """Phrasings that are not encoded yet, and found by their letters and sounds alone."""
        return self._memory.waiting if self._memory else 0

    @property
    def building(self) -> bool:
        """Whether a new snapshot is being built."""
        return self._builder is not None

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
        if changes is None and len(snapshot):
            self._seen, self._wanted = newest, True
            return snapshot
        if changes is None or len(snapshot) + len(changes) <= SMALL:
            built = self._built()
            self._seen, self._wanted = built.revision, False
            return built
        self._seen = newest
        # as long as others wait for a new snapshot, not all of the newest revision is heard
        snapshot = snapshot.changed(snapshot.revision if self._wanted else newest, changes)
        self._wanted = self._wanted or len(snapshot.changes) > FEW
        return snapshot

    def _build(self) -> None:
        """Build a new snapshot and put it in the place of the old one, once it is whole."""
        try:
            with _giving_way():
                if self._memory:
                    self._memory.catch_up()
                built = self._built()
        except Exception:  # the edge of a thread: logged, and tried again
            logger.exception("No new snapshot could be built")
            with self._changing:
                self._builder = None
            return
        with self._changing:
            self._builder, self._wanted = None, False
            self._seen = built.revision
            self._snapshot = self._with_changes(built)

    def _first_built(self) -> Snapshot:
        """A snapshot to begin with; where that takes seconds only, all in it is encoded."""
        built = self._built()
        if self._memory and 0 < self._memory.waiting <= _AT_FIRST:
            self._memory.catch_up()
            return self._built()
        return built

    def _built(self) -> Snapshot:
        revision = self._store.revision()  # before the texts: none of a later one is missed
        built = Snapshot.built(revision, self._store.spoken(), self._read, self._memory)
        if len(built) > SMALL:
            # what it takes to read typed pinyin is made at the first
            Thread(target=built.read, args=("zenme ban",), daemon=True).start()
            _return_memory()
        return built


@contextmanager
def _giving_way() -> Iterator[None]:
    """
    Let whoever answers citizens meanwhile have the interpreter at once when they want it: they
    ask for it back after every step in numpy or the database, and would wait 5 ms each time.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_GLIMPSE)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


_GLIMPSE = 0.0002
"""Seconds."""


def _return_memory() -> None:
    """Give back what building took: glibc would keep half as much again as is used."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
