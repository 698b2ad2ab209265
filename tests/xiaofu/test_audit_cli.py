"""`xiaofu audit`: what is wrong with the content, as staff read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from xiaofu import cli

ENTRY = """\
- id: refund
  question: 网购能退吗？
  answer: {answer}
  sources:
  - law: 消费者权益保护法
    article: '25'
  owner: 深圳市市场监督管理局
  checked_on: 2026-11-20
"""
MATTER = """\
id: permit
name: 居住证申领
kind: 行政确认
office: 深圳市公安局福田分局
audience: [自然人]
case_type: {case_type}
promised: {{days: 10}}
summary: 住满半年就可以申领。
conditions: [居住半年以上]
materials: [{{name: 居民身份证}}]
channels: [网上]
result: 登记信息
basis: [{{law: 民法典, article: '1049'}}]
source: {{office: 深圳市公安局福田分局}}
checked_on: 2026-11-20
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder of one entry and one matter, both sound."""
    made = tmp_path / "content"
    (made / "qa").mkdir(parents=True)
    (made / "matters" / "residence").mkdir(parents=True)
    (made / "topics.csv").write_text("kind,id,title\nqa,shopping,购物\n")
    (made / "places.csv").write_text("id,name,street,checked_on\n")
    (made / "qa" / "shopping.yml").write_text(ENTRY.format(answer="七天内可以退。"))
    (made / "matters" / "residence" / "permit.yml").write_text(MATTER.format(case_type="承诺件"))
    return made


def xiaofu(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(one) for one in arguments])


@pytest.mark.parametrize("what", ["entries", "matters"])
def test_sound_content_is_said_to_be_so(folder, what):
    result = xiaofu("audit", what, folder)
    assert (result.exit_code, result.stdout) == (0, "没有问题\n")


def test_a_wrong_number_is_told_with_entry_field_and_mend_and_fails(folder):
    (folder / "qa" / "shopping.yml").write_text(ENTRY.format(answer="十天内可以退。"))
    result = xiaofu("audit", "entries", folder)
    assert result.exit_code == 1
    assert (
        "要改  refund「answer」：「十天」在引用的条文里找不到。请引上写着它的那一条"
        in result.stdout
    )
    assert result.stdout.endswith("应当「答案里的数字，引用的条文里有」：1 处\n要改 1 处\n")


def test_a_guide_that_contradicts_itself_fails(folder):
    (folder / "matters" / "residence" / "permit.yml").write_text(MATTER.format(case_type="即办件"))
    result = xiaofu("audit", "matters", folder)
    assert result.exit_code == 1
    assert "要改  permit「promised.days」：即办件的承诺时限写着 10 天。" in result.stdout


def test_the_findings_come_as_json_with_their_counts(folder):
    (folder / "matters" / "residence" / "permit.yml").write_text(MATTER.format(case_type="即办件"))
    result = xiaofu("audit", "matters", folder, "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["counts"], told["rules"]) == (1, {"error": 1}, {"case_type": 1})
    assert told["findings"][0]["item"] == "permit"
    assert told["findings"][0]["field"] == "promised.days"


def test_what_is_published_can_be_audited_instead_of_the_files(folder):
    (folder / "qa" / "shopping.yml").write_text(ENTRY.format(answer="十天内可以退。"))
    assert xiaofu("load", folder).exit_code == 0
    (folder / "qa" / "shopping.yml").write_text(ENTRY.format(answer="七天内可以退。"))
    assert xiaofu("audit", "entries", folder).exit_code == 0
    assert "「十天」" in xiaofu("audit", "entries", "--published").stdout


def test_one_topic_can_be_printed_alone(folder):
    (folder / "qa" / "shopping.yml").write_text(ENTRY.format(answer="十天内可以退。"))
    other = ENTRY.format(answer="九天内可以退。").replace("id: refund", "id: other")
    (folder / "qa" / "other.yml").write_text(other.replace("网购能退吗", "买错了怎么办"))
    told = xiaofu("audit", "entries", folder, "--topic", "other").stdout
    assert "九天" in told
    assert "十天" not in told


def test_a_topic_that_is_not_there_is_said_so(folder):
    result = xiaofu("audit", "entries", folder, "--topic", "opera")
    assert result.exit_code == 2
    assert "没有 opera 这个主题" in result.stderr
