"""The rules of the house: who may import what, and that an import opens nothing."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("knowledge_base", "booking", "xiaofu", "actions", "bot", "console")

ARROWS = {
    "knowledge_base": set(),
    "booking": set(),
    "xiaofu": {"knowledge_base", "booking"},
    "actions": {"xiaofu", "knowledge_base", "booking"},
    "bot": {"xiaofu", "knowledge_base", "booking"},
    "console": {"xiaofu", "knowledge_base", "booking"},
}
"""Which rooms a room may import from; a matter is known to booking by its id alone."""

ONLY_IN = {
    "rasa": ("bot/*",),
    "rasa_sdk": (
        "actions/*",
        "bot/inprocess.py",  # runs rasa_sdk's executor in the bot's process
    ),
    "sanic": ("bot/channels/*", "console/*"),
    "sqlalchemy": ("*/store.py", "booking/store/*", "xiaofu/*"),
    "alembic": ("xiaofu/migrations/*",),
    "spacy": ("knowledge_base/names.py",),
    "tensorflow": (),
}
"""Where a framework may be met."""

INSIDE_A_COMMAND = {
    # a command that needs the other room loads it when it runs: `xiaofu --help` needs no TensorFlow
    ("xiaofu/cli.py", "bot"),
    ("xiaofu/cli.py", "console"),
}

ENVIRONMENT = {
    "xiaofu/settings.py",
    "xiaofu/serve.py",  # hands its own on to the two processes it starts
    "xiaofu/training.py",  # hands its own on to `rasa train`
    "bot/agent.py",  # Rasa asks it whether to send telemetry
}


@dataclass(frozen=True)
class Import:
    """An import statement: what it names, and whether it waits inside a function."""

    file: str
    line: int
    module: str
    later: bool

    @property
    def package(self) -> str:
        return self.module.split(".")[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the house by its path, with / between the parts."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in paths}


def imports() -> Iterator[Import]:
    for file, tree in trees().items():
        inside = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file}:{node.lineno} imports by dots"
                yield Import(file, node.lineno, node.module or "", id(node) in inside)
            elif isinstance(node, ast.Import):
                for name in node.names:
                    yield Import(file, node.lineno, name.name, id(node) in inside)


def used(names: set[str]) -> Iterator[tuple[str, int, str]]:
    """Where one of the dotted names is read: file, line, name."""
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in names:
                yield file, node.lineno, ast.unparse(node)


def test_there_is_a_house_to_look_at():
    assert all(any(file.startswith(f"{room}/") for file in trees()) for room in ROOMS)
    assert len(list(imports())) > 300


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_run_one_way(room):
    wrong = [
        str(one)
        for one in imports()
        if one.file.startswith(f"{room}/")
        and one.package in ROOMS
        and one.package not in ARROWS[room] | {room}
        and not (one.later and (one.file, one.package) in INSIDE_A_COMMAND)
    ]
    assert wrong == []


@pytest.mark.parametrize("framework", ONLY_IN)
def test_frameworks_stand_at_the_edge(framework):
    wrong = [
        str(one)
        for one in imports()
        if one.package == framework
        and not any(fnmatch(one.file, place) for place in ONLY_IN[framework])
    ]
    assert wrong == []


def test_spacy_is_loaded_only_when_names_are_looked_for():
    assert all(one.later for one in imports() if one.package == "spacy")


def test_every_exception_is_still_needed():
    made = {(one.file, one.package) for one in imports()}
    assert made >= INSIDE_A_COMMAND
    assert ("bot/inprocess.py", "rasa_sdk") in made


def test_the_environment_is_read_in_settings_alone():
    names = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
    assert {file for file, _, _ in used(names)} == ENVIRONMENT
    from_os = [
        n for one in trees().values() for n in ast.walk(one) if isinstance(n, ast.ImportFrom)
    ]
    assert not [n for n in from_os if n.module == "os" and {a.name for a in n.names} & {"environ"}]


def test_only_the_clock_asks_what_time_it_is():
    names = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    assert [place for place in used(names) if place[0] != "xiaofu/clock.py"] == []


def test_an_action_never_catches_everything():
    wide = [
        f"{file}:{node.lineno}"
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if file.startswith("actions/") and isinstance(node, ast.ExceptHandler)
        if node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
    ]
    assert wide == []


def test_modules_are_named_by_what_they_hold():
    vague = {"utils", "util", "common", "helpers", "helper", "base", "misc"}
    assert [file for file in trees() if vague & set(file.removesuffix(".py").split("/"))] == []


def modules(*rooms: str) -> list[str]:
    """Every module of some rooms that can be imported without running anything."""
    files = [file for file in trees() if file.split("/")[0] in rooms]
    names = [file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in files]
    return [name for name in names if name != "xiaofu.__main__"]


def in_a_process_of_its_own(source: str, *modules: str, folder: Path) -> list[str]:
    """What `source` prints as JSON, run with `modules` in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "-c", source, *modules],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "HOME": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


LOADED = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize(
    ("rooms", "strangers"),
    [
        (("knowledge_base", "booking"), {"rasa", "rasa_sdk", "sanic", "tensorflow", "spacy"}),
        (("xiaofu",), {"rasa", "rasa_sdk", "sanic", "tensorflow", "spacy", "bot", "console"}),
        (("console",), {"rasa", "rasa_sdk", "tensorflow", "spacy", "bot", "actions"}),
    ],
)
def test_a_room_loads_no_stranger(rooms, strangers, tmp_path):
    loaded = in_a_process_of_its_own(LOADED, *modules(*rooms), folder=tmp_path)
    assert set(rooms) <= set(loaded)
    assert not strangers & set(loaded)


OPENED = """
import importlib, json, os, pathlib, sys
root, *names = sys.argv[1:]
opened = []
def ours(path):
    path = os.path.abspath(os.fsdecode(path))
    inside = path.startswith(root + os.sep) and not path.startswith(os.path.join(root, ".venv"))
    return inside and not path.endswith((".py", ".pyc"))
def hear(event, arguments):
    if event in ("sqlite3.connect", "socket.bind", "socket.connect", "subprocess.Popen"):
        opened.append(f"{event} {arguments}")
    elif event in ("open", "os.mkdir") and isinstance(arguments[0], (str, bytes, os.PathLike)):
        if ours(arguments[0]):
            opened.append(f"{event} {arguments[0]}")
for name in ("rasa.core.agent", "spacy", "sanic", "sqlalchemy"):
    importlib.import_module(name)
sys.addaudithook(hear)
for name in names:
    importlib.import_module(name)
print(json.dumps(opened))
"""


def test_an_import_opens_no_file_socket_or_database(tmp_path):
    """Strangers are loaded before anybody listens: what they open is their own business."""
    opened = in_a_process_of_its_own(OPENED, str(ROOT), *modules(*ROOMS), folder=tmp_path)
    assert opened == []
