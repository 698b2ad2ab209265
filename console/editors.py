"""What differs between the two kinds of item that staff edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from console.forms import Errors, Values, Wrong, record
from console.posted import number
from console.wording import ENTRY_LABELS, MATTER_LABELS
from knowledge_base.entries import Entry
from knowledge_base.matters import Matter
from knowledge_base.store import ItemKind

Editable = Entry | Matter


@dataclass(frozen=True)
class Editor:
    """
    How one kind of item is edited.

    kind: as the store calls it. shelves: as a Topic calls its kind. title: the field that heads
    an item. place_of: see forms.record.
    """

    kind: ItemKind
    record: type[Editable]
    path: str
    shelves: str
    noun: str
    title: str
    labels: dict[str, str]
    place_of: Callable[[str, Values], str]

    def read(self, id: str, values: Values) -> Editable:
        """The item that `values` make, or Wrong with its errors in the order of the page."""
        fixed: dict[str, Any] = {"id": id}
        if self.record is Matter:
            fixed["case_type"] = _case_type(values)
        try:
            made = record(self.record, values, fixed, self.place_of)
        except Wrong as wrong:
            errors = wrong.errors
            # pydantic looks at the whole record only when its fields are right
            if self.record is Entry and not values["sources"]:
                errors.setdefault("sources", "至少写一个来源（法律条文或部门）")
            raise Wrong(self.in_order(errors)) from None
        assert isinstance(made, Entry | Matter)
        return made

    def in_order(self, errors: Errors) -> Errors:
        order = ["id", "shelf", *self.labels]
        return dict(sorted(errors.items(), key=lambda error: order.index(error[0].split(".")[0])))


def name_of(item: Editable) -> str:
    """What people call the item."""
    return item.question if isinstance(item, Entry) else item.name


def _case_type(values: Values) -> str:
    """Nobody is asked what the promised days say already."""
    return "即办件" if number(values["promised"]["days"], 1) == 0 else "承诺件"


def _entry_place(sentence: str, _values: Values) -> str:
    words = {"来源": "sources", "问法": "aliases", "有效期": "valid_until", "答案": "answer"}
    return next((place for word, place in words.items() if word in sentence), "question")


def _matter_place(sentence: str, values: Values) -> str:
    for at, row in enumerate(values["materials"]):
        if sentence.startswith(f"材料「{row['name']}」"):
            return f"materials.{at}.when"
    return "valid_until" if "有效期" in sentence else "name"


ENTRY = Editor("entry", Entry, "/entries", "qa", "知识条目", "question", ENTRY_LABELS, _entry_place)
MATTER = Editor(
    "matter", Matter, "/matters", "matters", "事项", "name", MATTER_LABELS, _matter_place
)
