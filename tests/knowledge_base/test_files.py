from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import any_entry, any_matter, any_place, content, entry, matter, place

from knowledge_base import files
from knowledge_base.entries import Entry
from knowledge_base.files import ContentError, Problem, Topic
from knowledge_base.matters import Matter
from knowledge_base.model import Record
from knowledge_base.places import Place

ENTRY = """\
id: wait
question: 要等多久？
answer: 三天。
sources:
- office: 福田区政务服务数据管理局
owner: 福田区政务服务数据管理局
checked_on: 2026-11-20
"""
PLACES = "id,name,street,aliases,checked_on\n"


def bytes_in(folder: Path) -> dict[str, bytes]:
    """Every file of a content folder that a dump writes."""
    found = [*folder.glob("*.csv"), *folder.glob("qa/*"), *folder.glob("matters/*/*")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def written(text: str | bytes, name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problems_of(folder: Path, text: str | bytes, kind: type[Record] = Entry) -> tuple[Problem, ...]:
    """What is wrong with a YAML file of `text`."""
    with pytest.raises(ContentError) as error:
        files.read_yaml(written(text, "broken.yml", folder), kind)
    assert str(error.value) == "\n".join(map(str, error.value.problems))
    return error.value.problems


def test_the_content_folder_read_and_written_is_the_same_byte_for_byte(content_folder, tmp_path):
    files.write(files.read(content_folder), tmp_path)
    before = bytes_in(content_folder)
    assert len(before) > 80
    assert bytes_in(tmp_path) == before


def test_writing_a_folder_over_itself_changes_no_byte(real_content, tmp_path):
    files.write(real_content, tmp_path)
    before = bytes_in(tmp_path)
    files.write(files.read(tmp_path), tmp_path)
    assert bytes_in(tmp_path) == before


@settings(max_examples=60)
@given(st.lists(any_entry(), min_size=1, max_size=2))
def test_whatever_an_entry_says_comes_back_from_its_file(entries):
    assert_comes_back(entries)


@settings(max_examples=40)
@given(any_matter())
def test_whatever_a_guide_says_comes_back_from_its_file(guide):
    assert_comes_back([guide])


def assert_comes_back(records: list[Entry] | list[Matter]) -> None:
    with TemporaryDirectory() as folder:
        text = files.dump_yaml(records)
        back = files.read_yaml(written(text, "one.yml", Path(folder)), type(records[0]))
        assert list(back) == records
        assert files.dump_yaml(back) == text


@settings(max_examples=60)
@given(st.lists(any_place(), max_size=3))
def test_whatever_a_place_says_comes_back_from_its_table(places):
    with TemporaryDirectory() as folder:
        text = files.dump_csv(Place, places)
        back = files.read_csv(written(text, "places.csv", Path(folder)), Place)
        assert list(back) == places
        assert files.dump_csv(Place, back) == text


def test_an_answer_of_several_lines_stands_line_by_line_so_that_a_diff_shows_one():
    text = files.dump_yaml([entry(answer="第一，带身份证。\n第二，带照片。")])
    assert "\n  answer: |-\n    第一，带身份证。\n    第二，带照片。\n" in text


def test_what_equals_its_default_is_left_out_and_the_days_stand_last():
    text = files.dump_yaml([matter()])
    assert "sample" not in text and "forks" not in text
    assert text.startswith("id: permit\nname: 居住证申领\n")
    assert text.endswith("checked_on: 2026-11-20\n")


def test_entries_are_written_in_the_order_of_their_ids(tmp_path):
    files.write(content(entry("b"), entry("a")), tmp_path)
    assert [one.id for one in files.read(tmp_path).entries["waiting"]] == ["a", "b"]


def test_what_the_content_no_longer_has_leaves_the_folder(tmp_path):
    files.write(content(entry("a"), matters=(matter("permit"), matter("card"))), tmp_path)
    (tmp_path / "statutes.yml").write_text("[]\n")
    files.write(content(matters=(matter("card"),)), tmp_path)
    assert sorted(bytes_in(tmp_path)) == ["matters/residence/card.yml", "places.csv", "topics.csv"]
    assert (tmp_path / "statutes.yml").exists()


def test_a_matter_in_a_file_of_another_name_moves_to_its_own(tmp_path):
    files.write(content(matters=(matter("permit"),)), tmp_path)
    folder = tmp_path / "matters" / "residence"
    (folder / "permit.yml").rename(folder / "juzhuzheng.yml")
    files.write(files.read(tmp_path), tmp_path)
    assert [path.name for path in folder.iterdir()] == ["permit.yml"]


@pytest.mark.parametrize(
    ("text", "line", "field", "message"),
    [
        (ENTRY.replace("answer: 三天。\n", ""), 1, "answer", "缺这一项"),
        (ENTRY + "answr: 三天。\n", 8, "answr", "没有这一项，名称是否写错？"),
        (ENTRY.replace("三天。", '""'), 3, "answer", "不能空着"),
        (ENTRY.replace("三天。", '\n  ""'), 3, "answer", "不能空着"),
        (ENTRY.replace("id: wait", "id: Wait Time"), 1, "id", "小写字母、数字和连字符"),
        (ENTRY.replace("2026-11-20", "2026-13-40"), 7, "checked_on", "日期请写成 2026-11-23"),
        (ENTRY.replace("2026-11-20", "20261120"), 7, "checked_on", "日期请写成 2026-11-23"),
        (ENTRY + "answer: 四天。\n", 8, "answer", "同一项写了两次"),
        (ENTRY.replace("- office", "- url: x\n  url: y\n  office"), 6, "url", "同一项写了两次"),
        (ENTRY.replace("三天。", "[三天。]"), 3, "answer", "内容的类型不对"),
        (ENTRY + "sample: 也许\n", 8, "sample", "内容的类型不对"),
        (
            ENTRY.replace("- office", "- law: 民法典\n  article: 第3条\n- office"),
            5,
            "sources.0",
            "条号",
        ),
        (ENTRY + "aliases: [要等多久？]\n", 1, "", "问法有重复"),
        (ENTRY.replace("answer:", "\tanswer:"), 3, "", "YAML 写法有误"),
        (ENTRY.replace("三天。", "三天: 五天: 七天"), 3, "", "YAML 写法有误"),
        (ENTRY.replace("三天。", "!!python/name:os.system ''"), 1, "", "读不懂"),
        ("? [a, b]\n: c\n", 1, "", "读不懂"),
        ("- 只是一句话\n", 1, "", "这里应是「字段: 内容」"),
        (ENTRY.encode("gb18030"), 1, "", "不是 UTF-8 编码"),
        (ENTRY + "owner2: \x07\n", 1, "", "YAML 里有不能用的字符"),
        (ENTRY + "---\n" + ENTRY, 8, "", "YAML 写法有误"),
    ],
)
def test_a_broken_file_is_reported_with_line_and_field(tmp_path, text, line, field, message):
    first = problems_of(tmp_path, text)[0]
    assert (first.line, first.field) == (line, field)
    assert message in first.message
    assert str(first).startswith(f"{tmp_path / 'broken.yml'} 第 {line} 行")


def test_a_field_deep_in_a_guide_is_found_on_its_own_line(tmp_path):
    text = files.dump_yaml(
        [matter(materials=[{"name": "照片"}, {"name": "身份证", "originals": 2}])]
    )
    line = text[: text.index("originals")].count("\n") + 1
    (problem,) = problems_of(tmp_path, text.replace("originals: 2", "originals: -2"), Matter)
    assert str(problem).endswith(f"第 {line} 行「materials.1.originals」：不能小于 0")
    (problem,) = problems_of(tmp_path, text.replace("kind: 行政确认", "kind: 行政"), Matter)
    assert problem.field == "kind"
    assert problem.message.startswith("只能写：行政许可、行政给付")


def test_every_problem_of_a_folder_is_told_at_once(tmp_path):
    files.write(content(entry("a"), matters=(matter(),)), tmp_path)
    written("- id: A\n- id: B\n", "qa/broken.yml", tmp_path)
    written("id: permit\n", "matters/residence/half.yml", tmp_path)
    written(PLACES + "hall,,全区,,2026-11-20\n", "places.csv", tmp_path)
    with pytest.raises(ContentError) as error:
        files.read(tmp_path)
    found = {(p.file.name, p.line, p.field) for p in error.value.problems}
    assert {
        ("broken.yml", 1, "id"),
        ("broken.yml", 2, "id"),
        ("broken.yml", 2, "owner"),
        ("half.yml", 1, "name"),
        ("places.csv", 2, "name"),
    } <= found


@pytest.mark.parametrize(
    ("text", "line", "field", "message"),
    [
        ("hall,,全区,,2026-11-20\n", 2, "name", "缺这一项"),
        ("hall,大厅,全区,,2026年\n", 2, "checked_on", "日期请写成 2026-11-23"),
        ("hall,大厅,全区,,20261120\n", 2, "checked_on", "日期请写成 2026-11-23"),
        ("a,大厅,全区,,2026-11-20\nB,站,全区,,2026-11-20\n", 3, "id", "小写字母"),
        ('a,"两\n行",全区,,2026-11-20\nb,,全区,,2026-11-20\n', 4, "name", "缺这一项"),
        ("hall,大厅,全区,,2026-11-20,多的\n", 2, "", "比表头多出几格"),
        ("hall,大厅,全区,,2026-11-20\n".encode("gb18030"), 1, "", "不是 UTF-8 编码"),
    ],
)
def test_a_broken_table_is_reported_with_line_and_field(tmp_path, text, line, field, message):
    rows = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ContentError) as error:
        files.read_csv(written(PLACES.encode() + rows, "places.csv", tmp_path), Place)
    (problem,) = error.value.problems
    assert (problem.file.name, problem.line, problem.field) == ("places.csv", line, field)
    assert message in problem.message


def test_a_table_with_a_wrong_header_names_the_column(tmp_path):
    text = "id,nmae,street,checked_on\nhall,大厅,全区,2026-11-20\n"
    with pytest.raises(ContentError, match="「nmae」：没有这一项，名称是否写错？"):
        files.read_csv(written(text, "places.csv", tmp_path), Place)


def test_a_table_that_a_spreadsheet_saved_is_read_too(tmp_path):
    text = "\ufeff" + (PLACES + "hall,大厅,全区,办事大厅；区大厅,2026-11-20\n").replace(
        "\n", "\r\n"
    )
    (hall,) = files.read_csv(written(text, "places.csv", tmp_path), Place)
    assert hall == place(name="大厅", aliases=["办事大厅", "区大厅"])


def test_an_id_used_twice_is_reported_where_it_stands_the_second_time(tmp_path):
    files.write(content(entry("a"), entry("b"), matters=(matter(),)), tmp_path)
    copy = tmp_path / "qa" / "zz.yml"
    copy.write_text(files.dump_yaml([entry("c"), entry("b")]), encoding="utf-8")
    twin = tmp_path / "matters" / "residence" / "twin.yml"
    twin.write_text(files.dump_yaml([matter()]), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        files.read(tmp_path)
    line = copy.read_text(encoding="utf-8").splitlines().index("- id: b") + 1
    assert set(error.value.problems) == {
        Problem(copy, line, "id", "编号 b 在 waiting.yml 里已经用过"),
        Problem(twin, 1, "id", "编号 permit 在 permit.yml 里已经用过"),
    }


def test_a_folder_without_its_tables_is_not_taken_for_empty_content(tmp_path):
    with pytest.raises(ContentError) as error:
        files.read(tmp_path / "nowhere")
    assert [p.file.name for p in error.value.problems] == ["topics.csv", "places.csv"]
    assert all(p.message == "文件不在" for p in error.value.problems)


def test_a_day_is_a_day_and_a_topic_has_a_title(tmp_path):
    (read,) = files.read_yaml(written(ENTRY, "qa.yml", tmp_path), Entry)
    assert read.checked_on == date(2026, 11, 20)
    text = "kind,id,title\nqa,waiting,等候\n"
    topics = files.read_csv(written(text, "topics.csv", tmp_path), Topic)
    assert topics == (Topic(kind="qa", id="waiting", title="等候"),)


def test_an_empty_file_holds_nothing(tmp_path):
    assert files.read_yaml(written("", "empty.yml", tmp_path), Entry) == ()
