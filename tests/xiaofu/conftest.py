"""An environment of its own for each test: no XIAOFU_ variable, a data folder that goes away."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_environment(data_dir: Path) -> None:
    """Nobody's settings but the test's."""
