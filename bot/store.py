"""
Conversations, kept so that a turn costs the same however long the conversation is.

Rasa's own SQL store rebuilds the tracker from all its events at every turn and saves by counting
rows. Here the trackers of live visits stay in memory under the conversation's lock, only new
events are written, and after TURNS turns outside a form a new Rasa session begins.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection

from xiaofu.database import open_engine
from xiaofu.settings import read

TURNS = 8
"""Turns a Rasa session lasts at most; slots are carried over, so nothing said is forgotten."""

LIVE = 2_000
"""Trackers kept in memory, about 60 kB each; an older one is read from the database again."""

metadata = sa.MetaData()

events = sa.Table(
    "bot_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("sender_id", sa.String(128), nullable=False),
    sa.Column("type_name", sa.String(64), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("bot_events_by_sender", "sender_id", "id"),
    sqlite_autoincrement=True,
)

_NEWEST = sa.select(sa.func.max(events.c.id)).where(events.c.sender_id == sa.bindparam("sender"))
"""Asked twice a turn, so made once: building it costs as much as running it."""


@dataclass
class _Visit:
    """A tracker in memory. saved: its events already in the database; newest: the last one's id."""

    tracker: DialogueStateTracker
    saved: int
    newest: int


class LiveTrackerStore(TrackerStore):
    """
    A tracker store over SQL, on the terms of Rasa's.

    Several processes may share the database: a tracker in memory is used only while its newest
    event is the newest in the database.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        url: str | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,  # endpoints.yml's name for the address
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._engine = open_engine(url or host or read().database, durable=False)
        metadata.create_all(self._engine)
        self._visits: OrderedDict[str, _Visit] = OrderedDict()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        newest = self._newest(sender_id)
        if newest == 0:
            return None
        visit = self._visits.get(sender_id)
        if visit is None or visit.newest != newest or len(visit.tracker.events) != visit.saved:
            visit = self._read(sender_id, newest)
        if _turns(visit.tracker) >= TURNS and not visit.tracker.active_loop:
            visit = self._renew(visit)
        self._remember(sender_id, visit)
        return visit.tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        visit = self._visits.get(tracker.sender_id)
        known = visit.saved if visit is not None and visit.tracker is tracker else 0
        fresh = list(tracker.events)[known:]
        if not fresh:
            return
        newest = self._write(tracker.sender_id, fresh)
        self._remember(tracker.sender_id, _Visit(tracker, len(tracker.events), newest))

    async def keys(self) -> Iterable[str]:
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(events.c.sender_id).distinct())
            return [row.sender_id for row in found]

    def forget(self, sender_id: str) -> None:
        """Delete a conversation: what was said is gone from memory and database."""
        self._visits.pop(sender_id, None)
        with self._engine.begin() as connection:
            connection.execute(events.delete().where(events.c.sender_id == sender_id))

    def _remember(self, sender_id: str, visit: _Visit) -> None:
        self._visits[sender_id] = visit
        self._visits.move_to_end(sender_id)
        if len(self._visits) > LIVE:
            self._visits.popitem(last=False)

    def _newest(self, sender_id: str) -> int:
        with self._engine.connect() as connection:
            return _newest_id(connection, sender_id)

    def _read(self, sender_id: str, newest: int) -> _Visit:
        """The latest session's events, from the database."""
        of_sender = events.c.sender_id == sender_id
        began = sa.select(sa.func.coalesce(sa.func.max(events.c.id), 0)).where(
            of_sender, events.c.type_name == SessionStarted.type_name
        )
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(events.c.data)
                .where(of_sender, events.c.id >= began.scalar_subquery(), events.c.id <= newest)
                .order_by(events.c.id)
            ).all()
        past = [Event.from_parameters(json.loads(row.data)) for row in rows]
        tracker = DialogueStateTracker.from_events(
            sender_id, [event for event in past if event], self.domain.slots
        )
        return _Visit(tracker, len(tracker.events), newest)

    def _renew(self, visit: _Visit) -> _Visit:
        """A new session that knows what the slots know, as action_session_start makes one."""
        old = visit.tracker
        known = [slot for slot in old.slots.values() if slot.value != slot.initial_value]
        start = [
            ActionExecuted(ACTION_SESSION_START_NAME),
            SessionStarted(),
            *(SlotSet(slot.name, slot.value) for slot in known),
            ActionExecuted(ACTION_LISTEN_NAME),
        ]
        tracker = DialogueStateTracker.from_events(old.sender_id, start, self.domain.slots)
        tracker.model_id, tracker.assistant_id = old.model_id, old.assistant_id
        newest = self._write(old.sender_id, list(tracker.events))
        return _Visit(tracker, len(tracker.events), newest)

    def _write(self, sender_id: str, fresh: Sequence[Event]) -> int:
        """Append events; returns the id of the last one."""
        rows = [
            {
                "sender_id": sender_id,
                "type_name": event.type_name,
                "data": json.dumps(event.as_dict(), ensure_ascii=False),
            }
            for event in fresh
        ]
        with self._engine.begin() as connection:
            connection.execute(events.insert(), rows)
            return _newest_id(connection, sender_id)


def _newest_id(connection: Connection, sender_id: str) -> int:
    """The id of the conversation's last event, 0 when it has none."""
    return connection.execute(_NEWEST, {"sender": sender_id}).scalar() or 0


def _turns(tracker: DialogueStateTracker) -> int:
    return sum(isinstance(event, UserUttered) for event in tracker.events)
