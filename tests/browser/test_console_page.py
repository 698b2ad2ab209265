"""The console as clerks meet it, in Chromium, on the screen of an office computer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from booking.calendar import SHENZHEN
from console.people import add_staff
from console.store import StaffStore
from knowledge_base.entries import Entry
from knowledge_base.files import Content, Topic, read_yaml
from knowledge_base.matters import Matter
from knowledge_base.store import KnowledgeStore
from xiaofu.database import open_engine

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "knowledge_base/content/matters/business/food-business-licence.yml"
PASSWORD = "mangrove-2026"
OFFICE = {"width": 1366, "height": 768}
ENTRY = """
- id: marriage-papers
  question: 结婚登记要带什么？
  aliases: [领证带啥]
  answer: 带身份证就行。
  sources: [{office: 福田区民政局}]
  owner: 福田区民政局
  checked_on: 2026-11-23
"""


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    """The knowledge the console's process works on, over its own engine."""
    folder = tmp_path_factory.mktemp("console")
    (folder / "marriage.yml").write_text(ENTRY, encoding="utf-8")
    engine = open_engine(f"sqlite:///{folder / 'xiaofu.db'}")
    store, staff = KnowledgeStore(engine), StaffStore(engine)
    store.create_tables()
    staff.create_tables()
    now = datetime.now(SHENZHEN)
    topics = (
        Topic(kind="qa", id="marriage", title="婚姻家庭"),
        Topic(kind="matters", id="business", title="开办与经营"),
    )
    entries = {"marriage": read_yaml(folder / "marriage.yml", Entry)}
    matters = {"business": read_yaml(GUIDE, Matter)}
    store.load(Content(topics, (), entries, matters), now=now)
    for name in ("林晓", "陈建国"):
        add_staff(staff, name, PASSWORD, now)
    store.folder = folder
    return store


