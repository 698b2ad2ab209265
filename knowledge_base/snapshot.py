"""A snapshot: everything citizens may hear at one revision, and the searches over it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

from knowledge_base.bindings import bound, render
from knowledge_base.entries import Entry
from knowledge_base.files import Content
from knowledge_base.matter_search import MatterSearch
from knowledge_base.matters import Matter
from knowledge_base.names import Names
from knowledge_base.places import Place
from knowledge_base.search import Document, Search
from knowledge_base.store import Item, ItemKind, Spoken
from knowledge_base.text import normalise
from knowledge_base.typed_pinyin import TypedPinyin, is_typed
from knowledge_base.vectors import Memory

Reader = Callable[[ItemKind, str, int], Item | None]
"""
Reads an item by kind, id and edition; what was read for the same three may be given again.
"""

_EDITIONS = count(1)
"""A new one for every snapshot: what is new in it is read anew."""

T = TypeVar("T")


class Shelf(Mapping[str, T]):
    """
    Items by id, each read when it is wanted; one that is published no more is not there.

    editions: by id.
    """

    def __init__(self, kind: ItemKind, editions: Mapping[str, int], read: Reader) -> None:
        self._kind, self._editions, self._read = kind, editions, read

    def __getitem__(self, id: str) -> T:
        item: Any = self._read(self._kind, id, self._editions[id])
        if item is None:
            raise KeyError(id)
        return item  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[str]:
        return iter(self._editions)

    def __len__(self) -> int:
        return len(self._editions)


@dataclass(frozen=True)
class _Kept:
    """
    What is kept in memory of all items, by id.

    entries, matters: the editions.
    resting: of each entry its owner and the laws it rests on. bound: of the entries that speak
    from matters, from which.
    """

    entries: dict[str, int] = field(default_factory=dict)
    matters: dict[str, int] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    resting: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    bound: dict[str, frozenset[str]] = field(default_factory=dict)

    def copy(self) -> _Kept:
        return _Kept(*(dict(some) for some in vars(self).values()))

    def drop(self, id: str, kind: ItemKind) -> None:
        some: dict[ItemKind, tuple[dict[str, Any], ...]] = {
            "entry": (self.entries, self.resting, self.bound),
            "matter": (self.matters,),
            "place": (self.places,),
        }
        for one in some[kind]:
            one.pop(id, None)

    @property
    def owners(self) -> set[str]:
        return {owner for owner, _ in {*self.resting.values()}}

    @property
    def laws(self) -> set[str]:
        return {law for _, laws in {*self.resting.values()} for law in laws}


@dataclass(frozen=True)
class Snapshot:
    """
    Everything citizens may hear at one revision, and the searches over it; never changes.

    search, guides: the entries, and the matters' guides by what they are about; matter_search:
        the matters by their names.
    base, changes: the snapshot whose searches these go on from, and what has changed since, by
        kind and id; None and nothing when they stand alone.
    """

    revision: int
    entries: Mapping[str, Entry]
    matters: Mapping[str, Matter]
    places: Mapping[str, Place]
    names: Names
    search: Search
    guides: Search
    matter_search: MatterSearch
    _kept: _Kept
    _read: Reader
    _memory: Memory | None
    base: Snapshot | None = None
    changes: Mapping[tuple[str, str], Spoken] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many items there are."""
        return len(self.entries) + len(self.matters) + len(self.places)

    def read(self, text: str) -> str:
        """`text` with characters for the pinyin in it, as entries and matters have them."""
        plain = normalise(text)
        read = self._typed_pinyin.read(plain) if is_typed(plain) else plain
        return text if read == plain else read

    @cached_property
    def _typed_pinyin(self) -> TypedPinyin:
        if self.base:
            return self.base._typed_pinyin
        return TypedPinyin((*self.search.phrasings, *self.guides.phrasings))

    @classmethod
    def of(cls, revision: int, content: Content, memory: Memory | None = None) -> Snapshot:
        """A snapshot of a content folder."""
        kinds: tuple[tuple[ItemKind, Iterable[Item]], ...] = (
            ("place", content.places),
            ("matter", (matter for some in content.matters.values() for matter in some)),
            ("entry", (entry for some in content.entries.values() for entry in some)),
        )
        items = {(kind, one.id): one for kind, some in kinds for one in some}
        spoken = (Spoken(kind, id, item.json()) for (kind, id), item in items.items())
        return cls.built(revision, spoken, lambda kind, id, _: items.get((kind, id)), memory)

    @classmethod
    def built(
        cls,
        revision: int,
        spoken: Iterable[Spoken],
        read: Reader,
        memory: Memory | None = None,
    ) -> Snapshot:
        """A snapshot of all that is spoken."""
        return _assembled(revision, spoken, _Kept(), read, memory, None)

    def changed(self, revision: int, some: Collection[Spoken]) -> Snapshot:
        """
        The snapshot after some changes.

        What is new gets small searches of its own behind the base's, so that a few changes take
        no time, however much the base holds. They weigh words by what the base knows of them.
        """
        base = self.base or self
        changes = dict(self.changes) | {(one.kind, one.id): one for one in some}
        return _assembled(
            revision,
            changes.values(),
            base._kept.copy(),
            self._read,
            self._memory,
            base,
            changes,
        )


