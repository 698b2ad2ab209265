"""The room as the two sides meet in it: two Chromiums with made-up cameras, frames both ways."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.request import urlopen

import pytest
from conftest import ARGUMENTS, CHROMIUM, ROOT, Wire, free_port

pytestmark = pytest.mark.browser

CAMERAS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
PHONE, OFFICE, KIOSK = (360, 740), (1366, 768), (1080, 1920)

WATCHED = """
() => {
  const made = [];
  const Native = RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...given) { super(...given); made.push(this); }
  };
  window.calls = made;
}
"""
"""Keeps the page's calls where a test can ask them for their figures."""

FIGURES = """
async () => {
  const found = { video: 0, audio: 0 };
  for (const call of window.calls.filter((one) => one.connectionState === "connected"))
    for (const one of (await call.getStats()).values())
      if (one.type === "inbound-rtp")
        found[one.kind] += one.kind === "video" ? one.framesDecoded : one.packetsReceived;
  return found;
}
"""


def until(found: Callable[[], object], seconds: float = 20) -> float:
    """Wait for something to be true; returns how long it took, in seconds."""
    begun = time.monotonic()
    while not found():
        assert time.monotonic() - begun < seconds, "waited in vain"
        time.sleep(0.05)
    return time.monotonic() - begun


@pytest.fixture(scope="session")
def room_server() -> Iterator[int]:
    """The port of a room in a process of its own."""
    port = free_port()
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, str(ROOT / "tests/bot/channels/room_server.py"), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    try:
        for _ in range(300):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/room/", timeout=1):
                break
            assert process.poll() is None, "the room did not start"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def browsers(chromium):
    """Two Chromiums with cameras, so that no picture goes a way of its own within one of them."""
    launch = chromium.browser_type.launch
    both = [launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *CAMERAS]) for _ in range(2)]
    yield both
    for browser in both:
        browser.close()


