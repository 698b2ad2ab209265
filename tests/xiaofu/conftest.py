"""An environment of its own for each test: no XIAOFU_ variable, a data folder that goes away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from xiaofu.services import services

settings.register_profile("unhurried", deadline=None)  # a machine may be busy with other things
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in list(os.environ):
        if name.startswith("XIAOFU_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "data"
    monkeypatch.setenv("XIAOFU_DATA_DIR", str(folder))
    services.cache_clear()
    yield folder
    services.cache_clear()
