"""
Where the knowledge base is kept: every item with its published text and its draft.

A publish and the revision it makes share one transaction, so that a reader who sees the
revision sees the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from knowledge_base.entries import Entry
from knowledge_base.files import Content, Topic
from knowledge_base.matters import Matter
from knowledge_base.places import Place

ItemKind = Literal["topic", "place", "entry", "matter"]
Item = Topic | Place | Entry | Matter
KINDS: dict[ItemKind, type[Item]] = {
    "topic": Topic,
    "place": Place,
    "entry": Entry,
    "matter": Matter,
}

Unreachable = SQLAlchemyError
"""What a store raises when its database cannot be reached or read."""

metadata = sa.MetaData()

items = sa.Table(
    "kb_items",
    metadata,
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("shelf", sa.String(64), nullable=False),  # the topic or theme it stands under
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("published", sa.Text),  # JSON; null while never published, or retired
    sa.Column("draft", sa.Text),  # JSON; null when there is nothing to publish
    sa.Column("seed", sa.String(64)),  # digest of the text that content/ last brought
    sa.Column("version", sa.Integer, nullable=False),  # counts every change, for editors
    sa.Column("changed_at", sa.String(32), nullable=False),  # UTC, ISO 8601
    sa.Column("changed_by", sa.String(64), nullable=False),
)

revisions = sa.Table(
    "kb_revisions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

changes = sa.Table(
    "kb_changes",
    metadata,
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
)
"""What each revision changed, so that a running process need not read everything again."""

vectors = sa.Table(
    "kb_vectors",
    metadata,
    sa.Column("encoder", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(32), primary_key=True),  # of the text
    sa.Column("vector", sa.LargeBinary, nullable=False),  # 16-bit floats
)

unanswered = sa.Table(
    "kb_unanswered",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("question", sa.Text, nullable=False),  # personal numbers already masked
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("asked_at", sa.String(32), nullable=False),
    sqlite_autoincrement=True,
)

quiz_counts = sa.Table(
    "kb_quiz_counts",
    metadata,
    sa.Column("quiz", sa.String(64), primary_key=True),
    sa.Column("answered", sa.Integer, nullable=False),
    sa.Column("right", sa.Integer, nullable=False),
)


_AT_ONCE = 500
"""Values in one statement; SQLite takes no more than some thousands."""

_REVISION = sa.select(sa.func.coalesce(sa.func.max(revisions.c.number), 0))


class EditConflict(Exception):
    """Somebody else changed the item since the editor opened it; `current` is what stands now."""

    def __init__(self, current: Stored) -> None:
        super().__init__(f"{current.kind} {current.id} is at version {current.version}")
        self.current = current


@dataclass(frozen=True)
class Stored:
    """
    An item as the store keeps it.

    published: what citizens hear; None when they hear nothing. draft: what waits to be
    published; None when nothing does.
    """

    kind: ItemKind
    id: str
    shelf: str
    published: Item | None
    draft: Item | None
    version: int
    changed_at: datetime
    changed_by: str

    @property
    def latest(self) -> Item:
        """What an editor goes on from: the draft, or else the published text."""
        item = self.draft or self.published
        assert item is not None, "a row always holds one of the two"
        return item


class Spoken(NamedTuple):
    """What citizens may hear of an item, as it is kept: JSON; None when nothing any more."""

    kind: ItemKind
    id: str
    body: str | None


@dataclass(frozen=True)
class Loaded:
    """What a load did, in items; `kept` were changed by staff and left alone."""

    added: int = 0
    updated: int = 0
    retired: int = 0
    kept: int = 0


class KnowledgeStore:
    """The knowledge base in a database; one instance serves a process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_tables(self) -> None:
        metadata.create_all(self._engine)

    def revision(self) -> int:
        """The newest revision, 0 before the first; grows with everything citizens can notice."""
        with self._engine.connect() as connection:
            return int(connection.execute(_REVISION).scalar_one())

    def spoken(self) -> Iterator[Spoken]:
        """All that citizens may hear, in list order, as it is kept; read bit by bit."""
        chosen = (
            sa.select(items.c.kind, items.c.id, items.c.published)
            .where(items.c.published.is_not(None))
            .order_by(items.c.kind, items.c.shelf, items.c.position, items.c.id)
        )
        with self._engine.connect() as connection:
            for row in connection.execution_options(stream_results=True).execute(chosen):
                yield Spoken(*row)

    def spoken_of(self, kind: ItemKind, id: str) -> Item | None:
        """What citizens may hear of one item."""
        chosen = sa.select(items.c.published).where(_is(kind, id))
        with self._engine.connect() as connection:
            body = connection.execute(chosen).scalar_one_or_none()
        return KINDS[kind].parse_raw(body) if body else None

    def spoken_count(self) -> tuple[int, Mapping[str, int]]:
        """The revision, and how many items citizens may hear, by kind."""
        with self._engine.connect() as connection, connection.begin():
            number = int(connection.execute(_REVISION).scalar_one())
            counted = connection.execute(
                sa.select(items.c.kind, sa.func.count())
                .where(items.c.published.is_not(None))
                .group_by(items.c.kind)
            ).all()
        return number, {kind: int(n) for kind, n in counted}

    def changed_since(self, revision: int, limit: int) -> tuple[int, Sequence[Spoken] | None]:
        """
        The newest revision, and what is heard now of everything changed after `revision`.

        None when that is more than `limit` items, or when it is not known what a revision changed.
        """
        after = changes.c.revision > revision
        same = sa.and_(items.c.kind == changes.c.kind, items.c.id == changes.c.id)
        with self._engine.connect() as connection, connection.begin():
            newest = int(connection.execute(_REVISION).scalar_one())
            told = sa.select(sa.func.count(changes.c.revision.distinct())).where(after)
            made = sa.select(sa.func.count()).where(revisions.c.number > revision)
            if connection.execute(told).scalar_one() < connection.execute(made).scalar_one():
                return newest, None
            rows = connection.execute(
                sa.select(changes.c.kind, changes.c.id, items.c.published)
                .select_from(changes.outerjoin(items, same))
                .where(after)
                .order_by(changes.c.revision)
                .limit(limit + 1)
            ).all()
        latest = {(row.kind, row.id): Spoken(*row) for row in rows}
        return newest, [*latest.values()] if len(rows) <= limit else None

    def vectors(self, encoder: str, digests: Sequence[str]) -> Mapping[str, bytes]:
        """The vectors that this encoder made of texts, as far as they are kept."""
        found: dict[str, bytes] = {}
        with self._engine.connect() as connection:
            for begin in range(0, len(digests), _AT_ONCE):
                chosen = sa.select(vectors.c.digest, vectors.c.vector).where(
                    vectors.c.encoder == encoder,
                    vectors.c.digest.in_(digests[begin : begin + _AT_ONCE]),
                )
                found.update(connection.execute(chosen).all())
        return found

    def keep_vectors(self, encoder: str, made: Mapping[str, bytes]) -> None:
        """Keep vectors by the digests of their texts; another process may have done so already."""
        insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
        rows = [{"encoder": encoder, "digest": d, "vector": v} for d, v in made.items()]
        with self._engine.begin() as connection:
            connection.execute(
                insert[connection.dialect.name](vectors).on_conflict_do_nothing(), rows
            )

    def published(self) -> tuple[int, Content]:
        """The revision, and all that citizens may hear; never a text older than the revision."""
        with self._engine.connect() as connection, connection.begin():
            number = int(connection.execute(_REVISION).scalar_one())
            rows = connection.execute(
                sa.select(items.c.kind, items.c.shelf, items.c.published)
                .where(items.c.published.is_not(None))
                .order_by(items.c.kind, items.c.shelf, items.c.position, items.c.id)
            ).all()
        topics: list[Topic] = []
        places: list[Place] = []
        entries: dict[str, list[Entry]] = {}
        matters: dict[str, list[Matter]] = {}
        for kind, shelf, body in rows:
            item = KINDS[kind].parse_raw(body)
            if isinstance(item, Topic):
                topics.append(item)
            elif isinstance(item, Place):
                places.append(item)
            elif isinstance(item, Entry):
                entries.setdefault(shelf, []).append(item)
            else:
                matters.setdefault(shelf, []).append(item)
        return number, Content(
            tuple(topics),
            tuple(places),
            {shelf: tuple(some) for shelf, some in entries.items()},
            {shelf: tuple(some) for shelf, some in matters.items()},
        )

    def get(self, kind: ItemKind, id: str) -> Stored | None:
        with self._engine.connect() as connection:
            row = connection.execute(
                sa.select(items).where(items.c.kind == kind, items.c.id == id)
            ).one_or_none()
        return row and _stored(row)

    def all(self, kind: ItemKind) -> list[Stored]:
        """Every item of a kind, drafts included, in the order people list them."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(items)
                .where(items.c.kind == kind)
                .order_by(items.c.shelf, items.c.position, items.c.id)
            ).all()
        return [_stored(row) for row in rows]

    def save_draft(
        self, kind: ItemKind, shelf: str, item: Item, *, version: int, by: str, now: datetime
    ) -> Stored:
        """
        Keep `item` as the draft of its id; citizens hear nothing of it yet.

        version: the one the editor opened, 0 for a new item. Raises EditConflict when another
        one stands now.
        """
        change = {
            "draft": item.json(),
            "version": version + 1,
            "changed_at": _utc(now),
            "changed_by": by,
        }
        where = _is(kind, item.id)
        with self._engine.begin() as connection:
            known = connection.execute(sa.select(items.c.id).where(where)).first()
            if version or known:
                self._change(connection, kind, item.id, version, change)
                return _stored(connection.execute(sa.select(items).where(where)).one())
        new = {"kind": kind, "id": item.id, "shelf": shelf, "position": _position(item), **change}
        try:
            with self._engine.begin() as connection:
                connection.execute(items.insert().values(new))
                return _stored(connection.execute(sa.select(items).where(where)).one())
        except sa.exc.IntegrityError:  # somebody else made it in between
            current = self.get(kind, item.id)
            assert current is not None, "the row that stood in the way"
            raise EditConflict(current) from None

    def publish(self, kind: ItemKind, id: str, *, version: int, by: str, now: datetime) -> int:
        """Let citizens hear the draft from their next question on; returns the new revision."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(items).where(_is(kind, id))).one()
            body = row.draft or row.published
            self._change(
                connection,
                kind,
                id,
                version,
                {
                    "published": body,
                    "draft": None,
                    "version": version + 1,
                    "changed_at": _utc(now),
                    "changed_by": by,
                },
            )
            return _next_revision(connection, by, now, "publish", [(kind, id)])

    def retire(self, kind: ItemKind, id: str, *, version: int, by: str, now: datetime) -> int:
        """Stop speaking an item; its text stays as a draft. Returns the new revision."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(items).where(_is(kind, id))).one()
            change = {
                "published": None,
                "draft": row.draft or row.published,
                "version": version + 1,
                "changed_at": _utc(now),
                "changed_by": by,
            }
            self._change(connection, kind, id, version, change)
            return _next_revision(connection, by, now, "retire", [(kind, id)])

    def load(self, content: Content, *, now: datetime, overwrite: bool = False) -> Loaded:
        """
        Bring in a content folder: new items, newer texts, and those taken out of it.

        What staff changed since the last load is left alone unless `overwrite`.
        """
        counts = {"added": 0, "updated": 0, "retired": 0, "kept": 0}
        changed: list[tuple[str, str]] = []
        with self._engine.begin() as connection:
            rows = {(row.kind, row.id): row for row in connection.execute(sa.select(items)).all()}
            for kind, shelf, position, item in _listed(content):
                row = rows.pop((kind, item.id), None)
                fate = self._bring(
                    connection, row, kind, shelf, position, item, now=now, overwrite=overwrite
                )
                if fate:
                    counts[fate] += 1
                if fate in ("added", "updated"):
                    changed.append((kind, item.id))
            for row in rows.values():
                if row.seed is None or row.published is None:
                    continue
                if _digest(row.published) == row.seed or overwrite:
                    connection.execute(
                        items.update()
                        .where(_is(row.kind, row.id))
                        .values(
                            published=None,
                            draft=row.draft or row.published,
                            version=row.version + 1,
                            changed_at=_utc(now),
                            changed_by=_CONTENT,
                        )
                    )
                    counts["retired"] += 1
                    changed.append((row.kind, row.id))
                else:
                    counts["kept"] += 1
            if changed:
                _next_revision(connection, _CONTENT, now, "load", changed)
        return Loaded(**counts)

    def bring(
        self,
        given: Iterable[tuple[ItemKind, str, Item]],
        *,
        publish: bool,
        by: str,
        now: datetime,
    ) -> Loaded:
        """
        Take in (kind, shelf, item) as drafts, or published, all of them at one revision.

        An item on which somebody else's draft waits is left alone and counted as kept.
        """
        counts = {"added": 0, "updated": 0, "kept": 0}
        changed: list[tuple[str, str]] = []
        text, other = ("published", "draft") if publish else ("draft", "published")
        with self._engine.begin() as connection:
            rows = {(row.kind, row.id): row for row in connection.execute(sa.select(items)).all()}
            new = []
            for kind, shelf, item in given:
                row, body = rows.get((kind, item.id)), item.json()
                own: dict[str, Any] = {"shelf": shelf, "changed_at": _utc(now), "changed_by": by}
                own |= {"draft": None, text: body} if publish else {text: body}
                if row is None:
                    place = {"kind": kind, "id": item.id, "position": _position(item)}
                    new.append({**place, other: None, **own, "seed": None, "version": 1})
                    changed.append((kind, item.id))
                    continue
                if body in (row.draft, row.published if row.draft is None else None):
                    if not publish or row.draft is None:
                        continue  # there already
                elif row.draft is not None:
                    counts["kept"] += 1
                    continue
                if publish:
                    own["draft"] = None
                self._change(
                    connection, kind, item.id, row.version, own | {"version": row.version + 1}
                )
                counts["updated"] += 1
                changed.append((kind, item.id))
            if new:
                connection.execute(items.insert(), new)
            counts["added"] = len(new)
            if publish and changed:
                _next_revision(connection, by, now, "bring", changed)
        return Loaded(**counts)

    def count_quiz(self, quiz: str, *, right: bool) -> None:
        """Count one more answer to a quiz; of whom is not known."""
        counts = quiz_counts.c
        more = {"answered": counts.answered + 1, "right": counts.right + int(right)}
        one_more = quiz_counts.update().where(counts.quiz == quiz).values(more)
        with self._engine.begin() as connection:
            if connection.execute(one_more).rowcount:
                return
        try:
            with self._engine.begin() as connection:
                first = {"quiz": quiz, "answered": 1, "right": int(right)}
                connection.execute(quiz_counts.insert().values(first))
        except sa.exc.IntegrityError:  # somebody else was first in between
            with self._engine.begin() as connection:
                connection.execute(one_more)

    def quiz_counts(self) -> dict[str, tuple[int, int]]:
        """How often every quiz was answered, and how often right."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(quiz_counts)).all()
        return {row.quiz: (row.answered, row.right) for row in rows}

    def note_unanswered(self, question: str, channel: str, now: datetime) -> None:
        """Keep a question nobody could answer, for staff. `question` is masked already."""
        with self._engine.begin() as connection:
            connection.execute(
                unanswered.insert().values(question=question, channel=channel, asked_at=_utc(now))
            )

    def unanswered(self, limit: int = 100) -> list[tuple[datetime, str]]:
        """The newest unanswered questions, newest first, with the moment they were asked."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(unanswered.c.asked_at, unanswered.c.question)
                .order_by(unanswered.c.id.desc())
                .limit(limit)
            ).all()
        return [(datetime.fromisoformat(row.asked_at), row.question) for row in rows]

    def _bring(
        self,
        connection: Connection,
        row: Any,
        kind: ItemKind,
        shelf: str,
        position: int,
        item: Item,
        *,
        now: datetime,
        overwrite: bool,
    ) -> Literal["added", "updated", "kept"] | None:
        body = item.json()
        values = {
            "shelf": shelf,
            "position": position,
            "published": body,
            "draft": None,
            "seed": _digest(body),
            "changed_at": _utc(now),
            "changed_by": _CONTENT,
        }
        if row is None:
            connection.execute(items.insert().values(kind=kind, id=item.id, version=1, **values))
            return "added"
        if row.published == body and row.draft is None and row.shelf == shelf:
            # perhaps staff wrote it and a dump brought it to git, whose text it is from now on
            own = {"seed": values["seed"], "position": position}
            if (row.seed, row.position) != (own["seed"], position):
                connection.execute(items.update().where(_is(kind, item.id)).values(**own))
            return None
        if not _untouched(row) and not overwrite:
            return "kept"
        done = connection.execute(
            items.update()
            .where(_is(kind, item.id), items.c.version == row.version)
            .values(version=row.version + 1, **values)
        )
        return "updated" if done.rowcount else "kept"

    def _change(
        self,
        connection: Connection,
        kind: ItemKind,
        id: str,
        version: int,
        values: dict[str, Any],
    ) -> None:
        """Change a row only if it still is at `version`, so that no edit is lost unseen."""
        done = connection.execute(
            items.update().where(_is(kind, id), items.c.version == version).values(**values)
        )
        if done.rowcount == 0:
            row = connection.execute(sa.select(items).where(_is(kind, id))).one()
            raise EditConflict(_stored(row))


def _listed(content: Content) -> Iterator[tuple[ItemKind, str, int, Item]]:
    for position, topic in enumerate(content.topics):
        yield "topic", topic.kind, position, topic
    for position, place in enumerate(content.places):
        yield "place", "", position, place
    shelves: Iterable[tuple[ItemKind, dict[str, Any]]]
    shelves = (("entry", content.entries), ("matter", content.matters))
    for kind, shelved in shelves:
        for shelf, some in shelved.items():
            for item in some:
                yield kind, shelf, 0, item


def _position(item: Item) -> int:
    """Entries and matters stand in the order of their ids; new topics and places come last."""
    return 0 if isinstance(item, Entry | Matter) else 10_000


def _next_revision(
    connection: Connection, by: str, now: datetime, what: str, changed: Sequence[tuple[str, str]]
) -> int:
    """A new revision that changed these items, by kind and id."""
    if len(changed) == 1:
        what = " ".join((what, *changed[0]))
    if connection.dialect.name == "postgresql":
        # one after another: who has seen a revision has seen all before it
        connection.execute(sa.text("LOCK TABLE kb_revisions IN EXCLUSIVE MODE"))
    made = connection.execute(revisions.insert().values(at=_utc(now), by=by, what=what))
    number = int(made.inserted_primary_key[0])
    connection.execute(
        changes.insert(), [{"revision": number, "kind": kind, "id": id} for kind, id in changed]
    )
    return number


def _is(kind: str, id: str) -> Any:
    return sa.and_(items.c.kind == kind, items.c.id == id)


_CONTENT = "content"
"""Who changed an item when it was no person but the folder that git carries."""


def _untouched(row: Any) -> bool:
    """Whether it is as content/ left it: spoken, or retired because git had dropped it."""
    if row.published:
        return bool(row.draft is None and _digest(row.published) == row.seed)
    return bool(row.changed_by == _CONTENT and _digest(row.draft) == row.seed)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _stored(row: Any) -> Stored:
    record = KINDS[row.kind]
    return Stored(
        row.kind,
        row.id,
        row.shelf,
        record.parse_raw(row.published) if row.published else None,
        record.parse_raw(row.draft) if row.draft else None,
        row.version,
        datetime.fromisoformat(row.changed_at),
        row.changed_by,
    )
