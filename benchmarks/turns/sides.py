"""The two that are compared, each made ready in a folder of its own and started from there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Protocol

from benchmarks.turns.processes import Processes, free_port
from benchmarks.turns.questions import QUESTIONS

ROOT = Path(__file__).parent.parent.parent
_PLAIN = Path(__file__).parent / "plain"
_QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
}
"""What both sides are started with."""


class NotReady(Exception):
    """A side could not be prepared; the message ends with the last lines that were printed."""


class Side(Protocol):
    """title: how the table calls it. address: where its REST channel answers once started."""

    title: str
    address: str

    def prepare(self) -> None:
        """All that is not part of starting: seed the knowledge, train the model."""

    def start(self, processes: Processes) -> None: ...


class Xiaofu:
    """小福 as operators run her: `python -m bot` over a database of her own."""

    title = "小福"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.environment = _environment(
            PYTHONPATH=str(ROOT), XIAOFU_DATA_DIR=str(folder), XIAOFU_BOT_PORT=str(port)
        )

    def prepare(self) -> None:
        for command in ("load", "train"):
            _run([sys.executable, "-m", "xiaofu", command], ROOT, self.environment)

    def start(self, processes: Processes) -> None:
        processes.start("bot", [sys.executable, "-m", "bot"], ROOT, self.environment)


class Plain:
    """What `rasa init` gives, with one custom action behind `rasa run actions`."""

    title = "普通 Rasa"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        port, self._actions_port = free_port(), free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._port = port
        self._environment = _environment()

    def prepare(self) -> None:
        shutil.copytree(_PLAIN, self.folder, dirs_exist_ok=True)
        intents = [f"question_{number}" for number in range(len(QUESTIONS))]
        filled = {
            "actions_port": self._actions_port,
            "intents": "\n".join(f"- {intent}" for intent in intents),
            "examples": "\n".join(map(_examples, intents, QUESTIONS)),
            "asked": "\n".join(f"    - intent: {intent}" for intent in intents),
            "stories": "\n".join(map(_story, intents, [*intents[1:], intents[0]])),
        }
        for path in self.folder.rglob("*.yml"):
            text = Template(path.read_text(encoding="utf-8")).substitute(filled)
            path.write_text(text, encoding="utf-8")
        _run([sys.executable, "-m", "rasa", "train"], self.folder, self._environment)

    def answer_with(self, words: Sequence[str]) -> None:
        """Let the action answer the questions, in their order, with `words`."""
        answers = {f"question_{number}": answer for number, answer in enumerate(words)}
        path = self.folder / "answers.json"
        path.write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")

    def start(self, processes: Processes) -> None:
        rasa = [sys.executable, "-m", "rasa", "run"]
        actions = [*rasa, "actions", "--port", str(self._actions_port)]
        processes.start("actions", actions, self.folder, self._environment)
        server = [*rasa, "--interface", "127.0.0.1", "--port", str(self._port)]
        processes.start("rasa", server, self.folder, self._environment)


def _environment(**more: str) -> Mapping[str, str]:
    """The caller's without what is meant for another 小福, so that her data is never touched."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("XIAOFU_") and name != "PYTHONPATH"
    }
    return kept | _QUIET | more


def _run(command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        printed = done.stdout.decode(errors="replace").splitlines()
        raise NotReady("\n".join([f"{' '.join(command[2:])} 没有成功：", *printed[-15:]]))


def _examples(intent: str, question: str) -> str:
    ways = (question, f"请问{question}", f"你好，{question}", f"想问一下{question}")
    return "\n".join([f"- intent: {intent}", "  examples: |", *(f"    - {way}" for way in ways)])


def _story(first: str, then: str) -> str:
    turns = (("greet", "utter_greet"), (first, "action_answer"), (then, "action_answer"))
    steps = (f"  - intent: {intent}\n  - action: {action}" for intent, action in turns)
    return "\n".join([f"- story: {first}", "  steps:", *steps])
