"""The README's xiaofu commands do what the README says, run as it gives them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge_base import tables
from tests.test_readme import given

pytestmark = pytest.mark.conversation

ROOT = Path(__file__).parents[1]
CONTENT = ROOT / "knowledge_base" / "content"
PASSWORD = "一个够长的密码1234"
QUESTIONS = """\
{"type": "kb", "id": 0, "question": "居住证"}
{"type": "query", "text": "居住證", "gold": 0}
"""
SHEET = {"问题": "福田有几个街道", "答案": "十个。", "负责部门": "福田区政数局", "来源": "区政府"}


def content() -> dict[str, bytes]:
    return {str(p.relative_to(CONTENT)): p.read_bytes() for p in CONTENT.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, model):
    folder = tmp_path_factory.mktemp("readme")
    (folder / "文件.jsonl").write_text(QUESTIONS, encoding="utf-8")
    tables.write(folder / "表.xlsx", [tables.of("问答", SHEET, [SHEET])])
    return folder


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    words = [str(folder / word) if word.endswith((".jsonl", ".xlsx")) else word for word in words]
    return subprocess.run(
        [sys.executable, "-m", "xiaofu", *words],
        cwd=ROOT,
        env={**os.environ, "XIAOFU_DATA_DIR": str(folder)},
        input=f"{PASSWORD}\n{PASSWORD}\n",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


ONCE = list(dict.fromkeys(tuple(words) for words in [["load"], *given("xiaofu")]))


@pytest.mark.parametrize("words", ONCE, ids=" ".join)
def test_a_command_of_the_readme_runs(folder, words):
    before = content()
    done = run(["张三" if word == "NAME" else word for word in words], folder)
    assert "Traceback" not in done.stderr
    if words[:2] == ("staff", "add") and "已经有" in done.stderr:
        return  # both READMEs add somebody
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert content() == before
