"""How a video session stands, in the words officers use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from booking.bookings import Authority, Booking, Event, State
from booking.calendar import SHENZHEN
from booking.errors import (
    AlreadyBooked,
    AppealDecided,
    BookingRefused,
    CannotMove,
    ClosedDay,
    DailyLimit,
    KeyUsed,
    NoSession,
    OutsideHours,
    Past,
    SameTime,
    SessionTaken,
    TooEarly,
    WithOther,
)
from booking.rules import Rules
from booking.steps import Step

Tone = Literal["running", "waiting", "late", "expected", "over"]
"""Which of five looks a session has: being served, there, overdue, still to come, over."""

WEEKDAYS = "一二三四五六日"

STATES: Mapping[State, str] = {
    "held": "留着，还没确认",
    "booked": "已预约",
    "checked_in": "候场",
    "in_session": "办理中",
    "done": "已办结",
    "to_window": "转窗口",
    "to_complete": "待补正",
    "cancelled": "已取消",
    "expired": "过号作废",
    "missed": "爽约",
    "broken_off": "中断",
}

AUTHORITIES: Mapping[Authority, str] = {
    "letter": "纸质授权委托书",
    "online": "电子授权",
    "guardian": "法定监护",
}

BUTTONS: Mapping[Step, str] = {
    "admit": "到了",
    "call": "叫这一位",
    "start": "开始",
    "pass_over": "没来",
    "drop": "中断",
    "done": "办结",
    "to_window": "转窗口",
    "to_complete": "待补正",
    "reassign": "改时间",
    "cancel": "取消预约",
}

_EVENTS: Mapping[tuple[State | None, State, str], str] = {
    (None, "held", ""): "留了席位，等确认",
    (None, "booked", ""): "预约好了",
    ("held", "held", "renewed"): "多留一会儿",
    ("held", "booked", ""): "确认了预约",
    ("held", "cancelled", "released"): "没有确认，放掉了",
    ("held", "expired", "overdue"): "没有确认，到时放掉了",
    ("booked", "missed", "overdue"): "没有来，记为爽约",
    ("booked", "checked_in", ""): "到了，候场",
    ("checked_in", "checked_in", "called"): "叫号",
    ("broken_off", "broken_off", "called"): "回拨",
    ("checked_in", "checked_in", "passed over"): "叫了没来，过号排到后面",
    ("checked_in", "expired", "passed over twice"): "叫了两次没来，过号作废",
    ("checked_in", "cancelled", "overdue"): "当天没有叫到，取消了",
    ("broken_off", "broken_off", "not reached"): "回拨没有接通",
    ("broken_off", "checked_in", ""): "又回来候场",
    ("broken_off", "in_session", ""): "接着办",
    ("in_session", "broken_off", "overdue"): "当天没有办完，记为中断",
}

_ANY_STATE: Mapping[str, str] = {
    "noted": "写了备注",
    "ticked": "勾了材料清单",
    "no-show lifted": "申诉成立，这次爽约不算",
    "no-show stands": "申诉不成立，这次爽约照算",
}


def standing(booking: Booking, rules: Rules, now: datetime, me: str) -> tuple[str, Tone]:
    """What a session's mark says, and in which tone; it does not change with every minute."""
    if booking.state == "in_session":
        return f"办理中（{_who(booking.officer, me)}）", "running"
    if booking.called_at is not None and booking.state in ("checked_in", "broken_off"):
        verb = "回拨" if booking.state == "broken_off" else "叫"
        return f"{_who(booking.officer, me)}{verb}了，等进来", "running"
    if booking.state == "broken_off":
        if booking.passes:
            return "中断，回拨没接", "over"
        return "中断，先回拨", "late"
    if booking.state == "checked_in":
        if booking.passes:
            return "过号，排在后面", "late"
        return "候场", "waiting"
    if booking.state == "booked":
        if now < booking.start:
            return "还没到", "expected"
        late = now > booking.start + rules.grace
        return ("迟到", "late") if late else ("到点了，还没来", "late")
    return STATES[booking.state], "over"


