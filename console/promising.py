"""信用承诺: what was promised, what was reported, and the step that is whose to take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from booking.bookings import Booking
from booking.calendar import SHENZHEN
from booking.commitments import (
    MOVES,
    Commitment,
    CommitmentRefused,
    Lacking,
    SamePerson,
    State,
    StillTime,
    TooShort,
)
from booking.promises import Promises
from booking.store.commitments import NoSuchCommitment
from console.pages import render, threaded
from console.posted import Posted, number
from console.searching import page
from xiaofu.privacy import mask

STATES: Mapping[State, str] = {
    "offered": "已告知，还没选",
    "declined": "不承诺，按一般程序",
    "accepted": "已承诺，待核查",
    "withdrawn": "已撤回，按一般程序",
    "kept": "核查属实",
    "reported": "有人报告不实，待通知当事人",
    "notified": "已通知当事人，等改正或异议",
    "objected": "当事人有异议，待决定",
    "mended": "已改正，不作记录",
    "dismissed": "报告不成立",
    "upheld": "认定不实，待报送",
    "exported": "已报送",
    "repaired": "已信用修复",
}

SHELVES: Mapping[str, tuple[str, tuple[State, ...]]] = {
    "cases": ("要处理的", ("reported", "notified", "objected", "upheld")),
    "promised": ("待核查的", ("accepted",)),
    "closed": ("已了结的", ("kept", "mended", "dismissed", "exported", "repaired")),
    "chosen": ("没有承诺的", ("offered", "declined", "withdrawn")),
}
"""The tabs of the list, by what is in them."""

Kind = Literal["text", "area", "date", "tick"]


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    hint: str = ""
    kind: Kind = "area"


@dataclass(frozen=True)
class StepForm:
    """
    How a step is asked for.

    ready: the form stands open, where the step is the next one, or one of two to decide between.
    """

    title: str
    button: str
    told: str
    fields: tuple[Field, ...] = ()
    ready: bool = False


FORMS: Mapping[State, StepForm] = {
    "kept": StepForm(
        "核查属实", "核查属实，了结", "核查过，承诺是真的、做到了（第六十三条）。", ready=True
    ),
    "reported": StepForm(
        "报告承诺不实",
        "报告",
        "报告后先通知当事人，给时间改正，听异议，再由另一位同事决定。没来视频办、迟到不是承诺不实。",
        (
            Field("untrue", "哪里不实或没有履行", "写承诺的哪一句，实际是什么。"),
            Field("evidence", "证据", "什么材料、在哪里能看到。"),
            Field("receipt", "办件编号", "部门业务系统里的编号，凭它找到当事人。", "text"),
        ),
    ),
    "withdrawn": StepForm(
        "登记撤回",
        "登记撤回",
        "当事人在窗口或电话里说要撤回承诺的，在这里登记，之后按一般程序办（第六十二条）。",
        (Field("reason", "撤回的理由", "照当事人说的写。"),),
    ),
    "notified": StepForm(
        "通知当事人",
        "已经通知，开始计时",
        "责令限期整改，并中止办理（第六十四条）。通知里写明哪里不实、凭什么、改正期限、可以提异议。",
        (
            Field("told", "怎么通知的", "方式、时间、送到谁手里。"),
            Field("mend_by", "改正到哪天为止", kind="date"),
        ),
        ready=True,
    ),
    "objected": StepForm(
        "登记异议",
        "登记异议",
        "当事人在窗口、电话里或书面提的异议，在这里登记。决定之前都可以提。",
        (Field("objection", "异议", "照当事人说的写。"),),
    ),
    "mended": StepForm(
        "已经改正",
        "改正了，了结",
        "期限内改正、情节轻微又没有造成危害后果的，到此为止，不作记录（第六十七条）。不是这样的，由决定的同事一并考虑。",
        (
            Field("mending", "怎么改正的"),
            Field("mended_on", "哪天改正的", kind="date"),
            Field("slight", "情节轻微，没有造成危害后果", kind="tick"),
        ),
    ),
    "upheld": StepForm(
        "认定承诺不实",
        "认定不实",
        "报告的人不能决定。当事人没有提异议的，要等改正期限过了。认定后报送区信用库。",
        (Field("reason", "认定的理由", "证据怎么看，异议为什么不采纳，有没有改正。"),),
        ready=True,
    ),
    "dismissed": StepForm(
        "报告不成立",
        "报告不成立，了结",
        "报告的人不能决定。不成立的不报送，什么也不留在信用记录里。",
        (Field("reason", "理由"),),
        ready=True,
    ),
    "repaired": StepForm(
        "登记信用修复",
        "登记修复",
        "信用修复办完的，在这里登记，当事人以后又可以选信用承诺。",
        (Field("reason", "凭什么", "准予修复的决定、文号。"),),
    ),
}
"""By the state that a step leads to; the others are citizens' and the export's."""

LABELS = {field.name: field.label for form in FORMS.values() for field in form.fields} | {
    "reason": "理由"
}

REFUSALS: Mapping[str, str] = {
    "illegal_move": "这一步现在不能做，可能别的同事刚刚处理过。请看下面现在到了哪一步。",
    "not_yours": "这一步要由当事人自己做。",
    "not_mended": (
        "没有在期限内改正，或者不是情节轻微没有危害后果的，不能这样了结；请由决定的同事一并考虑。"
    ),
}


@dataclass(frozen=True)
class Desk:
    """What the pages work on. booking: by its id, for showing whose session it was."""

    promises: Promises
    booking: Callable[[int], Booking | None]


promising = Blueprint("commitments")


@promising.get("/commitments")
@threaded
def listed(request: Request) -> HTTPResponse:
    desk: Desk = request.app.ctx.promises
    every = desk.promises.store.all()
    shelf = request.args.get("shelf", "cases")
    shelf = shelf if shelf in SHELVES else "cases"
    shown = sorted(
        (one for one in every if one.state in SHELVES[shelf][1]),
        key=lambda one: one.steps[-1].at,
        reverse=True,
    )
    return render(
        request,
        "commitments.html",
        page=page(shown, number(request.args.get("page", ""), 1)),
        shelf=shelf,
        shelves=SHELVES,
        counts={
            name: sum(one.state in states for one in every) for name, (_, states) in SHELVES.items()
        },
        names=STATES,
        connected=desk.promises.serious.connected,
        now=request.app.ctx.clock(),
    )


@promising.get("/commitments/<which:int>")
@threaded
def shown(request: Request, which: int) -> HTTPResponse:
    return _page(request, _found(request, which))


@promising.post("/commitments/<which:int>/<step:str>")
@threaded
def take(request: Request, which: int, step: str) -> HTTPResponse:
    """Take a step, then show where it led; what was typed stays when it cannot be taken."""
    form = FORMS.get(step)  # type: ignore[call-overload]
    made = _found(request, which)
    if form is None:
        raise NotFound
    typed = _typed(form, request.ctx.form)
    try:
        _take(request, which, step, typed)  # type: ignore[arg-type]
    except CommitmentRefused as refusal:
        made = _found(request, which)
        return _page(request, made, step=step, typed=typed, sentence=_said(refusal), status=409)
    return redirect(f"/commitments/{made.id}", status=303)


def _take(request: Request, which: int, step: State, typed: Mapping[str, str]) -> None:
    promises: Promises = request.app.ctx.promises.promises
    by: str = request.ctx.session.name
    now: datetime = request.app.ctx.clock()
    match step:
        case "kept":
            promises.keep(which, by, now)
        case "reported":
            promises.report(which, by=by, now=now, **typed)
        case "withdrawn":
            promises.withdraw(which, typed["reason"], now, by)
        case "notified":
            mend_by = _day(typed, "mend_by")
            promises.notify(which, told=typed["told"], mend_by=mend_by, by=by, now=now)
        case "objected":
            promises.object(which, typed["objection"], now, by)
        case "mended":
            promises.mend(
                which,
                mending=typed["mending"],
                mended_on=_day(typed, "mended_on"),
                slight=typed["slight"] == "1",
                by=by,
                now=now,
            )
        case "upheld" | "dismissed":
            reason = typed["reason"]
            promises.decide(which, upheld=step == "upheld", reason=reason, by=by, now=now)
        case "repaired":
            promises.repair(which, reason=typed["reason"], by=by, now=now)


def _page(
    request: Request,
    made: Commitment,
    *,
    step: str = "",
    typed: Mapping[str, str] | None = None,
    sentence: str = "",
    status: int = 200,
) -> HTTPResponse:
    """The case with the steps that may come next; typed: what was sent with `step` in vain."""
    desk: Desk = request.app.ctx.promises
    now = request.app.ctx.clock()
    today = now.astimezone(SHENZHEN).date()
    me = request.ctx.session.name
    able = {
        after
        for after, who in MOVES[made.state].items()
        if not (who == "second" and me == made.reporter)
    }
    mine = {after: form for after, form in FORMS.items() if after in able}
    return render(
        request,
        "commitment.html",
        status,
        made=made,
        booking=desk.booking(made.booking_id),
        names=STATES,
        labels=LABELS,
        forms=mine,
        decided_by_others="upheld" in MOVES[made.state] and me == made.reporter,
        values={
            "mend_by": str(today + timedelta(days=desk.promises.mend_days)),
            "mended_on": str(today),
        },
        step=step,
        typed=typed or {},
        sentence=sentence,
        now=now,
    )


def _found(request: Request, which: int) -> Commitment:
    try:
        made: Commitment = request.app.ctx.promises.promises.store.get(which)
    except NoSuchCommitment:
        raise NotFound from None
    return made


def _typed(form: StepForm, posted: Posted) -> dict[str, str]:
    """What was typed, without personal numbers: they belong into the department's own system."""
    return {field.name: mask(posted.text(field.name)).text for field in form.fields}


def _day(typed: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(typed[name])
    except ValueError:
        raise Lacking(name) from None


def _said(refusal: CommitmentRefused) -> str:
    match refusal:
        case Lacking(name=name):
            return f"请写上「{LABELS[name]}」。"
        case TooShort(earliest=earliest):
            return f"至少要给到 {earliest} 改正。"
        case StillTime(mend_by=mend_by):
            return f"当事人还没有提异议，改正期限到 {mend_by}，过了才能认定。"
        case SamePerson():
            return "您是报告的人，要由另一位同事决定。"
    return REFUSALS[refusal.reason]


def connect(app: Any, desk: Desk) -> None:
    """Give an app these pages."""
    app.ctx.promises = desk
    app.blueprint(promising)
