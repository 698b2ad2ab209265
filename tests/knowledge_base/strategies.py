"""Entries and matters of every shape the model allows, for rules that hold for all of them."""

from __future__ import annotations

from datetime import date
from typing import get_args

from hypothesis import strategies as st

from knowledge_base.entries import Entry
from knowledge_base.matters import (
    Basis,
    Channel,
    Days,
    Fee,
    FeeItem,
    Fork,
    Kind,
    Marks,
    Material,
    Matter,
    Question,
    Step,
    Window,
)
from knowledge_base.model import LawSource, OfficeSource

_LETTERS = st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n\t")
TEXTS = st.one_of(
    st.text(_LETTERS, min_size=1, max_size=12),
    st.sampled_from(
        [
            "=1+1",
            "- 居住证",
            "'=x",
            "_x000D_",
            "是",
            "材料: 有",
            "5个工作日",
            "《民法典》第5条",
            "a；b",
        ]
    ),
).filter(lambda text: text.strip() != "")
MAYBE = st.none() | TEXTS
LINES = st.lists(TEXTS, max_size=3)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
IDS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
LAWS = st.builds(
    LawSource, law=TEXTS, article=st.from_regex("[1-9][0-9]{0,3}(之[一二三])?", fullmatch=True)
)
OFFICES = st.builds(OfficeSource, office=TEXTS, url=MAYBE)
TIMES = st.builds(Days, days=st.integers(0, 90), unit=st.sampled_from(["工作日", "自然日"]))


def _listed(kind: type, **fields: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(st.builds(kind, **fields), max_size=2)


ENTRIES = st.builds(
    Entry,
    id=IDS,
    question=TEXTS.map(lambda text: text.strip() + "？问"),
    aliases=st.lists(TEXTS, max_size=3, unique_by=str.strip),
    answer=TEXTS,
    sources=st.lists(LAWS | OFFICES, min_size=1, max_size=2),
    owner=TEXTS,
    matter=st.none() | IDS,
    sample=st.booleans(),
    checked_on=DAYS,
    review_by=st.none() | DAYS,
)

_FORK = Fork(name="办理人", ask="谁来办？", options=("本人", "代办"))

MATTERS = st.builds(
    Matter,
    id=IDS,
    name=TEXTS,
    aliases=LINES,
    item_code=MAYBE,
    kind=st.sampled_from(get_args(Kind)),
    level=st.sampled_from(["市", "区", "街道"]),
    office=TEXTS,
    partners=LINES,
    audience=st.lists(st.sampled_from(["自然人", "企业法人"]), max_size=2),
    case_type=st.just("承诺件"),
    promised=st.builds(Days, days=st.integers(1, 5), unit=st.just("工作日")),
    statutory=st.none() | st.builds(Days, days=st.integers(5, 90), unit=st.just("自然日")),
    summary=TEXTS,
    conditions=LINES,
    forks=st.just([]) | st.just([_FORK]),
    materials=_listed(Material, name=TEXTS, copies=st.integers(0, 3), note=MAYBE, basis=MAYBE),
    online_steps=st.lists(
        TEXTS | st.builds(Step, text=TEXTS, within=st.none() | TIMES, result=MAYBE), max_size=3
    ),
    window_steps=LINES,
    channels=st.lists(st.sampled_from(get_args(Channel)), max_size=3),
    marks=st.builds(Marks, instant=MAYBE, deferral=MAYBE),
    fee=st.builds(
        Fee, items=_listed(FeeItem, name=TEXTS, standard=TEXTS, waiver=MAYBE), basis=MAYBE
    ),
    themes=LINES,
    windows=_listed(Window, name=TEXTS, address=MAYBE),
    result=TEXTS,
    result_e_licence=st.booleans(),
    basis=st.lists(
        LAWS | OFFICES | st.builds(Basis, title=TEXTS, effective_from=st.none() | DAYS), max_size=3
    ),
    faq=_listed(Question, question=TEXTS, answer=TEXTS),
    source=OFFICES,
    sample=st.booleans(),
    extra=st.dictionaries(TEXTS.map(str.strip), TEXTS, max_size=2),
    checked_on=DAYS,
)
