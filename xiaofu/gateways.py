"""How short messages leave the house: over HTTP, or into the log while developing."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from booking.gateway import Gateway, Message, NotSent, PerhapsSent
from xiaofu.privacy import hide_mobile
from xiaofu.settings import Settings

log = logging.getLogger(__name__)

PATIENCE = 5
"""Seconds a gateway may take to answer."""


class DevelopmentGateway:
    """Writes what it would send into the log, where it can be read; the phone is masked."""

    visible = True

    def send(self, message: Message) -> None:
        log.warning("短信（开发环境，没有真发）%s：%s", hide_mobile(message.phone), message.text)


@dataclass(frozen=True)
class HttpGateway:
    """
    Hands messages to the office's gateway, see docs/operating/sms.md for what goes over the line.

    A 2xx answer is taken, another 4xx than 408 is not taken, as is a connection that never
    stood; after anything else nobody knows.
    """

    url: str
    key: bytes = field(repr=False)

    visible = False

    def send(self, message: Message) -> None:
        body = json.dumps(
            {
                "key": message.key,
                "phone": message.phone,
                "template": message.template,
                "values": dict(message.values),
                "text": message.text,
            },
            ensure_ascii=False,
        ).encode()
        signature = hmac.new(self.key, body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(
            self.url,
            data=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Idempotency-Key": message.key,
                "X-Xiaofu-Signature": f"sha256={signature}",
            },
        )
        try:
            with _OPENER.open(request, timeout=PATIENCE):
                return
        except urllib.error.HTTPError as error:
            error.close()
            if 400 <= error.code < 500 and error.code != 408:
                raise NotSent(f"the gateway answered {error.code}") from None
            raise PerhapsSent(f"the gateway answered {error.code}") from None
        except urllib.error.URLError as error:
            # only a connection that never stood has certainly carried nothing
            if isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
                raise NotSent("the gateway cannot be reached") from None
            raise PerhapsSent(f"the gateway: {type(error.reason).__name__}") from None
        except (OSError, http.client.HTTPException) as error:
            raise PerhapsSent(f"the gateway: {type(error).__name__}") from None


class _StaysThere(urllib.request.HTTPRedirectHandler):
    """A redirect would send phone and code to somebody else: it counts as an odd answer."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(
    _StaysThere,
    urllib.request.ProxyHandler({}),  # the gateway is the office's own, no proxy's business
)


def gateway_of(settings: Settings) -> Gateway:
    """The gateway that is set; without one, in development, the log."""
    if settings.sms_gateway == "http":
        return HttpGateway(settings.sms_url, settings.sms_key.encode())
    return DevelopmentGateway()
