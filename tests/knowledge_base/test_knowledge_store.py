from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from records import content, entry, matter, place

from booking.calendar import SHENZHEN
from knowledge_base import files
from knowledge_base.files import Content
from knowledge_base.store import EditConflict, KnowledgeStore, Loaded, Stored
from xiaofu.database import open_engine

NOW = datetime(2026, 11, 23, 9, tzinfo=SHENZHEN)


class Clerk:
    """Somebody at the console, who always goes on from what they see."""

    def __init__(self, store: KnowledgeStore, name: str = "王芳") -> None:
        self.store, self.name = store, name

    def sees(self, id: str = "wait") -> Stored:
        stored = self.store.get("entry", id)
        assert stored is not None
        return stored

    def writes(self, answer: str, id: str = "wait", version: int | None = None) -> Stored:
        if version is None:
            stored = self.store.get("entry", id)
            version = stored.version if stored else 0
        return self.store.save_draft(
            "entry", "waiting", entry(id, answer), version=version, by=self.name, now=NOW
        )

    def publishes(self, id: str = "wait", version: int | None = None) -> int:
        version = self.sees(id).version if version is None else version
        return self.store.publish("entry", id, version=version, by=self.name, now=NOW)

    def retires(self, id: str = "wait", version: int | None = None) -> int:
        version = self.sees(id).version if version is None else version
        return self.store.retire("entry", id, version=version, by=self.name, now=NOW)


def load(store: KnowledgeStore, some: Content, *, overwrite: bool = False) -> Loaded:
    return store.load(some, now=NOW, overwrite=overwrite)


def heard(store: KnowledgeStore) -> dict[str, str]:
    """What citizens hear: the answer of every entry."""
    _, some = store.published()
    return {one.id: one.answer for shelf in some.entries.values() for one in shelf}


@pytest.fixture
def clerk(store: KnowledgeStore) -> Clerk:
    return Clerk(store)


def test_what_was_loaded_is_dumped_byte_for_byte(store, real_content, content_folder, tmp_path):
    load(store, real_content)
    _, dumped = store.published()
    files.write(dumped, tmp_path)
    for path in [*tmp_path.glob("*.csv"), *tmp_path.glob("qa/*"), *tmp_path.glob("matters/*/*")]:
        assert path.read_bytes() == (content_folder / path.relative_to(tmp_path)).read_bytes()
    for pattern in ("places.csv", "topics.csv", "qa/*.yml", "matters/*/*.yml"):
        assert len(list(tmp_path.glob(pattern))) == len(list(content_folder.glob(pattern)))


def test_loading_the_same_again_changes_nothing(store):
    some = content(entry("a"), entry("b"), matters=(matter(),), places=(place(),))
    assert load(store, some) == Loaded(added=6)
    revision = store.revision()
    assert load(store, some) == Loaded()
    assert store.revision() == revision == 1


def test_a_newer_text_from_git_is_heard(store):
    load(store, content(entry(answer="三天。"), entry("b")))
    assert load(store, content(entry(answer="两天。"), entry("b"))) == Loaded(updated=1)
    assert heard(store)["wait"] == "两天。"
    assert store.revision() == 2


def test_a_load_leaves_alone_what_staff_published(store, clerk):
    load(store, content(entry(answer="三天。")))
    clerk.writes("一天。")
    clerk.publishes()
    assert load(store, content(entry(answer="两天。"))) == Loaded(kept=1)
    assert heard(store) == {"wait": "一天。"}


def test_a_load_leaves_alone_what_staff_are_still_writing(store, clerk):
    load(store, content(entry(answer="三天。")))
    clerk.writes("一天。")
    assert load(store, content(entry(answer="两天。"))) == Loaded(kept=1)
    assert heard(store) == {"wait": "三天。"}
    assert clerk.sees().draft.answer == "一天。"


def test_a_load_does_not_bring_back_what_staff_retired(store, clerk):
    load(store, content(entry()))
    clerk.retires()
    assert load(store, content(entry())) == Loaded(kept=1)
    assert heard(store) == {}


