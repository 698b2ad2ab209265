"""Actions over real services, at one moment of a Monday morning."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from rasa_sdk.executor import CollectingDispatcher
from trackers import ENTRIES, MATTERS, NOW

from booking.gateway import Message
from knowledge_base.files import Content, Topic
from xiaofu.services import Services, build, services
from xiaofu.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """This process's services, over a database of the test's own."""
    for name in [name for name in os.environ if name.startswith("XIAOFU_")]:
        monkeypatch.delenv(name)
    made = build(Settings(data_dir=tmp_path))
    standing = Services(made.settings, made.engine, lambda: NOW)
    topics = (
        Topic(kind="qa", id="law", title="法律"),
        Topic(kind="matters", id="residence", title="居住"),
    )
    content = Content(topics, (), {"law": ENTRIES}, {"residence": MATTERS})
    standing.knowledge_store.load(content, now=NOW)
    monkeypatch.setattr("actions.replies.services", lambda: standing)
    yield standing
    made.engine.dispose()
    services.cache_clear()


class Phones:
    """A gateway that keeps the codes it is given."""

    visible = False

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}

    def send(self, message: Message) -> None:
        self.codes[message.phone] = message.values["code"]


@pytest.fixture
def phones(whole: Services) -> Phones:
    gateway = Phones()
    whole.__dict__["gateway"] = gateway
    return gateway


@pytest.fixture
def proven(whole: Services, phones: Phones) -> Callable[[str], str]:
    """Call it for the reference to a phone that is proven in the visit of `heard`."""

    def prove(phone: str) -> str:
        whole.codes.send(phone, "citizen", NOW)
        whole.codes.check(phone, "citizen", phones.codes[phone], NOW)
        return whole.keep_contact(phone)

    return prove


@pytest.fixture
def dispatcher() -> CollectingDispatcher:
    return CollectingDispatcher()


@pytest.fixture(scope="session")
def responses() -> dict[str, str]:
    """What 小福 says, by name, from the domain."""
    said: dict[str, str] = {}
    for path in sorted((ROOT / "bot/domain").glob("*.yml")):
        part = yaml.safe_load(path.read_text("utf-8")).get("responses") or {}
        said |= {name: variants[0]["text"] for name, variants in part.items()}
    return said
