"""Coming in and going out."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from console import people
from console.guard import door_cookie, local, same, session_cookie, set_cookie, sign_in_page
from console.pages import problem, render, threaded
from console.posted import BadForm, Posted

signing = Blueprint("signing")


@signing.get("/sign-in", ctx_public=True)
@threaded
def door(request: Request) -> HTTPResponse:
    known = request.app.ctx.staff.anyone()
    sentence = "" if known else "还没有员工账号。请管理员在服务器上运行：xiaofu staff add 姓名"
    return sign_in_page(request, 200, to=local(request.args.get("to", "/")), sentence=sentence)


@signing.post("/sign-in", ctx_public=True)
@threaded
def come_in(request: Request) -> HTTPResponse:
    context, form = request.app.ctx, request.ctx.form
    name, to, kept = form.text("name"), local(form.text("to")), form.raw("kept")
    if not same(form.raw("door"), request.cookies.get(door_cookie(context.secure), "")):
        sentence = "页面放得太久了，请再登录一次。"
        return sign_in_page(request, 403, to=to, name=name, sentence=sentence, kept=kept)
    now = context.clock()
    address = request.remote_addr or request.ip
    try:
        token = people.sign_in(context.staff, name, form.raw("password"), address, now)
    except people.SignInRefused as refusal:
        status = 429 if isinstance(refusal, people.TooManyTries) else 401
        return sign_in_page(request, status, to=to, name=name, sentence=refusal.sentence, kept=kept)
    context.staff.close_session(request.cookies.get(session_cookie(context.secure), ""))
    response = _go_on(request, token, to, kept)
    set_cookie(response, session_cookie(context.secure), token, context.secure)
    set_cookie(response, door_cookie(context.secure), "", context.secure)
    return response


@signing.post("/sign-out")
@threaded
def go_out(request: Request) -> HTTPResponse:
    context = request.app.ctx
    context.staff.close_session(request.cookies.get(session_cookie(context.secure), ""))
    response = redirect("/sign-in", status=303)
    set_cookie(response, session_cookie(context.secure), "", context.secure)
    return response


def _go_on(request: Request, token: str, to: str, kept: str) -> HTTPResponse:
    """To the page that was wanted, or to the form that the door had interrupted."""
    if not kept:
        return redirect(to, status=303)
    context = request.app.ctx
    try:
        form = Posted.read(kept.encode())
    except BadForm:
        return problem(request, 400, "表单没有传好", "请退回上一页再试一次。")
    request.ctx.session = context.staff.session(token, context.clock())
    return render(request, "resume.html", to=to, pairs=form.pairs)
