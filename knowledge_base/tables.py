"""Tables: rows of text under headings, in Excel and CSV files, as clerks have them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

_FULL = 32_767
"""Characters that Excel takes in a cell."""

_UNPACKED = 300 * 2**20
"""Bytes an Excel file may unpack to; one of 2,262 matters has 15 MB."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that a spreadsheet would run, or that was guarded against it."""

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML has no letter for; Excel writes it _x000D_, and so must be kept what looks like it."""

_WRITTEN = re.compile("_x([0-9A-Fa-f]{4})_")


class Unreadable(ValueError):
    """The file cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """number: as the sheet counts, the headings being row 1. cells: heading to text, none empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    name: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read(path: Path) -> tuple[Table, ...]:
    """Every sheet of an .xlsx file, or the one table of a .csv file; raises Unreadable."""
    if zipfile.is_zipfile(path):
        return tuple(_excel(path))
    if path.suffix.lower() in (".xls", ".xlsx", ".xlsm") or b"\0" in path.read_bytes()[:4096]:
        raise Unreadable(f"{path.name} 不是 .xlsx 或 .csv 表格，请另存为「Excel 工作簿 (.xlsx)」")
    return (_csv(path),)


def write(path: Path, tables: Sequence[Table]) -> None:
    """
    Write .xlsx with a sheet for every table, or .csv when there is one; text stays text.

    Raises Unreadable when a cell holds more than Excel can.
    """
    if path.suffix.lower() == ".csv":
        (table,) = tables
        path.write_text(_as_csv(table), encoding="utf-8-sig", newline="")
        return
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "A2"
        sheet.append([_text_cell(sheet, heading) for heading in table.headings])
        for row in table.rows:
            for heading, text in row.cells.items():
                if len(text) > _FULL:
                    raise Unreadable(
                        f"「{table.name}」第 {row.number} 行「{heading}」有 {len(text)} 字，"
                        f"Excel 一格只放得下 {_FULL} 字，请导出成 .jsonl"
                    )
            texts = (row.cells.get(heading, "") for heading in table.headings)
            sheet.append([_text_cell(sheet, text) if text else None for text in texts])
    book.save(path)


def of(name: str, headings: Iterable[str], rows: Iterable[Mapping[str, str]]) -> Table:
    """A table of rows in their order; empty cells are left out."""
    numbered = (
        Row(number, {heading: text for heading, text in cells.items() if text})
        for number, cells in enumerate(rows, start=2)
    )
    return Table(name, tuple(headings), tuple(numbered))


def _text_cell(sheet: Any, text: str) -> Any:
    written = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    made = WriteOnlyCell(sheet, written)
    made.data_type = "s"  # else what begins with = would be a formula
    return made


def _excel(path: Path) -> Iterator[Table]:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
        if sum(part.file_size for part in parts) > _UNPACKED:
            raise Unreadable(f"{path.name} 解开后太大，不像是一张表，没有打开")
        if any("vbaproject" in part.filename.lower() for part in parts):
            raise Unreadable(f"{path.name} 带有宏，没有打开。请另存为不带宏的 .xlsx")
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise Unreadable(f"{path.name} 打不开，请用 Excel 或 WPS 重新另存为 .xlsx") from error
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            yield _table(sheet.title, enumerate((tuple(map(_as_text, row)) for row in rows), 1))
    finally:
        book.close()


def _as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time().isoformat() == "00:00:00":
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat()
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), str(value))


def _csv(path: Path) -> Table:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):  # WPS and older Excel save GBK
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable(f"{path.name} 读不出文字，请另存为 UTF-8 的 .csv")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [tuple(map(_unguarded, row)) for row in lines]
    except csv.Error as error:
        raise Unreadable(f"{path.name} 第 {lines.line_num} 行的引号不成对（{error}）") from None
    return _table(path.stem, enumerate(rows, 1))


def _as_csv(table: Table) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(_guarded, table.headings))
    for row in table.rows:
        writer.writerow(_guarded(row.cells.get(heading, "")) for heading in table.headings)
    return text.getvalue()


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _table(name: str, lines: Iterable[tuple[int, Sequence[str]]]) -> Table:
    """The first row that is not blank are the headings; blank rows are no rows."""
    headings: tuple[str, ...] = ()
    rows = []
    for number, texts in lines:
        if not any(text.strip() for text in texts):
            continue
        if not headings:
            headings = tuple(text.strip() for text in texts)
            continue
        beyond = [text for text in texts[len(headings) :] if text.strip()]
        cells = {heading: text for heading, text in zip(headings, texts, strict=False) if text}
        if beyond:
            cells[""] = beyond[0]
        rows.append(Row(number, cells))
    return Table(name, headings, tuple(rows))
