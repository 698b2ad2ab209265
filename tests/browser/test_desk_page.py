"""The desk as officers meet it: two of them in Chromium, citizens who book through the services."""

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
from booking.timetable import Desk
from console.people import add_staff
from console.store import StaffStore
from xiaofu.services import Services, build
from xiaofu.settings import Settings

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PASSWORD = "mangrove-2026"
OFFICE = {"width": 1366, "height": 768}
BEFORE = datetime(2026, 11, 20, 9, tzinfo=SHENZHEN)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=SHENZHEN)
SOON = 15_000
"""Milliseconds: two refreshes and a slow machine."""


@pytest.fixture
def services(tmp_path) -> Services:
    """The services that the console's process builds as well, over one database."""
    built = build(Settings(data_dir=tmp_path, clock=MONDAY))
    staff = StaffStore(built.engine)
    staff.create_tables()
    for name in ("林晓", "陈建国"):
        add_staff(staff, name, PASSWORD, BEFORE)
    for number, name in ((1, "河套窗口"), (2, "老年优待"), (3, "")):
        built.office.put_desk(Desk(number, name), BEFORE, by="林晓")
    return built


@pytest.fixture
def console(services, tmp_path):
    """The address of the console in a process of its own, on a Monday at nine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XIAOFU_")}
    environment = kept | {
        "PYTHONPATH": str(ROOT),
        "XIAOFU_DATA_DIR": str(tmp_path),
        "XIAOFU_CONSOLE_PORT": str(port),
        "XIAOFU_CLOCK": MONDAY.isoformat(),
    }
    process = subprocess.Popen([sys.executable, "-m", "console"], cwd=ROOT, env=environment)
    try:
        for _ in range(400):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                break
            assert process.poll() is None, "the console did not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def officer(chromium, console):
    """Sign somebody in and open the desk; a page that complains in its console fails the test."""
    complaints: list[str] = []
    contexts = []

    def sign_in(name="林晓"):
        context = chromium.new_context(viewport=OFFICE, base_url=console)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/sign-in?to=/desk")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('今天的队列')")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    # what Chromium and htmx mention as errors, and the page itself says to its reader
    known = (
        "status of 409",
        "status of 401",
        "htmx:responseError",
        "ERR_INTERNET_DISCONNECTED",
        "htmx:afterRequest",
        "htmx:sendError",
    )
    assert [one for one in complaints if not any(words in one for words in known)] == []


def book(services, name="王芳", phone="13800001111"):
    return services.desk.book(MONDAY, "residence-permit", name, phone, BEFORE)


def state(services, booking):
    return services.desk.get(booking.id).state


def test_a_session_from_booked_to_done_on_a_page_that_refreshes_itself(officer, services):
    page = officer()
    booking = book(services)
    card = page.locator(f"#b-{booking.number}")
    card.wait_for(timeout=SOON)
    assert "王芳" in card.inner_text() and "138****1111" in card.inner_text()

    card.get_by_role("button", name="到了").click()
    page.wait_for_selector(f"#waiting-1 #b-{booking.number} >> text=候场")
    page.click("#call-1")
    page.wait_for_selector(f"#running-1 #b-{booking.number}.mine >> text=您叫了，等进来")
    assert "/room/#" in card.locator("text=进入视频间").get_attribute("href")
    card.get_by_role("button", name="开始").click()
    card.locator("text=办理中（您）").wait_for()

    card.locator("text=办完了…").click()
    area = card.locator("textarea")
    area.press_sequentially("受理编号 FT-001", delay=600)  # two refreshes pass meanwhile
    assert area.input_value() == "受理编号 FT-001"
    assert area.evaluate("area => area === document.activeElement")
    card.get_by_role("button", name="办结").click()
    page.wait_for_selector("text=今天过了的 1")
    assert state(services, booking) == "done"

    page.goto(f"/desk/{booking.number}")
    page.fill("#note", "老人听力不好")
    page.click("text=记下")
    page.wait_for_selector(".notes >> text=林晓：老人听力不好")
    done = [event.by for event in services.desk.store.history(booking)][1:]
    assert done == ["林晓"] * 5


def test_an_open_packet_follows_what_the_citizen_ticks(officer, services):
    booking = services.desk.book(
        MONDAY, "residence-permit", "王芳", "13800001111", BEFORE, checklist=("身份证", "租赁凭证")
    )
    page = officer()
    page.goto(f"/desk/{booking.number}")
    page.fill("#note", "还没写完")
    services.waiting_room.tick(booking.id, "租赁凭证", True, MONDAY)
    page.wait_for_selector("#ticks .ticked:has-text('租赁凭证')", timeout=SOON)
    services.waiting_room.tick(booking.id, "租赁凭证", False, MONDAY)
    page.wait_for_selector("#ticks >> text=市民勾了 0 样", timeout=SOON)
    assert page.input_value("#note") == "还没写完"
    page.context.clear_cookies()  # signed out: what was seen last stays
    with page.expect_response("**/ticks") as answer:
        pass
    assert answer.value.status == 401 and page.is_visible("#ticks >> text=租赁凭证")


def test_two_officers_who_call_at_once_get_two_citizens(officer, services):
    bookings = [book(services), book(services, "李娜", "13800002222")]
    for one in bookings:
        services.waiting_room.admit(one.id, MONDAY, by="citizen")
    pages = [officer(), officer("陈建国")]
    for page in pages:
        page.evaluate("document.querySelector('#call-next').click()")
    for page in pages:
        page.wait_for_selector(".session.mine")
        assert page.locator(".session.mine").count() == 1
    assert {services.desk.get(one.id).officer for one in bookings} == {"林晓", "陈建国"}


def test_writing_is_not_disturbed_by_a_colleague_and_not_lost(officer, services):
    booking = book(services)
    room = services.waiting_room
    room.admit(booking.id, MONDAY, by="citizen")
    room.call(booking.id, MONDAY, by="林晓")
    room.start(booking.id, MONDAY, by="林晓")
    page = officer()
    card = page.locator(f"#b-{booking.number}")
    card.locator("text=办完了…").click()
    card.locator("textarea").fill("缺租赁凭证")
    room.drop(booking.id, MONDAY)
    page.wait_for_selector("#changed:visible", timeout=SOON)
    assert card.locator("textarea").input_value() == "缺租赁凭证"
    card.get_by_role("button", name="待补正").click()
    card.locator("text=您看到的是旧的").wait_for()
    assert card.locator("textarea").input_value() == "缺租赁凭证"
    assert state(services, booking) == "broken_off"


def test_a_lost_connection_is_said_and_comes_back(officer, services):
    page = officer()
    page.context.set_offline(True)
    page.wait_for_selector("#lost:visible >> text=连不上工作台", timeout=SOON)
    page.context.set_offline(False)
    page.wait_for_selector("#lost", state="hidden", timeout=SOON)


def test_keys_alone_do_and_the_focus_stays_where_it_was(officer, services):
    book(services)
    page = officer()
    page.focus("#call-2")
    booking = book(services, "李娜", "13800002222")
    page.locator(f"#b-{booking.number}").wait_for(timeout=SOON)
    assert page.evaluate("document.activeElement.id") == "call-2"
    page.focus(f"#admit-{booking.number}")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#call-{booking.number}")
    assert page.evaluate("document.activeElement.closest('.session').id") == f"b-{booking.number}"


def test_no_page_of_the_desk_is_wider_than_the_screen(officer, services):
    page = officer()
    booking = book(services)
    paths = ("/desk", f"/desk/{booking.number}", "/desk/setup", "/desk/appeals", "/desk/week")
    for width in (1366, 820, 480):
        page.set_viewport_size({"width": width, "height": 768})
        for path in paths:
            page.goto(path)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, width)