class Room:
    """One booking, and pages on it; each may stand behind a wire that can be cut."""

    def __init__(self, port: int, browsers: list, minutes: float = 3) -> None:
        with urlopen(f"http://127.0.0.1:{port}/book?minutes={minutes}") as answer:
            self.links = json.load(answer)
        self.port, self._browsers = port, browsers
        self.complaints: list[str] = []
        self._contexts: list = []

    def page(self, side: str, size=PHONE, wire: Wire | None = None, link: str = "", **options):
        browser = self._browsers[side == "officer"]
        context = browser.new_context(
            viewport=dict(zip(("width", "height"), size, strict=True)), **options
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.add_init_script(f"({WATCHED})()")
        address = link or self.links[side]
        if wire:
            address = address.replace(f"http://127.0.0.1:{self.port}/", wire.url)
        page.goto(address)
        return page

    def both(self, wire: Wire | None = None):
        """Citizen and officer, seeing each other."""
        citizen, officer = self.page("citizen", PHONE, wire), self.page("officer", OFFICE)
        for page in (officer, citizen):
            enter(page)
        for page in (citizen, officer):
            until(lambda page=page: figures(page)["video"] > 0)
        return citizen, officer

    def state(self) -> dict:
        with urlopen(f"http://127.0.0.1:{self.port}/state?id={self.links['id']}") as answer:
            return json.load(answer)

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _note(self, kind: str, text: str) -> None:
        # what Chromium itself says of a cut line, and of Playwright's way to wait, is no complaint
        if kind in ("error", "warning") and "WebSocket" not in text and "ERR_" not in text:
            self.complaints.append(text)


@pytest.fixture
def room(room_server, browsers) -> Iterator[Callable[..., Room]]:
    made: list[Room] = []

    def make(minutes: float = 3) -> Room:
        made.append(Room(room_server, browsers, minutes))
        return made[-1]

    yield make
    for one in made:
        one.close()
    assert [complaint for one in made for complaint in one.complaints] == []


@pytest.fixture
def wire(room_server) -> Iterator[Wire]:
    wire = Wire(room_server)
    yield wire
    wire.close()


def enter(page) -> None:
    page.click("#open")
    page.click("#enter")


def figures(page) -> dict[str, int]:
    return page.evaluate(FIGURES)


def flows(page) -> bool:
    """Whether pictures and sounds go on arriving."""
    before = figures(page)
    until(lambda: all(figures(page)[kind] > before[kind] for kind in before))
    return True


def test_frames_flow_both_ways(room):
    it = room()
    citizen, officer = it.page("citizen"), it.page("officer", OFFICE)
    enter(officer)
    citizen.click("#open")
    citizen.wait_for_selector("#enter:visible")
    citizen.click("#enter")
    took = until(lambda: all(figures(page)["video"] > 0 for page in (citizen, officer)))
    print(f"\nfrom the second side's click to frames on both: {1000 * took:.0f} ms")
    assert flows(citizen) and flows(officer)
    for page in (citizen, officer):
        assert page.inner_text("#curtain") == "" and not page.is_visible("#banner")


def test_nothing_is_recorded_and_that_is_said_before_the_camera_opens(room):
    page = room().page("citizen")
    page.wait_for_selector("#open")
    assert page.is_visible("text=本次不录像。")
    above = page.locator(".record").bounding_box()["y"]
    assert above < page.locator("#open").bounding_box()["y"]
    assert page.evaluate("window.calls.length") == 0
    assert not page.is_visible("#mirror")


def test_the_checklist_is_ticked_by_touch_and_by_keys_and_outlasts_a_cut(room, wire):
    it = room(minutes=20)  # neither door nor officer is there
    citizen = it.page("citizen", PHONE, wire)
    photo, lease = (
        citizen.get_by_role("checkbox", name=line) for line in ("近期免冠照片", "租赁凭证")
    )
    photo.wait_for()
    for box in citizen.locator("#ticks label").all():
        assert box.bounding_box()["height"] >= 60
    assert citizen.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    citizen.click("#ticks >> text=近期免冠照片")
    until(lambda: it.state()["ticked"] == ["近期免冠照片"])
    wire.cut()
    citizen.wait_for_selector("#banner:has-text('网络断了')")
    photo.focus()
    citizen.keyboard.press("Tab")
    citizen.keyboard.press("Space")
    assert lease.is_checked()
    wire.mend()
    until(lambda: it.state()["ticked"] == ["近期免冠照片", "租赁凭证"])
    citizen.wait_for_selector("#ticks-sum:has-text('都备好了')")

    officer = it.page("officer", OFFICE)
    seen = officer.get_by_role("checkbox", name="近期免冠照片")
    seen.wait_for()
    assert seen.is_checked() and seen.is_disabled()
    citizen.reload()
    photo.wait_for()
    until(photo.is_checked)
    photo.uncheck()
    officer.wait_for_selector("#ticks-sum:has-text('备好了 1 样，还差 1 样')")


def test_a_third_person_is_refused_and_neither_seen_nor_heard(room):
    it = room()
    citizen, officer = it.both()
    third = it.page("citizen", KIOSK)
    third.wait_for_selector("text=一次只能一对一办理")
    assert third.evaluate("window.calls.length") == 0
    assert not third.is_visible("#open")
    assert flows(citizen) and flows(officer)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda link: link[:-2] + ("AA" if link[-2:] != "AA" else "BB"), "这个链接打不开房间"),
        (lambda link: link.split("#")[0], "链接没有复制全"),
    ],
    ids=["wrong", "none"],
)
def test_a_wrong_link_says_so_and_stays_outside(room, spoil, sentence):
    it = room()
    page = it.page("citizen", link=spoil(it.links["citizen"]))
    page.wait_for_selector(f"text={sentence}")
    assert not page.is_visible("#open")
    assert page.evaluate("document.activeElement.id") == "refused-title"


def test_an_expired_link_says_so(room):
    page = room(minutes=-120).page("citizen")
    page.wait_for_selector("text=这个链接已经过期")


@pytest.mark.parametrize("how", ["cut", "freeze"])
def test_a_dropped_line_heals_within_ten_seconds_of_the_network_coming_back(room, wire, how):
    citizen, officer = room().both(wire)
    getattr(wire, how)()
    citizen.wait_for_selector("#banner:has-text('网络断了')")
    officer.wait_for_selector("#banner:has-text('市民那边断了线')")
    assert flows(citizen) and flows(officer)  # the pictures go another way
    wire.mend()
    took = until(lambda: not officer.is_visible("#banner") and not citizen.is_visible("#banner"))
    print(f"\nhealed {took:.1f} s after the network was back")
    assert took < 10
    officer.fill("#text", "接上了")
    officer.keyboard.press("Enter")
    citizen.wait_for_selector("#said >> text=接上了")


