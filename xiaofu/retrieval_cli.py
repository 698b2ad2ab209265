"""The commands `xiaofu explain` and `xiaofu calibrate`: why something is found, and how surely."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from xiaofu.services import services

if TYPE_CHECKING:  # numpy and the encoder are loaded only when a command needs them
    from knowledge_base.calibration import Asked, Outcomes
    from knowledge_base.evaluation import Labelled
    from knowledge_base.search import Hit, Thresholds, Weighed
    from knowledge_base.snapshot import Snapshot

_OUTCOMES = {"answer": "直接回答", "suggest": "请他选", "refuse": "不回答"}
_SIGNALS = {
    "letters": "问法的字",
    "sounds": "问法的音",
    "letters of the entry": "全条的字",
    "sounds of the entry": "全条的音",
    "meaning": "意思",
}
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_as_json = click.option("--json", "as_json", is_flag=True, help="只打印 JSON")


@click.command()
@click.argument("text")
@click.option("--limit", default=5, show_default=True, help="列出最接近的几条")
@_as_json
def explain(text: str, limit: int, as_json: bool) -> None:
    """说明检索为什么这样答一句话：最接近的条目和事项、各项得分、门槛、让开了谁。"""
    snapshot = services().knowledge.current()
    text = snapshot.read(text)
    weighed = snapshot.search.weigh(text, limit)
    guides = snapshot.guides.weigh(text, limit)
    certain = snapshot.matter_search.find(text).certain
    vetoed = [hit for hit in weighed.vetoed if hit.score >= weighed.offers_from]
    if as_json:
        told = asdict(weighed) | {
            "named": {kind: sorted(ids) for kind, ids in asdict(weighed.named).items()},
            "vetoed": [asdict(hit) | {"why": _why(snapshot, hit, weighed)} for hit in vetoed],
            "matter": certain,
            "guides": [asdict(hit) for hit in guides.near],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(f"读作：{weighed.question or '（没有字）'}")
    click.echo(f"结果：{_OUTCOMES[weighed.outcome]}")
    click.echo(
        f"门槛：{weighed.answers_from:.3f} 起可以回答，{weighed.offers_from:.3f} 起可以请他选；"
        f"回答还要领先第二条 {weighed.margin:.0%}"
    )
    for kind, ids in asdict(weighed.named).items():
        if ids:
            click.echo(f"点到{_KINDS[kind]}：{'、'.join(sorted(ids))}")
    _list("最接近的：", ((hit, "") for hit in weighed.near[:limit]))
    _list("本来够得上，但让开了：", ((hit, _why(snapshot, hit, weighed)) for hit in vetoed))
    if certain:
        click.echo(f"说的就是事项：{certain}（{snapshot.matters[certain].name}）")
    _list("最接近的事项：", ((hit, "") for hit in guides.near[:limit]))


_KINDS = {"matters": "事项", "laws": "法律", "streets": "街道", "offices": "部门"}


def _list(title: str, hits: Iterable[tuple[Hit, str]]) -> None:
    for place, (hit, remark) in enumerate(hits, start=1):
        if place == 1:
            click.echo(title)
        click.echo(f"  {place}. {hit.score:.3f}  {hit.id}  〔{hit.phrasing}〕{remark}")
        signals = (f"{_SIGNALS[name]} {score:.2f}" for name, score in hit.signals.items())
        click.echo(f"     {'，'.join(signals)}")


def _why(snapshot: Snapshot, hit: Hit, weighed: Weighed) -> str:
    """What a vetoed entry is about instead of what the question names."""
    entry = snapshot.entries[hit.id]
    if weighed.named.matters and entry.matter and entry.matter not in weighed.named.matters:
        return f" 说的是事项 {entry.matter}"
    return f" 依据的是{'、'.join(sorted(entry.laws))}"


@click.command()
@_file
@click.option("--wrong", default=0.01, show_default=True, help="有条目的问题，最多几成可以答错")
@click.option("--accept", default=0.01, show_default=True, help="没有条目的问题，最多几成可以答")
@_as_json
def calibrate(file: Path, wrong: float, accept: float, as_json: bool) -> None:
    """按标好的问题定门槛：kb/query/oos 行用行里的条目，带 q 的行用现在已发布的内容。"""
    from knowledge_base.calibration import Limits, fit, measure

    asked, shipped = _asked(file)
    if not asked:
        _fail(f"{file} 里没有可以用来定门槛的问题")
    fitted = fit(asked, shipped.short, Limits(wrong, accept))
    tried = {"fitted": fitted, "shipped": shipped}
    if as_json:
        told = {
            name: {
                "thresholds": asdict(thresholds),
                "precision": measure(asked, thresholds).precision,
                **asdict(measure(asked, thresholds)),
            }
            for name, thresholds in tried.items()
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(f"{len(asked)} 个问题，其中 {sum(not one.known for one in asked)} 个没有条目可答")
    click.echo("按这批问题定的门槛：")
    _report(fitted, measure(asked, fitted))
    click.echo("现在用的门槛：")
    _report(shipped, measure(asked, shipped))
    click.echo("要换用，把 knowledge_base/search.py 里的门槛改成：")
    click.echo(f"  {fitted}")


def _asked(file: Path) -> tuple[list[Asked], Thresholds]:
    """The questions of a file, asked of its entries or else of ours; and the thresholds in use."""
    from knowledge_base.calibration import Asked
    from knowledge_base.encoder import installed
    from knowledge_base.evaluation import read
    from knowledge_base.names import Names
    from knowledge_base.search import Search

    rows = labelled_rows(file)
    if rows and "q" in rows[0]:
        snapshot = services().knowledge.current()
        search, questions = snapshot.search, _of_ours(rows, snapshot)
    else:
        try:
            documents, questions = read(rows)
        except ValueError as error:
            _fail(f"{file} 里有一行既不是条目也不是问题（{error}）")
        search = Search(documents, Names({}), encoder=installed())
    asked = [Asked.of(search.weigh(one.text), one.gold) for one in questions]
    return asked, search.thresholds


def _of_ours(rows: Sequence[Mapping[str, Any]], snapshot: Snapshot) -> list[Labelled]:
    """The rows that ask for an entry there is, or for nothing that we answer."""
    from knowledge_base.evaluation import Labelled

    asked = []
    for row in rows:
        if row.get("expect_id") in snapshot.entries:
            asked.append(Labelled("q", row["q"], row["expect_id"]))
        elif row.get("expect_kind") == "refuse":
            asked.append(Labelled("q", row["q"], None))
    return asked


def _report(thresholds: Thresholds, outcomes: Outcomes) -> None:
    click.echo(
        f"  回答 {thresholds.answer}，请他选 {thresholds.offer}，领先 {thresholds.margin}，"
        f"短句加 {thresholds.short}／字数"
    )
    for name, share in (
        ("答的里面答对的", outcomes.precision),
        ("有条目的：答对", outcomes.answered),
        ("有条目的：答错", outcomes.answered_wrongly),
        ("有条目的：请他选，里面有对的", outcomes.offered),
        ("有条目的：没答", outcomes.refused),
        ("没有条目的：误答", outcomes.false_answers),
        ("没有条目的：误请他选", outcomes.false_offers),
    ):
        if share is not None:
            click.echo(f"  {name} {share:.1%}")


def labelled_rows(file: Path) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file; a bad one is named by its line."""
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError as error:
                _fail(f"{file} 第 {number} 行不是 JSON：{error.msg}")
    return rows


def _fail(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(1)
