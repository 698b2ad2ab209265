"""The kiosk page as citizens meet it, in Chromium, at the sizes it stands in halls."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

pytestmark = pytest.mark.browser

UPRIGHT, LYING, PHONE = (1080, 1920), (1920, 1080), (390, 844)
CUT = "网络断开了"


@pytest.fixture
def visit(chromium, wire):
    """Open the page at a size; whatever the page complains about in its console fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(size=UPRIGHT, **options):
        context = chromium.new_context(viewport=dict(zip(("width", "height"), size, strict=True)))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if options.get("clock"):
            page.clock.install()
        if options.get("still"):
            page.emulate_media(reduced_motion="reduce")
        page.goto(wire.url)
        page.wait_for_selector(".question")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [c for c in complaints if "WebSocket" not in c and "ERR_" not in c] == []


def say(page, text: str) -> None:
    page.fill("#text", text)
    page.keyboard.press("Enter")


def answered(page, times: int = 1) -> None:
    page.locator(".says").nth(times - 1).wait_for()
    assert page.locator(".says").count() == times


def visible(page, selector: str) -> Iterator:
    return (one for one in page.query_selector_all(selector) if one.is_visible())


@pytest.mark.parametrize("number", ["13800138000", "138 0013 8000", "１３８００１３８０００"])
def test_whoever_stands_behind_reads_no_mobile_number(visit, number):
    page = visit()
    say(page, f"我的手机是{number}")
    answered(page)
    assert page.locator(".said").inner_text().endswith("我的手机是138****8000")
    assert number not in page.content()


def test_an_identity_number_is_not_shown_at_all(visit):
    page = visit()
    say(page, "身份证 11010519491231002X 办居住证")
    answered(page)
    assert page.locator(".said").inner_text().endswith("身份证 〔号码〕 办居住证")


def test_start_screen_says_who_she_is_and_what_to_ask(visit):
    page = visit()
    assert page.inner_text(".who") == "小福\n智能助手"
    assert page.locator(".theme").count() == 4
    assert page.locator(".question").first.inner_text() == "办居住证要带什么？"
    assert page.get_by_role("button", name="结束").is_visible()


def test_a_tapped_question_brings_a_card_with_what_saves_a_trip_on_top(visit):
    page = visit()
    page.click("text=办居住证要带什么？")
    card = page.get_by_role("article")
    assert card.get_by_role("heading", level=2).inner_text() == "深圳经济特区居住证申领"
    parts = card.evaluate(
        "card => [...card.children].map((part) => part.className || part.tagName)"
    )
    assert parts == ["HEADER", "tags", "rows", "checklist", "steps", "footing"]
    for box in card.get_by_role("checkbox").all():
        box.check()
    assert card.locator(".ready").inner_text() == "都齐了"
    assert card.locator(".waived").inner_text().split("\n") == [
        "社会保险缴纳记录",
        "系统自动核验",
        "免提交",
    ]
    footing = card.locator(".footing").inner_text()
    for shown in (
        "以广东政务服务网公布为准",
        "《中华人民共和国民法典》第25条",
        "2026年11月20日核对",
    ):
        assert shown in footing


def test_an_article_of_law_stands_in_full_on_its_card(visit):
    page = visit()
    say(page, "民法典第1080条")
    answered(page)
    card = page.get_by_role("article")
    assert card.locator(".over").inner_text() == "法律条文"
    assert card.get_by_role("heading", level=2).inner_text() == "《民法典》第1080条"
    assert card.locator(".since").inner_text() == "2021年1月1日起施行"
    assert card.locator(".law").inner_text().endswith("即解除婚姻关系。")
    assert card.locator(".law").is_visible()
    assert page.locator(".says").inner_text().endswith("是这样写的。")
    assert card.locator("details").count() == 0  # the text is not there a second time