def test_a_path_that_failed_is_offered_anew(room):
    citizen, officer = room().both()

    def path():
        return officer.evaluate("calls[0].remoteDescription.sdp.match(/ufrag:(.+)/)[1]")

    before = path()
    officer.evaluate(
        """() => {
          const failed = { value: "failed", configurable: true };
          Object.defineProperty(calls[0], "connectionState", failed);
          calls[0].dispatchEvent(new Event("connectionstatechange"));
        }"""
    )
    officer.wait_for_selector("#banner:has-text('画面断了')")
    until(lambda: path() != before)
    officer.evaluate("delete calls[0].connectionState")
    assert flows(citizen) and flows(officer)


@pytest.mark.parametrize("side", ["citizen", "officer"])
def test_a_page_that_is_reloaded_goes_straight_on(room, side):
    pages = dict(zip(("citizen", "officer"), room().both(), strict=True))
    pages[side].reload()
    until(lambda: figures(pages[side])["video"] > 0)
    assert all(flows(page) for page in pages.values())


def test_who_is_away_too_long_is_called_back(room, wire):
    citizen, officer = room().both(wire)
    wire.cut()
    for page in (citizen, officer):
        page.wait_for_selector("#banner:has-text('回拨一次')")
    wire.mend()
    until(lambda: not officer.is_visible("#banner") and not citizen.is_visible("#banner"))


def test_without_a_camera_one_writes_and_numbers_are_masked(room):
    it = room()
    citizen, officer = it.page("citizen"), it.page("officer", OFFICE)
    enter(officer)
    citizen.click("#without")
    until(lambda: figures(citizen)["video"] > 0)  # the officer is seen all the same
    officer.wait_for_selector("text=市民没有开画面")
    citizen.click("#chatting")
    citizen.keyboard.type("我的号码是11010519491231002X")
    citizen.keyboard.press("Enter")
    said = officer.wait_for_selector("#said .their").inner_text()
    assert "身份证号" in said and "11010519491231002X" not in officer.content()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("NotAllowedError", "改成“允许”"),
        ("NotFoundError", "没有找到摄像头或麦克风"),
        ("NotReadableError", "正被别的程序用着"),
        ("AbortError", "打不开"),
    ],
)
def test_a_camera_that_stays_shut_says_why_and_what_to_do(room, error, sentence):
    page = room().page("citizen")
    page.wait_for_selector("#open")
    page.evaluate(
        """(name) => {
          navigator.mediaDevices.getUserMedia = () =>
            Promise.reject(new DOMException("refused", name));
        }""",
        error,
    )
    page.click("#open")
    why = page.locator("#why")
    why.wait_for()
    assert sentence in why.inner_text() and "打字办" in why.inner_text()
    assert why.get_attribute("role") == "alert"
    assert page.inner_text("#open") == "再试一次" and page.is_enabled("#without")


def test_muting_and_hiding_are_seen_on_the_other_side(room):
    citizen, officer = room().both()
    citizen.click("#hide")
    officer.wait_for_selector("text=市民没有开画面")
    assert citizen.get_attribute("#hide", "aria-pressed") == "true"
    assert not citizen.is_visible("#mine")
    citizen.click("#hide")
    until(lambda: officer.inner_text("#curtain") == "")
    citizen.click("#mute")
    assert (
        citizen.evaluate(
            "window.calls[0].getSenders().find((one) => one.track.kind === 'audio').track.enabled"
        )
        is False
    )


def test_before_its_time_one_gets_ready_and_the_door_opens_by_itself(room):
    it = room(minutes=5.1)
    page = it.page("citizen", KIOSK)
    page.click("#open")
    page.wait_for_selector("#mirror:visible")
    assert page.is_disabled("#enter") and page.is_disabled("#without")
    assert "开门" in page.inner_text("#when")
    until(lambda: page.is_enabled("#enter"))
    page.click("#enter")
    page.wait_for_selector("text=工作人员马上就来")


