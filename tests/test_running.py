"""The whole thing, started as an operator starts it and used as a citizen and a clerk use it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.store import KnowledgeStore
from xiaofu import training
from xiaofu.clock import real
from xiaofu.database import open_engine

pytestmark = pytest.mark.conversation

READY = 120
"""Seconds the slowest start may take here; an operator's is far shorter."""

FIRST_TURN = 180
"""Seconds for the first turn of a server that is not warmed up: it encodes every phrasing."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def post(address: str, message: str, sender: str = "citizen") -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"{address}webhooks/rest/webhook",
        data=json.dumps({"sender": sender, "message": message}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=FIRST_TURN) as answer:
        return json.load(answer)


def get(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)


def decision(messages: list[dict[str, Any]]) -> dict[str, Any]:
    [custom] = [message["custom"] for message in messages if "custom" in message]
    return custom


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def wait_for(address: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"{address} never answered")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("running")
    ports = {"XIAOFU_BOT_PORT": str(free_port()), "XIAOFU_CONSOLE_PORT": str(free_port())}
    environment = {"XIAOFU_DATA_DIR": str(folder), **ports}
    command = [sys.executable, "-m", "xiaofu", "serve"]
    with started(command, environment) as process:
        said = []
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if "工作台" in line:
                break
        else:
            pytest.fail("".join(said))
        yield {
            "process": process,
            "said": "".join(said),
            "bot": f"http://127.0.0.1:{ports['XIAOFU_BOT_PORT']}/",
            "console": f"http://127.0.0.1:{ports['XIAOFU_CONSOLE_PORT']}/",
            "folder": folder,
            "environment": environment,
        }


def test_it_prints_both_addresses_once_both_are_healthy(running):
    assert running["bot"] in running["said"]
    assert running["console"] in running["said"]
    for name in ("bot", "console"):
        health = get(f"{running[name]}health")
        assert health["status"] == "ok"
        assert health["entries"] >= 200
        assert health["matters"] >= 60
        assert health["revision"] >= 1
    assert get(f"{running['bot']}health")["model"] == training.model_path().name


def test_a_citizen_is_answered_over_rest_with_exactly_one_decision(running):
    said = post(running["bot"], "办居住证要带什么")
    assert decision(said)["id"] == "residence-permit"
    assert all("recipient_id" in message for message in said)


def test_the_room_is_open_beside_the_kiosk(running):
    with urllib.request.urlopen(f"{running['bot']}room/", timeout=10) as page:
        assert "本次不录像" in page.read().decode()
        assert page.headers["permissions-policy"].startswith("camera=(self), microphone=(self)")


def test_what_a_clerk_publishes_is_heard_at_the_next_question_within_a_second(running):
    store = KnowledgeStore(open_engine(f"sqlite:///{running['folder'] / 'xiaofu.db'}"))
    question = "离婚冷静期是怎么算的？"
    before = store.get("entry", "marriage-divorce-cooling-off")
    assert question == before.published.question
    assert decision(post(running["bot"], question, "before"))["id"] == before.id

    edited = before.published.copy(update={"answer": "刚刚改过的答案。"})
    drafted = store.save_draft(
        "entry", before.shelf, edited, version=before.version, by="测试", now=real()
    )
    assert "刚刚改过" not in post(running["bot"], question, "draft")[0]["text"]
    published_at = time.monotonic()
    revision = store.publish("entry", before.id, version=drafted.version, by="测试", now=real())
    said = post(running["bot"], question, "after")
    assert time.monotonic() - published_at < 1
    assert "刚刚改过的答案。" in said[0]["text"]
    assert decision(said)["revision"] == revision


def test_a_second_start_on_the_same_port_says_so_in_one_sentence(running):
    again = subprocess.run(
        [sys.executable, "-m", "xiaofu", "serve"],
        env={**os.environ, **running["environment"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert again.returncode == 1
    assert "端口" in again.stderr
    assert "Traceback" not in again.stderr
    assert len(again.stderr.strip().splitlines()) == 1


def test_a_bad_request_is_told_what_is_missing(running):
    request = urllib.request.Request(
        f"{running['bot']}webhooks/rest/webhook", data=b'{"sender": "a"}'
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 400
    assert "message" in json.load(refused.value)["message"]


def test_ctrl_c_stops_both_cleanly(running):
    process = running["process"]
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    for name in ("bot", "console"):
        with pytest.raises(OSError):
            urllib.request.urlopen(running[name], timeout=2)


def test_rasas_own_commands_serve_the_same_conversation(tmp_path):
    bot, actions = free_port(), free_port()
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(
        Path("bot/endpoints.yml").read_text().replace("5055", str(actions)), encoding="utf-8"
    )
    environment = {"XIAOFU_DATA_DIR": str(tmp_path), "RASA_TELEMETRY_ENABLED": "false"}
    subprocess.run(
        [sys.executable, "-m", "xiaofu", "load"],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
    )
    rasa = [sys.executable, "-m", "rasa", "run"]
    model = str(training.model_path())
    serve = ["--endpoints", str(endpoints), "--credentials", "bot/credentials.yml"]
    with (
        started(
            [*rasa, "actions", "--actions", "actions", "--port", str(actions)], environment
        ) as action_server,
        started(
            [*rasa, "-m", model, *serve, "-i", "127.0.0.1", "--port", str(bot)], environment
        ) as server,
    ):
        wait_for(f"http://127.0.0.1:{actions}/health", action_server)
        wait_for(f"http://127.0.0.1:{bot}/", server)
        said = post(f"http://127.0.0.1:{bot}/", "办居住证要带什么")
    assert decision(said)["id"] == "residence-permit"
