"""Previews: what the items of a sheet would change in the knowledge base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge_base.columns import RECORDS, SHELF, Item, Kind
from knowledge_base.headings import HEADINGS
from knowledge_base.sheets import Given, Rejected, Sheet

Stock = Mapping[tuple[Kind, str], tuple[str, Item]]
"""What the base has: shelf and item, by kind and id."""


@dataclass(frozen=True)
class Change:
    """An item the base has otherwise; headings: of what differs."""

    given: Given
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """
    same: how many items are already as the sheet has them. absent: (kind, id) of what the base
    has and the sheet has not, of the kinds the sheet has; a sheet never takes them away unasked.
    """

    new: tuple[Given, ...]
    changed: tuple[Change, ...]
    same: int
    absent: tuple[tuple[Kind, str], ...]
    rejected: tuple[Rejected, ...]

    @property
    def waiting(self) -> tuple[Given, ...]:
        """What there is to bring in."""
        return (*self.new, *(change.given for change in self.changed))


def compare(sheet: Sheet, stock: Stock) -> Preview:
    new: list[Given] = []
    changed: list[Change] = []
    keys = {(given.kind, given.item.id) for given in sheet.given}
    for given in sheet.given:
        if (given.kind, given.item.id) not in stock:
            new.append(given)
        elif headings := _differing(given, *stock[given.kind, given.item.id]):
            changed.append(Change(given, headings))
    kinds = {given.kind for given in sheet.given}
    return Preview(
        tuple(new),
        tuple(changed),
        len(sheet.given) - len(new) - len(changed),
        tuple(key for key in stock if key[0] in kinds and key not in keys),
        sheet.rejected,
    )


def _differing(given: Given, shelf: str, item: Item) -> tuple[str, ...]:
    moved = (SHELF,) if given.shelf not in (None, shelf) else ()
    headings = HEADINGS[RECORDS[given.kind]].items()
    return moved + tuple(
        heading for name, heading in headings if getattr(given.item, name) != getattr(item, name)
    )
