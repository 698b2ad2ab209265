"""The bot's parts without a model, over a database of each test's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from xiaofu.services import services

settings.register_profile("unhurried", deadline=None)  # a machine may be busy with other things
settings.load_profile("unhurried")


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This process's services, as if it had just started over an empty data folder."""
    for name in list(os.environ):
        if name.startswith("XIAOFU_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "data"
    monkeypatch.setenv("XIAOFU_DATA_DIR", str(folder))
    services.cache_clear()
    yield folder
    services.cache_clear()
