"""How every action speaks: the words by name from the domain, the decision as `custom`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from knowledge_base.matters import Basis
from knowledge_base.model import LawSource, OfficeSource
from xiaofu.services import services

WAYS_OUT = (
    {"name": "窗口", "text": "请大厅的工作人员当面帮您"},
    {"name": "12345", "text": "政务服务便民热线"},
    {"name": "12348", "text": "公共法律服务热线"},
    {"name": "i福田", "text": "小程序里也能问、能办"},
)
"""Where a citizen goes when 小福 cannot help."""

LEGAL_HELP = (
    {"name": "12348", "text": "公共法律服务热线，律师接听"},
    {"name": "法律援助", "text": "请不起律师的，可以申请"},
)
"""Who helps with one's own case, which 小福 does not judge."""

OFFICIAL_NOTICE = "以广东政务服务网公布为准"
"""Said with everything that was not verified with the office."""


def reply(
    dispatcher: CollectingDispatcher,
    response: str,
    kind: str,
    *,
    id: str | None = None,
    reason: str | None = None,
    score: float | None = None,
    sources: Iterable[Mapping[str, str]] = (),
    card: Mapping[str, Any] | None = None,
    buttons: Iterable[Mapping[str, str]] = (),
    **values: Any,
) -> None:
    """
    Utter `response` with `values`, and the decision behind it.

    reason: why it is a refusal, see knowledge_base.asking.RefusalReason.

    Exactly one call a turn: pages and tests hold on to the one `custom` object it makes.
    """
    card = {**({"reason": reason} if reason else {}), **(card or {})}
    decision = {
        "kind": kind,
        "id": id,
        "score": score,
        "sources": [dict(source) for source in sources],
        "revision": services().knowledge.current().revision,
        "card": {name: part for name, part in card.items() if part},
    } | ({"reason": reason} if reason else {})
    dispatcher.utter_message(
        response=response, json_message=decision, buttons=list(buttons), **values
    )


def cited(sources: Iterable[LawSource | OfficeSource], checked_on: date) -> list[dict[str, str]]:
    """Sources as `custom` carries them, each with the day it was checked."""
    day = checked_on.isoformat()
    return [
        {"law": source.law, "article": source.article, "checked_on": day}
        if isinstance(source, LawSource)
        else {"office": source.office, "checked_on": day}
        | ({"url": source.url} if source.url else {})
        for source in sources
    ]


def named(source: LawSource | Basis | OfficeSource) -> str:
    """A source as a citizen reads it: 《民法典》第1079条, or the office's name."""
    if isinstance(source, OfficeSource):
        return source.office
    if isinstance(source, Basis):
        number = f"（{source.number}）" if source.number else ""
        return f"《{source.title.strip('《》')}》{number}{source.article or ''}"
    number, _, inserted = source.article.partition("之")
    return f"《{source.law}》第{number}条" + (f"之{inserted}" if inserted else "")


def source_line(
    sources: Iterable[LawSource | OfficeSource], checked_on: date, *, sample: bool
) -> str:
    """What an answer rests on and when that was checked, for those who only see text."""
    line = f"来源：{'、'.join(named(source) for source in sources)}（{checked_on} 核对）"
    return f"{line}\n{OFFICIAL_NOTICE}。" if sample else line


def choice(title: str, **chosen: str) -> dict[str, str]:
    """A button that says which item or option was tapped."""
    inside = ", ".join(f'"{name}": "{value}"' for name, value in chosen.items())
    return {"title": title, "payload": f"/choose{{{inside}}}"}
