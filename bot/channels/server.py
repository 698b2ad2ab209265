"""The bot's Sanic app: its channels, and whether it is ready."""

from __future__ import annotations

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, register
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from booking.calendar import SHENZHEN
from bot.agent import warm_up
from knowledge_base.live import Live
from knowledge_base.store import Unreachable
from xiaofu.services import Services


def _hint(live: Live) -> dict[str, str]:
    """What an operator should know though everything answers."""
    if live.encoder is None:
        return {"hint": "没有装句子编码器，只按字面和读音找答案，换个说法的问题会少答上一些。"}
    if live.waiting:
        return {"hint": f"还有 {live.waiting} 个问法在编码，编好之前按字面和读音找它们。"}
    return {}


def create_app(agent: Agent, services: Services, channels: list[InputChannel]) -> Sanic:
    """An app that answers on `channels` and says on /health when it is warm."""
    app = Sanic("xiaofu-bot", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = 64 * 1024
    app.config.WEBSOCKET_MAX_SIZE = 64 * 1024  # what a browser says it can send takes 20
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.agent = agent
    app.ctx.warm = False
    register(channels, app, route="/webhooks/")

    @app.listener("after_server_start")
    async def warm(app: Sanic, loop: object) -> None:
        await warm_up(agent)
        app.ctx.warm = True

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        if not app.ctx.warm:
            return json(
                {"status": "starting", "reason": "还在预热"}, status=503, ensure_ascii=False
            )
        try:
            live = services.knowledge
            knowledge = live.current()
        except Unreachable as error:
            reason = f"数据库读不了（{type(error).__name__}）"
            return json({"status": "unavailable", "reason": reason}, status=503, ensure_ascii=False)
        return json(
            {
                "status": "ok",
                "revision": knowledge.revision,
                "entries": len(knowledge.entries),
                "matters": len(knowledge.matters),
                "model": agent.processor.model_filename if agent.processor else None,
                "encoder": live.encoder,
                "calendar": services.office_calendar.standing(
                    services.now().astimezone(SHENZHEN).date()
                ),
                **_hint(live),
            },
            ensure_ascii=False,
        )

    return app
