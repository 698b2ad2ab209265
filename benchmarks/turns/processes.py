"""The processes of one side: started together, measured together, ended together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

ENDING = 10
"""Seconds a process may take to end by itself."""

_TICK = 1000 / os.sysconf("SC_CLK_TCK")  # ms
_PAGE = os.sysconf("SC_PAGE_SIZE") / 2**20  # MB


class Ended(Exception):
    """A process ended by itself; the message ends with the last lines it printed."""


class Processes:
    """
    Each started process leads a session of its own, so that its descendants are found by it,
    whether to add up what they use or to end them. Reads /proc: Linux only.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self.began = time.monotonic()

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for process in self._started.values():
            _signal(process, signal.SIGTERM)
        for process in self._started.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(ENDING)
            _signal(process, signal.SIGKILL)
            process.wait()

    def start(self, name: str, command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        with self._log(name).open("wb") as log:
            self._started[name] = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise Ended when one of them no longer runs."""
        for name, process in self._started.items():
            if process.poll() is not None:
                printed = self._log(name).read_text(encoding="utf-8", errors="replace")
                last = "\n".join(printed.splitlines()[-15:])
                raise Ended(f"{name} 自己停了（退出码 {process.returncode}）：\n{last}")

    def cpu_ms(self) -> float:
        """Processor time that all of them have used so far, system calls included."""
        return sum(int(stat[11]) + int(stat[12]) for stat in self._stats()) * _TICK

    def memory_mb(self) -> float:
        """Resident memory of all of them; pages they share count for each."""
        return sum(int(stat[21]) for stat in self._stats()) * _PAGE

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _stats(self) -> Iterator[list[str]]:
        """The fields of /proc/PID/stat from the third on, see proc(5), of all in our sessions."""
        sessions = {str(process.pid) for process in self._started.values()}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it ended meanwhile
                fields = path.read_text(errors="replace").rpartition(")")[2].split()
                if fields[3] in sessions:
                    yield fields


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To a process started here and its descendants, nobody else."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
