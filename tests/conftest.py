"""小福 herself, trained on today's data, for the tests that talk to her."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from booking.gateway import Message
from xiaofu import training
from xiaofu.services import CONTENT, Services, services

MONDAY_MORNING = "2026-11-23T10:00:00+08:00"
SENDERS = count()


def pytest_report_header() -> list[str]:
    """What this run leaves out, said plainly before it begins."""
    postgres = os.environ.get("XIAOFU_TEST_POSTGRES_URL")
    chromium = shutil.which("chromium")
    return [
        "PostgreSQL：" + ("也跑" if postgres else "没有设 XIAOFU_TEST_POSTGRES_URL，它的测试跳过"),
        "Chromium：" + (f"用 {chromium}" if chromium else "没有找到，页面的测试跳过"),
    ]


settings.register_profile("unhurried", deadline=None)  # a machine may be busy with other things
settings.load_profile("unhurried")


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This process's services, as if it had just started over an empty data folder."""
    for name in list(os.environ):
        if name.startswith("XIAOFU_") and not name.startswith("XIAOFU_TEST_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "data"
    monkeypatch.setenv("XIAOFU_DATA_DIR", str(folder))
    services.cache_clear()
    yield folder
    services.cache_clear()


@dataclass(frozen=True)
class Turn:
    """What 小福 said back, in Rasa's REST form."""

    messages: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return "\n".join(message.get("text") or "" for message in self.messages)

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for message in self.messages for button in message.get("buttons") or ()]

    @property
    def titles(self) -> list[str]:
        return [button["title"] for button in self.buttons]

    @property
    def decision(self) -> dict[str, Any]:
        [decision] = [message["custom"] for message in self.messages if "custom" in message]
        return decision

    @property
    def kind(self) -> str:
        return str(self.decision["kind"])

    @property
    def id(self) -> str | None:
        return self.decision["id"]


class Phones:
    """A gateway that keeps what it is given, as the citizens' phones would."""

    visible = False

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}

    def send(self, message: Message) -> None:
        if message.template == "code":
            self.codes[message.phone] = message.values["code"]


class Conversation:
    """A citizen in front of 小福, who takes every turn through the channels' one door."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.sender = f"citizen-{next(SENDERS)}"

    def say(self, *texts: str) -> Turn:
        """Say one thing after another; returns what came back to the last."""
        for text in texts:
            turn = self._bot.take(text, self.sender)
        return turn

    def tap(self, turn: Turn, title: str) -> Turn:
        [payload] = [one["payload"] for one in turn.buttons if one["title"] == title]
        return self.say(payload)

    def prove(self, phone: str) -> Turn:
        """Say the code that came to the phone."""
        return self.say(self.phones[phone])

    @property
    def phones(self) -> dict[str, str]:
        """The last code that came to each phone."""
        return self.gateway.codes

    @property
    def gateway(self) -> Phones:
        return self._bot.phones

    @property
    def tracker(self) -> Any:
        return self._bot.run(self._bot.agent.tracker_store.retrieve(self.sender))

    @property
    def intent(self) -> str:
        return str(self.tracker.latest_message.intent["name"])


class Bot:
    """The agent over the trained model, and the services behind it."""

    def __init__(self, agent: Any, whole: Services, loop: asyncio.Runner) -> None:
        self.agent = agent
        self.whole = whole
        self.phones: Phones = whole.gateway  # type: ignore[assignment]
        self._loop = loop

    def run(self, coroutine: Any) -> Any:
        return self._loop.run(coroutine)

    def take(self, text: str, sender: str) -> Turn:
        from bot.channels.intake import take_turn

        turn = take_turn(self.agent.handle_message, text, sender, "test")
        return Turn(self.run(turn))


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model of today's training data, trained when there is none."""
    path = training.model_path()
    if not path.exists():
        training.train(tmp_path_factory.mktemp("training") / "train.log")
    return path


@pytest.fixture(scope="session")
def _talking(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    import structlog

    from bot import agent
    from knowledge_base import files

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as loop:
        for name in [name for name in os.environ if name.startswith("XIAOFU_")]:
            if not name.startswith("XIAOFU_TEST_"):
                patch.delenv(name)
        patch.setenv("XIAOFU_DATA_DIR", str(tmp_path_factory.mktemp("talking")))
        patch.setenv("XIAOFU_CLOCK", MONDAY_MORNING)
        services.cache_clear()
        whole = services()
        whole.__dict__["gateway"] = Phones()
        whole.knowledge_store.load(files.read(CONTENT), now=whole.now())
        talking = agent.load(model, whole.settings.database)
        services.cache_clear()
        yield Bot(talking, whole, loop)


@pytest.fixture
def bot(_talking: Bot, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """She was loaded once, and in each test is this process's own."""
    for module in ("actions.replies", "bot.channels.intake"):
        monkeypatch.setattr(f"{module}.services", lambda: _talking.whole)
    return _talking


@pytest.fixture
def visit(bot: Bot) -> Callable[[], Conversation]:
    """Call it for another citizen."""
    return lambda: Conversation(bot)


@pytest.fixture
def citizen(visit: Callable[[], Conversation]) -> Conversation:
    return visit()
