"""How the quizzes fare, for staff."""

from __future__ import annotations

import pytest

from knowledge_base.quizzes import Quiz

LAW = [{"law": "民法典", "article": "1077"}]


def _quiz(id: str, question: str) -> Quiz:
    fields = {"id": id, "entry": "marriage-cooling-off", "kind": "判断", "question": question}
    return Quiz.parse_obj(fields | {"right": ["A"], "why": "有。", "sources": LAW})


@pytest.fixture
def quizzes(app):
    app.ctx.quizzes = (
        _quiz("easy", "容易的题"),
        _quiz("new", "没人答的题"),
        _quiz("hard", "难的题"),
    )


def test_what_citizens_get_wrong_comes_first(quizzes, clerk, knowledge):
    for right in (True, True, False):
        knowledge.count_quiz("easy", right=right)
    knowledge.count_quiz("hard", right=False)
    words = clerk.get("/quizzes").words
    assert words.index("难的题") < words.index("容易的题") < words.index("没人答的题")
    assert "67%" in words
    assert "答过 4 次" in words
    assert "还没人答" in words


def test_without_quizzes_the_page_says_where_they_are_written(clerk):
    assert "还没有题" in clerk.get("/quizzes").words
