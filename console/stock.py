"""All that the store holds, read once for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.editors import ENTRY, MATTER, Editor, name_of
from console.standing import Row, row
from knowledge_base.files import Topic
from knowledge_base.matters import Matter
from knowledge_base.places import Place
from knowledge_base.store import ItemKind, KnowledgeStore


@dataclass(frozen=True)
class Stock:
    """rows: every entry and matter by kind, in list order. places: names by id."""

    rows: Mapping[ItemKind, list[Row]]
    topics: tuple[Topic, ...]
    places: Mapping[str, str]

    @classmethod
    def read(cls, knowledge: KnowledgeStore) -> Stock:
        topics = (stored.latest for stored in knowledge.all("topic"))
        return cls(
            {
                editor.kind: [row(stored) for stored in knowledge.all(editor.kind)]
                for editor in (ENTRY, MATTER)
            },
            tuple(topic for topic in topics if isinstance(topic, Topic)),
            place_names(knowledge),
        )

    def shelves(self, editor: Editor) -> dict[str, str]:
        """The titles of the shelves by id: those of the topics, then those in use without one."""
        titles = {topic.id: topic.title for topic in self.topics if topic.kind == editor.shelves}
        return titles | {
            row.shelf: row.shelf for row in self.rows[editor.kind] if row.shelf not in titles
        }

    def matters(self) -> dict[str, dict[str, str]]:
        """The names of the matters by id, theme by theme, for a picker."""
        themes = self.shelves(MATTER)
        matters: dict[str, dict[str, str]] = {}
        for one in self.rows["matter"]:
            matters.setdefault(themes[one.shelf], {})[one.id] = name_of(one.item)
        return matters

    def guides(self) -> dict[str, Matter]:
        """The newest text of every matter by id."""
        items = (row.item for row in self.rows["matter"])
        return {item.id: item for item in items if isinstance(item, Matter)}

    def offices(self) -> list[str]:
        """Those that stand behind something already, so that each is written in one way."""
        return sorted({one.office for rows in self.rows.values() for one in rows})


def place_names(knowledge: KnowledgeStore) -> dict[str, str]:
    places = (stored.latest for stored in knowledge.all("place"))
    return {place.id: place.name for place in places if isinstance(place, Place)}
