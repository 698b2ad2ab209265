"""An entry: a question citizens ask, and the answer 小福 gives to it."""

from __future__ import annotations

import re
from typing import Any

from pydantic import root_validator

from knowledge_base.model import Dated, Id, LawSource, OfficeSource

ANSWER_LIMIT = 600
"""Characters an answer may have: what a standing reader takes in on one kiosk screen."""

BRACES = re.compile(r"\{\{.*?\}\}|\{\{|\}\}", re.DOTALL)
"""What stands in an answer for a matter's field until it is spoken; see bindings."""


class Entry(Dated):
    """
    A question and its answer.

    aliases: other ways citizens ask the same; the search reads them like the question.
    sources: at least one; laws by article, offices by name.
    answer: may bind fields of matters, as {{matter.residence-permit.promised}}.
    matter: id of the matter it is about; a question that names another matter never gets it.
    sample: not verified with the office; the reply then names the official channel.
    """

    id: Id
    question: str
    aliases: tuple[str, ...] = ()
    answer: str
    sources: tuple[LawSource | OfficeSource, ...]
    owner: str
    matter: Id | None = None
    sample: bool = False

    @root_validator(skip_on_failure=True)
    def _speakable(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not values["sources"]:
            raise ValueError("至少写一个来源（法律条文或部门）")
        length = len(BRACES.sub("", values["answer"]))
        if length > ANSWER_LIMIT:
            raise ValueError(f"答案 {length} 字，超过 {ANSWER_LIMIT} 字，请分成几条")
        asked = (values["question"], *values["aliases"])
        if len(set(asked)) < len(asked):
            raise ValueError("问法有重复")
        return values

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Every way of asking that leads to this entry, the question first."""
        return (self.question, *self.aliases)

    @property
    def laws(self) -> frozenset[str]:
        return frozenset(source.law for source in self.sources if isinstance(source, LawSource))
