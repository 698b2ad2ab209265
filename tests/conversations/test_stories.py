"""The rules lead where the stories in this folder say, by Rasa's own judgement."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.conversation

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WRONG = """version: "3.1"
stories:
- story: 打招呼不该去预约
  steps:
  - intent: greet
  - action: booking_form
"""


def rasa_test(model: Path, stories: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rasa", "test", "core", "--model", str(model)]
    options = ["--stories", str(stories), "--out", str(out), "--no-plot"]
    return subprocess.run(
        [*command, *options, "--fail-on-prediction-errors"],
        cwd=ROOT,
        env={
            **os.environ,
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "XIAOFU_DATA_DIR": str(out / "data"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_story_goes_as_it_is_told(model, tmp_path):
    stories = tmp_path / "stories"
    stories.mkdir()
    for path in HERE.glob("*.yml"):
        (stories / path.name).write_text(path.read_text("utf-8"), encoding="utf-8")
    done = rasa_test(model, stories, tmp_path)
    failed = tmp_path / "failed_test_stories.yml"
    assert done.returncode == 0, failed.read_text("utf-8") if failed.exists() else done.stderr


def test_a_story_that_goes_wrong_is_noticed(model, tmp_path):
    stories = tmp_path / "stories"
    stories.mkdir()
    (stories / "wrong.yml").write_text(WRONG, encoding="utf-8")
    assert rasa_test(model, stories, tmp_path).returncode != 0