def test_a_load_leaves_alone_what_staff_made(store, clerk):
    clerk.writes("新的。", "new")
    clerk.publishes("new")
    assert load(store, content(entry())).retired == 0
    assert load(store, content(entry()), overwrite=True).retired == 0
    assert heard(store).keys() == {"wait", "new"}


def test_overwrite_puts_the_text_of_git_over_that_of_staff(store, clerk):
    load(store, content(entry("a", "三天。"), entry("b"), entry("c")))
    clerk.writes("一天。", "a")
    clerk.publishes("a")
    clerk.writes("半天。", "b")
    clerk.retires("c")
    some = content(entry("a", "两天。"), entry("b"), entry("c"))
    assert load(store, some, overwrite=True) == Loaded(updated=3)
    assert heard(store) == {"a": "两天。", "b": "三天。", "c": "三天。"}
    assert clerk.sees("b").draft is None
    assert load(store, some) == Loaded()


def test_what_git_dropped_is_retired_and_its_text_kept_as_a_draft(store, clerk):
    load(store, content(entry("a"), entry("b")))
    opened = clerk.sees("b")
    assert load(store, content(entry("a"))) == Loaded(retired=1)
    assert heard(store).keys() == {"a"}
    assert store.revision() == 2
    assert clerk.sees("b").draft == entry("b")
    with pytest.raises(EditConflict):
        clerk.publishes("b", opened.version)


def test_what_git_dropped_but_staff_had_changed_is_still_heard(store, clerk):
    load(store, content(entry("a"), entry("b")))
    clerk.writes("一天。", "b")
    clerk.publishes("b")
    assert load(store, content(entry("a"))) == Loaded(kept=1)
    assert heard(store)["b"] == "一天。"
    assert load(store, content(entry("a")), overwrite=True) == Loaded(retired=1)
    assert "b" not in heard(store)


def test_what_git_dropped_and_took_up_again_is_heard_again(store):
    load(store, content(entry("a"), entry("b")))
    load(store, content(entry("a")))
    assert load(store, content(entry("a"), entry("b"))) == Loaded(updated=1)
    assert heard(store).keys() == {"a", "b"}


def test_a_text_of_staff_that_a_dump_brought_to_git_is_gits_from_then_on(store, clerk, tmp_path):
    load(store, content(entry(answer="三天。")))
    clerk.writes("一天。")
    clerk.publishes()
    _, dumped = store.published()
    files.write(dumped, tmp_path)
    assert load(store, files.read(tmp_path)) == Loaded()
    assert load(store, content(entry(answer="半天。"))) == Loaded(updated=1)
    assert heard(store) == {"wait": "半天。"}


def test_an_entry_that_git_moved_to_another_topic_is_dumped_there(store):
    load(store, content(entry("a"), entry("b"), topic="waiting"))
    moved = content(entry("b"), topic="waiting")
    moved = Content(
        (*moved.topics, *content(topic="hours").topics),
        (),
        {**moved.entries, "hours": (entry("a"),)},
        {},
    )
    load(store, moved)
    _, dumped = store.published()
    assert {topic: [e.id for e in some] for topic, some in dumped.entries.items()} == {
        "hours": ["a"],
        "waiting": ["b"],
    }


def test_places_keep_the_order_of_their_table(store):
    first, second = place("z-hall"), place("a-hall")
    load(store, content(places=(first, second)))
    assert store.published()[1].places == (first, second)
    load(store, content(places=(second, first)))
    assert store.published()[1].places == (second, first)


@contextmanager
def empty_store() -> Iterator[KnowledgeStore]:
    """SQLite all the same, in memory: Hypothesis wants dozens of them."""
    engine = open_engine("sqlite://")
    store = KnowledgeStore(engine)
    store.create_tables()
    yield store
    engine.dispose()


ACTIONS = st.sampled_from(["write", "publish", "retire", "git edits", "git drops", "load"])


