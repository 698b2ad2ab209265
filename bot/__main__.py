"""python -m bot: the process that talks to citizens."""

from __future__ import annotations

import logging
import sys

import structlog

from bot import agent
from bot.channels.bookings import add_bookings
from bot.channels.kiosk.channel import KioskInput
from bot.channels.kiosk.themes import read_themes
from bot.channels.rest import RestInput
from bot.channels.room.channel import RoomChannel
from bot.channels.server import create_app
from xiaofu.services import services
from xiaofu.settings import SettingsError, read
from xiaofu.training import model_path


def main() -> None:
    try:
        settings = read()
    except SettingsError as error:
        sys.exit(f"设置有误：{error}")
    _quiet(settings.log_level)
    model = model_path()
    if not model.exists():
        sys.exit("还没有为现在的训练数据训练过模型，请运行 make train")
    whole = services()
    talking = agent.load(model, settings.database)

    def forget(sender: str) -> None:
        talking.tracker_store.forget(sender)
        whole.codes.forget(sender)

    kiosk = KioskInput(read_themes(), forget=forget)
    app = create_app(talking, whole, [RestInput(), kiosk, RoomChannel.over(whole)])
    add_bookings(app, whole)
    app.run(host=settings.host, port=settings.bot_port, access_log=False, motd=False)


def _quiet(level: str) -> None:
    """Rasa logs what citizens say at debug level: nothing below `level` is even made."""
    number = logging.getLevelName(level)
    logging.basicConfig(level=number, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("jieba").setLevel(number)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(number))


if __name__ == "__main__":
    main()
