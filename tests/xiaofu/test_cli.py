"""The command line as an operator meets it: what is printed, and how it ends."""

from __future__ import annotations

import json
import socket
import sys
from collections import namedtuple
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from knowledge_base import files
from xiaofu import cli, training
from xiaofu import serve as serving
from xiaofu.services import CONTENT, services

Usage = namedtuple("Usage", "total used free")

ENTRY = """\
- id: wait
  question: 要等多久？
  answer: 三天。
  sources:
  - office: 福田区政务服务数据管理局
  owner: 福田区政务服务数据管理局
  checked_on: 2026-11-20
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder of one entry."""
    (tmp_path / "content" / "qa").mkdir(parents=True)
    (tmp_path / "content" / "qa" / "waiting.yml").write_text(ENTRY)
    (tmp_path / "content" / "topics.csv").write_text("kind,id,title\nqa,waiting,等候\n")
    (tmp_path / "content" / "places.csv").write_text("id,name,street,checked_on\n")
    return tmp_path / "content"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the model would be; it is not there yet."""
    path = tmp_path / "model.tar.gz"
    monkeypatch.setattr(training, "model_path", lambda: path)
    return path


def xiaofu(*arguments: object, says: str | None = None) -> Result:
    return CliRunner().invoke(cli.main, [str(one) for one in arguments], input=says)


def printed(*arguments: object) -> str:
    """What a command prints that goes well."""
    result = xiaofu(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def sentence(*arguments: object, says: str | None = None) -> str:
    """What a command says that cannot go on: on stderr, with exit code 1, and no traceback."""
    result = xiaofu(*arguments, says=says)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    return result.stderr.strip()


def test_load_says_what_it_brought_in(folder):
    assert printed("load", folder) == "知识库：新增 2\n"
    assert printed("load", folder) == "知识库：没有变化\n"
    (folder / "qa" / "waiting.yml").write_text(ENTRY.replace("三天", "两天"))
    assert printed("load", folder) == "知识库：更新 1\n"
    (folder / "qa" / "waiting.yml").unlink()
    assert printed("load", folder) == "知识库：下架 1\n"


def test_load_keeps_what_staff_changed_unless_told_otherwise(folder):
    printed("load", folder)
    store, now = services().knowledge_store, services().now()
    edited = files.read(folder).entries["waiting"][0].copy(update={"answer": "一天。"})
    store.save_draft("entry", "waiting", edited, version=1, by="王芳", now=now)
    store.publish("entry", "wait", version=2, by="王芳", now=now)
    (folder / "qa" / "waiting.yml").write_text(ENTRY.replace("三天", "两天"))
    assert printed("load", folder) == "知识库：保留员工改过的 1\n"
    assert printed("load", folder, "--overwrite") == "知识库：更新 1\n"


def test_load_and_dump_make_a_round_trip_of_the_content_byte_for_byte(tmp_path):
    printed("load")
    out = tmp_path / "dumped"
    assert printed("dump", out) == f"已写到 {out}\n"
    patterns = ("*.csv", "qa/*.yml", "matters/*/*.yml")
    there = {p.relative_to(CONTENT): p for pattern in patterns for p in CONTENT.glob(pattern)}
    back = {p.relative_to(out): p for pattern in patterns for p in out.glob(pattern)}
    assert back.keys() == there.keys()
    assert all(back[name].read_bytes() == there[name].read_bytes() for name in there)


def test_a_broken_file_is_told_with_file_line_and_field(folder):
    path = folder / "qa" / "waiting.yml"
    path.write_text(ENTRY.replace("answer", "anwser"))
    assert sentence("load", folder).splitlines() == [
        "内容有 2 处要改：",
        f"{path} 第 1 行「answer」：缺这一项",
        f"{path} 第 3 行「anwser」：没有这一项，名称是否写错？",
    ]
    assert sentence("tidy", folder).startswith("内容有 2 处要改：")


@pytest.mark.parametrize("command", ["load", "tidy"])
def test_a_folder_that_is_not_there_is_said_so(command, tmp_path):
    said = sentence(command, tmp_path / "nowhere")
    assert "topics.csv 第 1 行：文件不在" in said


def test_tidy_counts_and_puts_the_files_in_their_one_form(folder, tmp_path, monkeypatch):
    lexicon = tmp_path / "lexicon" / "matters.txt"
    monkeypatch.setattr(training, "LEXICON", lexicon)
    path = folder / "qa" / "waiting.yml"
    path.write_text("# 备注\n" + ENTRY.replace("要等多久？", '"要等多久？"') + "  sample: false\n")
    assert printed("tidy", folder) == "没有问题：1 条问答，0 个事项\n"
    assert path.read_text() == ENTRY
    assert lexicon.read_text(encoding="utf-8") == training.lexicon()


def test_settings_are_listed_with_the_password_hidden(monkeypatch):
    monkeypatch.setenv("XIAOFU_DATABASE_URL", "postgresql://xiaofu:Geheim-7@db.example/kb")
    said = printed("settings")
    assert "XIAOFU_BOT_PORT=5005\n    小福（市民）的端口" in said
    assert "xiaofu:***@db.example/kb" in said
    assert "Geheim" not in said


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("XIAOFU_BOT_PROT", "1", "设置有误：没有 XIAOFU_BOT_PROT 这个设置，名称是否写错？"),
        ("XIAOFU_DESKS", "许多", "设置有误：XIAOFU_DESKS 的值不对：要写整数"),
        ("XIAOFU_DATABASE_URL", "数据库", "设置有误：XIAOFU_DATABASE_URL 的值不对"),
    ],
)
@pytest.mark.parametrize("command", ["settings", "load", "serve", "train"])
def test_a_wrong_setting_stops_every_command_with_a_sentence(
    command, variable, value, said, monkeypatch
):
    monkeypatch.setenv(variable, value)
    assert sentence(command).startswith(said)


def test_a_file_that_is_no_database_is_said_so(data_dir, folder):
    data_dir.mkdir()
    (data_dir / "xiaofu.db").write_text("这不是数据库" * 1000)
    assert sentence("load", folder).startswith("数据库打不开或写不了（DatabaseError）")


def test_a_database_that_cannot_be_reached_is_said_so(folder, monkeypatch):
    monkeypatch.setenv("XIAOFU_DATABASE_URL", "postgresql://xiaofu@127.0.0.1:1/kb")
    said = sentence("load", folder)
    assert "XIAOFU_DATABASE_URL" in said
    assert "\n" not in said


def test_a_data_folder_that_cannot_be_made_is_said_so(tmp_path, folder, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XIAOFU_DATA_DIR", str(tmp_path / "file" / "data"))
    assert sentence("load", folder).startswith("读写出错：")


def test_serve_says_which_port_is_taken_before_it_does_anything(data_dir, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("XIAOFU_CONSOLE_PORT", str(port))
        monkeypatch.setenv("XIAOFU_BOT_PORT", str(free_port()))
        assert sentence("serve").startswith(f"端口 {port} 用不了")
    assert not data_dir.exists()


def test_serve_says_when_the_disk_is_full(monkeypatch):
    monkeypatch.setenv("XIAOFU_BOT_PORT", str(free_port()))
    monkeypatch.setenv("XIAOFU_CONSOLE_PORT", str(free_port()))
    monkeypatch.setattr(cli.shutil, "disk_usage", lambda path: Usage(2**40, 2**40, 9 * 2**20))
    assert sentence("serve").startswith("磁盘快满了，只剩 9 MB，至少要 200 MB")


def test_serve_loads_trains_and_starts(model, monkeypatch):
    monkeypatch.setenv("XIAOFU_BOT_PORT", str(free_port()))
    monkeypatch.setenv("XIAOFU_CONSOLE_PORT", str(free_port()))
    monkeypatch.setattr(training, "train", lambda log: model.touch())
    monkeypatch.setattr(serving, "serve", lambda settings, tell: tell("两个都好了"))
    said = printed("serve").splitlines()
    assert said[0].startswith("知识库：新增 ")
    assert said[1:] == ["正在训练，约半分钟……", "训练好了", "正在启动……", "两个都好了"]
    assert printed("serve").splitlines() == ["知识库：没有变化", "正在启动……", "两个都好了"]


def test_serve_says_why_a_process_did_not_stay(model, monkeypatch):
    def fails(settings, tell):
        raise serving.CannotServe("小福（市民）没能运行：模型读不了")

    model.touch()
    monkeypatch.setenv("XIAOFU_BOT_PORT", str(free_port()))
    monkeypatch.setenv("XIAOFU_CONSOLE_PORT", str(free_port()))
    monkeypatch.setattr(serving, "serve", fails)
    assert sentence("serve") == "小福（市民）没能运行：模型读不了"


def test_train_trains_only_when_there_is_no_model_for_todays_data(model, monkeypatch):
    trained = []
    monkeypatch.setattr(training, "train", lambda log: trained.append(log) or model.touch())
    assert printed("train").splitlines() == ["正在训练，约半分钟……", "训练好了"]
    assert printed("train") == ""
    printed("train", "--force")
    assert len(trained) == 2


def test_a_failed_training_is_told_with_rasas_last_lines(model, monkeypatch):
    def fails(log):
        raise training.TrainingFailed("InvalidDomain: 没有这个意图")

    monkeypatch.setattr(training, "train", fails)
    assert sentence("train").endswith("InvalidDomain: 没有这个意图")


@pytest.mark.parametrize("command", [("ask", "你好"), ("evaluate", "questions.jsonl")])
def test_a_question_without_a_model_is_told_what_is_missing(command, model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("questions.jsonl").write_text('{"q": "你好", "expect_kind": "smalltalk"}\n')
    assert sentence(*command) == "还没有为现在的训练数据训练过模型，请先运行 make train。"


MESSAGES = [
    {"recipient_id": "ask", "text": "您是在深圳上班，还是上学？"},
    {
        "buttons": [{"title": "上班", "payload": "/choose"}],
        "custom": {"kind": "clarify", "id": None},
    },
]


@pytest.fixture
def bot(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot without Rasa that answers everything alike."""
    model.touch()
    asking = ModuleType("bot.asking")
    asking.ask_once = lambda text: MESSAGES
    asking.ask_each = lambda texts: (MESSAGES for _ in texts)
    monkeypatch.setitem(sys.modules, "bot.asking", asking)


