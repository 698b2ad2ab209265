"""Numbers live in one place: an answer binds a matter's field and says what stands there today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from knowledge_base.entries import ANSWER_LIMIT, BRACES, Entry
from knowledge_base.matters import Days, Matter

UNKNOWN = "（以公布的为准）"
"""Said in place of what the matter does not tell, or of a matter that is gone."""

_BINDING = re.compile(r"\{\{\s*matter\.(?P<matter>[a-z0-9-]+)\.(?P<field>[a-z_]+)\s*\}\}")
_FEW = 3
"""Places named; the others are counted."""

Places = Mapping[str, str]
"""The names of the places by id."""


@dataclass(frozen=True)
class Field:
    """A field that answers may bind. value: what is said of it; None when the matter is silent."""

    label: str
    value: Callable[[Matter, Places], str | None]


def promised(matter: Matter) -> str:
    """The time limit as people say it; 即办 is done while they wait."""
    if matter.promised is None:
        return "办理时限还没有公布"
    if matter.promised.days == 0:
        return "当场就能办好"
    return f"承诺 {matter.promised}内办好"


def visits(matter: Matter) -> str:
    return f"要到现场 {matter.visits} 次" if matter.visits else "一趟都不用跑"


def fees(matter: Matter) -> str:
    """Every item with its standard; 不收费 without one."""
    items = (
        f"{item.name} {item.standard}" + (f"（{item.waiver}）" if item.waiver else "")
        for item in matter.fee.items
    )
    return "；".join(items) or "不收费"


FIELDS: dict[str, Field] = {
    "name": Field("事项名称", lambda matter, _: matter.name),
    "office": Field("实施部门", lambda matter, _: matter.office),
    "promised": Field("多久办好，整句", lambda matter, _: promised(matter)),
    "promised_days": Field("承诺时限的天数", lambda matter, _: _days(matter.promised)),
    "statutory": Field("法定时限", lambda matter, _: _limit(matter.statutory)),
    "statutory_days": Field("法定时限的天数", lambda matter, _: _days(matter.statutory)),
    "fee": Field("收费", lambda matter, _: fees(matter)),
    "visits": Field("要跑几趟，整句", lambda matter, _: visits(matter)),
    "consult_phone": Field("咨询电话", lambda matter, _: matter.consult_phone),
    "complaint_phone": Field("投诉电话", lambda matter, _: matter.complaint_phone),
    "places": Field("办理地点", lambda matter, places: _places(matter, places)),
    "channels": Field("办理形式", lambda matter, _: "、".join(matter.channels)),
    "materials": Field("要交的材料", lambda matter, _: _materials(matter)),
    "result": Field("办成拿到什么", lambda matter, _: matter.result),
}


def render(answer: str, matters: Mapping[str, Matter], places: Places) -> str:
    """The answer as it is spoken; what cannot be said is UNKNOWN, never the braces."""

    def said(binding: re.Match[str]) -> str:
        matter, field = matters.get(binding["matter"]), FIELDS.get(binding["field"])
        return (matter and field and field.value(matter, places)) or UNKNOWN

    return BRACES.sub(UNKNOWN, _BINDING.sub(said, answer))


def bound(answer: str) -> frozenset[str]:
    """Ids of the matters the answer speaks from."""
    return frozenset(binding["matter"] for binding in _BINDING.finditer(answer))


def typed(answer: str) -> str:
    """The answer without what it binds: what somebody typed."""
    return BRACES.sub("", answer)


def problems(entry: Entry, matters: Mapping[str, Matter], places: Places) -> Iterator[str]:
    """What is wrong with the bindings of an entry's answer, in Chinese, with what to write."""
    for braces in BRACES.finditer(entry.answer):
        binding = _BINDING.fullmatch(braces.group())
        if binding is None:
            yield f"「{braces.group()}」读不懂，请写成 {{{{matter.事项编号.项目}}}}"
            continue
        matter, field = matters.get(binding["matter"]), FIELDS.get(binding["field"])
        if matter is None:
            yield f"没有编号为 {binding['matter']} 的事项，请写事项的编号，如 residence-permit"
        if field is None:
            known = "、".join(f"{name}（{one.label}）" for name, one in FIELDS.items())
            yield f"事项没有「{binding['field']}」这一项，可以写：{known}"
        if matter and field and not field.value(matter, places):
            yield f"「{matter.name}」没有写{field.label}，请先在事项里补上，或者不写这一句"
    spoken = len(render(entry.answer, matters, places))
    if BRACES.search(entry.answer) and spoken > ANSWER_LIMIT:
        yield f"填上事项的内容以后有 {spoken} 字，超过 {ANSWER_LIMIT} 字，请分成几条"


def _limit(limit: Days | None) -> str | None:
    return str(limit) if limit else None


def _days(limit: Days | None) -> str | None:
    return str(limit.days) if limit else None


def _places(matter: Matter, places: Places) -> str | None:
    names = [places[id] for id in matter.places if id in places]
    more = f"等 {len(names)} 处" if len(names) > _FEW else ""
    return "、".join(names[:_FEW]) + more or None


def _materials(matter: Matter) -> str:
    """What everybody hands in, and what only some cases do."""
    needed = [one for one in matter.materials if not one.waived]
    always = "、".join(one.name for one in needed if not one.when)
    some = "、".join(one.name for one in needed if one.when)
    told = [always, f"看情况还要{some}" if some else ""]
    return "，".join(filter(None, told)) or "不用交材料"
