import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from records import any_entry, entry

from knowledge_base.entries import ANSWER_LIMIT, Entry
from knowledge_base.model import LawSource


def test_an_entry_is_reached_by_its_question_and_every_alias():
    asked = entry(question="结婚要带户口本吗？", aliases=["户口本要带吗", "领证带啥"])
    assert asked.phrasings == ("结婚要带户口本吗？", "户口本要带吗", "领证带啥")


def test_an_entry_without_a_source_is_refused():
    with pytest.raises(ValidationError, match="至少写一个来源"):
        entry(sources=[])


def test_a_source_is_a_law_with_its_article_or_an_office_never_half_of_each():
    mixed = entry(sources=[{"law": "民法典", "article": "1079"}, {"office": "福田区民政局"}])
    assert mixed.laws == {"民法典"}
    assert isinstance(mixed.sources[0], LawSource)
    for half in ({"law": "民法典"}, {"law": "民法典", "office": "福田区民政局"}, {}):
        with pytest.raises(ValidationError):
            entry(sources=[half])


@given(st.integers(1, 2 * ANSWER_LIMIT))
def test_an_answer_is_as_long_as_a_standing_reader_takes_in(length):
    if length <= ANSWER_LIMIT:
        assert len(entry(answer="答" * length).answer) == length
    else:
        with pytest.raises(ValidationError, match=f"答案 {length} 字，超过 {ANSWER_LIMIT} 字"):
            entry(answer="答" * length)


@pytest.mark.parametrize("aliases", [["问？"], ["别的", "别的"]])
def test_a_way_of_asking_stands_only_once(aliases):
    with pytest.raises(ValidationError, match="问法有重复"):
        entry(question="问？", aliases=aliases)


@settings(max_examples=40)
@given(any_entry())
def test_an_entry_comes_back_whole_from_the_text_the_database_keeps(one):
    assert Entry.parse_raw(one.json()) == one
