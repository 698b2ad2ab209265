"""Small records for the tests of the knowledge base, and strategies that make any there may be."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from knowledge_base.entries import Entry
from knowledge_base.files import Content, Topic
from knowledge_base.matters import Matter
from knowledge_base.model import LawSource, OfficeSource
from knowledge_base.places import Place

CHECKED = date(2026, 11, 20)


def entry(id: str = "wait", answer: str = "三天。", **fields: Any) -> Entry:
    plain = {
        "id": id,
        "question": f"{id} 要等多久？",
        "answer": answer,
        "sources": [{"office": "福田区政务服务数据管理局"}],
        "owner": "福田区政务服务数据管理局",
        "checked_on": CHECKED,
    }
    return Entry.parse_obj(plain | fields)


def matter(id: str = "permit", **fields: Any) -> Matter:
    plain = {
        "id": id,
        "name": "居住证申领",
        "kind": "行政确认",
        "office": "深圳市公安局福田分局",
        "audience": ["自然人"],
        "case_type": "承诺件",
        "promised": {"days": 10},
        "summary": "住满半年就可以申领。",
        "conditions": ["居住半年以上"],
        "materials": [{"name": "居民身份证"}],
        "channels": ["窗口"],
        "result": "广东省居住证",
        "basis": [{"law": "居住证暂行条例", "article": "2"}],
        "source": {"office": "深圳市公安局福田分局"},
        "checked_on": CHECKED,
    }
    return Matter.parse_obj(plain | fields)


def place(id: str = "hall", **fields: Any) -> Place:
    plain = {"id": id, "name": "行政服务大厅", "street": "全区", "checked_on": CHECKED}
    return Place.parse_obj(plain | fields)


def content(
    *entries: Entry,
    topic: str = "waiting",
    matters: tuple[Matter, ...] = (),
    places: tuple[Place, ...] = (),
) -> Content:
    """A content folder of one topic of entries and, when there are matters, one theme."""
    topics = [Topic(kind="qa", id=topic, title="等候")]
    topics += [Topic(kind="matters", id="residence", title="居住")] if matters else []
    return Content(
        tuple(topics),
        places,
        {topic: entries} if entries else {},
        {"residence": matters} if matters else {},
    )


ids = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
_signs = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
texts = _signs.map(lambda text: text[:15].strip()).filter(bool)
answers = _signs.map(str.strip).filter(bool)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
articles = st.from_regex(r"[0-9]{1,4}(之[一二三四五六七八九十])?", fullmatch=True)
laws = st.builds(LawSource, law=texts, article=articles)
offices = st.builds(OfficeSource, office=texts, url=st.none() | texts)
sources = st.lists(laws | offices, min_size=1, max_size=3)


@st.composite
def dates(draw: st.DrawFn) -> dict[str, date | None]:
    first, last = sorted([draw(days), draw(days)])
    return {
        "checked_on": draw(days),
        "valid_from": draw(st.none() | st.just(first)),
        "valid_until": draw(st.none() | st.just(last)),
        "review_by": draw(st.none() | days),
    }


@st.composite
def any_entry(draw: st.DrawFn) -> Entry:
    question, *aliases = draw(st.lists(texts, min_size=1, max_size=4, unique=True))
    return Entry(
        id=draw(ids),
        question=question,
        aliases=tuple(aliases),
        answer=draw(answers),
        sources=tuple(draw(sources)),
        owner=draw(texts),
        matter=draw(st.none() | ids),
        sample=draw(st.booleans()),
        **draw(dates()),
    )


@st.composite
def any_forks(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from(["户籍", "办理人", "情形"]), unique=True, max_size=3))
    option = st.sampled_from(["本人", "代办", "首次", "变更", "深户"])
    options = st.lists(option, min_size=2, max_size=3, unique=True)
    return [{"name": name, "ask": f"{name}是？", "options": draw(options)} for name in names]


@st.composite
def any_materials(draw: st.DrawFn, forks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def material(number: int) -> dict[str, Any]:
        bound = draw(st.lists(st.sampled_from(forks), unique_by=str)) if forks else []
        when = {
            fork["name"]: draw(
                st.lists(st.sampled_from(fork["options"]), min_size=1, max_size=2, unique=True)
            )
            for fork in bound
        }
        return {"name": f"材料{number}", "copies": draw(st.integers(0, 3)), "when": when}

    return [material(number) for number in range(draw(st.integers(1, 4)))]


@st.composite
def any_matter(draw: st.DrawFn) -> Matter:
    forks = draw(any_forks())
    days_promised = draw(st.integers(0, 30))
    visits = draw(st.integers(0, 2))
    return matter(
        draw(ids),
        name=draw(texts),
        aliases=draw(st.lists(texts, max_size=3)),
        case_type="承诺件" if days_promised else "即办件",
        promised={"days": days_promised, "unit": draw(st.sampled_from(["工作日", "自然日"]))},
        summary=draw(texts),
        conditions=draw(st.lists(texts, max_size=3)),
        forks=forks,
        materials=draw(any_materials(forks)),
        online_steps=draw(st.lists(texts, max_size=2)),
        visits=visits,
        visit_reason=draw(texts) if visits else None,
        marks={"instant": draw(st.none() | texts)},
        fee={"items": [{"name": draw(texts), "standard": draw(texts)}], "basis": draw(texts)},
        places=draw(st.lists(ids, max_size=2)),
        basis=draw(sources),
        faq=[{"question": draw(texts), "answer": draw(texts)}],
        status=draw(st.sampled_from(["在用", "挂起", "取消", "草稿"])),
        sample=draw(st.booleans()),
        **draw(dates()),
    )


cells = texts.filter(lambda text: not set("\r；") & set(text))
"""What a cell of a table may hold: ； parts the items of a list, a lone CR ends the line."""


@st.composite
def any_place(draw: st.DrawFn) -> Place:
    some = st.none() | cells
    return Place(
        id=draw(ids),
        name=draw(cells),
        street=draw(cells),
        aliases=tuple(draw(st.lists(cells, max_size=3))),
        address=draw(some),
        hours=draw(some),
        phone=draw(some),
        transit=draw(some),
        sample=draw(st.booleans()),
        **draw(dates()),
    )
