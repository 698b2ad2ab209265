"""`python -m console` as a process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"tensorflow", "rasa", "rasa_sdk", "spacy", "django"}


@pytest.fixture
def environment(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XIAOFU_")}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "XIAOFU_DATA_DIR": str(tmp_path / "data"),
        "XIAOFU_CONSOLE_PORT": str(port),
    }


def _run(environment, **more):
    return subprocess.run(
        [sys.executable, "-m", "console"],
        cwd=ROOT,
        env=environment | more,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_answers_and_stops_when_told_to(environment):
    command = [sys.executable, "-m", "console"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        health = None
        for _ in range(150):
            address = f"http://127.0.0.1:{environment['XIAOFU_CONSOLE_PORT']}/health"
            with suppress(OSError), urlopen(address, timeout=1) as answer:
                health = json.load(answer)
                break
            assert process.poll() is None
            time.sleep(0.1)
        assert health["status"] == "ok" and health["revision"] == 0
    finally:
        process.terminate()
        said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said == (b"", b"")


def test_a_port_in_use_is_one_sentence(environment):
    with socket.create_server(("127.0.0.1", int(environment["XIAOFU_CONSOLE_PORT"]))):
        done = _run(environment)
    assert done.returncode == 1
    assert "工作台打不开" in done.stderr and "XIAOFU_CONSOLE_PORT" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "setting, sentence",
    [
        ({"XIAOFU_CONSOLE_PORT": "eighty"}, "XIAOFU_CONSOLE_PORT"),
        ({"XIAOFU_CONSOL_PORT": "80"}, "没有 XIAOFU_CONSOL_PORT 这个设置"),
        ({"XIAOFU_DATABASE_URL": "no database"}, "XIAOFU_DATABASE_URL"),
        ({"XIAOFU_DATABASE_URL": "sqlite:////dev/null/x.db"}, "工作台起不来"),
    ],
)
def test_a_bad_setting_is_one_sentence(environment, setting, sentence):
    done = _run(environment, **setting)
    assert done.returncode == 1
    assert sentence in done.stderr and done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_the_console_loads_neither_rasa_nor_what_rasa_needs(environment, tmp_path):
    look = (
        "import sys, datetime, console.__main__, console.app, console.store\n"
        "from console.app import create_app\n"
        "from console.store import StaffStore\n"
        "from xiaofu.services import build\n"
        "from xiaofu.settings import read\n"
        "whole = build(read())\n"
        "create_app(whole.knowledge_store, StaffStore(whole.engine), whole.now, whole.statutes)\n"
        "import console.unanswered as u; u.grouped([(whole.now(), '请问')])\n"
        f"print(*{HEAVY} & set(sys.modules))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", look], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert (found.returncode, found.stdout.split()) == (0, []), found.stderr
