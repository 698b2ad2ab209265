"""`python -m console`: the staff's pages as a process."""

from __future__ import annotations

import logging
import socket
import sys

from console import promising
from console.app import create_app
from console.counter import Counter
from console.missed_reminders import Reminders
from console.rated import Ratings
from console.store import StaffStore
from knowledge_base.store import Unreachable
from xiaofu import settings
from xiaofu.services import build


def main() -> int:
    """Serve until told to stop; 1 with one sentence on stderr when that cannot be."""
    try:
        chosen = settings.read()
    except settings.SettingsError as error:
        return _refused(str(error))
    logging.basicConfig(level=chosen.log_level)
    try:
        door = _listen(chosen.host, chosen.console_port)
    except OSError as error:
        where = f"{chosen.host}:{chosen.console_port}"
        return _refused(
            f"工作台打不开 {where}（{error.strerror}）。"
            "端口被占用时，请关掉占用它的程序，或用 XIAOFU_CONSOLE_PORT 换一个。"
        )
    try:
        whole = build(chosen)
        staff = StaffStore(whole.engine)
        staff.create_tables()
        secure = chosen.env == "production"
        app = create_app(
            whole.knowledge_store,
            staff,
            whole.now,
            whole.statutes,
            whole.quizzes,
            promises=promising.Desk(whole.promises, whole.desk.store.get),
            reminders=Reminders(whole.reminders.outbox, whole.desk.store.get, whole.matter_name),
            calendar=whole.office_calendar,
            ratings=Ratings(whole.ratings, whole.desk.store.get, whole.matter_name),
            counter=Counter(
                desk=lambda: whole.desk,
                office=whole.office,
                appeals=whole.appeals,
                matter=whole.matter,
                commitment=whole.promises.store.of_booking,
                room=lambda booking, officer: whole.doorkeeper.links(booking, officer).officer,
            ),
            secure=secure,
        )
    except Unreachable as error:
        return _refused(f"数据库打不开（{type(error).__name__}），请检查 XIAOFU_DATABASE_URL。")
    except OSError as error:
        return _refused(f"工作台起不来：{error.strerror or error}：{error.filename or ''}")
    app.run(sock=door, access_log=False, motd=False)
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket, so that a port in use is known before anything else starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((host, port))
    return door


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