@settings(max_examples=60)
@given(st.lists(ACTIONS, max_size=14))
def test_no_load_ever_undoes_what_staff_did_last(actions):
    with empty_store() as store:
        clerk, of_staff = Clerk(store), None
        git = content(entry(answer="文件 0"))
        load(store, git)
        for number, action in enumerate(actions, 1):
            match action:
                case "write":
                    of_staff = clerk.writes(f"员工 {number}")
                case "publish" if of_staff:
                    clerk.publishes()
                    of_staff = clerk.sees()
                case "retire":
                    clerk.retires()
                    of_staff = clerk.sees()
                case "git edits":
                    git = content(entry(answer=f"文件 {number}"))
                case "git drops":
                    git = content()
                case "load":
                    load(store, git)
                    if of_staff and "员工" in of_staff.latest.answer:
                        assert clerk.sees().latest == of_staff.latest
                    if of_staff and of_staff.published is None:
                        assert heard(store) == {}
                    if of_staff and of_staff.published and "员工" in of_staff.published.answer:
                        assert heard(store) == {"wait": of_staff.published.answer}


def test_a_draft_is_heard_by_nobody_until_it_is_published(store, clerk):
    load(store, content(entry(answer="三天。")))
    revision = store.revision()
    stored = clerk.writes("一天。")
    assert (stored.draft.answer, stored.published.answer) == ("一天。", "三天。")
    assert (heard(store), store.revision()) == ({"wait": "三天。"}, revision)
    assert clerk.publishes() == store.revision() == revision + 1
    assert heard(store) == {"wait": "一天。"}
    assert clerk.sees().draft is None


def test_a_new_entry_is_heard_once_published(store, clerk):
    stored = clerk.writes("两天。", "new")
    assert (stored.version, stored.published) == (1, None)
    assert heard(store) == {}
    clerk.publishes("new")
    assert heard(store) == {"new": "两天。"}


def test_a_retired_entry_falls_silent_and_can_be_published_again(store, clerk):
    load(store, content(entry(answer="三天。")))
    revision = clerk.retires()
    assert (heard(store), store.revision()) == ({}, revision)
    assert clerk.sees().latest.answer == "三天。"
    clerk.publishes()
    assert heard(store) == {"wait": "三天。"}


def test_retiring_keeps_the_draft_rather_than_the_older_text(store, clerk):
    load(store, content(entry(answer="三天。")))
    clerk.writes("一天。")
    clerk.retires()
    assert clerk.sees().latest.answer == "一天。"


def test_the_second_of_two_editors_is_told_what_the_first_one_wrote(store, second_engine, clerk):
    load(store, content(entry()))
    other = Clerk(KnowledgeStore(second_engine), "李明")
    opened = other.sees().version
    clerk.writes("王芳写的。")
    with pytest.raises(EditConflict) as conflict:
        other.writes("李明写的。", version=opened)
    assert conflict.value.current.draft.answer == "王芳写的。"
    assert conflict.value.current.changed_by == "王芳"
    assert clerk.sees().draft.answer == "王芳写的。"
    other.writes("李明又写的。", version=conflict.value.current.version)
    assert clerk.sees().draft.answer == "李明又写的。"


@pytest.mark.parametrize("move", [Clerk.publishes, Clerk.retires])
def test_nobody_publishes_or_retires_what_they_have_not_seen(store, clerk, move):
    load(store, content(entry(answer="三天。")))
    opened = clerk.sees().version
    Clerk(store, "李明").writes("李明写的。")
    revision = store.revision()
    with pytest.raises(EditConflict):
        move(clerk, "wait", opened)
    assert (heard(store), store.revision()) == ({"wait": "三天。"}, revision)


def test_a_new_entry_under_an_id_that_is_taken_is_a_conflict(store, clerk):
    load(store, content(entry(answer="三天。")))
    with pytest.raises(EditConflict) as conflict:
        clerk.writes("新的。", version=0)
    assert conflict.value.current.published.answer == "三天。"


def at_once(attempts: Sequence[Callable[[], object]]) -> Counter[str]:
    barrier = threading.Barrier(len(attempts))

    def attempt(act: Callable[[], object]) -> str:
        barrier.wait()
        try:
            act()
        except EditConflict:
            return "conflict"
        return "done"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return Counter(pool.map(attempt, attempts))