def test_buttons_show_their_title_and_send_their_payload(visit):
    page = visit()
    say(page, "我要预约视频办")
    page.click("text=对，就这样预约")
    page.wait_for_selector("text=F2611-0042")
    assert page.locator(".said").all_inner_texts()[-1].endswith("对，就这样预约")
    assert page.locator(".choice").count() == 0


def test_text_from_the_server_is_never_markup(visit):
    page = visit()
    say(page, "<img src=x>")
    page.wait_for_selector(".card")
    assert page.title() == "小福 · 福田政务服务智能助手"
    assert page.locator(".turn img, .turn script, .turn u, .turn a, .choice b").count() == 0
    assert page.locator(".says").inner_text() == "<img src=x onerror=document.title='taken'>"


TYPE_SIZES = """
() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && !one.closest(".unseen, svg, dialog:not([open])"))
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => ({
    text: one.innerText,
    size: parseFloat(getComputedStyle(one).fontSize),
    fine: !!one.closest(".house, .label, .over, .ready, .footing, .small"),
  }))
"""


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_type_and_targets_are_large_and_nothing_sticks_out(visit, size):
    page = visit(size)
    check_sizes(page, size)
    for asked in ("居住证", "预约", "火星", "证件", "户口簿"):
        say(page, asked)
        page.locator(".turn").last.locator(".says").wait_for()
        check_sizes(page, size)
    page.evaluate("document.getElementById('still').showModal()")
    check_sizes(page, size)


