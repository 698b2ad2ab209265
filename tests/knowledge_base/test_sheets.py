"""What clerks get out as a sheet comes in again as it was, and bad rows are told by place."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base import sheets
from knowledge_base.headings import HEADINGS
from knowledge_base.previews import compare
from knowledge_base.sheets import Defaults
from knowledge_base.tables import Unreadable
from tests.knowledge_base.strategies import ENTRIES, MATTERS

TODAY = date(2026, 11, 23)
DEFAULTS = Defaults(TODAY, shelf="contract", owner="福田区司法局")


def _sheet(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _same_again(items, suffix):
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"all{suffix}"
        sheets.write(path, items)
        back = sheets.read(path, Defaults(TODAY))
    assert back.rejected == ()
    assert [(one.kind, one.shelf, one.item) for one in back.given] == items


def _distinct(kind, items):
    return [(kind, "shelf", one) for one in {item.id: item for item in items}.values()]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ENTRIES, min_size=1, max_size=3), st.sampled_from([".xlsx", ".csv", ".jsonl"]))
def test_exported_entries_come_in_unchanged(entries, suffix):
    _same_again(_distinct("entry", entries), suffix)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(MATTERS, min_size=1, max_size=2), st.sampled_from([".xlsx", ".csv", ".jsonl"]))
def test_exported_matters_come_in_unchanged(matters, suffix):
    _same_again(_distinct("matter", matters), suffix)


@pytest.mark.parametrize("suffix", [".xlsx", ".jsonl"])
def test_the_shipped_content_comes_in_unchanged(real_content, suffix, tmp_path):
    items = [("entry", shelf, one) for shelf, some in real_content.entries.items() for one in some]
    items += [
        ("matter", shelf, one) for shelf, some in real_content.matters.items() for one in some
    ]
    path = tmp_path / f"all{suffix}"
    sheets.write(path, items)
    sheet = sheets.read(path, Defaults(TODAY))
    preview = compare(sheet, {(kind, one.id): (shelf, one) for kind, shelf, one in items})
    assert preview.rejected == ()
    assert (preview.same, preview.waiting, preview.absent) == (len(items), (), ())


def test_every_field_has_a_heading_of_its_own():
    for record, headings in HEADINGS.items():
        assert set(headings) == set(record.__fields__)
        assert len(set(headings.values())) == len(headings)


def test_two_columns_of_questions_and_answers_make_entries(tmp_path):
    sheet = sheets.read(
        _sheet(tmp_path, "qa.csv", "问题,答案\n押金不退怎么办,先和房东商量。\n"), DEFAULTS
    )
    (given,) = sheet.given
    assert given.item.question == "押金不退怎么办"
    assert given.item.answer == "先和房东商量。"
    assert given.item.sources[0].office == "福田区司法局"
    assert given.item.sample  # nobody has looked at it yet
    assert given.item.checked_on == TODAY
    assert given.shelf == "contract"


def test_three_columns_as_maxkb_has_them_make_entries(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(
        [
            "分段标题（选填）",
            "分段内容（必填，问题答案，最长不超过4096个字符）",
            "问题（选填，单元格内一行一个）",
        ]
    )
    book.active.append(["居住证", "带身份证去办。", "居住证怎么办\n办居住证带什么"])
    book.active.append([None, "拨 12345。", "投诉打什么电话\n投诉找谁"])
    book.save(tmp_path / "maxkb.xlsx")
    titled, untitled = sheets.read(tmp_path / "maxkb.xlsx", DEFAULTS).given
    assert titled.item.phrasings == ("居住证", "居住证怎么办", "办居住证带什么")
    assert untitled.item.phrasings == ("投诉打什么电话", "投诉找谁")


def test_a_known_question_changes_its_entry_and_makes_no_second_one(tmp_path):
    path = _sheet(tmp_path, "qa.csv", "问题,答案\n押金不退怎么办,新的答案。\n")
    (given,) = sheets.read(path, DEFAULTS, {"押金不退怎么办": "contract-deposit"}).given
    assert given.item.id == "contract-deposit"


def test_bad_rows_are_told_with_row_column_and_mend_while_good_ones_wait(tmp_path):
    text = (
        "编号,问题,答案,负责部门,核对日\n"
        "a,押金不退怎么办,商量。,司法局,2026-11-23\n"
        "b,押金给多少,,司法局,2026-11-23\n"
        "c,租金能涨吗,看合同。,司法局,明天\n"
        "a,重复的编号,看合同。,司法局,2026-11-23\n"
        "d,多一格,看合同。,司法局,2026-11-23,什么\n"
    )
    sheet = sheets.read(_sheet(tmp_path, "表.csv", text), Defaults(TODAY))
    assert [one.item.id for one in sheet.given] == ["a"]
    assert list(map(str, sheet.rejected)) == [
        "「表」第 3 行「答案」：缺这一项",
        "「表」第 4 行「核对日」：日期请写成 2026-11-23",
        "「表」第 5 行「编号」：编号 a 在「表」第 2 行已经用过，请换一个，或者合成一行",
        "「表」第 6 行：这一行比表头多出几格，是不是有格子错位了？",
    ]


def test_a_column_nobody_reads_is_told(tmp_path):
    path = _sheet(tmp_path, "表.csv", "问题,答案,适用人群\n押金,商量。,老人\n")
    sheet = sheets.read(path, DEFAULTS)
    assert len(sheet.given) == 1
    assert [str(one) for one in sheet.rejected] == [
        "「表」第 1 行「适用人群」：没有这一项，名称是否写错？这一列没有读"
    ]


def test_a_gbk_sheet_of_an_older_excel_is_read(tmp_path):
    path = tmp_path / "旧.csv"
    path.write_bytes("问题,答案\n押金不退怎么办,商量。\n".encode("gbk"))
    assert sheets.read(path, DEFAULTS).given[0].item.question == "押金不退怎么办"


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path):
    (entry,) = sheets.read(
        _sheet(tmp_path, "a.csv", "问题,答案\n'=HYPERLINK(1),'=1+1\n"), DEFAULTS
    ).given
    assert entry.item.question == "=HYPERLINK(1)"
    sheets.write(tmp_path / "b.xlsx", [("entry", "contract", entry.item)])
    cells = openpyxl.load_workbook(tmp_path / "b.xlsx")["问答"][2]
    assert "f" not in {cell.data_type for cell in cells}
    sheets.write(tmp_path / "b.csv", [("entry", "contract", entry.item)])
    assert "'=1+1" in (tmp_path / "b.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["照片.xlsx", "旧表.xls", "程序.csv"])
def test_what_is_no_sheet_is_refused_with_a_sentence(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"\x89PNG\0\0\0")
    with pytest.raises(Unreadable, match="另存为"):
        sheets.read(path, DEFAULTS)


def test_a_line_of_json_that_is_cut_off_is_told_by_its_number(tmp_path):
    path = _sheet(tmp_path, "a.jsonl", '{"kind": "entry", "ite\n[1]\n')
    places = [one.place for one in sheets.read(path, DEFAULTS).rejected]
    assert places == ["第 1 行", "第 2 行"]


PORTAL = {
    "TASK_CODE": "11440000006939756B2440101007000",
    "TASK_NAME": "临时价格干预提价申报",
    "DEPT_NAME": "某发展和改革部门",
    "matter_type": "行政许可",
    "matter_short": "无",
    "matter_daily": "提价申报，涨价申报",
    "matter_level": "省级",
    "co_department": "无",
    "visit_number": "1",
    "handle_location": "办理地点：某路 1 号",
    "handle_time": "30(工作日)",
    "handle_time_limit": "7(工作日)",
    "accept_standard": "价格显著上涨。",
    "consult_phone": "12345",
    "complain_phone": "无",
    "courier_service": "是",
    "ONLINECHECK": "1",
    "theme_category": ["其他"],
    "service_object_name": ["自然人", "企业法人"],
    "material_intro": ["申请书", "申请书", "营业执照"],
    "URL": None,
    "bear_paltform": "统一申办平台",
}


def test_a_row_of_the_provincial_portal_becomes_a_matter_and_loses_nothing(tmp_path):
    path = _sheet(tmp_path, "p.jsonl", json.dumps(PORTAL, ensure_ascii=False))
    (given,) = sheets.read(path, DEFAULTS).given
    matter = given.item
    assert (matter.name, matter.code, matter.base_code) == (
        "临时价格干预提价申报",
        PORTAL["TASK_CODE"],
        "440101007000",
    )
    assert (matter.promised.days, matter.statutory.days, matter.visits) == (7, 30, 1)
    assert matter.aliases == ("提价申报", "涨价申报")
    assert [material.name for material in matter.materials] == ["申请书", "营业执照"]
    assert matter.channels == ("窗口", "网上", "快递")
    assert matter.windows[0].address == "某路 1 号"
    assert matter.extra == {"bear_paltform": "统一申办平台"}
    assert {"没有设定依据", "没做到：要到现场的写明原因"} <= {*given.warnings}


def test_a_dirty_row_of_the_portal_comes_in_with_warnings(tmp_path):
    dirty = PORTAL | {"handle_time": "看情况", "matter_type": "其他", "visit_number": "无"}
    path = _sheet(tmp_path, "p.jsonl", json.dumps(dirty, ensure_ascii=False))
    (given,) = sheets.read(path, DEFAULTS).given
    assert "法定办结时限「看情况」读不懂，没有带进来" in given.warnings
    assert any("事项类型「其他」" in warning for warning in given.warnings)


def test_a_preview_tells_new_changed_and_absent(real_content, tmp_path):
    shelf, entries = next(iter(real_content.entries.items()))
    stock = {("entry", one.id): (shelf, one) for one in entries}
    changed = entries[0].copy(update={"answer": "新的答案。"})
    new = entries[1].copy(update={"id": "quite-new", "question": "新问题", "aliases": ()})
    path = tmp_path / "some.xlsx"
    sheets.write(path, [("entry", shelf, one) for one in (changed, new, *entries[2:4])])
    preview = compare(sheets.read(path, Defaults(TODAY)), stock)
    assert [one.item.id for one in preview.new] == ["quite-new"]
    assert [(one.given.item.id, one.headings) for one in preview.changed] == [
        (entries[0].id, ("答案",))
    ]
    assert preview.same == 2
    assert len(preview.absent) == len(entries) - 3
