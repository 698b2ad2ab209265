"""A channel's page: its files as they are served, and who may open its socket."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sanic.request import Request
from sanic.response import HTTPResponse, raw

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def page_files(
    paths: Iterable[Path], headers: Mapping[str, str] = HEADERS
) -> dict[str, Callable[[], HTTPResponse]]:
    """What is served, by name: read once, so that no request can name another file."""

    def serve(path: Path) -> Callable[[], HTTPResponse]:
        body = path.read_bytes()
        return lambda: raw(body, content_type=KINDS[path.suffix], headers=dict(headers))

    return {path.name: serve(path) for path in paths if path.suffix in KINDS}


def welcome_origin(request: Request, origins: Collection[str] = ()) -> bool:
    """
    Whether a page of ours, or of `origins`, asks for the socket: browsers always name the page's
    origin, and other sites' pages must not open it.
    """
    origin = request.headers.get("origin", "")
    own = urlsplit(origin).netloc
    return origin in origins or (own != "" and own == request.headers.get("host"))
