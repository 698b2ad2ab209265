"""The commands that the README gives exist, as it gives them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from xiaofu.cli import main

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.en.md")
TARGET = re.compile(r"^([a-z][a-z-]*):(?!=)", re.MULTILINE)


def read(name: str) -> str:
    path = ROOT / name
    if not path.exists():
        pytest.fail(f"{name} 还没有写")
    return path.read_text(encoding="utf-8")


def commands(name: str) -> list[list[str]]:
    """The words of every command in a README: a line of a sh block, or `a span` that begins so."""
    text = read(name)
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]
    lines += re.findall(r"`((?:make|xiaofu) [^`\n]+)`", text)
    found = [shlex.split(line, comments=True) for line in lines]
    return [words for words in found if words]


def given(program: str) -> list[list[str]]:
    """What the READMEs give a program, the program left out; `.venv/bin/xiaofu` is xiaofu."""
    return [
        words[1:] for name in READMES for words in commands(name) if Path(words[0]).name == program
    ]


def unknown(words: list[str]) -> list[str]:
    """The words of an xiaofu command that xiaofu does not know."""
    command: click.Command = main
    wrong, values = [], 0
    words = list(words)
    while words:
        word = words.pop(0)
        if word.startswith("-"):
            name, _, value = word.partition("=")
            option = next((one for one in command.params if name in one.opts), None)
            if option is None:
                wrong.append(word)
            elif not option.is_flag and not value:
                words[:1] = []
        elif isinstance(command, click.Group):
            if word not in command.commands:
                return [*wrong, word]
            command = command.commands[word]
        else:
            values += 1
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    wrong += ["…"] if values > len(arguments) else []
    wrong += ["?"] if values < sum(one.required for one in arguments) else []
    return wrong + (["?"] if isinstance(command, click.Group) else [])


@pytest.mark.parametrize("name", READMES)
def test_a_readme_gives_the_two_commands_that_do_everything(name):
    assert ["make", "run"] in commands(name)
    assert ["make", "test"] in commands(name)


def test_every_make_target_named_is_in_the_makefile():
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    named = {word for words in given("make") for word in words if "=" not in word}
    assert named and named <= targets


def test_every_xiaofu_command_and_option_named_exists():
    named = given("xiaofu")
    assert named
    assert {" ".join(words): unknown(words) for words in named if unknown(words)} == {}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("serve", []),
        ("load content --overwrite", []),
        ("load --overwrite=1", []),
        ("staff add 张三 --password x", []),
        ("sing", ["sing"]),
        ("load --force", ["--force"]),
        ("staff", ["?"]),
        ("ask", ["?"]),
        ("ask 一 二", ["…"]),
    ],
)
def test_a_command_that_does_not_exist_would_be_noticed(line, wrong):
    assert unknown(line.split()) == wrong


@pytest.mark.parametrize("name", READMES)
def test_every_link_within_the_house_leads_somewhere(name):
    linked = re.findall(r"\]\(([^)#]+)", read(name))
    within = [link for link in linked if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in within if not (ROOT / link).exists()] == []


def test_the_files_named_to_rasa_exist():
    named = [word for words in given("rasa") for word in words if re.search(r"/|\.yml$", word)]
    assert [word for word in named if not (ROOT / word).exists()] == []
