"""
The citizens: a process of its own that asks over HTTP and times the answers.

Its one argument is what to ask for, as JSON; it prints a report, as JSON; see `ask`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import aiohttp

from benchmarks.turns.questions import A_VISIT

TURN_LIMIT = 60
"""Seconds a turn may take before it counts as failed."""

ANSWERED = frozenset({"answer", "matter", "clarify", "suggest"})
"""Kinds of decision, where a side says which it made, that take a question further."""


class NotAnswered(Exception):
    """A turn brought no answer; the message says what came instead."""


class Citizens:
    """Everybody who asks at `address`, over one pool of connections."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self._address = f"{address}/webhooks/rest/webhook"
        self._session = session

    async def turn(self, sender: str, question: str) -> tuple[str, float]:
        """The words of the answer and its milliseconds. Raises NotAnswered."""
        began = time.perf_counter()
        said = {"sender": sender, "message": question}
        async with self._session.post(self._address, json=said) as response:
            messages = await response.json(content_type=None)
        took = (time.perf_counter() - began) * 1000
        return _words(question, messages), took

    async def visits(
        self, questions: list[str], turns: int, sender: str | None = None
    ) -> dict[str, Any]:
        """One citizen after the other, `turns` turns in all; with `sender` always the same one."""
        asked = itertools.islice(_visits(questions), turns)
        took = [(await self.turn(sender or visitor, question))[1] for visitor, question in asked]
        return {"ms": took}

    async def crowd(
        self, questions: list[str], clients: int, seconds: float, ramp: float
    ) -> dict[str, Any]:
        """`clients` at once, each asking on as soon as it is answered; turns done after `ramp`."""
        opens = time.perf_counter() + ramp
        closes = opens + seconds
        turns = {"all": 0, "counted": 0}

        async def one(first: int) -> None:
            for visitor, question in itertools.islice(_visits(questions), first, None):
                await self.turn(visitor, question)
                now = time.perf_counter()
                turns["all"] += 1
                turns["counted"] += opens <= now < closes
                if now >= closes:
                    return

        await asyncio.gather(*(one(client * A_VISIT) for client in range(clients)))
        return {"turns": turns["all"], "per_second": turns["counted"] / seconds}

    async def first(self, questions: list[str]) -> dict[str, Any]:
        """Ask until somebody answers; the moment of it, on the clock that all processes share."""
        while True:
            try:
                await self.turn(uuid4().hex, questions[0])
            except (NotAnswered, aiohttp.ClientError, ValueError):
                await asyncio.sleep(0.05)
            else:
                return {"at": time.monotonic()}

    async def heard(self, question: str, mark: str) -> dict[str, Any]:
        """Ask on until `mark` stands in the answer; the moment of it, on the same clock."""
        while mark not in (await self.turn(uuid4().hex, question))[0]:
            pass
        return {"at": time.monotonic()}

    async def answers(self, questions: list[str]) -> dict[str, Any]:
        return {"words": [(await self.turn(uuid4().hex, question))[0] for question in questions]}


async def ask(address: str, what: str, **details: Any) -> dict[str, Any]:
    """What Citizens' method `what` reports, asked with `details`."""
    connector = aiohttp.TCPConnector(limit=0)
    limit = aiohttp.ClientTimeout(total=TURN_LIMIT)
    async with aiohttp.ClientSession(connector=connector, timeout=limit) as session:
        report: dict[str, Any] = await getattr(Citizens(address, session), what)(**details)
        return report


def _visits(questions: list[str]) -> Iterator[tuple[str, str]]:
    """(sender, question) for ever: all questions in turn, a new sender every few."""
    endless = itertools.cycle(questions)
    while True:
        sender = uuid4().hex
        for question in itertools.islice(endless, A_VISIT):
            yield sender, question


def _words(question: str, messages: Any) -> str:
    """The text of an answer; raises NotAnswered for silence, an apology or a refusal."""
    if not isinstance(messages, list):
        raise NotAnswered(f"「{question}」得到 {messages}")
    words = "\n".join(message["text"] for message in messages if message.get("text"))
    kinds = {message["custom"].get("kind") for message in messages if "custom" in message}
    if not words or not kinds <= ANSWERED:
        raise NotAnswered(f"「{question}」没有得到回答：{messages}")
    return words


def main() -> None:
    try:
        report = asyncio.run(ask(**json.loads(sys.argv[1])))
    except (NotAnswered, aiohttp.ClientError, TimeoutError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