def check_sizes(page, size) -> None:
    texts = page.evaluate(TYPE_SIZES)
    assert texts
    assert [text for text in texts if text["size"] < (24 if text["fine"] else 30)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for target in visible(page, "button, input[type=text], .checklist label, summary"):
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 60, target.inner_text()


def test_on_a_phone_everything_is_within_the_screen(visit):
    page = visit(PHONE)
    say(page, "居住证")
    answered(page)
    say(page, "户口簿")
    answered(page, 2)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    assert page.evaluate("document.body.scrollTop + document.documentElement.scrollTop") == 0
    for target in visible(page, "button, #text"):
        box = target.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE[0]
        assert box["y"] + box["height"] <= PHONE[1]


@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_what_can_be_tapped_next_stands_in_the_lower_half_above_the_field(visit, size):
    page = visit(size)
    say(page, "居住证")
    page.wait_for_selector(".choice")
    for choice in visible(page, ".choice, #bar button, #text"):
        assert choice.bounding_box()["y"] > size[1] / 2


def test_the_end_leaves_nothing_of_the_visitor(visit):
    page = visit()
    say(page, "我叫王小明，住在梅林")
    answered(page)
    page.fill("#text", "电话一三八")
    page.click("#end")
    page.wait_for_selector(".question")
    assert not re.search("王小明|梅林|一三八", page.content())
    assert page.input_value("#text") == ""
    page.focus("#text")
    page.keyboard.press("Control+z")
    assert page.input_value("#text") == ""
    kept = page.evaluate(
        "[localStorage.length, sessionStorage.length, document.cookie, history.length]"
    )
    assert kept[:3] == [0, 0, ""]
    assert page.url.count("?") == 0
    assert "再见" in page.inner_text(".greeting")
    say(page, "你好")
    answered(page)


def test_an_answer_that_comes_after_the_end_is_not_shown(visit):
    page = visit()
    say(page, "慢慢说居住证")
    page.wait_for_selector(".thinking")
    page.click("#end")
    page.wait_for_timeout(2500)
    assert page.locator(".turn").count() == 0
    assert page.locator("#start").is_visible()


def test_silence_for_a_minute_asks_counts_down_and_wipes(visit):
    page = visit(clock=True)
    say(page, "我叫王小明")
    answered(page)
    page.clock.fast_forward(59_000)
    assert not page.is_visible("#still")
    page.clock.fast_forward(1_000)
    assert page.inner_text("#still-title") == "还在吗？"
    assert page.inner_text("#still-count") == "15"
    for second in range(14, 0, -1):
        page.clock.run_for(1000)
        assert page.inner_text("#still-count") == str(second)
    page.clock.run_for(1000)
    assert not page.is_visible("#still")
    assert "王小明" not in page.content()
    assert page.is_visible("#start")


def test_a_touch_says_i_am_still_here(visit):
    page = visit(clock=True)
    say(page, "你好")
    answered(page)
    for stay in (lambda: page.click("#still-stay"), lambda: page.keyboard.press("Escape")):
        page.clock.fast_forward(60_000)
        page.wait_for_selector("#still[open]")
        stay()
        assert not page.is_visible("#still")
        page.clock.fast_forward(30_000)
        assert not page.is_visible("#still")
    page.clock.fast_forward(60_000)
    page.click("#still-leave")
    assert page.is_visible("#start")


def test_a_start_screen_that_nobody_used_asks_nobody(visit):
    page = visit(clock=True)
    page.clock.fast_forward(600_000)
    assert not page.is_visible("#still")


def test_a_cut_wire_loses_nothing_and_doubles_nothing(visit, wire):
    page = visit()
    say(page, "数一数")
    answered(page)
    before = int(re.search(r"\d+", page.inner_text(".says"))[0])
    wire.cut()
    page.wait_for_selector(f"text={CUT}", timeout=3000)
    say(page, "再数一数")
    page.wait_for_timeout(1200)
    assert page.is_visible(".thinking")
    wire.mend()
    answered(page, 2)
    assert page.is_hidden("#banner")
    counted = [int(n) for n in re.findall(r"\d+", page.locator(".says").last.inner_text())]
    assert counted == [before + 1]


def test_a_wire_cut_while_she_thinks_brings_the_same_answer_once(visit, wire):
    page = visit()
    say(page, "慢慢数一数")
    page.wait_for_selector(".thinking")
    page.wait_for_timeout(300)
    wire.cut()
    page.wait_for_timeout(600)
    wire.mend()
    answered(page)
    first = int(re.search(r"\d+", page.inner_text(".says"))[0])
    say(page, "再数一数")
    answered(page, 2)
    assert int(re.search(r"\d+", page.locator(".says").last.inner_text())[0]) == first + 1


def test_a_network_that_went_dead_without_a_word_is_noticed(visit, wire):
    page = visit()
    wire.freeze()
    page.wait_for_selector(f"text={CUT}", timeout=6000)
    wire.mend()
    page.wait_for_selector(f"text={CUT}", state="hidden", timeout=5000)


def test_everything_works_with_the_keyboard_alone(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "question"
    page.keyboard.press("Enter")
    answered(page)
    assert page.evaluate("document.activeElement.id") == "paper"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator(":checked").count() == 1
    for _ in range(3):
        page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.className") != "choice":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answered(page, 2)


def test_a_screen_reader_hears_each_answer_once(visit):
    page = visit()
    say(page, "结婚登记要带户口簿吗")
    answered(page)
    log = page.get_by_role("log")
    assert log.get_attribute("aria-live") == "off"
    assert log.get_by_role("list").count() >= 1
    live = page.locator("#live")
    assert live.inner_text().startswith("不用带。")
    assert not live.evaluate("live => !!live.closest('[role=log]')")


def test_her_face_says_what_she_is_doing(visit):
    page = visit()
    state = page.locator("#figure")
    assert state.get_attribute("data-state") == "idle"
    page.fill("#text", "办证")
    assert state.get_attribute("data-state") == "listening"
    page.keyboard.press("Enter")
    assert state.get_attribute("data-state") == "thinking"
    answered(page)
    assert state.get_attribute("data-state") == "speaking"


def test_who_asked_for_less_motion_sees_none(visit):
    page = visit(still=True)
    say(page, "慢慢说")
    page.wait_for_selector(".thinking")
    assert page.evaluate("document.getAnimations().length") == 0
