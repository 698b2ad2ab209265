"""信用承诺 as the settings and the content make it, and the export as an operator meets it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from booking.calendar import SHENZHEN
from booking.commitments import NotOnList
from booking.credit_records import verify
from booking.exclusions import ListInFile
from knowledge_base import files
from knowledge_base.files import Content
from xiaofu import cli
from xiaofu.promising import kept_out_matters
from xiaofu.services import CONTENT, services

NOW = datetime(2026, 11, 23, 8, tzinfo=SHENZHEN)
PHONE = "13800005678"


@pytest.fixture(scope="module")
def content():
    return files.read(CONTENT)


@pytest.fixture
def whole(data_dir, content):
    """With the matters that have a 告知承诺, and one that has none."""
    wanted = {"marriage-registration"}
    matters = {
        theme: tuple(one for one in shelf if one.marks.commitment or one.id in wanted)
        for theme, shelf in content.matters.items()
    }
    whole = services()
    whole.knowledge_store.load(Content(content.topics, (), {}, matters), now=NOW)
    return whole


def test_what_the_guides_call_告知承诺_is_offered_but_for_what_art_59_keeps_out(whole, content):
    marked = {
        matter.id
        for shelf in content.matters.values()
        for matter in shelf
        if matter.marks.commitment
    }
    kept_out = kept_out_matters()
    assert kept_out and set(kept_out) < marked
    assert all("第五十九条" in why for why in kept_out.values())
    offered = {matter_id for matter_id in marked if whole.promises.terms(matter_id)}
    assert offered == marked - set(kept_out)


def test_safety_and_health_go_the_ordinary_way(whole):
    for matter_id in ("fire-safety-check", "food-business-licence", "marriage-registration"):
        with pytest.raises(NotOnList):
            whole.promises.offer(1, matter_id, PHONE, NOW)


def test_the_notice_has_the_guides_own_words(whole, content):
    matter = whole.matter("employment-registration")
    notice = whole.promises.offer(1, matter.id, PHONE, NOW).notice
    assert matter.name in notice and matter.marks.commitment in notice
    assert all(condition.rstrip("。") in notice for condition in matter.conditions)
    assert "。；" not in notice and "。。" not in notice


def test_a_list_is_connected_by_its_setting(data_dir, monkeypatch, tmp_path):
    assert not services().promises.serious.connected
    services.cache_clear()
    monkeypatch.setenv("XIAOFU_SERIOUS_RECORDS", str(tmp_path / "serious.txt"))
    assert services().promises.serious == ListInFile(tmp_path / "serious.txt")


def run(*arguments) -> str:
    result = CliRunner().invoke(cli.main, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def upheld(whole):
    promises = whole.promises
    made = promises.offer(1, "employment-registration", PHONE, NOW)
    promises.accept(made.id, made.digest, PHONE, NOW)
    promises.report(made.id, untrue="x", evidence="y", receipt="BJ-1", by="林晓", now=NOW)
    mend_by = NOW.date() + timedelta(days=10)
    promises.notify(made.id, told="当面", mend_by=mend_by, by="林晓", now=NOW)
    promises.object(made.id, "不对", NOW)
    return promises.decide(made.id, upheld=True, reason="z", by="陈建国", now=NOW)


def test_exporting_twice_gives_the_same_file_byte_for_byte(upheld, tmp_path):
    file = tmp_path / "credit.jsonl"
    assert "共 1 件" in run("credit", "export", file)
    first = file.read_bytes()
    run("credit", "export", file)
    assert file.read_bytes() == first
    assert [path.name for path in tmp_path.glob("credit*")] == ["credit.jsonl"]
    [line] = first.decode().splitlines()
    assert json.loads(line)["id"] == upheld.code
    key_id, public = run("credit", "key").split()
    assert verify(line, public) and json.loads(line)["signature"]["key"] == key_id


def test_with_nothing_decided_the_file_is_empty(whole, tmp_path):
    assert "共 0 件" in run("credit", "export", tmp_path / "credit.jsonl")
    assert (tmp_path / "credit.jsonl").read_bytes() == b""


def test_reminders_can_be_sent_by_hand(data_dir):
    assert "发出 0 条" in run("remind")