def waiting(booking: Booking, now: datetime) -> str:
    """How long it has been so, in minutes; "" where that is nobody's concern."""
    if booking.state == "in_session" and booking.called_at:
        return f"办了 {_minutes(now - booking.called_at)} 分钟"
    if booking.state == "checked_in" and booking.checked_in_at:
        return f"已等 {_minutes(now - booking.checked_in_at)} 分钟"
    if booking.state == "broken_off" and booking.dropped_at:
        return f"断了 {_minutes(now - booking.dropped_at)} 分钟"
    if booking.state == "booked" and now > booking.start:
        return f"晚了 {_minutes(now - booking.start)} 分钟"
    return ""


def happened(event: Event, before: Event | None) -> str:
    """One line of a session's history. before: the event before it, to see what moved."""
    if event.why in _ANY_STATE:
        return _ANY_STATE[event.why]
    known = _EVENTS.get((event.before, event.after, event.why))
    if known:
        return known
    if event.before == event.after and event.start:
        moved = before is not None and before.start == event.start
        where = f"换到 {event.desk} 号席位" if moved else f"改到 {moment(event.start)}"
        return f"{where}（{event.why}）" if event.why else where
    said = "开始办理" if event.after == "in_session" else STATES[event.after]
    return f"{said}（{event.why}）" if event.why and event.why != "overdue" else said


def who(by: str) -> str:
    """Who did it, out of the audit."""
    return {"citizen": "市民", "clock": "到时自动"}.get(by, by)


def refused(refusal: BookingRefused, now: datetime) -> str:
    """What stands in the way, and what to do instead, to an officer."""
    match refusal:
        case WithOther(booking=booking):
            return f"这一位已经在{booking.officer}那里，您没有改动什么。请叫下一位。"
        case TooEarly(earliest=earliest):
            return f"还太早，{earliest.astimezone(SHENZHEN):%H:%M} 起才可以。"
        case CannotMove(booking=booking):
            return outdated(booking, now)
        case SessionTaken(start=start):
            return f"{moment(start)} 刚刚约满了，请另选一个时间。"
        case SameTime():
            return "这位市民那时候已经有另一场视频办，请另选一个时间。"
        case DailyLimit(limit=limit):
            return f"这位市民那天已经有 {limit} 场，请选另一天。"
        case AlreadyBooked():
            return "这位市民这件事已经有一个预约。"
        case ClosedDay(why=why):
            return f"那天不上班（{why}），请选另一天。"
        case Past() | OutsideHours() | NoSession():
            return "那个时间不能办理，请从列出的时间里选。"
        case AppealDecided():
            return "这个申诉别的同事已经决定了，下面是结果。"
        case KeyUsed():
            return "这张表单已经用过了，请在刷新后的页面上再操作。"
    return "现在不能这样做，请看下面现在的情况。"


def outdated(booking: Booking, now: datetime) -> str:
    """To somebody who acted on a page that was no longer true."""
    by = f"（{booking.officer}）" if booking.officer else ""
    at = booking.updated_at.astimezone(SHENZHEN)
    today = at.date() == now.astimezone(SHENZHEN).date()
    clock = f"{at:%H:%M}" if today else moment(at)
    state = STATES[booking.state]
    return f"您看到的是旧的：这一位现在是「{state}」{by}，{clock} 变的。刚才按的没有算数。"


def moment(at: datetime) -> str:
    """11 月 23 日（周一）09:00."""
    here = at.astimezone(SHENZHEN)
    return f"{here.month} 月 {here.day} 日（周{WEEKDAYS[here.weekday()]}）{here:%H:%M}"


def _who(officer: str, me: str) -> str:
    return "您" if officer == me else officer


def _minutes(since: timedelta) -> int:
    return max(0, int(since.total_seconds() // 60))
