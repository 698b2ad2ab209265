"""Where an item stands: what citizens hear of it, when it must be looked at, what it would say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from console.editors import Editable
from knowledge_base.entries import Entry
from knowledge_base.matters import Matter
from knowledge_base.store import Stored

SOON = timedelta(days=30)

State = Literal["published", "draft", "silent"]

STATES: dict[State, str] = {
    "published": "已发布",
    "draft": "有草稿",
    "silent": "未发布",
}


@dataclass(frozen=True)
class Row:
    """An item as a list shows it."""

    id: str
    shelf: str
    item: Editable
    state: State
    changed_at: datetime
    changed_by: str

    @property
    def office(self) -> str:
        """Who keeps it right."""
        return self.item.owner if isinstance(self.item, Entry) else self.item.office


@dataclass(frozen=True)
class Due:
    """Something about a published item that comes due on `day`."""

    row: Row
    day: date
    what: Literal["失效", "复核"]


def row(stored: Stored) -> Row:
    item = stored.latest
    assert isinstance(item, Entry | Matter)
    return Row(stored.id, stored.shelf, item, state(stored), stored.changed_at, stored.changed_by)


def state(stored: Stored) -> State:
    """
    published: citizens hear the newest text. draft: they hear an older one.
    silent: they hear nothing; the store does not tell whether they ever did.
    """
    if stored.published is None:
        return "silent"
    return "published" if stored.draft is None else "draft"


def coming_due(rows: Iterable[Row], today: date) -> list[Due]:
    """What citizens hear and runs out, or wants checking, within SOON or already; soonest first."""
    due: list[Due] = []
    for one in rows:
        if one.state == "silent":
            continue
        if one.item.valid_until and one.item.valid_until <= today + SOON:
            due.append(Due(one, one.item.valid_until, "失效"))
        elif one.item.review_by and one.item.review_by <= today + SOON:
            due.append(Due(one, one.item.review_by, "复核"))
    return sorted(due, key=lambda one: (one.day, one.row.id))


def heard_on(item: Editable, day: date) -> bool:
    """Whether citizens hear the item on `day`, once it is published."""
    return item.holds_on(day) and (isinstance(item, Entry) or item.status == "在用")
