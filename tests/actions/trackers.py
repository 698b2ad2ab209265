"""A small knowledge base, and the trackers that Rasa would send of what was said about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rasa_sdk import Tracker

from booking.calendar import SHENZHEN
from knowledge_base.entries import Entry
from knowledge_base.matters import Matter

NOW = datetime(2026, 11, 23, 10, tzinfo=SHENZHEN)
"""A Monday morning."""

CHECKED = date(2026, 11, 20)


def matter(id: str, name: str, **fields: Any) -> Matter:
    plain = {
        "id": id,
        "name": name,
        "kind": "行政确认",
        "office": "深圳市公安局福田分局",
        "audience": ["自然人"],
        "case_type": "承诺件",
        "promised": {"days": 10},
        "summary": f"{name}的办事指南。",
        "conditions": ["年满 16 周岁"],
        "materials": [{"name": "身份证"}],
        "channels": ["窗口"],
        "result": "证件",
        "basis": [{"law": "居住证暂行条例", "article": "2"}],
        "source": {"office": "深圳市公安局福田分局"},
        "checked_on": CHECKED,
    }
    return Matter.parse_obj(plain | fields)


def entry(id: str, question: str, **fields: Any) -> Entry:
    plain = {
        "id": id,
        "question": question,
        "answer": f"{question}的答案。",
        "sources": [{"law": "民法典", "article": "1077"}],
        "owner": "福田区司法局",
        "checked_on": CHECKED,
    }
    return Entry.parse_obj(plain | fields)


FORKED = {
    "forks": [
        {"name": "情形", "ask": "是首次办，还是变更？", "options": ["首次", "变更"]},
        {"name": "办理人", "ask": "是本人办，还是代办？", "options": ["本人", "代办"]},
        {"name": "前置", "ask": "有没有前置审批？", "options": ["没有", "有"]},
    ],
    "materials": [
        {"name": "身份证"},
        {"name": "变更证明", "when": {"情形": ["变更"]}},
        {"name": "委托书", "when": {"办理人": ["代办"]}},
    ],
}
MATTERS = (
    matter("permit", "居住证申领", aliases=["办居住证"], **FORKED),
    matter("card", "社保卡申领", aliases=["办社保卡"], channels=["窗口", "视频办"]),
    matter("allowance", "高龄津贴", channels=["网上", "视频办"], promised={"days": 3}),
    matter("marriage", "结婚登记", in_person="法律要求双方到场。"),
    matter("paused", "公租房", status="挂起"),
    matter("past", "老年证", valid_until=date(2026, 1, 1)),
)
ENTRIES = (
    entry("cooling-off", "离婚冷静期是多久？"),
    entry("about-card", "社保卡有什么用？", matter="card", sample=True),
    entry("old-rule", "以前的规矩是什么？", valid_until=date(2026, 1, 1)),
    entry("new-rule", "以后的规矩是什么？", valid_from=date(2027, 1, 1)),
)


def bot(kind: str, id: str | None = None) -> dict[str, Any]:
    """The event of a turn's decision."""
    return {"event": "bot", "data": {"custom": {"kind": kind, "id": id}}}


def user(text: str = "") -> dict[str, Any]:
    return {"event": "user", "text": text}


def heard(
    text: str = "",
    intent: str = "inform",
    *,
    before: list[dict[str, Any]] | None = None,
    asked: str | None = None,
    contact: str | None = None,
    code: str | None = None,
    turn: str | None = None,
    found: Mapping[str, Any] | None = None,
    loop: str | None = None,
    **slots: Any,
) -> Tracker:
    """A tracker in which `text` was just said and taken for `intent`."""
    latest = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.9},
        "entities": [],
        "found": found or {},
        "metadata": {name: ref for name, ref in (("contact", contact), ("code", code)) if ref},
    }
    events = [*(before or []), {**user(text), "input_channel": "test", "message_id": turn}]
    known = {"requested_slot": asked, **slots}
    active = {"name": loop} if loop else {}
    return Tracker("citizen", known, latest, events, False, None, active, "action_listen")


def blanks(text: str) -> set[str]:
    """The names that a response wants filled in."""
    return set(re.findall(r"\{(\w+)\}", text))


def slots(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}
