"""One turn from the command line, through the same path as a citizen's."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import uuid4

import structlog

from bot import agent
from bot.channels.intake import take_turn
from xiaofu.settings import read
from xiaofu.training import model_path


def ask_once(text: str) -> list[dict[str, Any]]:
    """What 小福 says to `text` as the first message of a conversation."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    talking = agent.load(model_path(), read().database)
    return asyncio.run(take_turn(talking.handle_message, text, f"ask-{uuid4().hex}", "cli"))
