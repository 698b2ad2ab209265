"""A knowledge base in a real SQLite file, and the content that git carries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from booking.calendar import SHENZHEN
from knowledge_base import files
from knowledge_base.files import Content
from knowledge_base.store import KnowledgeStore
from xiaofu.database import open_engine


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'knowledge.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def second_engine(url: str) -> Iterator[Engine]:
    """The same database as another process sees it."""
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def store(engine: Engine) -> KnowledgeStore:
    made = KnowledgeStore(engine)
    made.create_tables()
    return made


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 9, tzinfo=SHENZHEN)


@pytest.fixture(scope="session")
def content_folder() -> Path:
    return Path(__file__).parents[2] / "knowledge_base" / "content"


@pytest.fixture(scope="session")
def real_content(content_folder: Path) -> Content:
    return files.read(content_folder)
