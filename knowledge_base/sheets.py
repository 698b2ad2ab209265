"""Sheets: entries and matters as files that clerks edit and other systems hand over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from knowledge_base import columns, gdzwfw, matter_audit, tables
from knowledge_base.cells import cell, read_cell
from knowledge_base.columns import RECORDS, SHELF, Columns, Item, Kind
from knowledge_base.files import in_chinese
from knowledge_base.headings import HEADINGS
from knowledge_base.ids import new_id
from knowledge_base.matters import Matter
from knowledge_base.tables import Row, Table, Unreadable

TITLES: Mapping[Kind, str] = {"entry": "问答", "matter": "事项"}
_LISTS: Mapping[Kind, frozenset[str]] = {
    "entry": frozenset(),
    "matter": frozenset({"audience", "conditions", "materials", "channels", "basis"}),
}
"""Fields that must be given, though there may be nothing in them: an empty cell says so."""

_LINES = (".jsonl", ".ndjson", ".json")


@dataclass(frozen=True)
class Defaults:
    """
    What a sheet may leave out, above all one of plain questions and answers.

    today: when the rows were checked. shelf: the topic or theme of rows that name none. owner:
    the office that stands behind answers without one.
    """

    today: date
    shelf: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Given:
    """
    An item of a sheet.

    shelf: None when neither sheet nor defaults name one. place: the row, as people find it.
    warnings: what was odd about it, in Chinese.
    """

    kind: Kind
    shelf: str | None
    item: Item
    place: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """What makes no item: the row, the column (empty for all of it), and how to mend it."""

    place: str
    column: str
    message: str

    def __str__(self) -> str:
        at = f"{self.place}「{self.column}」" if self.column else self.place
        return f"{at}：{self.message}"


@dataclass(frozen=True)
class Sheet:
    given: tuple[Given, ...]
    rejected: tuple[Rejected, ...]


def read(path: Path, defaults: Defaults, known: Mapping[str, str] | None = None) -> Sheet:
    """
    The items of an .xlsx, .csv or .jsonl file; bad rows are told beside the good ones.

    known: the id of every question in the base, for rows without an id.
    Raises Unreadable when the file is none of these.
    """
    if path.suffix.lower() in _LINES:
        return _sheet(_lines(path, defaults))
    reader = _Reader(defaults, known or {})
    return _sheet([one for table in tables.read(path) for one in reader.items(table)])


def write(path: Path, items: Iterable[tuple[Kind, str, Item]]) -> None:
    """
    Write (kind, shelf, item) as .xlsx, a sheet a kind, as .jsonl, or, of one kind, as .csv.

    What is read from it is what was written. Raises Unreadable when a .csv would have to hold
    two kinds, or a cell of Excel more than it can.
    """
    listed = list(items)
    if path.suffix.lower() in _LINES:
        lines = (
            json.dumps({"kind": kind, "shelf": shelf, "item": json.loads(item.json())}) + "\n"
            for kind, shelf, item in listed
        )
        path.write_text("".join(lines), encoding="utf-8", newline="\n")
        return
    made = [_table(kind, [one for one in listed if one[0] == kind]) for kind in RECORDS]
    filled = [table for table in made if table.rows] or made[:1]
    if path.suffix.lower() == ".csv" and len(filled) > 1:
        raise Unreadable("一个 .csv 只放得下一种，请选问答或者事项，或者导出成 .xlsx")
    tables.write(path, filled)


def _table(kind: Kind, items: Iterable[tuple[Kind, str, Item]]) -> Table:
    headings = HEADINGS[RECORDS[kind]]
    rows = (
        {SHELF: shelf} | {heading: cell(item, name) for name, heading in headings.items()}
        for _, shelf, item in items
    )
    return tables.of(TITLES[kind], (SHELF, *headings.values()), rows)


class _Reader:
    """Reads tables row by row; ids it gives to new rows are never given twice."""

    def __init__(self, defaults: Defaults, known: Mapping[str, str]) -> None:
        self._defaults = defaults
        self._known = known
        self._taken = set(known.values())

    def items(self, table: Table) -> Iterator[Given | Rejected]:
        found = columns.read(table.headings)
        first = f"「{table.name}」第 1 行"
        if found.kind is None:
            if table.rows:
                wanted = "认不出这张表：表头要有「问题」和「答案」，或者「事项名称」"
                yield Rejected(first, "", wanted)
            return
        for heading in found.unknown:
            yield Rejected(first, heading, "没有这一项，名称是否写错？这一列没有读")
        for row in table.rows:
            place = f"「{table.name}」第 {row.number} 行"
            yield from self._item(row, found, found.kind, place)

    def _item(self, row: Row, found: Columns, kind: Kind, place: str) -> Iterator[Given | Rejected]:
        if "" in row.cells:
            yield Rejected(place, "", "这一行比表头多出几格，是不是有格子错位了？")
            return
        data: dict[str, Any] = dict.fromkeys(_LISTS[kind] & set(found.fields.values()), ())
        unread = []
        for heading, text in row.cells.items():
            name = found.fields.get(heading)
            try:
                if name and text.strip():
                    data[name] = read_cell(RECORDS[kind], name, text)
            except ValueError as error:
                unread.append(Rejected(place, heading, str(error)))
        shelf = row.cells.get(SHELF, "").strip() or self._defaults.shelf
        if unread:
            yield from unread
        else:
            yield _made(kind, shelf, self._completed(kind, shelf, data), place)

    def _completed(self, kind: Kind, shelf: str | None, data: dict[str, Any]) -> dict[str, Any]:
        """What the row says, and the defaults for what it leaves out."""
        data.setdefault("checked_on", self._defaults.today)
        if kind == "entry":
            _lift_question(data)
            if owner := data.setdefault("owner", self._defaults.owner):
                unsourced = {"sources": [{"office": owner}], "sample": True}
                data = data if "sources" in data else data | unsourced
        title = data.get("question" if kind == "entry" else "name")
        if "id" not in data and title:
            data["id"] = self._known.get(title) or new_id(shelf or kind, title, self._taken)
            self._taken.add(data["id"])
        return {name: value for name, value in data.items() if value is not None}


def _lift_question(data: dict[str, Any]) -> None:
    """The first of several ways of asking is the question where no other is."""
    ways = dict.fromkeys(data.get("aliases", ()))
    if "question" not in data and ways:
        data["question"] = next(iter(ways))
    if ways:
        data["aliases"] = [way for way in ways if way != data["question"]]


def _made(kind: Kind, shelf: str | None, data: Mapping[str, Any], place: str) -> Given | Rejected:
    try:
        item = RECORDS[kind].parse_obj(data)
    except ValidationError as error:
        first, *more = error.errors()
        name = str(first["loc"][0])
        column = HEADINGS[RECORDS[kind]].get(name, "")
        also = f"（这一行另有 {len(more)} 处要改）" if more else ""
        return Rejected(place, column, in_chinese(first) + also)
    return Given(kind, shelf, item, place, _warnings(item))


def _warnings(item: Item) -> tuple[str, ...]:
    """The rules that a matter breaks; it is taken all the same, for staff to mend."""
    broken = matter_audit.check(item) if isinstance(item, Matter) else ()
    return tuple(dict.fromkeys(f"没做到：{matter_audit.RULES[one.rule]}" for one in broken))


def _lines(path: Path, defaults: Defaults) -> Iterator[Given | Rejected]:
    """Our own lines {"kind", "shelf", "item"}, or those of the provincial portal's matters."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f"{path.name} 不是 UTF-8 编码，请另存为 UTF-8") from None
    for number, line in enumerate(text.split("\n"), start=1):
        place = f"第 {number} 行"
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            yield Rejected(place, "", f"不是完整的 JSON（{error.msg}）")
            continue
        if isinstance(row, dict) and "TASK_CODE" in row:
            data, warnings = gdzwfw.matter(row, defaults.today)
            made = _made("matter", defaults.shelf, data, place)
            if isinstance(made, Given):
                made = replace(made, warnings=(*warnings, *made.warnings))
            yield made
        elif isinstance(row, dict) and row.get("kind") in RECORDS and "item" in row:
            yield _made(row["kind"], row.get("shelf") or defaults.shelf, row["item"], place)
        else:
            yield Rejected(place, "", "认不出这一行：要有 kind 和 item，或者 TASK_CODE")


def _sheet(found: Iterable[Given | Rejected]) -> Sheet:
    """The items of a sheet; of two with one id the later is rejected."""
    given: dict[tuple[Kind, str], Given] = {}
    rejected = []
    for one in found:
        if isinstance(one, Rejected):
            rejected.append(one)
        elif before := given.get((one.kind, one.item.id)):
            taken = f"编号 {one.item.id} 在{before.place}已经用过，请换一个，或者合成一行"
            rejected.append(Rejected(one.place, "编号", taken))
        else:
            given[one.kind, one.item.id] = one
    return Sheet(tuple(given.values()), tuple(rejected))
