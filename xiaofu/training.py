"""The model that belongs to today's training data: which it is, and how it is made."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge_base import files
from xiaofu.services import CONTENT
from xiaofu.settings import ROOT

MODELS = ROOT / "models"
LEXICON = ROOT / "data" / "lexicon" / "matters.txt"
_TRAINED_ON = (
    "config.yml",
    "bot/domain",
    "data",
    "bot/understanding",
    "knowledge_base/text.py",
    "knowledge_base/cantonese.py",
)


class TrainingFailed(Exception):
    """Rasa could not train; the message ends with the last lines it printed."""


def model_path() -> Path:
    """Where the model for the present training data is, or will be."""
    return MODELS / f"xiaofu-{_fingerprint()}.tar.gz"


def train(log: Path) -> Path:
    """Train on the present data, all that Rasa prints going to `log`. Raises TrainingFailed."""
    model = model_path()
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-m", "rasa", "train",
        "--config", "config.yml", "--domain", "bot/domain", "--data", "data",
        "--out", str(MODELS), "--fixed-model-name", model.name.removesuffix(".tar.gz"),
    ]  # fmt: skip
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": str(ROOT)}
    with log.open("wb") as output, TemporaryDirectory() as cache:
        # A cache kept from another pipeline gives back classifiers without their files.
        environment["RASA_CACHE_DIRECTORY"] = cache
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode or not model.exists():
        printed = log.read_text(encoding="utf-8", errors="replace").splitlines()
        raise TrainingFailed("\n".join(printed[-5:]))
    return model


def lexicon() -> str:
    """jieba's dictionary of matter names, so that no name is cut in two; one a line, sorted."""
    content = files.read(CONTENT)
    called = {name for shelf in content.matters.values() for m in shelf for name in m.names}
    names = sorted(name for name in called if _NAME.fullmatch(name))
    return "".join(f"{name} 100000 n\n" for name in names)


_NAME = re.compile(r"[^\s，。？]{2,10}")
"""What may be a word; longer ways of calling a matter are sentences."""


def _fingerprint() -> str:
    digest = hashlib.sha256(version("rasa").encode())
    for name in _TRAINED_ON:
        place = ROOT / name
        for path in sorted(place.rglob("*.*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