def test_afterwards_the_citizen_says_how_it_was_in_one_of_five_levels(room):
    it = room()
    citizen, officer = it.both()
    officer.click("#leave")
    officer.click("#sure-no")
    assert flows(officer)
    officer.click("#leave")
    officer.click("#sure-yes")
    officer.wait_for_selector("text=请回工作台登记办理结果")
    citizen.wait_for_selector("#rating:visible")
    assert citizen.locator(".levels label").all_inner_texts() == [
        "非常满意",
        "满意",
        "基本满意",
        "不满意",
        "非常不满意",
    ]
    citizen.click("text=提交评价")
    citizen.wait_for_selector("text=请先点选一个")
    citizen.click("label:has-text('非常不满意')")
    citizen.fill("#words", "等太久，打13800138000找我")
    citizen.click("text=提交评价")
    citizen.wait_for_selector("text=再给您回电话")
    assert it.state() | {"state": ""} == {
        "state": "",
        "ticked": [],
        "level": "very_unsatisfied",
        "words": it.state()["words"],
        "stage": "open",
    }
    assert "138****8000" in it.state()["words"]
    citizen.reload()
    citizen.wait_for_selector("text=谢谢您的评价")


def test_who_does_not_want_to_rate_need_not(room):
    it = room()
    citizen, officer = it.both()
    officer.click("#leave")
    officer.click("#sure-yes")
    citizen.click("text=不评了")
    citizen.wait_for_selector("text=感谢您来办事")
    assert it.state()["level"] is None


def test_who_leaves_early_may_come_back(room):
    citizen, officer = room().both()
    citizen.click("#leave")
    citizen.click("#sure-yes")
    citizen.wait_for_selector("text=您已经离开")
    officer.wait_for_selector("#banner:has-text('市民那边断了线')")
    citizen.reload()
    enter(citizen)
    until(lambda: figures(citizen)["video"] > 0)


@pytest.mark.parametrize(
    ("size", "smallest"), [(PHONE, 14), (OFFICE, 14), (KIOSK, 30)], ids=["phone", "office", "kiosk"]
)
def test_every_phase_fits_and_can_be_read_and_touched(room, size, smallest):
    it = room()
    page, officer = it.page("citizen", size), it.page("officer", OFFICE)
    enter(officer)

    def fits(phase: str) -> None:
        assert page.get_attribute("body", "data-phase") == phase
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (phase, size)
        for button in page.query_selector_all("button, input[type=text], textarea, .levels span"):
            if button.is_visible():
                box = button.bounding_box()
                assert box["height"] >= 60 and box["width"] >= 60, (phase, button.inner_text())
        small = page.evaluate(
            """(smallest) => [...document.querySelectorAll("body *")].filter((one) =>
                 one.checkVisibility() && one.closest(".unseen") === null &&
                 [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) &&
                 parseFloat(getComputedStyle(one).fontSize) < smallest
               ).map((one) => one.textContent)""",
            smallest,
        )
        assert small == [], (phase, size)

    page.wait_for_selector("#open")
    fits("lobby")
    enter(page)
    until(lambda: figures(page)["video"] > 0)
    fits("room")
    tools = page.locator(".tools").bounding_box()
    assert tools["y"] + tools["height"] == pytest.approx(size[1], abs=1)
    officer.fill("#text", "您好")
    officer.keyboard.press("Enter")
    page.wait_for_selector("#said li")
    fits("room")
    officer.click("#leave")
    officer.click("#sure-yes")
    page.wait_for_selector("#rating:visible")
    fits("done")


def test_the_keyboard_alone_is_enough(room):
    it = room()
    page = it.page("citizen")
    page.wait_for_selector("#open")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "open"
    outline = page.evaluate("parseInt(getComputedStyle(document.activeElement).outlineWidth)")
    assert outline >= 2
    page.keyboard.press("Enter")
    page.wait_for_selector("#enter:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=工作人员马上就来")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "leave":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#sure[open]")
    page.keyboard.press("Escape")
    assert page.get_attribute("body", "data-phase") == "room"
