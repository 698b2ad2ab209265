"""Turns from the command line, through the same path as a citizen's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

import structlog

from bot import agent
from bot.channels.intake import take_turn
from xiaofu.settings import read
from xiaofu.training import model_path

Messages = list[dict[str, Any]]


def ask_once(text: str) -> Messages:
    """What 小福 says to `text` as the first message of a conversation."""
    [reply] = ask_each([text])
    return reply


def ask_each(texts: Iterable[str]) -> Iterator[Messages]:
    """What she says to each text, every one the first message of its own conversation."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    talking = agent.load(model_path(), read().database)
    with asyncio.Runner() as loop:
        for text in texts:
            sender = f"ask-{uuid4().hex}"
            yield loop.run(take_turn(talking.handle_message, text, sender, "cli"))
            talking.tracker_store.forget(sender)
