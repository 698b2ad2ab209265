"""Database engines, set up alike everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url


def open_engine(url: str, *, durable: bool = True) -> Engine:
    """
    An engine for `url`; the folder of an SQLite file is made when missing.

    durable: SQLite waits for the disk at every commit. A conversation's tracker can do without:
    after a power cut it may lack its last turn, a booking never.
    """
    target = make_url(url)
    if target.get_backend_name() != "sqlite":
        return sa.create_engine(url, future=True, pool_pre_ping=True)
    if target.database:
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        future=True,
        connect_args={"check_same_thread": False},
        # SQLAlchemy 1.4 opens a file anew for every statement; version 2 pools it, like here
        poolclass=sa.pool.QueuePool if target.database not in (None, "", ":memory:") else None,
    )
    sa.event.listen(engine, "connect", _durable if durable else _quick)
    return engine


def _durable(connection: Any, _record: Any) -> None:
    _set_up(connection, synchronous="FULL")


def _quick(connection: Any, _record: Any) -> None:
    _set_up(connection, synchronous="NORMAL")


def _set_up(connection: Any, synchronous: str) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA synchronous={synchronous}")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