def _assembled(
    revision: int,
    spoken: Iterable[Spoken],
    kept: _Kept,
    read: Reader,
    memory: Memory | None,
    base: Snapshot | None,
    changes: Mapping[tuple[str, str], Spoken] | None = None,
) -> Snapshot:
    """`kept` becomes what is kept; before, it is what the base keeps."""
    edition = next(_EDITIONS)
    gone: dict[ItemKind, set[str]] = {"entry": set(), "matter": set(), "place": set()}
    called: dict[str, tuple[str, ...]] = {}
    documents: list[Document] = []
    told_of: list[Document] = []
    speaking: dict[str, Document] = {}  # from matters: not to be written out before all are known
    alike: dict[Any, Any] = {}  # one object for all that rest on the same
    for kind, id, body in spoken:
        if kind == "topic":
            continue
        gone[kind].add(id)
        kept.drop(id, kind)
        if body is None:
            continue
        if kind == "place":
            kept.places[id] = Place.parse_raw(body)
            continue
        told = json.loads(body)
        if kind == "matter":
            kept.matters[id] = edition
            called[id] = (told["name"], *told["aliases"])
            about = "\n".join((told["summary"], *told["conditions"]))
            told_of.append(Document(id, called[id], matter=id, answer=about))
            continue
        document = _document(told)
        kept.entries[id] = edition
        resting = (told["owner"], document.laws)
        kept.resting[id] = alike.setdefault(resting, resting)
        if matters := bound(document.answer):
            kept.bound[id] = matters
            speaking[id] = document
        else:
            documents.append(document)

    for id, matters in kept.bound.items():
        if id not in speaking and (gone["place"] or matters & gone["matter"]):
            entry = read("entry", id, kept.entries[id])
            if entry is not None:
                gone["entry"].add(id)
                speaking[id] = _document(json.loads(entry.json()))
    matters_read: Shelf[Matter] = Shelf("matter", kept.matters, read)
    halls = {place.id: place.name for place in kept.places.values()}
    documents += [
        replace(document, answer=render(document.answer, matters_read, halls))
        for document in speaking.values()
    ]

    names = _names(kept, called, gone, base)

    def searched(some: Iterable[Document], after: Search | None, lost: Collection[str]) -> Search:
        return Search(
            some,
            names,
            encoder=memory.encoder if memory else None,
            recall=memory.recall if memory else None,
            after=after,
            gone=lost if after else (),
        )

    return Snapshot(
        revision,
        Shelf("entry", kept.entries, read),
        matters_read,
        kept.places,
        names,
        searched(documents, base.search if base else None, gone["entry"]),
        searched(told_of, base.guides if base else None, gone["matter"]),
        MatterSearch(
            called,
            names,
            after=base.matter_search if base else None,
            gone=gone["matter"] if base else (),
        ),
        kept,
        read,
        memory,
        base,
        changes or {},
    )


def _document(told: Mapping[str, Any]) -> Document:
    """An entry as the search sees it; read by hand, for pydantic takes ten times as long."""
    return Document(
        told["id"],
        (told["question"], *told["aliases"]),
        told["matter"],
        frozenset(source["law"] for source in told["sources"] if "law" in source),
        told["answer"],
    )


def _names(
    kept: _Kept,
    called: Mapping[str, tuple[str, ...]],
    gone: Mapping[ItemKind, Collection[str]],
    base: Snapshot | None,
) -> Names:
    """called: the names of the matters that the base does not have."""
    owners, laws = kept.owners, kept.laws
    owners_before, laws_before = (base._kept.owners, base._kept.laws) if base else (set(), set())
    new_places = {id for id in kept.places if id in gone["place"] or not base}
    return Names(
        {
            "matters": called,
            "laws": {law: (law,) for law in laws - laws_before},
            "streets": {id: (kept.places[id].name, *kept.places[id].aliases) for id in new_places},
            "offices": {owner: (owner,) for owner in owners - owners_before},
        },
        after=base.names if base else None,
        gone={
            "matters": gone["matter"],
            "streets": gone["place"],
            "laws": laws_before - laws,
            "offices": owners_before - owners,
        },
    )
