"""The content that git carries: enough of it, sourced, dated, every reference leads somewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest

from knowledge_base import files
from knowledge_base.entries import Entry
from knowledge_base.files import Content
from knowledge_base.matters import Fork, Matter
from knowledge_base.text import normalise
from xiaofu import training
from xiaofu.services import CONTENT

SHARED = {
    # a company and a shop of one's own both get one: 小福 asks which
    "营业执照": {"company-registration", "individual-business-registration"},
    "办营业执照": {"company-registration", "individual-business-registration"},
}
"""Names that two matters go by on purpose, and whose they are."""

ONESELF = ("我自己去", "我本人去")
ANOTHER = ("帮我妈办的", "替孩子办", "给朋友代办")


@pytest.fixture(scope="module")
def content() -> Content:
    return files.read(CONTENT)


@pytest.fixture(scope="module")
def entries(content: Content) -> list[Entry]:
    return [entry for shelf in content.entries.values() for entry in shelf]


@pytest.fixture(scope="module")
def matters(content: Content) -> list[Matter]:
    return [matter for shelf in content.matters.values() for matter in shelf]


@pytest.fixture(scope="module")
def forks(matters: list[Matter]) -> list[tuple[str, Fork]]:
    return [(matter.id, fork) for matter in matters for fork in matter.forks]


def shared(named: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The names that several ids go by, as the search compares names."""
    bearers = defaultdict(set)
    for id, name in named:
        bearers[normalise(name)].add(id)
    return {name: ids for name, ids in bearers.items() if len(ids) > 1}


def test_there_is_enough_to_be_useful_on_the_first_day(entries, matters):
    assert len(matters) >= 60
    assert len(entries) >= 200


def test_every_file_stands_in_its_one_form(content, tmp_path):
    files.write(content, tmp_path)
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        own = CONTENT / path.relative_to(tmp_path)
        assert own.read_bytes() == path.read_bytes(), f"{own.name}：请运行 xiaofu tidy"


def test_every_entry_and_matter_has_a_source_and_was_checked(entries, matters):
    today = date.today()
    for item in (*entries, *matters):
        assert item.checked_on <= today, item.id
        assert item.review_by is None or item.review_by > item.checked_on, item.id
    assert all(entry.sources and entry.owner for entry in entries)
    assert all(matter.source.office and matter.basis for matter in matters)


def test_what_is_not_verified_says_so(content, matters):
    for matter in matters:
        assert matter.sample or matter.source.url, f"{matter.id} 既没有网址，也没有标 sample"
    for place in content.places:
        verified = (place.address, place.hours, place.phone)
        assert place.sample or all(verified), place.id


def test_every_reference_leads_somewhere(content, entries, matters):
    places = {place.id for place in content.places}
    ids = {matter.id for matter in matters}
    assert [(m.id, place) for m in matters for place in m.places if place not in places] == []
    assert [(e.id, e.matter) for e in entries if e.matter and e.matter not in ids] == []


def test_every_shelf_has_its_title_and_every_title_its_shelf(content):
    titled = [(topic.kind, topic.id) for topic in content.topics]
    shelves = [("qa", topic) for topic in content.entries]
    shelves += [("matters", theme) for theme in content.matters]
    assert sorted(titled) == sorted(shelves)


def test_a_name_is_one_matters_alone_unless_it_is_shared_on_purpose(matters):
    assert shared((matter.id, name) for matter in matters for name in matter.names) == SHARED


def test_a_question_is_one_entrys_alone(entries):
    assert shared((entry.id, asked) for entry in entries for asked in entry.phrasings) == {}


def test_no_entry_takes_a_matters_bare_name(entries, matters):
    names = {normalise(name): matter.id for matter in matters for name in matter.names}
    taken = [(e.id, asked) for e in entries for asked in e.phrasings if normalise(asked) in names]
    assert taken == []


def test_a_place_is_known_by_names_of_its_own(content):
    assert shared((place.id, name) for place in content.places for name in named(place)) == {}


def named(place: files.Place) -> Iterator[str]:
    yield place.name
    yield from place.aliases


def test_every_fork_decides_over_something(matters):
    for matter in matters:
        asked = {fork.name for fork in matter.forks}
        assert asked == {name for material in matter.materials for name in material.when}, matter.id


def test_an_option_said_in_full_is_understood_as_itself(forks):
    wrong = [(id, o, fork.option_in(o)) for id, fork in forks for o in fork.options]
    assert [one for one in wrong if one[1] != one[2]] == []


def test_who_goes_is_understood_from_what_people_say(forks):
    for id, fork in ((id, fork) for id, fork in forks if fork.name == "办理人"):
        own = [option for option in fork.options if "本人" in option]
        if own:
            assert {fork.option_in(said) for said in ONESELF} <= set(own), (id, fork.options)
        for said in ANOTHER:
            assert fork.option_in(said) not in own, (id, fork.options, said)


def test_where_somebody_is_registered_is_asked_in_the_same_words(forks):
    for id, fork in ((id, fork) for id, fork in forks if "深户" in fork.options):
        assert (fork.name, *fork.options[:2]) == ("户籍", "深户", "非深户"), id
        said = ("我是深户", "我不是深户", "外地户口", "非深户")
        assert [fork.option_in(one) for one in said] == ["深户", *["非深户"] * 3], id


def test_the_questions_of_a_fork_are_questions(forks):
    assert [(id, fork.ask) for id, fork in forks if "？" not in fork.ask] == []


def test_the_lexicon_is_in_step_with_the_matters():
    written = training.LEXICON.read_text(encoding="utf-8")
    assert written == training.lexicon(), "请运行 xiaofu tidy"


def test_nothing_else_lies_in_the_lexicons_folder():
    """jieba loads every file there."""
    assert [path.name for path in Path(training.LEXICON).parent.iterdir()] == ["matters.txt"]
