"""The shipped quizzes: each out of an entry, its law in force, its numbers in the article."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from knowledge_base import citations, quizzes
from knowledge_base.entries import Entry
from knowledge_base.quizzes import Quiz
from knowledge_base.statutes import Statutes

CONTENT = Path(__file__).parents[2] / "knowledge_base" / "content"
SHIPPED = quizzes.read(CONTENT / "quizzes")
PLAIN = {
    "id": "a",
    "entry": "b",
    "kind": "单选",
    "question": "多久？",
    "options": ["十天", "三十天"],
    "right": ["B"],
    "why": "三十天。",
    "sources": [{"law": "民法典", "article": "1077"}],
}


@pytest.fixture(scope="module")
def statutes() -> Statutes:
    return Statutes(CONTENT / "statutes.yml")


def test_there_are_quizzes_of_every_kind_and_no_id_twice():
    assert len(SHIPPED) >= 40
    assert set(Counter(quiz.kind for quiz in SHIPPED)) == {"单选", "多选", "判断"}
    assert max(Counter(quiz.id for quiz in SHIPPED).values()) == 1


@pytest.mark.parametrize("quiz", SHIPPED, ids=lambda quiz: quiz.id)
def test_a_quiz_comes_out_of_an_entry_and_says_what_the_law_says(quiz, real_content, statutes):
    entries = {entry.id: entry for shelf in real_content.entries.values() for entry in shelf}
    entry = entries[quiz.entry]
    assert {source.law for source in quiz.sources} <= entry.laws
    told = quiz.why + "".join("；" + quiz.option(letter) for letter in quiz.right)
    as_entry = Entry(
        id=quiz.id,
        question=quiz.question,
        answer=told,
        sources=quiz.sources,
        owner=entry.owner,
        checked_on=entry.checked_on,
    )
    found = citations.audit([as_entry], statutes, date.today())
    assert [str(finding) for finding in found if finding.weight == "error"] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"right": ["C"]}, "只能是 A、B"),
        ({"right": []}, "只能是 A、B"),
        ({"right": ["A", "B"]}, "多选题"),
        ({"kind": "多选"}, "多选题"),
        ({"kind": "判断"}, "对和错"),
        ({"options": ["十天", "十天"]}, "不能重复"),
        ({"sources": []}, "法律条文"),
    ],
)
def test_a_quiz_nobody_could_answer_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        Quiz.parse_obj(PLAIN | changes)


def test_only_quizzes_whose_entry_may_be_spoken_are_asked(real_content):
    entries = {entry.id: entry for shelf in real_content.entries.values() for entry in shelf}
    entry = next(iter(entries.values()))
    quiz = Quiz.parse_obj(PLAIN | {"entry": entry.id})
    day = date(2026, 11, 23)
    assert quizzes.askable([quiz], entries, day) == [quiz]
    assert quizzes.askable([quiz], {}, day) == []
    assert quizzes.askable([quiz], entries, day, asked=["a"]) == []
    expired = entry.copy(update={"valid_until": date(2026, 11, 22)})
    assert quizzes.askable([quiz], {entry.id: expired}, day) == []


def test_a_law_that_is_named_narrows_the_choice_and_another_one_does_not():
    divorce = Quiz.parse_obj(PLAIN)
    other = Quiz.parse_obj(PLAIN | {"sources": [{"law": "数据安全法", "article": "27"}]})
    assert quizzes.about([divorce, other], {"数据安全法"}) == [other]
    assert quizzes.about([divorce, other], {"刑法"}) == [divorce, other]
