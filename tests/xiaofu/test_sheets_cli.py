"""`xiaofu import` shows before it takes; `xiaofu export` gives back what there is."""

from click.testing import CliRunner

from xiaofu.cli import main
from xiaofu.services import services


def _run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def _sheet(tmp_path):
    path = tmp_path / "新.csv"
    path.write_text("问题,答案\n福田有几个街道,十个街道。\n没有答案的,\n", encoding="utf-8")
    return path


def _words(tmp_path, *more):
    return ("import", _sheet(tmp_path), "--topic", "channels", "--owner", "福田区政数局", *more)


def test_a_preview_shows_every_fate_and_changes_nothing(tmp_path):
    before = services().knowledge_store.revision()
    shown = _run(*_words(tmp_path)).output
    assert "「新」第 3 行「答案」：缺这一项" in shown
    assert "「新」第 2 行：福田有几个街道" in shown
    assert "新增 1，改动 0，没有变化 0，不能收 1" in shown
    assert services().knowledge_store.all("entry") == []
    assert services().knowledge_store.revision() == before


def test_drafts_wait_and_are_heard_by_nobody(tmp_path):
    assert "已存成草稿：新增 1" in _run(*_words(tmp_path, "--drafts")).output
    (stored,) = services().knowledge_store.all("entry")
    assert stored.published is None
    assert stored.draft.answer == "十个街道。"


def test_published_rows_are_one_revision_and_a_second_time_changes_nothing(tmp_path):
    before = services().knowledge_store.revision()
    assert "已发布：新增 1" in _run(*_words(tmp_path, "--publish")).output
    assert services().knowledge_store.revision() == before + 1
    again = _run(*_words(tmp_path, "--publish")).output
    assert "没有变化 1" in again
    assert services().knowledge_store.revision() == before + 1


def test_what_somebody_is_working_on_is_left_alone(tmp_path):
    _run(*_words(tmp_path, "--publish"))
    store = services().knowledge_store
    (stored,) = store.all("entry")
    theirs = stored.published.copy(update={"answer": "有人正在改。"})
    now = services().now()
    store.save_draft("entry", "channels", theirs, version=stored.version, by="李", now=now)
    _sheet(tmp_path).write_text("问题,答案\n福田有几个街道,九个。\n", encoding="utf-8")
    path = tmp_path / "新.csv"
    said = _run("import", path, "--owner", "福田区政数局", "--publish").output
    assert "1 项有人正在改、没有动" in said
    assert store.get("entry", stored.id).draft.answer == "有人正在改。"


def test_export_then_import_changes_nothing(tmp_path):
    _run("load")
    for name in ("all.xlsx", "all.jsonl"):
        path = tmp_path / name
        assert "已导出" in _run("export", path).output
        shown = _run("import", path, "--publish").output
        assert "新增 0，改动 0" in shown
        assert "不能收 0；表里没有而库里有 0" in shown


def test_what_is_no_sheet_is_one_sentence(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\x89PNG\0")
    result = _run("import", path)
    assert result.exit_code == 1
    assert "另存为" in result.output
    assert "Traceback" not in result.output
    assert "以 .xlsx" in _run("export", tmp_path / "a.doc").output
