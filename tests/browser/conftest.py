"""Debian's Chromium on the kiosk page, with a wire in between that can be cut."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
]


class Wire:
    """A TCP wire to the server; pages connect to `url`."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._whole = True
        self._dead = threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break what is open and refuse what comes."""
        self._whole = False
        self._hang_up()

    def freeze(self) -> None:
        """Swallow every byte from now on without a word, as a dead network does."""
        self._dead.set()

    def mend(self) -> None:
        self._whole = True
        if self._dead.is_set():
            self._hang_up()
            self._dead.clear()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _hang_up(self) -> None:
        while self._ends:
            end = self._ends.pop()
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                page, _ = self._listener.accept()
            except OSError:
                return
            if not self._whole:
                page.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._server))
            self._ends += [page, server]
            for one, other in ((page, server), (server, page)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if not self._dead.is_set():
                    other.sendall(data)
            other.shutdown(socket.SHUT_WR)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def server() -> Iterator[int]:
    """The port of the fake 小福 in a process of its own."""
    port = free_port()
    command = [sys.executable, str(ROOT / "tests/bot/channels/fake_server.py"), str(port)]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    try:
        for _ in range(300):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/", timeout=1):
                break
            assert process.poll() is None, "the fake server did not start"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def wire(server: int) -> Iterator[Wire]:
    wire = Wire(server)
    yield wire
    wire.close()


@pytest.fixture(scope="session")
def chromium():
    """A Chromium that many pages share."""
    if CHROMIUM is None:
        pytest.skip("没有找到 Chromium，页面测试没有跑（Debian：apt-get install chromium）")
    api = pytest.importorskip("playwright.sync_api", reason="没有 playwright，页面测试没有跑")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
