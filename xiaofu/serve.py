"""Start the bot and the console, say when both are ready, and stop both together."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from xiaofu.settings import Settings

STARTING = 120
"""Seconds a process may take to be ready, on a slow machine."""

STOPPING = 10
"""Seconds a process may take to end by itself."""


class CannotServe(Exception):
    """A process cannot start or did not stay; the message says why and what to do, in Chinese."""


@dataclass(frozen=True)
class Process:
    """One of the two: its name for people, its module, its port, its page."""

    title: str
    module: str
    port: int

    def address(self, host: str) -> str:
        return f"http://{host}:{self.port}/"


def processes(settings: Settings) -> tuple[Process, Process]:
    return (
        Process("小福（市民）", "bot", settings.bot_port),
        Process("工作台（员工）", "console", settings.console_port),
    )


def check_ports(settings: Settings) -> None:
    """Raise CannotServe when a port is taken, before anything slow has begun."""
    for process in processes(settings):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, process.port))
            except OSError as error:
                name = f"XIAOFU_{process.module.upper()}_PORT"
                raise CannotServe(
                    f"端口 {process.port} 用不了（{error.strerror}），可能已经有程序占着。"
                    f"请先停掉它，或用 {name}=别的端口 再启动。"
                ) from None


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """
    Run both until a signal or until one of them ends; `tell` hears what happens.

    Raises CannotServe when one does not become ready or ends by itself.
    """
    running: dict[Process, subprocess.Popen[bytes]] = {}
    stop = threading.Event()
    with _signals(stop):
        try:
            for process in processes(settings):
                running[process] = _start(process, settings)
            if _wait_ready(settings, running, stop):
                for process in running:
                    tell(f"{process.title}：{process.address(settings.host)}")
                while not stop.wait(1):
                    _check_alive(settings, running)
            tell("正在停下……")
        finally:
            _stop(running.values())
    tell("已停下。")


def _start(process: Process, settings: Settings) -> subprocess.Popen[bytes]:
    with _log(process, settings).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", process.module],
            # TensorFlow greets every start with lines that no operator can act on
            env={"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches this process only, which stops both
        )


def _log(process: Process, settings: Settings) -> Path:
    return settings.data_dir / f"{process.module}.log"


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_ready(
    settings: Settings, running: dict[Process, subprocess.Popen[bytes]], stop: threading.Event
) -> bool:
    """True once every process answers /health with 200, False when asked to stop before that."""
    deadline = time.monotonic() + STARTING
    waiting = set(running)
    while waiting and not stop.is_set():
        _check_alive(settings, running)
        waiting = {p for p in waiting if not _healthy(p.address(settings.host))}
        if time.monotonic() > deadline:
            raise CannotServe(
                f"等了 {STARTING} 秒，{'、'.join(p.title for p in waiting)}还没有就绪"
            )
        stop.wait(0.3)
    return not waiting


def _check_alive(settings: Settings, running: dict[Process, subprocess.Popen[bytes]]) -> None:
    for process, started in running.items():
        if started.poll() is not None:
            log = _log(process, settings)
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            last = said[-1] if said else f"退出码 {started.returncode}"
            raise CannotServe(f"{process.title}没能运行：{last}（详细记录在 {log}）")


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}health", timeout=2) as answer:
            return bool(json.load(answer).get("status") == "ok")
    except (OSError, ValueError, urllib.error.URLError):
        return False


def _stop(started: Collection[subprocess.Popen[bytes]]) -> None:
    for process in started:
        if process.poll() is None:
            process.terminate()
    for process in started:
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
