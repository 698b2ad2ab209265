"""Which model belongs to the training data; a small module stands in for Rasa."""

from __future__ import annotations

from pathlib import Path

import pytest

from xiaofu import training

RASA = """
import os, pathlib, sys
option = dict(zip(sys.argv[2::2], sys.argv[3::2]))
print("telemetry", os.environ["RASA_TELEMETRY_ENABLED"])
print("training on", option["--config"], option["--domain"], option["--data"])
{does}
"""
TRAINS = """
out = pathlib.Path(option["--out"])
out.mkdir(exist_ok=True)
(out / (option["--fixed-model-name"] + ".tar.gz")).write_bytes(b"model")
"""
FAILS = """
print("\\n".join(f"line {number}" for number in range(9)))
sys.exit("InvalidDomain: 没有这个意图")
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small copy of the house, as far as training looks at it."""
    root = tmp_path / "house"
    for name in (
        "config.yml",
        "bot/domain/help.yml",
        "data/nlu/help.yml",
        "bot/understanding/names.py",
        "knowledge_base/text.py",
        "knowledge_base/cantonese.py",
        "knowledge_base/content/qa/waiting.yml",
        "actions/answers.py",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.setattr(training, "ROOT", root)
    monkeypatch.setattr(training, "MODELS", root / "models")
    return root


@pytest.mark.parametrize(
    "name",
    [
        "config.yml",
        "bot/domain/help.yml",
        "data/nlu/help.yml",
        "data/rules/new.yml",
        "bot/understanding/names.py",
        "knowledge_base/text.py",
        "knowledge_base/cantonese.py",
    ],
)
def test_another_model_belongs_to_other_training_data(house, name):
    before = training.model_path()
    (house / name).parent.mkdir(parents=True, exist_ok=True)
    (house / name).write_text("changed")
    assert training.model_path() != before


def test_content_and_actions_never_call_for_training(house):
    before = training.model_path()
    (house / "knowledge_base/content/qa/waiting.yml").write_text("changed")
    (house / "actions/answers.py").write_text("changed")
    compiled = house / "bot/understanding/__pycache__/names.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"compiled")
    assert training.model_path() == before


def test_a_renamed_file_is_other_training_data(house):
    before = training.model_path()
    (house / "data/nlu/help.yml").rename(house / "data/nlu/help2.yml")
    assert training.model_path() != before


def test_training_makes_the_model_and_keeps_what_was_printed_in_the_log(house, tmp_path):
    (house / "rasa.py").write_text(RASA.format(does=TRAINS))
    log = tmp_path / "data" / "train.log"
    assert training.train(log) == training.model_path()
    assert training.model_path().read_bytes() == b"model"
    assert log.read_text() == "telemetry false\ntraining on config.yml bot/domain data\n"


def test_a_failed_training_ends_with_the_last_lines_rasa_printed(house, tmp_path):
    (house / "rasa.py").write_text(RASA.format(does=FAILS))
    with pytest.raises(training.TrainingFailed) as error:
        training.train(tmp_path / "train.log")
    assert str(error.value).splitlines()[0] == "line 5"
    assert str(error.value).splitlines()[-1] == "InvalidDomain: 没有这个意图"
    assert not training.model_path().exists()


def test_a_training_that_leaves_no_model_has_failed(house, tmp_path):
    (house / "rasa.py").write_text(RASA.format(does=""))
    with pytest.raises(training.TrainingFailed):
        training.train(tmp_path / "train.log")


def test_the_lexicon_is_jiebas_own_form_one_name_a_line_in_order():
    lines = training.lexicon().splitlines()
    names = [line.split(" ")[0] for line in lines]
    assert len(names) > 200
    assert names == sorted(set(names))
    assert all(line == f"{name} 100000 n" for line, name in zip(lines, names, strict=True))
    assert "居住证申领" in names
