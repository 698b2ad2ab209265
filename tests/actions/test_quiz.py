"""「考考我」: a question of the law, why, and the score of the visit."""

from __future__ import annotations

import pytest
from trackers import heard, slots

from actions.answers import Answer
from actions.quiz import AskQuiz
from knowledge_base.quizzes import Quiz

LAW = [{"law": "民法典", "article": "1077"}]
QUIZZES = tuple(
    Quiz.parse_obj({"entry": "cooling-off", "why": "因为法律这样规定。", "sources": LAW, **fields})
    for fields in (
        {"id": "true", "kind": "判断", "question": "有冷静期。", "right": ["A"]},
        {
            "id": "many",
            "kind": "多选",
            "question": "哪些对？",
            "options": ["甲", "乙", "丙"],
            "right": ["A", "C"],
        },
        {
            "id": "one",
            "kind": "单选",
            "question": "多久？",
            "options": ["十天", "三十天"],
            "right": ["B"],
        },
    )
)


@pytest.fixture
def visit(whole, dispatcher):
    """A visit in which quizzes come in their order; returns decision, response and score."""
    whole.__dict__["quizzes"] = (*QUIZZES, QUIZZES[0].copy(update={"id": "x", "entry": "old-rule"}))
    kept = {}

    def turn(text="", intent="inform", tap=None):
        said = f'/choose{{"item": "{tap}"}}' if tap else text
        tracker = heard(said, "choose" if tap else intent, **kept)
        action = AskQuiz(whole, lambda left: left[0]) if intent == "quiz" else Answer(whole)
        if intent != "quiz":
            action._quizzing._pick = lambda left: left[0]
        kept.update(slots(action.run(dispatcher, tracker, {})))
        message = dispatcher.messages[-1]
        return message["custom"], message["response"], message

    turn.kept = kept
    return turn


def test_a_right_answer_says_why_with_the_article_and_counts(visit, whole):
    asked, response, _ = visit("考考我", "quiz")
    assert (asked["kind"], asked["id"], response) == ("quiz", "true", "utter_quiz_question")
    assert asked["sources"] == []  # the article would give the answer away
    judged, response, message = visit("对", "affirm")
    assert response == "utter_quiz_right"
    assert judged["sources"][0]["article"] == "1077"
    assert (message["right"], message["total"]) == ("1", "1")
    assert whole.knowledge_store.quiz_counts() == {"true": (1, 1)}


def test_a_wrong_answer_tells_the_right_one(visit, whole):
    visit("考考我", "quiz")
    _, response, message = visit(tap="quiz:B")
    assert response == "utter_quiz_wrong"
    assert "A（对）" in message["answer"]
    assert whole.knowledge_store.quiz_counts() == {"true": (1, 0)}


def test_several_options_are_tapped_one_by_one(visit):
    visit("考考我", "quiz")
    visit("对", "affirm")
    asked, _, _ = visit("下一题", "nlu_fallback")
    assert asked["id"] == "many"
    visit(tap="quiz:C")
    visit(tap="quiz:B")
    visit(tap="quiz:B")  # a second tap takes it back
    _, response, message = visit(tap="quiz:A")
    assert (response, message["picked"]) == ("utter_quiz_picked", "A、C")
    assert visit(tap="quiz:done")[1] == "utter_quiz_right"


@pytest.mark.parametrize("said", ["AC", "选A和C", "我选 c、a。"])
def test_letters_said_at_once_are_the_whole_answer(visit, said):
    visit("考考我", "quiz")
    visit("错", "deny")
    visit("下一题", "nlu_fallback")
    assert visit(said, "nlu_fallback")[1] == "utter_quiz_right"


def test_the_score_is_told_at_the_end_and_a_new_quiz_begins_anew(visit):
    visit("考考我", "quiz")
    visit("错", "deny")
    _, response, message = visit(tap="quiz:stop")
    assert (response, message["right"], message["total"]) == ("utter_quiz_over", "0", "1")
    assert visit("考考我", "quiz")[0]["id"] == "true"


def test_every_question_is_asked_once_and_none_whose_entry_has_expired(visit):
    ids = [visit("考考我", "quiz")[0]["id"] for _ in range(4)]
    assert ids == ["true", "many", "one", None]
    assert visit.kept["quiz"] is None


def test_another_question_in_between_is_answered_and_the_quiz_waits(visit):
    visit("考考我", "quiz")
    dispatcher_kind = visit("今天天气怎么样啊", "out_of_scope")[0]["kind"]
    assert dispatcher_kind == "refuse"
    assert visit("对", "affirm")[1] == "utter_quiz_right"


def test_without_a_quiz_yes_is_no_answer_to_one(visit):
    assert visit("对", "affirm")[0]["kind"] == "smalltalk"
