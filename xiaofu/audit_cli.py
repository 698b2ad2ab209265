"""The commands `xiaofu audit …`: what is wrong with the content, and how to mend it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from knowledge_base import entry_audit, files, matter_audit
from knowledge_base.files import Content
from knowledge_base.findings import Finding, Weight
from knowledge_base.matters import Matter
from xiaofu.services import CONTENT, services

_WEIGHTS: dict[Weight, str] = {"unchecked": "没法核对", "warning": "请看一看", "error": "要改"}
"""The heaviest comes last, where a terminal shows it."""


@click.group()
def audit() -> None:
    """查内容对不对：引用的条文、数字、办事指南的各项是否一致。"""


_folder = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=CONTENT
)
_published = click.option("--published", is_flag=True, help="查数据库里已发布的，不查文件")
_as_json = click.option("--json", "as_json", is_flag=True, help="只打印 JSON")


@audit.command("entries")
@_folder
@_published
@click.option("--topic", help="只打印一个主题的，如 labour")
@_as_json
def audit_entries(folder: Path, published: bool, topic: str | None, as_json: bool) -> None:
    """查问答：条文、数字、绑定、互相矛盾的、重复的、过了复核日的。"""
    content = _content(folder, published)
    if topic is not None and topic not in content.entries:
        raise click.BadParameter(f"没有 {topic} 这个主题", param_hint="--topic")
    whole = services()
    places = {place.id: place.name for place in content.places}
    found = entry_audit.audit(
        (entry for shelf in content.entries.values() for entry in shelf),
        _by_id(content),
        places,
        whole.statutes,
        whole.now().date(),
    )
    wanted = {entry.id for entry in content.entries[topic]} if topic else set()
    _report((one for one in found if not topic or one.item in wanted), entry_audit.RULES, as_json)


@audit.command("matters")
@_folder
@_published
@_as_json
def audit_matters(folder: Path, published: bool, as_json: bool) -> None:
    """查事项：办事指南各项对不对得上，依据有没有失效，编码对不对。"""
    whole = services()
    matters = _by_id(_content(folder, published)).values()
    found = matter_audit.audit(matters, whole.statutes, whole.now().date())
    _report(found, matter_audit.RULES, as_json)


def _content(folder: Path, published: bool) -> Content:
    return services().knowledge_store.published()[1] if published else files.read(folder)


def _by_id(content: Content) -> dict[str, Matter]:
    return {matter.id: matter for shelf in content.matters.values() for matter in shelf}


def _report(found: Iterable[Finding], titles: Mapping[str, str], as_json: bool) -> None:
    """Print the findings, the heaviest last; the command fails when something must be mended."""
    findings = list(found)
    weights = Counter(finding.weight for finding in findings)
    rules = Counter(finding.rule for finding in findings)
    if as_json:
        report = {
            "counts": weights,
            "rules": rules,
            "findings": [asdict(finding) for finding in findings],
        }
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for weight, label in _WEIGHTS.items():
            for finding in findings:
                if finding.weight == weight:
                    click.echo(f"{label}  {finding}")
        for rule, times in rules.most_common():
            click.echo(f"应当「{titles[rule]}」：{times} 处")
        said = [f"{label} {weights[w]} 处" for w, label in _WEIGHTS.items() if weights[w]]
        click.echo("，".join(reversed(said)) or "没有问题")
    if weights["error"]:
        sys.exit(1)
