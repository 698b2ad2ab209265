"""The command `xiaofu`: run 小福, ask her, and look after what she knows."""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from booking import office_calendar
from booking.calendar import CHINA
from knowledge_base import files
from knowledge_base.files import ContentError
from knowledge_base.store import Loaded
from knowledge_base.tables import Unreadable
from knowledge_base.verdicts import Verdict, Verdicts
from xiaofu import serve as serving
from xiaofu import training
from xiaofu.audit_cli import audit
from xiaofu.credit_cli import credit
from xiaofu.retrieval_cli import calibrate, explain, labelled_rows
from xiaofu.services import CONTENT, services
from xiaofu.settings import Settings, SettingsError, read
from xiaofu.sheets_cli import export_sheet, import_sheet


class Clear(click.Group):
    """Every error a person can act on is one sentence in Chinese, never a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except SettingsError as error:
            _fail(f"设置有误：{error}")
        except ContentError as error:
            _fail(f"内容有 {len(error.problems)} 处要改：\n{error}")
        except (serving.CannotServe, training.TrainingFailed, Unreadable) as error:
            _fail(str(error))
        except SQLAlchemyError as error:
            why = type(error).__name__
            _fail(f"数据库打不开或写不了（{why}），请检查 XIAOFU_DATABASE_URL 和它指的数据库。")
        except OSError as error:
            _fail(f"读写出错：{error.strerror or error}（{error.filename or '磁盘'}）")


@click.group(cls=Clear)
def main() -> None:
    """小福：福田区政务服务的数字员工。"""


@main.command()
def serve() -> None:
    """启动小福和工作台；第一次会先装好知识、训练模型。"""
    settings = read()
    serving.check_ports(settings)
    _check_disk(settings)
    _say(_loaded(load_content(overwrite=False)))
    make_model(settings)
    _say("正在启动……")
    serving.serve(settings, _say)


@main.command()
@click.option("--force", is_flag=True, help="已有现成的模型也重新训练")
def train(force: bool) -> None:
    """为现在的训练数据训练模型。"""
    if force:
        training.model_path().unlink(missing_ok=True)
    make_model(read())


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=CONTENT)
@click.option("--overwrite", is_flag=True, help="员工改过的也用文件里的盖掉")
def load(folder: Path, overwrite: bool) -> None:
    """把内容文件夹里的知识装进数据库。"""
    _say(_loaded(load_content(folder, overwrite=overwrite)))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=CONTENT)
def dump(folder: Path) -> None:
    """把数据库里已发布的知识写回内容文件夹，供 git 查看改动。"""
    _, content = services().knowledge_store.published()
    files.write(content, folder)
    _say(f"已写到 {folder}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=CONTENT)
def tidy(folder: Path) -> None:
    """检查内容文件夹，并按统一的写法重排。"""
    content = files.read(folder)
    files.write(content, folder)
    entries = sum(map(len, content.entries.values()))
    matters = sum(map(len, content.matters.values()))
    training.LEXICON.parent.mkdir(parents=True, exist_ok=True)
    training.LEXICON.write_text(training.lexicon(), encoding="utf-8")
    _say(f"没有问题：{entries} 条问答，{matters} 个事项")


@main.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="打印完整的回复")
def ask(text: str, as_json: bool) -> None:
    """问小福一句，走市民走的同一条路。"""
    _check_model()
    from bot.asking import ask_once  # the bot loads Rasa and TensorFlow: only when it is needed

    messages = ask_once(text)
    if as_json:
        click.echo(json.dumps(messages, ensure_ascii=False, indent=2))
        return
    for message in messages:
        click.echo(message.get("text", ""), nl="text" in message)
        for button in message.get("buttons", ()):
            click.echo(f"  〔{button['title']}〕")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="只打印 JSON")
def evaluate(file: Path, as_json: bool) -> None:
    """评测：kb/query/oos 行量检索；带 q 的行走完整对话，数对、错、漏。"""
    rows = labelled_rows(file)
    if not rows:
        _fail(f"{file} 里没有一行数据")
    if "q" not in rows[0]:
        from knowledge_base.encoder import installed
        from knowledge_base.evaluation import evaluate as measure

        try:
            report = measure(rows, installed())
            click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2))
        except ValueError as error:
            _fail(f"{file} 里有一行既不是条目也不是问题（{error}）")
        return
    _check_model()
    from bot.asking import ask_each

    verdicts = Verdicts()
    with click.progressbar(rows, label="提问", file=sys.stderr, hidden=as_json) as shown:
        for row, messages in zip(shown, ask_each(row["q"] for row in rows), strict=True):
            verdicts.add(row, messages)
    if as_json:
        click.echo(
            json.dumps({"counts": verdicts.counts, "failed": verdicts.failed}, ensure_ascii=False)
        )
        return
    for verdict, question in verdicts.failed:
        click.echo(f"{_VERDICTS[verdict]}  {question}")
    total = len(rows)
    click.echo(
        "，".join(f"{name} {verdicts.counts[v]}" for v, name in _VERDICTS.items()) + f"，共 {total}"
    )


_VERDICTS: dict[Verdict, str] = {
    "hit": "答对",
    "offered": "请他选",
    "wrong": "答错",
    "miss": "没答上",
}


@main.command()
def settings() -> None:
    """列出现在生效的设置，密码不显示。"""
    for name, value, meaning in read().shown():
        click.echo(f"{name}={value}\n    {meaning}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def calendar(file: Path | None) -> None:
    """看日历知道到哪天、写了哪些停办和加开；写错了说出哪一行。"""
    path = file or read().calendar_file
    if not path.exists():
        click.echo(f"还没有 {path}，用的是国家日历，知道到 {CHINA.known_until}。")
        return
    try:
        found = office_calendar.read(path.read_text("utf-8-sig"))
    except (office_calendar.CalendarError, UnicodeDecodeError) as error:
        _fail(f"{path} {office_calendar.told(error)}")
    click.echo(f"日历知道到 {found.known_until}。")
    for change in sorted(found.changes, key=lambda change: change.day):
        click.echo(
            f"{change.day}  {change.half or ''}{'上班' if change.works else '不上班'}  {change.why}"
        )


@main.group()
def staff() -> None:
    """工作台的员工账号。"""


@staff.command("add")
@click.argument("name")
@click.option("--password", prompt="密码", hide_input=True, confirmation_prompt="再输一次")
def add_staff(name: str, password: str) -> None:
    """添一个能登录工作台的员工。"""
    from console.people import StaffRefused, add_staff
    from console.store import StaffStore

    whole = services()
    store = StaffStore(whole.engine)
    store.create_tables()
    try:
        add_staff(store, name, password, whole.now())
    except StaffRefused as refusal:
        _fail(str(refusal))
    _say(f"已添加 {name}，可以登录工作台了")


@main.command()
def remind() -> None:
    """把现在该发的视频办提醒发掉。`xiaofu serve` 自己会发，用 rasa run 的，放进定时任务。"""
    ended = services().reminders.step()
    _say(f"发出 {ended['sent']} 条，没发成 {ended.total() - ended['sent']} 条")


main.add_command(audit)
main.add_command(credit)
main.add_command(explain)
main.add_command(calibrate)
main.add_command(import_sheet)
main.add_command(export_sheet)


def load_content(folder: Path = CONTENT, *, overwrite: bool) -> Loaded:
    whole = services()
    return whole.knowledge_store.load(files.read(folder), now=whole.now(), overwrite=overwrite)


def make_model(settings: Settings) -> None:
    """Train unless there is a model for today's training data."""
    training.LEXICON.parent.mkdir(parents=True, exist_ok=True)
    if training.model_path().exists():
        return
    log = settings.data_dir / "train.log"
    with _working("正在训练，约半分钟"):
        training.train(log)
    _say("训练好了")


