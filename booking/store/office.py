"""The office's rules as staff have set them; what has no row is as the settings say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection, Engine

from booking import office
from booking.office import NUMBERS, Edit, Office, OfficeRefused
from booking.store.tables import (
    booking_rules,
    desk_leaves,
    desks,
    half_days,
    office_changes,
)
from booking.timetable import Desk, Hours, Leave

Check = Callable[[Office], None]
"""Raises when the office may not become so."""


class OfficeStore:
    """
    The office's rules in a database.

    defaults: what holds where staff have set nothing. Every edit says by whom and is recorded in
    the transaction that makes it, so that each process sees it at its next look.
    """

    def __init__(self, engine: Engine, defaults: Office, check: Check | None = None) -> None:
        self._engine = engine
        self._defaults = defaults
        self._seen = defaults
        self._check = check

    def checking(self, check: Check) -> OfficeStore:
        """This store, where an edit is undone when `check` raises over the office it leads to."""
        return OfficeStore(self._engine, self._defaults, check)

    def current(self) -> Office:
        """The rules in force; read anew only when somebody has edited them."""
        with self._engine.connect() as connection:
            newest = select(func.coalesce(func.max(office_changes.c.id), 0))
            revision = connection.execute(newest).scalar_one()
            seen = self._seen
            if seen.revision != revision:
                seen = self._seen = replace(self._read(connection), revision=revision)
        return seen

    def edits(self, limit: int = 100) -> list[Edit]:
        """The latest edits, newest first."""
        columns = (office_changes.c.at, office_changes.c.by, office_changes.c.what)
        with self._engine.connect() as connection:
            found = connection.execute(
                select(*columns).order_by(office_changes.c.id.desc()).limit(limit)
            )
            return [Edit(*row) for row in found]

    def put_desk(self, desk: Desk, now: datetime, *, by: str) -> None:
        """Add a desk or change one; the first edit writes down those there are by default."""
        if not 1 <= desk.number <= 999:
            raise OfficeRefused("席位号要在 1 到 999 之间")
        with self._editing(now, by, f"席位 {desk.number}：{_desk_said(desk)}") as connection:
            self._write_desks(connection)
            _put(connection, desks, "number", vars(desk))

    def put_hours(self, hours: Sequence[Hours], now: datetime, *, by: str) -> None:
        """Set the half-days of a working day, all of them."""
        if not hours:
            raise OfficeRefused("至少要有一个办理时段")
        try:
            replace(self.current().timetable, hours=tuple(hours))
        except ValueError as error:
            raise OfficeRefused(str(error)) from None
        said = "、".join(f"{one.opens:%H:%M}–{one.closes:%H:%M} {one.desks} 席" for one in hours)
        with self._editing(now, by, f"办理时段：{said}") as connection:
            connection.execute(delete(half_days))
            connection.execute(insert(half_days), [vars(one) for one in hours])

    def add_leave(self, leave: Leave, now: datetime, *, by: str) -> int:
        """Close a desk for a while; returns the leave's id."""
        if leave.end <= leave.start:
            raise OfficeRefused("停用的结束时间要晚于开始时间")
        if leave.desk not in {desk.number for desk in self._desks_there()}:
            raise OfficeRefused(f"没有 {leave.desk} 号席位")
        said = f"席位 {leave.desk} 停用：{leave.start:%Y-%m-%d %H:%M} 至 {leave.end:%Y-%m-%d %H:%M}"
        row = {
            "desk": leave.desk,
            "starts_at": leave.start,
            "ends_at": leave.end,
            "why": leave.why,
        }
        with self._editing(now, by, f"{said}（{leave.why}）") as connection:
            self._write_desks(connection)
            made = connection.execute(insert(desk_leaves).values(row))
            return int(made.inserted_primary_key[0])

    def drop_leave(self, leave_id: int, now: datetime, *, by: str) -> None:
        with self._editing(now, by, f"席位停用 {leave_id} 撤销") as connection:
            connection.execute(delete(desk_leaves).where(desk_leaves.c.id == leave_id))

    def put_number(self, name: str, value: int, now: datetime, *, by: str) -> None:
        """Set one of `office.NUMBERS`. Raises OfficeRefused when it is out of bounds."""
        office.checked(name, value)
        number = NUMBERS[name]
        with self._editing(now, by, f"{number.title}：{value} {number.unit}") as connection:
            _put(connection, booking_rules, "name", {"name": name, "value": str(value)})

    @contextmanager
    def _editing(self, now: datetime, by: str, what: str) -> Iterator[Connection]:
        """A transaction that begins by recording the edit: a SQLite one must begin with a write."""
        with self._engine.begin() as connection:
            edit = {"at": now, "by": by, "what": what}
            connection.execute(insert(office_changes).values(edit))
            yield connection
            if self._check:
                self._check(self._read(connection))

    def _desks_there(self) -> tuple[Desk, ...]:
        timetable = self.current().timetable
        most = max(hours.desks for hours in timetable.hours)
        return timetable.desks or tuple(Desk(number) for number in range(1, most + 1))

    def _write_desks(self, connection: Connection) -> None:
        """Write down the desks there are by default, before one of them is changed."""
        if connection.execute(select(func.count()).select_from(desks)).scalar_one():
            return
        most = max(hours.desks for hours in self._defaults.timetable.hours)
        rows = [vars(Desk(number)) for number in range(1, most + 1)]
        connection.execute(insert(desks), rows)

    def _read(self, connection: Connection) -> Office:
        def rows(table: Table) -> list[Any]:
            found: list[Any] = connection.execute(select(table)).all()
            return found

        there = tuple(Desk(*row) for row in rows(desks))
        hours = tuple(sorted((Hours(*row) for row in rows(half_days)), key=lambda h: h.opens))
        if not hours:
            # who named the desks wants all of them used until the half-days say otherwise
            active = sum(desk.active for desk in there)
            default = self._defaults.timetable.hours
            hours = tuple(replace(one, desks=active) if there else one for one in default)
        leaves = tuple(
            Leave(row.desk, row.starts_at, row.ends_at, row.why, row.id)
            for row in rows(desk_leaves)
        )
        timetable = replace(self._defaults.timetable, hours=hours, desks=there, leaves=leaves)
        found = replace(self._defaults, timetable=timetable)
        for row in rows(booking_rules):
            if row.name in NUMBERS:
                found = NUMBERS[row.name].put(found, int(row.value))
        return found


def _put(connection: Connection, table: Table, key: str, row: dict[str, Any]) -> None:
    """Write a row, over the one with the same key."""
    done = connection.execute(update(table).where(table.c[key] == row[key]).values(row))
    if not done.rowcount:
        connection.execute(insert(table).values(row))


def _desk_said(desk: Desk) -> str:
    return f"{desk.name or '未命名'}，{'启用' if desk.active else '停用'}"
