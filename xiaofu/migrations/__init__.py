"""
Brings a database to the tables of today, step by step; Alembic keeps count.

A step is a module in versions/, which says the step it stands on. A database that was made before
there were steps is one that has the tables of the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

FOLDER = Path(__file__).parent

_ONE_AT_A_TIME = 2_026_112_300
"""PostgreSQL's advisory lock, so that of two processes that start one finds all done."""


def upgrade(engine: Engine, to: str = "head") -> None:
    """All steps up to `to`, in one transaction: a failing step leaves the database as it was."""
    script = ScriptDirectory(str(FOLDER))
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_heads() == tuple(script.get_heads()):
            return

    def steps(revision: Any, context: Any) -> Any:
        return script._upgrade_revs(to, revision)  # what alembic's own command calls

    with _alone(engine) as connection, EnvironmentContext(Config(), script, fn=steps) as context:
        context.configure(connection=connection)
        context.run_migrations()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else changes the tables."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            yield connection
        return
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        level, raw.isolation_level = raw.isolation_level, None  # else it begins at the first write
        try:
            # a table that is made anew is dropped first, with rows of others pointing at it
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute("BEGIN IMMEDIATE")
            with connection.begin():
                yield connection
                if raw.execute("PRAGMA foreign_key_check").fetchall():
                    raise RuntimeError("a step left rows that point at nothing")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")
            raw.isolation_level = level
