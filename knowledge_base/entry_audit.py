"""Everything a machine can tell of the entries: law, bindings, numbers, contradictions, dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from knowledge_base import bindings, citations, contradictions
from knowledge_base.bindings import Places
from knowledge_base.entries import Entry
from knowledge_base.findings import Finding
from knowledge_base.matters import Matter
from knowledge_base.statutes import Statutes
from knowledge_base.typed_numbers import typed_numbers

RULES = {
    "citation": "引用的条文有效",
    "law_name": "法律写正式名称",
    "quoted_article": "答案里提到的条文有，而且引了",
    "number": "答案里的数字，引用的条文里有",
    "binding": "绑定的事项和项目都在",
    "disagrees": "手写的数字和事项一致",
    "typed_number": "事项里有的数字不手写",
    "contradiction": "差不多的问题，答案不矛盾",
    "duplicate": "一个问题不答两遍",
    "expired": "没有失效",
    "overdue": "没有过复核日",
}
"""The rules by name, each as what ought to be."""


def audit(
    entries: Iterable[Entry],
    matters: Mapping[str, Matter],
    places: Places,
    statutes: Statutes,
    day: date,
) -> list[Finding]:
    """What is wrong with the entries on `day`, each held against the others."""
    entries = list(entries)
    spoken = (
        entry.copy(update={"answer": bindings.render(entry.answer, matters, places)})
        for entry in entries
    )
    return [
        *citations.audit(entries, statutes, day),
        *(one for entry in entries for one in _bindings(entry, matters, places, day)),
        *(one for entry in entries for one in _typed(entry, matters, statutes, day)),
        *contradictions.audit(spoken),
        *(one for entry in entries for one in _dates(entry, day)),
    ]


def _bindings(
    entry: Entry, matters: Mapping[str, Matter], places: Places, day: date
) -> Iterator[Finding]:
    for problem in bindings.problems(entry, matters, places):
        yield Finding(entry.id, "answer", "binding", f"{problem}。", "")
    for id in sorted(bindings.bound(entry.answer) & matters.keys()):
        matter = matters[id]
        if matter.status != "在用" or not matter.holds_on(day):
            message = f"绑定的「{matter.name}」今天不办，市民听到的是{bindings.UNKNOWN}。"
            mend = "请改答案，或者等它恢复。"
            yield Finding(entry.id, "answer", "binding", message, mend, "warning")


def _typed(
    entry: Entry, matters: Mapping[str, Matter], statutes: Statutes, day: date
) -> Iterator[Finding]:
    matter = matters.get(entry.matter or "")
    if matter is None:
        return
    lawful = citations.numbers_of(entry.sources, statutes, day)
    for one in typed_numbers(entry.answer, matter, lawful):
        bind = f"请改成 {{{{matter.{matter.id}.{one.field}}}}}"
        if one.agrees:
            message = f"「{one.said}」是手写的，事项改了它不会跟着改。"
            yield Finding(entry.id, "answer", "typed_number", message, f"{bind}。", "warning")
        else:
            message = f"手写着「{one.said}」，而「{matter.name}」是：{one.says}。"
            mend = f"{bind}，或者先改事项。"
            yield Finding(entry.id, "answer", "disagrees", message, mend)


def _dates(entry: Entry, day: date) -> Iterator[Finding]:
    if entry.expired_on(day):
        message = f"{entry.valid_until} 起已经失效，市民听不到。"
        mend = "请更新后改失效日，或者停用。"
        yield Finding(entry.id, "valid_until", "expired", message, mend, "warning")
    elif entry.review_by and entry.review_by < day:
        message = f"该在 {entry.review_by} 以前复核。"
        mend = "请对照来源看一遍，改核对日和下次复核。"
        yield Finding(entry.id, "review_by", "overdue", message, mend, "warning")
