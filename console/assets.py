"""Style, scripts and pictures of the pages, from memory, at addresses that change with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

OURS = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

assets = Blueprint("assets")


@dataclass(frozen=True)
class Asset:
    body: bytes
    content_type: str
    url: str


@cache
def read() -> Mapping[str, Asset]:
    """Every asset by its file name; raises FileNotFoundError when htmx is not installed."""
    files = [path for path in sorted(OURS.iterdir()) if path.suffix in TYPES]
    return {path.name: _asset(path) for path in (*files, installed_htmx())}


def installed_htmx() -> Path:
    """htmx in the installed package django-htmx, found without importing it: that wants Django."""
    package = find_spec("django_htmx")
    if package is None or package.origin is None:
        raise FileNotFoundError("没有安装 django-htmx，工作台的页面缺 htmx")
    return Path(package.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


@assets.get("/assets/<name:str>", ctx_public=True)
async def asset(request: Request, name: str) -> HTTPResponse:
    found = request.app.ctx.assets.get(name)
    if found is None:
        raise NotFound
    return HTTPResponse(
        found.body,
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
        content_type=found.content_type,
    )


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(body, TYPES[path.suffix], f"/assets/{path.name}?{digest}")
