"""One-time codes under hashes, how often they were sent, and which phones a visit has proven."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from booking.codes import DAY, CodeRules, Guess, Locked, NoCode, TooOften
from booking.store.tables import Moment, metadata

phone_codes = sa.Table(
    "phone_codes",
    metadata,
    sa.Column("phone", sa.String(64), primary_key=True),  # one code a phone: a new one voids it
    sa.Column("visit", sa.String(64), nullable=False, index=True),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("locked_until", Moment),
)

code_sends = sa.Table(
    "code_sends",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.String(64), nullable=False),  # a phone or a visit
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Index("code_sends_of", "subject", "at"),
)

phone_proofs = sa.Table(
    "phone_proofs",
    metadata,
    sa.Column("phone", sa.String(64), primary_key=True),
    sa.Column("visit", sa.String(64), primary_key=True),
    sa.Column("until", Moment, nullable=False),
)


class CodeStore:
    """Phones, visits and codes are hashes here; see booking.codes.Codes for what is called."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def issue(self, phone: str, visit: str, code: str, rules: CodeRules, now: datetime) -> None:
        """
        Put a new code in the place of the one before and count it; what is old is forgotten on
        the way.

        Raises TooOften or Locked, and then nothing has changed.
        """
        mine = phone_codes.c.phone == phone
        with self._engine.begin() as connection:
            self._alone(connection, phone, visit)
            # written first: a SQLite transaction that has read may find that it cannot write
            connection.execute(
                code_sends.insert(), [{"subject": one, "at": now} for one in (phone, visit)]
            )
            old = connection.execute(sa.select(phone_codes).where(mine)).one_or_none()
            if old and old.locked_until and old.locked_until > now:
                raise Locked(old.locked_until)
            again_at = max(
                rules.next_send(self._sends(connection, one, now), now) for one in (phone, visit)
            )
            if again_at > now:
                raise TooOften(again_at)
            connection.execute(phone_codes.delete().where(mine))
            connection.execute(
                phone_codes.insert().values(
                    phone=phone, visit=visit, code=code, tries=0, expires_at=now + rules.lives
                )
            )
        self._forget_old(now)

    def withdraw(self, phone: str, visit: str) -> None:
        """The code never left: it must not be guessed."""
        with self._engine.begin() as connection:
            connection.execute(
                phone_codes.delete().where(
                    phone_codes.c.phone == phone, phone_codes.c.visit == visit
                )
            )

    def guess(self, phone: str, visit: str, code: str, rules: CodeRules, now: datetime) -> Guess:
        """
        Count a try, then look whether it is right: guesses sent at once count as well.

        Raises Locked when no try was left before this one, NoCode when there is nothing to guess.
        """
        mine = phone_codes.c.phone == phone
        with self._engine.begin() as connection:
            counted = connection.execute(
                phone_codes.update()
                .where(
                    mine,
                    phone_codes.c.visit == visit,
                    phone_codes.c.expires_at > now,
                    phone_codes.c.tries < rules.tries,
                )
                .values(tries=phone_codes.c.tries + 1)
            )
            row = connection.execute(sa.select(phone_codes).where(mine)).one_or_none()
            if not counted.rowcount:
                if row and row.locked_until and row.locked_until > now:
                    raise Locked(row.locked_until)
                raise NoCode
            left, until = rules.tries - row.tries, now + rules.verified
            right = hmac.compare_digest(row.code, code)
            if right:
                connection.execute(phone_codes.delete().where(mine))
                proof = {"phone": phone, "visit": visit}
                connection.execute(phone_proofs.delete().filter_by(**proof))
                connection.execute(phone_proofs.insert().values(until=until, **proof))
            elif not left:
                until = now + rules.locked
                connection.execute(phone_codes.update().where(mine).values(locked_until=until))
        return Guess(right, left, until)

    def verified(self, phone: str, visit: str, now: datetime) -> bool:
        with self._engine.connect() as connection:
            found = connection.execute(
                sa.select(phone_proofs.c.until).where(
                    phone_proofs.c.phone == phone,
                    phone_proofs.c.visit == visit,
                    phone_proofs.c.until > now,
                )
            ).first()
        return found is not None

    def awaited(self, phone: str, visit: str, rules: CodeRules, now: datetime) -> bool:
        alive = (
            phone_codes.c.phone == phone,
            phone_codes.c.visit == visit,
            phone_codes.c.expires_at > now,
            phone_codes.c.tries < rules.tries,
        )
        return self._any(*alive)

    def asked(self, visit: str) -> bool:
        return self._any(phone_codes.c.visit == visit)

    def _any(self, *conditions: Any) -> bool:
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(phone_codes.c.phone).where(*conditions)).first()
        return found is not None

    def forget(self, visit: str) -> None:
        """What the visit proved and asked for goes; that it locked a phone, or how often, stays."""
        with self._engine.begin() as connection:
            connection.execute(phone_proofs.delete().where(phone_proofs.c.visit == visit))
            connection.execute(
                phone_codes.delete().where(
                    phone_codes.c.visit == visit, phone_codes.c.locked_until.is_(None)
                )
            )

    def _alone(self, connection: Connection, *subjects: str) -> None:
        """Of two that send for one phone or visit, the second waits until the first is counted."""
        if self._engine.dialect.name == "postgresql":
            for subject in sorted(subjects):
                lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(subject, 0))
                connection.execute(sa.select(lock))

    def _sends(self, connection: Connection, subject: str, now: datetime) -> list[datetime]:
        """When codes were sent before the one just counted."""
        rows = connection.execute(
            sa.select(code_sends.c.at)
            .where(code_sends.c.subject == subject, code_sends.c.at > now - DAY)
            .order_by(code_sends.c.id.desc())
            .offset(1)
        ).all()
        return [row.at for row in rows]

    def _forget_old(self, now: datetime) -> None:
        with self._engine.begin() as connection:
            connection.execute(code_sends.delete().where(code_sends.c.at <= now - DAY))
            connection.execute(phone_proofs.delete().where(phone_proofs.c.until <= now))
            connection.execute(
                phone_codes.delete().where(
                    phone_codes.c.expires_at <= now - DAY,
                    sa.or_(phone_codes.c.locked_until.is_(None), phone_codes.c.locked_until <= now),
                )
            )
