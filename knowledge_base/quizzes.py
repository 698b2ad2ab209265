"""Quizzes: questions that let citizens test what they know of the law, each out of an entry."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import root_validator

from knowledge_base.entries import Entry
from knowledge_base.files import read_yaml
from knowledge_base.model import Id, LawSource, Record

LETTERS = "ABCDEF"


class Quiz(Record):
    """
    A question with options; one of 对错 has the options 对 and 错.

    entry: the entry that explains it; without it the question is not asked.
    right: the letters of the right options, in order.
    why: what the law says, in our own words; sources: where.
    """

    id: Id
    entry: Id
    kind: Literal["单选", "多选", "判断"]
    question: str
    options: tuple[str, ...] = ("对", "错")
    right: tuple[str, ...]
    why: str
    sources: tuple[LawSource, ...]

    @root_validator(skip_on_failure=True)
    def _answerable(cls, values: dict[str, Any]) -> dict[str, Any]:
        options, right = values["options"], values["right"]
        letters = LETTERS[: len(options)]
        if not 2 <= len(options) <= len(LETTERS) or len(set(options)) < len(options):
            raise ValueError(f"选项要有 2 到 {len(LETTERS)} 个，不能重复")
        if not right or list(right) != sorted(set(right)) or not set(right) <= set(letters):
            raise ValueError(f"right 请按顺序写选项的字母，只能是 {'、'.join(letters)}")
        if (len(right) > 1) != (values["kind"] == "多选"):
            raise ValueError("多选题要有两个以上对的选项，其他的题只有一个")
        if (values["kind"] == "判断") != (options == ("对", "错")):
            raise ValueError("判断题的选项就是对和错，不用写")
        if not values["sources"]:
            raise ValueError("至少写一条法律条文")
        return values

    def option(self, letter: str) -> str:
        return self.options[LETTERS.index(letter)]

    def letters(self) -> str:
        return LETTERS[: len(self.options)]


def read(folder: Path) -> tuple[Quiz, ...]:
    """Every quiz of a folder, in the order of its files; raises ContentError."""
    return tuple(quiz for path in sorted(folder.glob("*.yml")) for quiz in read_yaml(path, Quiz))


def askable(
    quizzes: Iterable[Quiz], entries: Mapping[str, Entry], day: date, asked: Collection[str] = ()
) -> list[Quiz]:
    """The quizzes not `asked` yet whose entry may be spoken on `day`."""
    return [
        quiz
        for quiz in quizzes
        if quiz.id not in asked and quiz.entry in entries and entries[quiz.entry].holds_on(day)
    ]


def about(quizzes: Sequence[Quiz], laws: Collection[str]) -> Sequence[Quiz]:
    """Those that rest on one of `laws`; all of them when none does, or none is named."""
    fitting = [quiz for quiz in quizzes if any(source.law in laws for source in quiz.sources)]
    return fitting or quizzes