@pytest.fixture(scope="module")
def console(knowledge):
    """The address of the console in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XIAOFU_")}
    environment = kept | {
        "PYTHONPATH": str(ROOT),
        "XIAOFU_DATA_DIR": str(knowledge.folder),
        "XIAOFU_CONSOLE_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "console"], cwd=ROOT, env=environment)
    try:
        for _ in range(200):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                break
            assert process.poll() is None, "the console did not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def clerk(chromium, console):
    """Sign somebody in; whatever a page complains about in its console fails the test."""
    complaints: list[str] = []
    contexts = []

    def sign_in(name="林晓", **options):
        context = chromium.new_context(viewport=OFFICE, base_url=console, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/sign-in")
        page.wait_for_selector("#name:focus")  # a moment after the page is there
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('概览')")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    refused = ("status of 409", "status of 422")  # pages that Chromium mentions as errors
    assert [one for one in complaints if not any(status in one for status in refused)] == []


def _heard(knowledge):
    return knowledge.published()[1].entries["marriage"][0].answer


def test_a_clerk_finds_an_entry_changes_it_and_citizens_hear_it(clerk, knowledge):
    page = clerk()
    page.click("nav >> text=知识条目")
    page.fill("#q", "没有这个词")
    page.wait_for_selector("text=没有找到符合的知识条目")
    page.fill("#q", "领证")
    page.click("td >> text=结婚登记要带什么？")

    page.fill("#answer", "两个人都带上身份证。")
    page.wait_for_selector("#preview >> text=两个人都带上身份证。")
    assert page.inner_text(".counter") == "10 / 600 字"
    assert "有改动还没有存" in page.inner_text(".save-bar")
    assert _heard(knowledge) != "两个人都带上身份证。"

    page.click("button >> text=发布")
    notice = page.inner_text(".notice")
    assert notice.startswith("已发布，市民下一句就能听到（修订号")
    assert _heard(knowledge) == "两个人都带上身份证。"
    page.reload()
    assert page.locator(".notice").count() == 0


def test_ctrl_s_keeps_a_draft(clerk, knowledge):
    page = clerk()
    page.goto("/entries/marriage-papers")
    page.fill("#answer", "按快捷键存的。")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".notice >> text=草稿存好了")
    assert knowledge.get("entry", "marriage-papers").draft.answer == "按快捷键存的。"


def test_materials_are_added_moved_and_taken_away(clerk, knowledge):
    page = clerk()
    page.goto("/matters/food-business-licence")
    before = [one.name for one in knowledge.get("matter", "food-business-licence").latest.materials]
    rows = page.locator("[data-rows=materials] [data-row]")
    rows.nth(1).locator("[data-up]").click()
    rows.nth(2).locator("[data-remove]").click()
    page.click("text=加一份材料")
    page.keyboard.type("健康证明")
    page.wait_for_selector("#preview >> text=健康证明")
    page.click("button >> text=存草稿")
    page.wait_for_selector(".notice")
    after = [one.name for one in knowledge.get("matter", "food-business-licence").latest.materials]
    assert after == [before[1], before[0], *before[3:], "健康证明"]


def test_what_is_wrong_leads_to_its_field(clerk):
    page = clerk()
    page.goto("/matters/food-business-licence")
    page.locator("[data-row] >> summary").first.click()
    page.fill("[id='materials.0.copies']", "半份")
    page.fill("#summary", "")
    page.click("button >> text=发布")
    page.wait_for_selector("text=有 2 处要改，还没有存")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.click("#errors a >> text=复印件份数")
    assert page.evaluate("document.activeElement.id") == "materials.0.copies"
    assert page.input_value("[id='materials.0.copies']") == "半份"


def test_two_at_once_see_both_texts(clerk, knowledge):
    mine, theirs = clerk(), clerk("陈建国")
    for page, text in ((mine, "林晓写的。"), (theirs, "陈建国写的。")):
        page.goto("/entries/marriage-papers")
        page.fill("#answer", text)
    theirs.click("button >> text=发布")
    theirs.wait_for_selector(".notice")
    mine.click("button >> text=发布")
    mine.wait_for_selector(".sides")
    assert mine.locator(".sides mark").all_inner_texts() == ["陈建国写的。", "林晓写的。"]
    assert mine.input_value("#answer") == "林晓写的。"
    mine.click("button >> text=发布")
    mine.wait_for_selector(".notice")
    assert _heard(knowledge) == "林晓写的。"


def test_leaving_with_something_unsaved_asks_first(clerk):
    page = clerk()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/entries/marriage-papers")
    page.click("nav >> text=概览")
    page.wait_for_selector("h1:has-text('概览')")
    assert asked == []
    page.goto("/entries/marriage-papers")
    page.locator("#answer").press_sequentially("？")
    page.click("nav >> text=概览")
    page.wait_for_selector("h1:has-text('概览')")
    assert asked == ["beforeunload"]


def test_without_scripts_the_work_can_still_be_done(clerk, knowledge):
    page = clerk(java_script_enabled=False)
    page.goto("/entries/marriage-papers")
    page.fill("[id='sources.more.name']", "福田区司法局")
    page.fill("#answer", "没有脚本也能存。")
    page.click("button >> text=发布")
    assert "已发布" in page.inner_text(".notice")
    assert _heard(knowledge) == "没有脚本也能存。"
    offices = knowledge.get("entry", "marriage-papers").latest.sources
    assert [source.office for source in offices] == ["福田区民政局", "福田区司法局"]


def test_no_page_is_wider_than_the_screen_and_focus_is_seen(clerk):
    page = clerk()
    paths = ("/", "/entries", "/entries/new", "/matters/food-business-licence", "/unanswered")
    for width in (1366, 820, 480):
        page.set_viewport_size({"width": width, "height": 768})
        for path in paths:
            page.goto(path)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, width)
    page.goto("/entries")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("parseInt(getComputedStyle(document.activeElement).outlineWidth)")
        assert outline >= 2, page.evaluate("document.activeElement.outerHTML")