def _check_model() -> None:
    if not training.model_path().exists():
        _fail("还没有为现在的训练数据训练过模型，请先运行 make train。")


def _loaded(done: Loaded) -> str:
    parts = [
        f"新增 {done.added}" if done.added else "",
        f"更新 {done.updated}" if done.updated else "",
        f"下架 {done.retired}" if done.retired else "",
        f"保留员工改过的 {done.kept}" if done.kept else "",
    ]
    return "知识库：" + ("，".join(part for part in parts if part) or "没有变化")


def _check_disk(settings: Settings) -> None:
    """A model, a database and their logs want some room; say so before running out of it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free // 2**20
    if free < _ROOM:
        _fail(f"磁盘快满了，只剩 {free} MB，至少要 {_ROOM} MB。请先清出空间。")


_ROOM = 200
"""MB that must be free: model 10, database and write-ahead log 50, and air to breathe."""


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Show that something goes on, second by second where somebody watches."""
    done = threading.Event()

    def tick() -> None:
        began = time.monotonic()
        while not done.wait(1):
            click.echo(f"\r{what}……{time.monotonic() - began:.0f} 秒", nl=False)

    watcher = threading.Thread(target=tick, daemon=True)
    if sys.stdout.isatty():
        watcher.start()
    else:
        click.echo(f"{what}……")
    try:
        yield
    finally:
        done.set()
        if watcher.is_alive():
            watcher.join()
            click.echo()


def _say(text: str) -> None:
    click.echo(text)


def _fail(text: str) -> None:
    click.echo(text, err=True)
    sys.exit(1)
