"""A snapshot that was changed finds what one finds that was built anew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import content, entry, matter, place

from knowledge_base.snapshot import Snapshot
from knowledge_base.store import Spoken

ASKED = [
    f"{what}{errand}"
    for what in ("居住证", "取水许可证", "排污许可证", "高龄津贴", "营业执照", "社保卡", "公租房")
    for errand in ("怎么办理", "变更要带什么", "丢了怎么补", "多久能拿到", "在哪里办")
]
CALLED = ["居住证", "取水许可证变更", "排污许可证变更", "高龄津贴", "社保卡补办", "公租房申请"]
LAWS = ["居住证暂行条例", "排污许可管理条例"]
OFFICES = ["福田区民政局", "福田区水务局"]
MATTERS = [f"matter-{n}" for n in range(len(CALLED))]
ENTRIES = [f"entry-{n}" for n in range(len(ASKED))]

SAID = [*ASKED, *CALLED, *LAWS, "南园街道办怎么走", "取水证变更", "高龄津贴和社保卡补办", "天气"]


def some_entry(id, asked, about, law, owner):
    question, *aliases = asked
    sources = [{"law": law, "article": "1"}] if law else [{"office": owner}]
    fields = {"question": question, "aliases": aliases, "matter": about, "owner": owner}
    return entry(id, f"{question}，请到大厅。", sources=sources, **fields)


entries = st.builds(
    some_entry,
    st.sampled_from([*ENTRIES, "new-1", "new-2"]),
    st.lists(st.sampled_from(ASKED), min_size=1, max_size=3, unique=True),
    st.none() | st.sampled_from(MATTERS),
    st.none() | st.sampled_from(LAWS),
    st.sampled_from(OFFICES),
)
matters = st.builds(
    lambda id, names: matter(id, name=names[0], aliases=names[1:]),
    st.sampled_from([*MATTERS, "matter-new"]),
    st.lists(st.sampled_from(CALLED), min_size=1, max_size=2, unique=True),
)
places = st.builds(
    lambda name: place("nanyuan", name=name), st.sampled_from(["南园街道办", "南园街道便民中心"])
)
published = st.one_of(
    entries.map(lambda item: ("entry", item.id, item)),
    matters.map(lambda item: ("matter", item.id, item)),
    places.map(lambda item: ("place", item.id, item)),
)
retired = st.one_of(
    st.sampled_from(ENTRIES).map(lambda id: ("entry", id, None)),
    st.sampled_from(MATTERS).map(lambda id: ("matter", id, None)),
    st.just(("place", "nanyuan", None)),
)

BEFORE = [
    *(
        some_entry(id, [asked], MATTERS[n % len(MATTERS)] if n % 3 else None, None, OFFICES[0])
        for n, (id, asked) in enumerate(zip(ENTRIES, ASKED, strict=True))
    ),
    *(matter(id, name=name) for id, name in zip(MATTERS, CALLED, strict=True)),
    place("nanyuan", name="南园街道办"),
]
KIND = {"Entry": "entry", "Matter": "matter", "Place": "place"}


def snapshot_of(items, revision=1):
    spoken = [Spoken(kind, id, item.json()) for (kind, id), item in items.items()]
    return Snapshot.built(revision, spoken, lambda kind, id, _: items.get((kind, id)))


@settings(max_examples=12)
@given(st.lists(published | retired, min_size=1, max_size=8), st.data())
def test_changes_are_found_like_a_whole_new_snapshot_finds_them(changes, data):
    """
    Scores differ a little: a change is weighed by how common words were before it. So may the
    order of those about equally near, and what comes just above or below a threshold.
    """
    items = {(KIND[type(item).__name__], item.id): item for item in BEFORE}
    changed = snapshot_of(items)
    for number, (kind, id, item) in enumerate(changes, start=2):
        if item is None:
            items.pop((kind, id), None)
        else:
            items[kind, id] = item
        changed = changed.changed(number, [Spoken(kind, id, item and item.json())])
    anew = snapshot_of(items, revision=changed.revision)

    assert changed.revision == len(changes) + 1
    for shelf in ("entries", "matters", "places"):
        assert dict(getattr(changed, shelf)) == dict(getattr(anew, shelf))
    for said in data.draw(st.lists(st.sampled_from(SAID), min_size=5, max_size=5)):
        assert changed.names.find(said) == anew.names.find(said)
        one, other = (each.search.weigh(said, limit=100) for each in (changed, anew))
        for mine, theirs in ((one.near, other.near), (one.vetoed, other.vetoed)):
            assert {hit.id for hit in mine} == {hit.id for hit in theirs}
            scores = {hit.id: hit.score for hit in theirs}
            assert all(hit.score == pytest.approx(scores[hit.id], abs=0.2) for hit in mine)
            exact = {hit.id for hit in mine if hit.score == 1}
            assert exact == {hit.id for hit in theirs if hit.score == 1}
        certain = changed.matter_search.find(said).certain
        assert certain == anew.matter_search.find(said).certain


def test_words_that_only_a_change_has_are_found_in_it():
    before = snapshot_of({("entry", item.id): item for item in BEFORE if item.id in ENTRIES})
    new = entry("parking", "负一层。", question="赟鑫停车位在哪里预约")
    after = before.changed(2, [Spoken("entry", "parking", new.json())])
    assert after.search.find("赟鑫停车位预约").hits[0].id == "parking"
    assert all(hit.id != "parking" for hit in before.search.find("赟鑫停车位预约").hits)


def test_an_answer_that_binds_a_changed_matter_is_found_by_what_it_says_now():
    bound = entry("fee", "收费：{{matter.permit.fee}}。", question="取水许可证收费吗")
    items = {("matter", "permit"): matter(), ("entry", "fee"): bound}
    before = snapshot_of(items)
    dear = {"items": [{"name": "勘验服务", "standard": "三百元"}], "basis": "收费目录"}
    items["matter", "permit"] = matter(fee=dear)
    after = before.changed(2, [Spoken("matter", "permit", items["matter", "permit"].json())])
    [mine] = after.search.nearest("勘验服务三百元", 1)
    [old] = before.search.nearest("勘验服务三百元", 1)
    assert mine.score > old.score


def test_a_matter_that_is_named_anew_no_longer_goes_by_its_old_name():
    before = Snapshot.of(1, content(entry(), matters=(matter(name="居住证申领"),)))
    renamed = Spoken("matter", "permit", matter(name="居住登记凭证申领").json())
    after = before.changed(2, [renamed])
    assert after.matter_search.find("居住登记凭证申领").certain == "permit"
    assert after.matter_search.find("居住证申领").certain is None
    assert before.matter_search.find("居住证申领").certain == "permit"
