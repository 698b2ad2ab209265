"""The console as one Sanic app."""

from __future__ import annotations

import logging
import secrets

from sanic import Sanic
from sanic.config import Config
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from booking.office_calendar import OfficeCalendar
from console import assets, guard, missed_reminders, promising, rated, sessions
from console.audits import audits
from console.counter import Counter
from console.editors import ENTRY, MATTER
from console.health import health
from console.home import home
from console.items import pages_of
from console.pages import environment, problem
from console.quizzing import quizzing
from console.sign_in import signing
from console.store import StaffStore
from console.unanswered import unanswered
from knowledge_base.quizzes import Quiz
from knowledge_base.statutes import Statutes
from knowledge_base.store import KnowledgeStore, Unreachable
from xiaofu.clock import Clock

BODY_LIMIT = 2_000_000
"""Bytes a form may have: the longest guide of a matter has a tenth of it."""

_SAID = {
    400: ("请求没有传好", "请退回上一页再试一次。"),
    404: ("没有找到这一页", "地址可能写错了，或者内容已经不在。请从上面的菜单重新进去。"),
    405: ("这里不能这样操作", "请从页面上的按钮进去。"),
}

log = logging.getLogger(__name__)


def create_app(
    knowledge: KnowledgeStore,
    staff: StaffStore,
    clock: Clock,
    statutes: Statutes,
    quizzes: tuple[Quiz, ...] = (),
    name: str = "xiaofu-console",
    *,
    calendar: OfficeCalendar | None = None,
    promises: promising.Desk | None = None,
    reminders: missed_reminders.Reminders | None = None,
    ratings: rated.Ratings | None = None,
    counter: Counter | None = None,
    secure: bool = False,
) -> Sanic:
    """
    promises, reminders, ratings, counter: what those pages work on; without, the console has none
    of them.
    secure: behind HTTPS: cookies go nowhere else, and forms come only from there.

    A proxy in front must pass the browser's Host header on unchanged: the origin of a form is
    compared with it.
    """
    app = Sanic(name, config=_config(), configure_logging=False)
    app.ctx.knowledge, app.ctx.staff, app.ctx.clock = knowledge, staff, clock
    app.ctx.statutes, app.ctx.quizzes = statutes, quizzes
    app.ctx.calendar = calendar or OfficeCalendar()
    app.ctx.secure = secure
    app.ctx.assets, app.ctx.pages = assets.read(), environment()
    for blueprint in (assets.assets, health, signing, home, unanswered, audits, quizzing):
        app.blueprint(blueprint)
    for editor in (ENTRY, MATTER):
        app.blueprint(pages_of(editor))
    if promises:
        promising.connect(app, promises)
    if reminders:
        missed_reminders.connect(app, reminders)
    if ratings:
        rated.connect(app, ratings)
    if counter:
        sessions.connect(app, counter)
    app.register_middleware(guard.check, "request")
    app.register_middleware(guard.protect, "response")
    app.error_handler.add(SanicException, _refuse)
    app.error_handler.add(Unreachable, _unreachable)
    app.error_handler.add(Exception, _fail)
    return app


def _config() -> Config:
    config = Config(env_prefix="")  # settings come from xiaofu.settings alone
    config.ACCESS_LOG = False
    config.AUTO_EXTEND = False
    config.MOTD = False
    config.GRACEFUL_SHUTDOWN_TIMEOUT = 3.0
    config.REQUEST_MAX_SIZE = BODY_LIMIT
    return config


async def _refuse(request: Request, error: SanicException) -> HTTPResponse:
    status = error.status_code or 500
    if status >= 500:
        return await _fail(request, error)
    return problem(request, status, *_SAID.get(status, _SAID[400]))


async def _unreachable(request: Request, error: Exception) -> HTTPResponse:
    log.error("the database cannot be asked: %s", type(error).__name__)
    return problem(request, 503, "数据库暂时连不上", "请稍等一会儿再试，或请管理员看看。")


async def _fail(request: Request, error: Exception) -> HTTPResponse:
    number = secrets.token_hex(4)
    log.error("problem %s at %s", number, request.path, exc_info=error)
    sentence = f"这不是您的操作造成的。请退回上一页再试；还不行，把编号 {number} 告诉管理员。"
    return problem(request, 500, "出了点问题", sentence)
