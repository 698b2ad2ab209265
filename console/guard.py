"""
Who may see a page and send a form: checked for every route that does not call itself public.

A middleware returns its refusals: Sanic 21.12 drops the connection when one raises while an
error is being handled.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
from urllib.parse import quote, urlencode

from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse, redirect, text

from console.pages import problem, render
from console.posted import BadForm, Posted, number
from knowledge_base.store import Unreachable

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # no-referrer would make browsers send Origin: null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_SAFE = ("GET", "HEAD", "OPTIONS")


def session_cookie(secure: bool) -> str:
    return "__Host-xiaofu-console" if secure else "xiaofu-console"


def door_cookie(secure: bool) -> str:
    """Holds the token that the sign-in form repeats, when there is no session yet."""
    return "__Host-xiaofu-door" if secure else "xiaofu-door"


def set_cookie(response: HTTPResponse, name: str, value: str, secure: bool) -> None:
    cookies = response.cookies
    cookies[name] = value
    cookies[name]["path"] = "/"
    cookies[name]["httponly"] = True
    cookies[name]["samesite"] = "Strict"
    if secure:
        cookies[name]["secure"] = True
    if not value:
        cookies[name]["max-age"] = 0


async def check(request: Request) -> HTTPResponse | None:
    """Let a request pass with its session and form, or answer it."""
    request.ctx.session, request.ctx.form = None, Posted()
    sends = request.method not in _SAFE
    if sends:
        refused = _read_form(request)
        if refused:
            return refused
    if getattr(getattr(request.route, "ctx", None), "public", False):
        return None
    context = request.app.ctx
    token = request.cookies.get(session_cookie(context.secure), "")
    if token:
        try:
            request.ctx.session = await asyncio.to_thread(
                context.staff.session, token, context.clock()
            )
        except Unreachable:
            return problem(request, 503, "数据库暂时连不上", "请稍等一会儿再试，或请管理员看看。")
    if request.ctx.session is None:
        return _door(request)
    if request.route is None:  # there is no such page; the body was not even read
        return None
    if sends and not same(request.ctx.form.raw("csrf"), request.ctx.session.csrf):
        return problem(
            request,
            403,
            "这张表单不能用了",
            "页面放得太久，或者换过登录。请退回上一页，刷新后再提交。",
        )
    return None


async def protect(_request: Request, response: BaseHTTPResponse) -> HTTPResponse | None:
    """Put the headers on a response that every one has."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return None


def same(given: str, expected: str) -> bool:
    return bool(expected) and hmac.compare_digest(_bytes(given), _bytes(expected))


def local(path: str) -> str:
    """`path` if it leads to a page here, else the first page."""
    return path if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", path) else "/"


def sign_in_page(
    request: Request, status: int, *, to: str, name: str = "", sentence: str = "", kept: str = ""
) -> HTTPResponse:
    """
    The door. to: where to go on. kept: a form that was sent without a session, urlencoded, to
    be offered again behind the door.
    """
    secure = request.app.ctx.secure
    door = request.cookies.get(door_cookie(secure)) or secrets.token_urlsafe(24)
    page = render(
        request, "sign_in.html", status, to=to, name=name, sentence=sentence, kept=kept, door=door
    )
    set_cookie(page, door_cookie(secure), door, secure)
    return page


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")  # a header may hold what is no character


def _read_form(request: Request) -> HTTPResponse | None:
    if not _from_here(request):
        return problem(
            request,
            403,
            "不能从别的网页提交",
            "请在工作台的页面里操作。要是反复出现，请告诉管理员。",
        )
    if number(request.headers.get("content-length", ""), 0) > request.app.config.REQUEST_MAX_SIZE:
        return problem(request, 413, "内容太长了", "请退回上一页，删短一些再存。")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    try:
        if kind != "application/x-www-form-urlencoded":
            raise BadForm
        request.ctx.form = Posted.read(request.body or b"")
    except BadForm:
        return problem(request, 400, "表单没有传好", "请退回上一页再试一次。")
    return None


def _from_here(request: Request) -> bool:
    """Whether a page of ours sent it; browsers name the page's origin with every POST."""
    schemes = ("https",) if request.app.ctx.secure else ("http", "https")
    ours = {f"{scheme}://{request.headers.get('host', '')}" for scheme in schemes}
    return request.headers.get("origin") in ours


def _door(request: Request) -> HTTPResponse:
    if request.headers.get("hx-request"):
        return text("登录已过期。写好的不会丢：保存时会请您重新登录。", status=401)
    if request.path == "/sign-out":
        return redirect("/sign-in", status=303)
    if request.method in _SAFE:
        to = request.path + (f"?{request.query_string}" if request.query_string else "")
        return redirect("/sign-in" + (f"?to={quote(to, safe='')}" if to != "/" else ""), status=303)
    kept = urlencode([pair for pair in request.ctx.form.pairs if pair[0] != "csrf"])
    sentence = "登录已过期。刚才写的还在，重新登录就能接着提交。"
    return sign_in_page(request, 401, to=request.path, sentence=sentence, kept=kept)