@pytest.mark.parametrize("known", [True, False])
def test_of_many_editors_at_once_exactly_one_is_not_told_of_a_conflict(store, clerk, known):
    if known:
        load(store, content(entry()))
    version = int(known)
    ended = at_once([lambda n=n: clerk.writes(f"第 {n} 位", version=version) for n in range(8)])
    assert ended == {"done": 1, "conflict": 7}
    assert clerk.sees().version == version + 1


def test_a_publish_that_fails_at_its_revision_leaves_the_text_as_it_was(
    store, engine, second_engine, clerk
):
    load(store, content(entry(answer="三天。")))
    clerk.writes("一天。")

    @sa.event.listens_for(engine, "before_cursor_execute")
    def full_disk(_connection, _cursor, statement, *_rest):
        if "INSERT INTO kb_revisions" in statement:
            raise OSError("no space left")

    with pytest.raises(OSError):
        clerk.publishes()
    elsewhere = KnowledgeStore(second_engine)
    assert (elsewhere.revision(), heard(elsewhere)) == (1, {"wait": "三天。"})
    assert elsewhere.get("entry", "wait").draft.answer == "一天。"


def test_whoever_sees_a_revision_sees_its_text(store, second_engine, clerk):
    """Publishes number their texts; another process never reads a text older than its revision."""
    load(store, content(entry(answer="1")))
    elsewhere, done = KnowledgeStore(second_engine), threading.Event()
    stale: list[tuple[int, str]] = []
    looks = 0

    def look() -> None:
        nonlocal looks
        while not done.is_set():
            revision, some = elsewhere.published()
            answer = some.entries["waiting"][0].answer
            looks += 1
            if int(answer) < revision:
                stale.append((revision, answer))

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(2, 25):
        clerk.writes(str(number))
        assert clerk.publishes() == number
    done.set()
    reader.join()
    assert stale == []
    assert looks > 1
    assert (elsewhere.revision(), heard(elsewhere)) == (24, {"wait": "24"})


def test_times_come_back_aware_and_stand_in_utc(store, engine, clerk):
    clerk.writes("两天。")
    stored = clerk.sees()
    assert stored.changed_at == NOW
    assert stored.changed_at.utcoffset() == timedelta(0)
    store.note_unanswered("火星能办吗", "kiosk", NOW)
    [(asked_at, question)] = store.unanswered()
    assert (asked_at, asked_at.tzinfo, question) == (NOW, UTC, "火星能办吗")
    clerk.publishes()
    with engine.connect() as connection:
        kept = [
            *connection.execute(sa.text("SELECT changed_at FROM kb_items")).scalars(),
            *connection.execute(sa.text("SELECT asked_at FROM kb_unanswered")).scalars(),
            *connection.execute(sa.text("SELECT at FROM kb_revisions")).scalars(),
        ]
    assert kept == ["2026-11-23T01:00:00+00:00"] * 3


def test_every_revision_says_who_made_it_and_what_of(store, engine, clerk):
    load(store, content(entry()))
    clerk.retires()
    with engine.connect() as connection:
        rows = connection.execute(sa.text('SELECT number, "by", what FROM kb_revisions')).all()
    assert rows == [(1, "content", "load"), (2, "王芳", "retire entry wait")]


def test_unanswered_questions_come_newest_first(store):
    for number in range(5):
        store.note_unanswered(f"问 {number}", "rest", NOW + timedelta(minutes=number))
    assert [question for _, question in store.unanswered(limit=3)] == ["问 4", "问 3", "问 2"]


def test_a_list_holds_drafts_too_by_topic_and_id(store, clerk):
    load(store, content(entry("b"), entry("a")))
    clerk.writes("两天。", "c")
    assert [stored.id for stored in store.all("entry")] == ["a", "b", "c"]
    assert store.get("entry", "nobody") is None


def test_an_empty_knowledge_base_has_no_revision(store):
    assert store.revision() == 0
    assert store.published() == (0, Content((), (), {}, {}))
