"""The gateways: over a real socket, and into the log."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from booking.gateway import Message, NotSent, PerhapsSent
from xiaofu import gateways
from xiaofu.gateways import DevelopmentGateway, HttpGateway, gateway_of
from xiaofu.settings import Settings

MESSAGE = Message("13800005678", "code", {"code": "482915"}, "您的验证码是 482915", "code-1")


class Office:
    """The office's gateway on loopback; answers what it is told to."""

    def __init__(self) -> None:
        self.status, self.silent = 200, False
        self.heard: list[tuple[dict[str, str], bytes]] = []
        office = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                office.heard.append((dict(self.headers), body))
                if office.silent:
                    self.close_connection = True
                    return
                self.send_response(office.status)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.gateway = HttpGateway(f"http://127.0.0.1:{self.server.server_port}/sms", b"k" * 32)


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    thread = threading.Thread(target=office.server.serve_forever, daemon=True)
    thread.start()
    yield office
    office.server.shutdown()
    office.server.server_close()
    thread.join(5)


def test_a_message_goes_over_signed_and_with_its_key(office):
    office.gateway.send(MESSAGE)
    [(headers, body)] = office.heard
    assert json.loads(body) == {
        "key": "code-1",
        "phone": "13800005678",
        "template": "code",
        "values": {"code": "482915"},
        "text": "您的验证码是 482915",
    }
    assert headers["Idempotency-Key"] == "code-1"
    signed = hmac.new(b"k" * 32, body, hashlib.sha256).hexdigest()
    assert headers["X-Xiaofu-Signature"] == f"sha256={signed}"


@pytest.mark.parametrize("status", [400, 401, 404, 429])
def test_what_the_gateway_refuses_was_not_sent(office, status):
    office.status = status
    with pytest.raises(NotSent):
        office.gateway.send(MESSAGE)


@pytest.mark.parametrize("status", [302, 307, 408, 500, 502, 503])
def test_after_another_answer_nobody_knows(office, status):
    office.status = status
    with pytest.raises(PerhapsSent):
        office.gateway.send(MESSAGE)
    assert len(office.heard) == 1  # nor was it carried on to where a redirect points


def test_when_the_line_breaks_after_the_message_nobody_knows(office):
    office.silent = True
    with pytest.raises(PerhapsSent):
        office.gateway.send(MESSAGE)


def test_when_no_answer_comes_in_time_nobody_knows(monkeypatch):
    monkeypatch.setattr(gateways, "PATIENCE", 0.1)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        port = deaf.getsockname()[1]
        with pytest.raises(PerhapsSent):
            HttpGateway(f"http://127.0.0.1:{port}/", b"k").send(MESSAGE)


def test_when_nobody_listens_it_was_not_sent():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(NotSent):  # bound, not listening: refused
            HttpGateway(f"http://127.0.0.1:{port}/", b"k").send(MESSAGE)


def test_while_developing_it_can_be_read_in_the_log_under_a_masked_phone(caplog):
    with caplog.at_level(logging.WARNING):
        DevelopmentGateway().send(MESSAGE)
    [line] = caplog.messages
    assert "482915" in line and "138****5678" in line and "13800005678" not in line


def test_neither_phone_nor_code_shows_in_a_message_that_is_printed():
    assert "13800005678" not in repr(MESSAGE) and "482915" not in repr(MESSAGE)
    assert "k" * 32 not in repr(HttpGateway("http://x/", b"k" * 32))


def test_the_settings_choose_the_gateway():
    assert gateway_of(Settings()).visible
    chosen = gateway_of(Settings(sms_gateway="http", sms_url="http://sms/", sms_key="k"))
    assert isinstance(chosen, HttpGateway) and not chosen.visible
