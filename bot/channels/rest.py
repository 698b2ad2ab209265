"""Rasa's REST channel with the citizens' door in front of it: same address, same form."""

from __future__ import annotations

import re

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.channels.intake import OnNewMessage, take_turn

_SENDER = re.compile("[^\0\ud800-\udfff]{1,128}", re.DOTALL)
"""What a database takes as a name."""


class RestInput(InputChannel):
    """`POST webhook` with {"sender", "message"} → a list of {"text", "buttons", "custom"}."""

    @classmethod
    def name(cls) -> str:
        return "rest"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        webhook = Blueprint("rest_webhook")

        @webhook.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            said = request.json
            if not isinstance(said, dict):
                return _refuse('请发 JSON 对象：{"sender": …, "message": …}')
            sender, message = said.get("sender") or "default", said.get("message")
            if not isinstance(sender, str) or not _SENDER.fullmatch(sender):
                return _refuse("sender 是不超过 128 个字符的文字")
            if not isinstance(message, str):
                return _refuse("缺 message，它是一段文字")
            return json(
                await take_turn(on_new_message, message, sender, self.name()), ensure_ascii=False
            )

        return webhook


def _refuse(message: str) -> HTTPResponse:
    return json({"error": "bad_request", "message": message}, status=400, ensure_ascii=False)