def test_ask_prints_what_is_said_and_what_could_be_tapped(bot):
    assert printed("ask", "办居住证") == "您是在深圳上班，还是上学？\n  〔上班〕\n"


def test_ask_prints_the_whole_reply_as_json(bot):
    assert json.loads(printed("ask", "办居住证", "--json")) == MESSAGES


def test_evaluate_counts_conversations(bot, tmp_path):
    rows = [{"q": "办居住证", "expect_kind": "clarify"}, {"q": "天气", "expect_id": "weather"}]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    assert printed("evaluate", path).splitlines() == [
        "没答上  天气",
        "答对 1，请他选 0，答错 0，没答上 1，共 2",
    ]
    counts = json.loads(printed("evaluate", path, "--json"))["counts"]
    assert counts == {"hit": 1, "miss": 1}


def test_evaluate_measures_the_search_in_the_benchmarks_form(tmp_path):
    rows = [
        {"type": "kb", "id": "1", "question": "大厅几点开门"},
        {"type": "kb", "id": "2", "question": "停车要钱吗"},
        {"type": "query", "text": "大厅几点开门呀", "gold": "1"},
        {"type": "oos", "text": "明天天气"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    measured = json.loads(printed("evaluate", path, "--json"))
    wanted = {"top1", "top5", "mrr10", "oos_auroc", "p50_ms", "p95_ms", "build_s"}
    assert wanted <= measured.keys()
    assert (measured["top1"], measured["oos_auroc"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"q": "你好"}\n{坏的\n', "第 2 行不是 JSON"),
        ("\n\n", "里没有一行数据"),
        ('{"type": "nonsense"}\n', "里有一行既不是条目也不是问题"),
    ],
)
def test_evaluate_names_the_row_it_cannot_read(text, said, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(text)
    assert said in sentence("evaluate", path)


PASSWORD = "福田 tian-7788"


def test_a_member_of_staff_is_added_with_a_password_typed_twice():
    result = xiaofu("staff", "add", "张三", says=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("已添加 张三，可以登录工作台了\n")
    assert PASSWORD not in result.output
    with services().engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT name, password FROM console_staff")).one()
    assert kept.name == "张三"
    assert kept.password.startswith("$argon2id$")


def test_a_password_too_short_and_a_name_taken_are_refused_with_a_sentence():
    assert sentence("staff", "add", "张三", says="abc\nabc\n").endswith(
        "密码至少 10 位，现在是 3 位。"
    )
    xiaofu("staff", "add", "张三", says=f"{PASSWORD}\n{PASSWORD}\n")
    said = sentence("staff", "add", "张三", says=f"{PASSWORD}\n{PASSWORD}\n")
    assert said.endswith("「张三」已经在名单里了。")


def test_every_command_says_in_chinese_what_it_does():
    said = printed("--help")
    for name, command in cli.main.commands.items():
        assert name in said
        assert any("\u4e00" <= sign <= "\u9fff" for sign in command.help or ""), name


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_the_calendar_is_shown_and_a_mistake_in_it_is_one_sentence(data_dir, tmp_path):
    assert "用的是国家日历，知道到 2026-12-31" in printed("calendar")
    file = data_dir / "calendar.yml"
    file.parent.mkdir(exist_ok=True)
    file.write_text("停办:\n- {日期: 2026-12-03, 原因: 台风红色预警}\n", "utf-8")
    assert "2026-12-03  不上班  台风红色预警" in printed("calendar")
    wrong = tmp_path / "新的.yml"
    wrong.write_text("停办:\n- {日期: 2026-12-03}\n", "utf-8")
    result = xiaofu("calendar", wrong)
    assert result.exit_code == 1
    assert "第 2 行：这一条缺「原因」" in result.output
