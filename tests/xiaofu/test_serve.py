"""Two processes started and stopped as one; small modules stand in for the bot and the console."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from xiaofu import serve as serving
from xiaofu.serve import CannotServe, check_ports, serve
from xiaofu.settings import Settings, read

READY = """
import http.server, os, pathlib
NAME = pathlib.Path(__file__).stem
pathlib.Path(NAME + ".pid").write_text(str(os.getpid()))
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(STATUS)
        self.end_headers()
        self.wfile.write(b'{"status": "ok"}' if STATUS == 200 else b'{"status": "starting"}')
    def log_message(self, *said): pass
STATUS = 200
"""
SERVES = """
port = int(os.environ[f"XIAOFU_{NAME.upper()}_PORT"])
http.server.HTTPServer(("127.0.0.1", port), Page).serve_forever()
"""
DIES = "import sys, time; print('正在读模型', flush=True); {wait}; sys.exit('模型读不了')"
WAITS_TO_DIE = """
import threading, time
def die():
    while not pathlib.Path("now").exists():
        time.sleep(0.05)
    os._exit(3)
threading.Thread(target=die, daemon=True).start()
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two free ports, and a folder to work in, where `python -m bot` finds what a test puts."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("", 0)) as other:
        ports = one.getsockname()[1], other.getsockname()[1]
    monkeypatch.setenv("XIAOFU_BOT_PORT", str(ports[0]))
    monkeypatch.setenv("XIAOFU_CONSOLE_PORT", str(ports[1]))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    return read(os.environ)


def put(**modules: str) -> None:
    for name, source in modules.items():
        Path(f"{name}.py").write_text(source)


def pid(name: str) -> int:
    return int(Path(f"{name}.pid").read_text())


def alive(number: int) -> bool:
    """Whether a process runs; one that ended and waits to be asked for its status does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("name", ["BOT", "CONSOLE"])
def test_a_port_in_use_is_named_with_the_way_out_before_anything_starts(settings, name):
    port = settings.bot_port if name == "BOT" else settings.console_port
    with socket.create_server(("127.0.0.1", port)), pytest.raises(CannotServe) as error:
        check_ports(settings)
    assert str(error.value).startswith(f"端口 {port} 用不了")
    assert f"XIAOFU_{name}_PORT=别的端口" in str(error.value)


def test_free_ports_are_left_free(settings):
    check_ports(settings)
    check_ports(settings)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_addresses_are_told_when_both_are_ready_and_a_signal_stops_both(settings, number):
    put(bot=READY + SERVES, console=READY + SERVES)
    told: list[str] = []

    def tell(said: str) -> None:
        told.append(said)
        if "工作台" in said:
            for port in (settings.bot_port, settings.console_port):
                assert serving._healthy(f"http://127.0.0.1:{port}/")
            os.kill(os.getpid(), number)

    handlers = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    serve(settings, tell)
    assert told == [
        f"小福（市民）：http://127.0.0.1:{settings.bot_port}/",
        f"工作台（员工）：http://127.0.0.1:{settings.console_port}/",
        "正在停下……",
        "已停下。",
    ]
    assert not alive(pid("bot")) and not alive(pid("console"))
    check_ports(settings)
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == handlers


def test_a_process_that_dies_at_its_start_stops_the_other_and_says_why(settings):
    put(bot=DIES.format(wait="pass"), console=READY + SERVES)
    told: list[str] = []
    with pytest.raises(CannotServe) as error:
        serve(settings, told.append)
    log = settings.data_dir / "bot.log"
    assert str(error.value) == f"小福（市民）没能运行：模型读不了（详细记录在 {log}）"
    assert log.read_text() == "正在读模型\n模型读不了\n"
    assert told == []
    assert not Path("console.pid").exists() or not alive(pid("console"))


def test_a_process_that_dies_later_stops_the_other_too(settings):
    put(bot=READY + SERVES, console=READY + WAITS_TO_DIE + SERVES)
    told: list[str] = []

    def tell(said: str) -> None:
        told.append(said)
        if "工作台" in said:
            Path("now").touch()

    with pytest.raises(CannotServe, match="工作台（员工）没能运行：退出码 3"):
        serve(settings, tell)
    assert len(told) == 2
    assert not alive(pid("bot"))


def test_a_process_that_is_not_ready_in_time_is_named(settings, monkeypatch):
    monkeypatch.setattr(serving, "STARTING", 1)
    put(bot=READY + "STATUS = 503\n" + SERVES, console=READY + SERVES)
    with pytest.raises(CannotServe, match=r"等了 1 秒，.*小福（市民）.*还没有就绪"):
        serve(settings, lambda said: None)
    assert not alive(pid("bot"))


def test_a_process_that_will_not_stop_is_ended(settings, monkeypatch):
    monkeypatch.setattr(serving, "STOPPING", 0.3)
    put(bot=READY + STUBBORN + SERVES, console=READY + SERVES)
    serve(settings, lambda said: "工作台" in said and os.kill(os.getpid(), signal.SIGTERM))
    assert not alive(pid("bot")) and not alive(pid("console"))


def test_a_signal_during_the_start_stops_both_without_an_address(settings):
    put(bot=READY + "STATUS = 503\n" + SERVES, console=READY)
    put(console="import os, signal, time; os.kill(os.getppid(), signal.SIGTERM); time.sleep(60)")
    told: list[str] = []
    serve(settings, told.append)
    assert told == ["正在停下……", "已停下。"]
