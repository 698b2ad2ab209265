"""The commands `xiaofu import` and `xiaofu export`: knowledge as sheets, in and out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from knowledge_base import previews, sheets
from knowledge_base.columns import Kind
from knowledge_base.entries import Entry
from knowledge_base.matters import Matter
from knowledge_base.previews import Preview, Stock
from knowledge_base.sheets import Defaults, Given
from knowledge_base.store import KnowledgeStore
from knowledge_base.tables import Unreadable
from xiaofu.services import services

_KINDS: tuple[Kind, ...] = ("entry", "matter")
_SHOWN = 20
"""How many rows of a kind are listed before the rest is only counted."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--topic", help="没写主题的行，放进哪个主题")
@click.option("--owner", help="没写负责部门的问答，由哪个部门负责")
@click.option("--drafts", "way", flag_value="drafts", help="收下，存成草稿，等人审")
@click.option("--publish", "way", flag_value="publish", help="收下，马上发布给市民")
def import_sheet(file: Path, topic: str | None, owner: str | None, way: str | None) -> None:
    """看一张表（Excel、CSV、JSON 行）会改什么；加 --drafts 或 --publish 才真的收下。"""
    whole = services()
    now = whole.now()
    stock = _stock(whole.knowledge_store)
    known = {item.question: id for (_, id), (_, item) in stock.items() if isinstance(item, Entry)}
    sheet = sheets.read(file, Defaults(now.date(), topic, owner), known)
    preview = previews.compare(sheet, stock)
    _show(preview)
    if way is None:
        if preview.waiting:
            click.echo("这只是预览，还没有动知识库。加 --drafts 存成草稿，加 --publish 直接发布。")
        return
    taken = [(one.kind, _shelf(one, stock), one.item) for one in preview.waiting]
    done = whole.knowledge_store.bring(taken, publish=way == "publish", by="import", now=now)
    kept = f"，{done.kept} 项有人正在改、没有动" if done.kept else ""
    said = "发布" if way == "publish" else "存成草稿"
    click.echo(f"已{said}：新增 {done.added}，更新 {done.updated}{kept}")


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--only", type=click.Choice(_KINDS), help="只要问答（entry）或事项（matter）")
def export_sheet(file: Path, only: Kind | None) -> None:
    """把知识库导出成表；文件名的结尾决定写法：.xlsx、.csv 或 .jsonl。"""
    if file.suffix.lower() not in (".xlsx", ".csv", ".jsonl"):
        raise Unreadable("文件名请以 .xlsx、.csv 或 .jsonl 结尾")
    stock = _stock(services().knowledge_store)
    listed = [(kind, shelf, item) for (kind, _), (shelf, item) in stock.items()]
    wanted = [one for one in listed if only in (None, one[0])]
    sheets.write(file, wanted)
    click.echo(f"已导出 {len(wanted)} 项到 {file}")


def _stock(store: KnowledgeStore) -> Stock:
    """Every entry and matter as staff last left it, drafts before what is published."""
    return {
        (kind, stored.id): (stored.shelf, stored.latest)
        for kind in _KINDS
        for stored in store.all(kind)
        if isinstance(stored.latest, Entry | Matter)
    }


def _shelf(given: Given, stock: Stock) -> str:
    """Where it stands: as the sheet says, else where it stood, else a shelf for what is new."""
    before = stock.get((given.kind, given.item.id))
    return given.shelf or (before[0] if before else "imported")


def _show(preview: Preview) -> None:
    changed = [f"{_said(one.given)}（{'、'.join(one.headings)}）" for one in preview.changed]
    _list("不能收的", list(map(str, preview.rejected)))
    _list("新的", list(map(_said, preview.new)))
    _list("有改动的", changed)
    odd = Counter(warning for one in preview.waiting for warning in one.warnings)
    _list("要留意的", [f"{warning}：{count} 项" for warning, count in odd.most_common()])
    click.echo(
        f"新增 {len(preview.new)}，改动 {len(preview.changed)}，没有变化 {preview.same}，"
        f"不能收 {len(preview.rejected)}；表里没有而库里有 {len(preview.absent)}（不动）"
    )


def _list(title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    click.echo(f"{title}（{len(lines)}）：")
    for line in lines[:_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > _SHOWN:
        click.echo(f"  …… 还有 {len(lines) - _SHOWN} 行")


def _said(given: Given) -> str:
    title = given.item.question if isinstance(given.item, Entry) else given.item.name
    return f"{given.place}：{title}"
