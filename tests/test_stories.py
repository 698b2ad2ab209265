"""Rasa's own test of the conversations: every action that a story expects is predicted."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.conversation


def test_every_story_goes_as_it_is_told(model, tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "rasa", "test", "core"),
            *("--model", str(model)),
            *("--stories", "tests/conversations"),
            *("--out", str(tmp_path)),
            *("--endpoints", "bot/endpoints.yml"),
            "--fail-on-prediction-errors",
        ],
        env={**os.environ, "XIAOFU_DATA_DIR": str(tmp_path), "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    failed = tmp_path / "failed_test_stories.yml"
    told = failed.read_text(encoding="utf-8") if failed.exists() else done.stderr[-3000:]
    assert done.returncode == 0, told
    assert "# None of the test stories failed" in told
