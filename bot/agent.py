"""Rasa's agent as 小福 runs it: our tracker store, actions in process, the newest model."""

from __future__ import annotations

import os
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel

from bot import hotpath
from bot.channels.intake import user_message
from bot.inprocess import InProcessActions
from bot.store import LiveTrackerStore

WARM_UP = "warm-up"
"""Sender of the turns nobody said; they make the first citizen's turn as quick as the second's."""


def load(model: Path, database_url: str) -> Agent:
    """The agent over `model`, ready for turns."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    hotpath.install()
    store = LiveTrackerStore(url=database_url)
    agent = Agent.load(str(model), tracker_store=store, action_endpoint=InProcessActions())
    if agent.processor is not None:
        # Rasa's wrapper would go on without a database, forgetting the citizen at every turn
        agent.tracker_store = agent.processor.tracker_store = store
    return agent


async def warm_up(agent: Agent) -> None:
    """Take the turns that load what loads late: jieba's dictionary, the index, the rules."""
    for words in ("你好", "办居住证要带什么"):
        message = user_message(words, WARM_UP, WARM_UP, CollectingOutputChannel())
        await agent.handle_message(message)
    agent.tracker_store.forget(WARM_UP)
