"""Who may use the console, who is signed in, and which sign-ins failed."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

IDLE = timedelta(minutes=30)
"""A session ends this long after its last page."""
SESSION = timedelta(hours=10)
"""A session ends this long after the sign-in: a working day."""
TRIES = 5
LOCKED = timedelta(minutes=15)
"""After `TRIES` failures within this time, sign-in waits until the first of them is this old."""
_TOUCH = timedelta(minutes=1)

metadata = sa.MetaData()

staff = sa.Table(
    "console_staff",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("password", sa.String(255), nullable=False),  # argon2id, with its parameters
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False, default=False),
)

sessions = sa.Table(
    "console_sessions",
    metadata,
    sa.Column("token", sa.String(64), primary_key=True),  # SHA-256 of what the cookie holds
    sa.Column("staff", sa.ForeignKey("console_staff.id"), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
)

attempts = sa.Table(
    "console_attempts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
)


class NameTaken(Exception):
    """Somebody of that name is on the list already."""


class LockedOut(Exception):
    """Too many sign-ins failed, for the name or from the address, whoever it is."""


@dataclass(frozen=True)
class Member:
    """A member of staff; `password` is the argon2id hash."""

    id: int
    name: str
    password: str
    created_at: datetime
    disabled: bool


@dataclass(frozen=True)
class Session:
    """Somebody signed in; `csrf` stands in every form of theirs."""

    staff_id: int
    name: str
    csrf: str
    created_at: datetime


class StaffStore:
    """The staff in a database; moments are aware, and kept in UTC."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_tables(self) -> None:
        metadata.create_all(self._engine)

    def add(self, name: str, password: str, now: datetime) -> None:
        """`password` is the hash. The unique name decides between two who add the same person."""
        row = {"name": name, "password": password, "created_at": _utc(now), "disabled": False}
        try:
            with self._engine.begin() as connection:
                connection.execute(staff.insert().values(row))
        except sa.exc.IntegrityError:
            raise NameTaken(name) from None

    def named(self, name: str) -> Member | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(staff).where(staff.c.name == name)).one_or_none()
        return row and Member(row.id, row.name, row.password, _aware(row.created_at), row.disabled)

    def anyone(self) -> bool:
        """Whether there is anybody who could sign in."""
        able = sa.select(staff.c.id).where(staff.c.disabled.is_(False)).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(able).first() is not None

    def disable(self, name: str) -> None:
        """Keep the name, for the record of what they changed, but let them in no more."""
        with self._engine.begin() as connection:
            connection.execute(staff.update().where(staff.c.name == name).values(disabled=True))

    def begin_attempt(self, name: str, address: str, now: datetime) -> int:
        """
        Count a sign-in as failed until `end_attempt` says it was not; returns its number.

        Counting first, so that guesses sent at once count as well as one after another.
        Raises LockedOut, and counts nothing, after too many.
        """
        since = _utc(now - LOCKED)
        row = {"name": name[:64], "address": address[:64], "at": _utc(now)}
        with self._engine.begin() as connection:
            made = connection.execute(attempts.insert().values(row))
            for column in (attempts.c.name, attempts.c.address):
                failed = sa.select(sa.func.count()).where(
                    column == row[column.name], attempts.c.at > since
                )
                if (connection.execute(failed).scalar() or 0) > TRIES:
                    raise LockedOut  # undoes the insert
            connection.execute(attempts.delete().where(attempts.c.at <= since))
            return int(made.inserted_primary_key[0])

    def end_attempt(self, number: int, name: str) -> None:
        """
        It was the right person: forget it, and what they mistyped before.

        Others' failures from the same address stay, so that one good password does not
        buy more guesses at another's.
        """
        forgiven = sa.or_(attempts.c.id == number, attempts.c.name == name[:64])
        with self._engine.begin() as connection:
            connection.execute(attempts.delete().where(forgiven))

    def open_session(self, staff_id: int, now: datetime) -> str:
        """Returns the token for the cookie; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        row = {
            "token": _hashed(token),
            "staff": staff_id,
            "csrf": secrets.token_urlsafe(32),
            "created_at": _utc(now),
            "last_seen": _utc(now),
        }
        with self._engine.begin() as connection:
            connection.execute(sessions.delete().where(_over(now)))
            connection.execute(sessions.insert().values(row))
        return token

    def session(self, token: str, now: datetime) -> Session | None:
        """The session the token opens at `now`, and note that it is in use."""
        key = sessions.c.token == _hashed(token)
        with self._engine.connect() as connection:
            row = connection.execute(
                sa.select(sessions, staff.c.name)
                .join(staff, staff.c.id == sessions.c.staff)
                .where(key, sa.not_(_over(now)), staff.c.disabled.is_(False))
            ).one_or_none()
        if row is None:
            return None
        if _utc(now) - _aware(row.last_seen) > _TOUCH:  # not a write for every page
            with self._engine.begin() as connection:
                connection.execute(sessions.update().where(key).values(last_seen=_utc(now)))
        return Session(row.staff, row.name, row.csrf, _aware(row.created_at))

    def close_session(self, token: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(sessions.delete().where(sessions.c.token == _hashed(token)))


def _over(now: datetime) -> Any:
    idle, old = _utc(now - IDLE), _utc(now - SESSION)
    return sa.or_(sessions.c.last_seen <= idle, sessions.c.created_at <= old)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _aware(moment: datetime) -> datetime:
    """SQLite gives moments back without their zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
