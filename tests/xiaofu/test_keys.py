from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

from xiaofu.keys import key_for, secret_of
from xiaofu.settings import Settings


def test_each_purpose_has_a_key_of_its_own():
    assert key_for("codes", b"s" * 32) != key_for("links", b"s" * 32)
    assert key_for("codes", b"s" * 32) == key_for("codes", b"s" * 32)
    assert key_for("codes", b"s" * 32) != key_for("codes", b"t" * 32)
    assert len(key_for("codes", b"s" * 32)) == 32


def test_the_secret_that_is_set_is_the_secret(tmp_path):
    assert secret_of(Settings(secret_key="x" * 32, data_dir=tmp_path)) == b"x" * 32
    assert not list(tmp_path.iterdir())


def test_without_one_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    settings = Settings(data_dir=tmp_path / "new")
    made = secret_of(settings)
    assert len(made) >= 32 and secret_of(settings) == made
    [file] = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_secret(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda _: secret_of(Settings(data_dir=tmp_path)), range(64)))
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
