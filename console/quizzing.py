"""How the quizzes of the law fare: which question citizens mostly get wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from console.pages import render, threaded
from console.posted import number
from console.searching import page
from knowledge_base.quizzes import Quiz

quizzing = Blueprint("quizzing")


@dataclass(frozen=True)
class Tally:
    """A quiz and how often it was answered, and answered right; by whom nobody knows."""

    quiz: Quiz
    answered: int
    right: int

    @property
    def share(self) -> int | None:
        """Per cent answered right; None before the first answer."""
        return round(100 * self.right / self.answered) if self.answered else None


def tallies(quizzes: Iterable[Quiz], counts: Mapping[str, tuple[int, int]]) -> list[Tally]:
    """Every quiz, those that citizens know least first and the unanswered last."""
    found = [Tally(quiz, *counts.get(quiz.id, (0, 0))) for quiz in quizzes]
    return sorted(found, key=lambda one: (one.share is None, one.share or 0, -one.answered))


@quizzing.get("/quizzes")
@threaded
def listed(request: Request) -> HTTPResponse:
    context = request.app.ctx
    found = tallies(context.quizzes, context.knowledge.quiz_counts())
    return render(
        request,
        "quizzes.html",
        page=page(found, number(request.args.get("page", ""), 1)),
        answered=sum(one.answered for one in found),
    )
