"""python -m benchmarks.turns: compare 小福 and a plain Rasa project, and write results.md."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from benchmarks.turns.measuring import NotMeasured, ask, measure, publish
from benchmarks.turns.processes import Ended, Processes
from benchmarks.turns.questions import QUESTIONS
from benchmarks.turns.sides import NotReady, Plain, Xiaofu
from benchmarks.turns.table import QUIET, Row, document, markdown, rows

RESULTS = Path(__file__).parent / "results.md"
LIMIT = 8 * 60
"""Seconds the whole run may take."""

_BEGAN = time.monotonic()


class TooLong(Exception):
    pass


def main() -> None:
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, _stop)
    signal.alarm(LIMIT)
    load = os.getloadavg()[0]
    if load > QUIET:
        tell(f"机器现在不空闲（负载 {load:.2f}），这次的数字只供参考")
    try:
        with TemporaryDirectory(prefix="turns-") as folder:
            table = compare(Path(folder))
    except (NotReady, NotMeasured, Ended) as error:
        sys.exit(f"没有量成：{error}")
    except TooLong:
        sys.exit(f"没有量成：过了 {LIMIT} 秒")
    except KeyboardInterrupt:
        sys.exit("停下了，没有写结果")
    RESULTS.write_text(document(table, date.today(), load), encoding="utf-8")
    print(f"\n{markdown(table)}\n")
    missed = [row.name for row in table if row.reached is False]
    sys.exit(f"没有达到：{'、'.join(missed)}" if missed else 0)


def compare(folder: Path) -> list[Row]:
    xiaofu, plain = Xiaofu(folder / "xiaofu"), Plain(folder / "plain")
    logs = folder / "logs"
    logs.mkdir()

    tell("小福：装知识，没有模型就训练")
    xiaofu.prepare()
    with Processes(logs) as processes:
        ours = measure(xiaofu, processes, tell)
        tell("小福：边问边发布")
        words = ask(xiaofu, processes, "answers", questions=QUESTIONS)["words"]
        published = publish(xiaofu, processes)

    tell("普通 Rasa：训练")
    plain.prepare()
    plain.answer_with(words)
    with Processes(logs) as processes:
        theirs = measure(plain, processes, tell)
    return rows(ours, theirs, published)


def tell(what: str) -> None:
    print(f"[{time.monotonic() - _BEGAN:3.0f} 秒] {what}", flush=True)


def _stop(number: int, _frame: FrameType | None) -> None:
    """Leave through the with blocks, which end what was started."""
    raise TooLong if number == signal.SIGALRM else KeyboardInterrupt


if __name__ == "__main__":
    main()
