"""Numbers typed into a text that a field of its matter knows better."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from knowledge_base.bindings import fees, promised, typed, visits
from knowledge_base.matters import Days, Matter, Step
from knowledge_base.quantities import Quantity, number, quantities

_CLAUSE = re.compile(r"[^。；，！？\n]+")
_ON_TIME = re.compile("承诺|法定|时限|工作日|办结|办好|办完|办下来|审核|审批|[出拿领]到?证")
_FOR_THE_CITIZEN = re.compile("届满|期满|到期|有效期|提前|最后|出生")
"""Such a clause says until when the citizen may come, not how long the office takes."""
_ON_MONEY = re.compile("工本费|手续费|收费|要交费|缴费|收[0-9一二两三四五六七八九十百]")
_PHONE = re.compile(r"(?<![0-9-])(?:0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(?![0-9])")
_VISITS = re.compile("(?:跑|到现场|去窗口)(?P<times>[0-9一二两三])[趟次]")


@dataclass(frozen=True)
class Typed:
    """
    said: what was typed. field: what to bind instead. says: what the matter says there.
    agrees: whether that is the same, for now.
    """

    said: str
    field: str
    says: str
    agrees: bool


def typed_numbers(
    text: str, matter: Matter, lawful: Collection[Quantity] = frozenset()
) -> Iterator[Typed]:
    """
    The time limits, fees, phones and visits that `text` states in its own words.

    lawful: what the law says, which is true beside the matter's own numbers.
    """
    limits = {
        "promised": {_quantity(matter.promised)},
        "statutory": {_quantity(matter.statutory)},
    }
    steps = {_quantity(step.within) for step in _steps(matter)}
    charged = set(quantities(fees(matter)))
    phones = {"consult_phone": matter.consult_phone, "complaint_phone": matter.complaint_phone}
    for clause in _CLAUSE.findall(re.sub(r"[^\S\n]", "", typed(text))):
        for one in quantities(clause):
            if one in lawful or one in steps:
                continue
            days = one.unit in ("日", "工作日") and not _FOR_THE_CITIZEN.search(clause)
            if days and _ON_TIME.search(clause):
                field = next((name for name, known in limits.items() if one in known), "")
                yield Typed(one.said, field or "promised", promised(matter), bool(field))
            elif one.unit == "元" and _ON_MONEY.search(clause):
                yield Typed(one.said, "fee", fees(matter), one in charged)
        for said in _PHONE.findall(clause):
            field = next((name for name, phone in phones.items() if _same(phone, said)), "")
            says = matter.consult_phone or "没有写电话"
            yield Typed(said, field or "consult_phone", says, bool(field))
        for found in _VISITS.finditer(clause):
            agrees = number(found["times"]) == matter.visits
            yield Typed(found.group(), "visits", visits(matter), agrees)


def _quantity(limit: Days | None) -> Quantity | None:
    if limit is None:
        return None
    return Quantity(Fraction(int(limit.days)), "工作日" if limit.unit == "工作日" else "日", "")


def _steps(matter: Matter) -> Iterator[Step]:
    yield from (
        step for step in (*matter.online_steps, *matter.window_steps) if isinstance(step, Step)
    )


def _same(phone: str | None, said: str) -> bool:
    return phone is not None and re.sub(r"\D", "", said) == re.sub(r"\D", "", phone)
