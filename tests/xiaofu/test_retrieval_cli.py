"""`xiaofu explain` and `xiaofu calibrate`: why something is found, and how surely."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from xiaofu import cli

ENTRY = """\
- id: {id}
  question: {question}
  answer: 打 12345 问一问。
  sources:
  - law: {law}
    article: '25'
  owner: 深圳市市场监督管理局
  checked_on: 2026-11-20
"""
ENTRIES = (
    ("refund", "网上买的东西七天内可以退吗？", "消费者权益保护法"),
    ("will", "自己写的遗嘱怎样才有效？", "民法典"),
    ("noise", "楼上邻居太吵，该找谁？", "噪声污染防治法"),
)


@pytest.fixture(autouse=True)
def knowledge(tmp_path: Path) -> None:
    """Three entries, loaded."""
    made = tmp_path / "content"
    (made / "qa").mkdir(parents=True)
    (made / "topics.csv").write_text("kind,id,title\nqa,life,生活\n")
    (made / "places.csv").write_text("id,name,street,checked_on\n")
    told = (ENTRY.format(id=id, question=asked, law=law) for id, asked, law in ENTRIES)
    (made / "qa" / "life.yml").write_text("".join(told))
    printed("load", made)


def xiaofu(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(one) for one in arguments])


def printed(*arguments: object) -> str:
    result = xiaofu(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_answer_is_explained_with_its_score_its_signals_and_the_threshold():
    told = printed("explain", "請問網上買嘅嘢七天內可以退嗎")
    first, outcome, thresholds, _, best, signals, *_ = told.splitlines()
    assert first == "读作：网上买的东西七天内可以退"
    assert outcome == "结果：直接回答"
    assert "起可以回答" in thresholds
    assert best == "  1. 1.000  refund  〔网上买的东西七天内可以退〕"
    assert "意思 1.00" in signals


def test_what_was_left_out_is_explained_by_what_it_is_about():
    told = printed("explain", "民法典里说楼上邻居太吵该找谁")
    assert "点到法律：民法典" in told
    left_out = told.split("让开了：")[1]
    assert "noise" in left_out
    assert "依据的是噪声污染防治法" in left_out


def test_an_explanation_can_be_read_by_programs():
    told = json.loads(printed("explain", "自己写的遗嘱有没有效", "--json"))
    assert told["outcome"] in ("answer", "suggest")
    assert told["near"][0]["id"] == "will"
    assert told["near"][0]["score"] >= told["offers_from"]
    assert told["named"]["laws"] == []


def test_thresholds_are_fitted_on_our_own_content(tmp_path):
    rows = [
        {"q": "遗嘱自己写有效吗", "expect_id": "will"},
        {"q": "楼上天天吵，找谁", "expect_id": "noise"},
        {"q": "海南有什么好玩的", "expect_kind": "refuse"},
        {"q": "办居住证", "expect_kind": "matter"},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    told = printed("calibrate", path)
    assert told.startswith("3 个问题，其中 1 个没有条目可答\n")
    assert "答的里面答对的 100.0%" in told
    assert "Thresholds(answer=" in told


def test_thresholds_are_fitted_on_a_benchmarks_own_entries(tmp_path):
    rows = [
        {"type": "kb", "id": "1", "question": "大厅几点开门"},
        {"type": "kb", "id": "2", "question": "停车要钱吗"},
        {"type": "query", "text": "大厅几点钟开门", "gold": "1"},
        {"type": "query", "text": "停车收不收钱", "gold": "2"},
        {"type": "oos", "text": "海南有什么好玩的"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    told = json.loads(printed("calibrate", path, "--json"))
    assert told["fitted"]["answered"] == 1
    assert told["fitted"]["false_answers"] == 0
    assert told["shipped"]["thresholds"].keys() == {"answer", "offer", "margin", "short"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有可以用来定门槛的问题"),
        ('{"q": "办居住证", "expect_kind": "matter"}', "没有可以用来定门槛的问题"),
        ('{"type": "nonsense"}', "里有一行既不是条目也不是问题"),
        ("{坏的", "第 1 行不是 JSON"),
    ],
)
def test_a_file_without_questions_is_said_to_have_none(text, said, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(text)
    result = xiaofu("calibrate", path)
    assert result.exit_code == 1
    assert said in result.stderr
