"""The knowledge base in memory, in step with the store: a publish is heard at the next question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge_base.entries import Entry
from knowledge_base.files import Content
from knowledge_base.matter_search import MatterSearch
from knowledge_base.matters import Matter
from knowledge_base.names import Names
from knowledge_base.places import Place
from knowledge_base.search import FITTED, Document, Search, Thresholds
from knowledge_base.store import KnowledgeStore


@dataclass(frozen=True)
class Snapshot:
    """Everything citizens may hear at one revision, and the searches over it; never changes."""

    revision: int
    entries: Mapping[str, Entry]
    matters: Mapping[str, Matter]
    places: Mapping[str, Place]
    names: Names
    search: Search
    matter_search: MatterSearch

    @classmethod
    def of(cls, revision: int, content: Content, thresholds: Thresholds = FITTED) -> Snapshot:
        entries = {entry.id: entry for shelf in content.entries.values() for entry in shelf}
        matters = {matter.id: matter for shelf in content.matters.values() for matter in shelf}
        places = {place.id: place for place in content.places}
        names = Names(
            {
                "matters": {matter.id: matter.names for matter in matters.values()},
                "laws": {law: (law,) for entry in entries.values() for law in entry.laws},
                "streets": {place.id: (place.name, *place.aliases) for place in places.values()},
                "offices": {owner: (owner,) for owner in {e.owner for e in entries.values()}},
            }
        )
        documents = [
            Document(entry.id, entry.phrasings, entry.matter, entry.laws, entry.answer)
            for entry in entries.values()
        ]
        return cls(
            revision,
            entries,
            matters,
            places,
            names,
            Search(documents, names, thresholds),
            MatterSearch({matter.id: matter.names for matter in matters.values()}, names),
        )


class Live:
    """Gives the snapshot of the newest revision; looks at the store at every call."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._snapshot: Snapshot | None = None

    def current(self) -> Snapshot:
        """The knowledge as it stands now; built anew when the revision has grown."""
        if self._snapshot is None or self._store.revision() != self._snapshot.revision:
            self._snapshot = Snapshot.of(*self._store.published())
        return self._snapshot
