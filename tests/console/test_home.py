"""The first page, the unanswered questions, and what other programs ask."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from clerks import entry

from booking.office_calendar import OfficeCalendar
from knowledge_base.files import Content

SAMPLE = Path(__file__).parents[2] / "docs/operating/calendar-sample.yml"


def test_the_first_page_counts_what_citizens_hear(clerk, knowledge, clock):
    clerk.send(clerk.get("/entries/marriage-papers").form("/entries/marriage-papers/retire"))
    knowledge.note_unanswered("能养鸡吗", "kiosk", clock())
    words = clerk.get("/").words
    assert "知识库修订号 2" in words
    assert "知识条目 0 市民听得到，另有 1 条未发布" in words
    assert "事项 1 市民听得到" in words
    assert "没答上来 1 句" in words


def test_the_first_page_names_what_runs_out_within_thirty_days_soonest_first(
    clerk, knowledge, clock
):
    days = {"old": date(2026, 11, 1), "soon": date(2026, 12, 23), "later": date(2026, 12, 24)}
    entries = tuple(
        entry(id, question=f"{id}？", review_by=None, valid_until=day) for id, day in days.items()
    )
    overdue = entry("overdue", question="overdue？", review_by=date(2026, 11, 20))
    knowledge.load(Content((), (), {"marriage": (*entries, overdue)}, {}), now=clock())
    due = clerk.get("/").words.split("30 天内要看的")[1].split("最近改动")[0]
    assert [word in due for word in ("old？", "overdue？", "soon？", "later？")] == [
        True,
        True,
        True,
        False,
    ]
    assert due.index("已失效") < due.index("过了复核日") < due.index("soon？")


def test_the_first_page_tells_who_changed_what_last(clerk, clock):
    form = clerk.get("/entries/marriage-papers").form("/entries/marriage-papers")
    clock.pass_by(minutes=5)
    clerk.send(form.set("answer", "改了。"), "draft")
    latest = clerk.get("/").words.split("最近改动")[1]
    assert "今天 09:05 林晓 结婚登记要带什么" in latest
    assert "今天 09:00 内容文件" in latest


def test_the_first_page_warns_that_the_calendar_ends(clerk, app, clock):
    words = clerk.get("/").words
    assert "日历只知道到 2026-12-31，还有 38 天" in words
    assert "docs/operating/calendar.md" in words


def test_the_first_page_and_health_tell_what_is_wrong_with_the_calendar_file(clerk, app, tmp_path):
    file = tmp_path / "calendar.yml"
    file.write_text(SAMPLE.read_text("utf-8"), "utf-8")
    app.ctx.calendar = OfficeCalendar(file)
    assert "日历" not in clerk.get("/").words.split("没答上来")[0]
    assert json.loads(clerk.get("/health").html)["calendar"] == {
        "known_until": "2027-12-31",
        "days_left": 403,
        "warning": None,
        "problem": None,
    }
    file.write_text("停办: 明天\n", "utf-8")
    assert "calendar.yml 第 1 行" in clerk.get("/").words
    told = json.loads(clerk.get("/health").html)["calendar"]
    assert "第 1 行" in told["problem"]
    assert told["known_until"] == "2027-12-31"  # the last good one holds


def test_unanswered_questions_are_gathered_and_lead_to_a_new_entry(clerk, knowledge, clock):
    for question in ("请问能养鸡吗？", "阳台漏水找谁", "能养鸡吗"):
        knowledge.note_unanswered(question, "kiosk", clock())
        clock.pass_by(minutes=5)
    seen = clerk.get("/unanswered")
    assert "共 2 种问法" in seen.words
    assert seen.words.index("能养鸡吗 2") < seen.words.index("阳台漏水找谁 1")
    assert "请问" not in seen.words.split("怎么办")[1]
    assert "据此新建条目" in seen.words
    form = clerk.get("/entries/new?question=能养鸡吗").form("/entries/new")
    assert form["question"] == "能养鸡吗"
    knowledge.note_unanswered("阳台漏水找谁", "kiosk", clock())
    knowledge.note_unanswered("阳台漏水找谁", "kiosk", clock())
    knowledge.note_unanswered("最新的", "kiosk", clock())
    words = clerk.get("/unanswered?order=times").words
    assert words.index("阳台漏水找谁 3") < words.index("能养鸡吗 2") < words.index("最新的 1")


def test_nothing_unanswered_is_said_gladly(clerk):
    assert "小福都答上了" in clerk.get("/unanswered").words


def test_health_counts_what_is_published(visitor):
    seen = visitor.get("/health")
    assert seen.status == 200
    told = json.loads(seen.html)
    assert told.pop("calendar")["days_left"] == 38
    assert told == {"status": "ok", "revision": 1, "entries": 1, "matters": 1, "model": None}


def test_health_says_why_it_is_not_ready(visitor, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE kb_items")
    seen = visitor.get("/health")
    assert seen.status == 503
    assert "数据库读不了" in json.loads(seen.html)["reason"]
