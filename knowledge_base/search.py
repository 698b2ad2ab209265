"""Search: the entry that answers a question, a few to choose from, or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from knowledge_base.bm25 import Array
from knowledge_base.names import Named, Names
from knowledge_base.ranking import LEXICAL, Ranking, Text, View
from knowledge_base.text import normalise

SHOWN = 3
"""How many entries a citizen is given to choose from."""

_EXACT = 1.0
_EVIDENCE = 8.0
"""Characters of a question that must be accounted for to halve the doubt."""

Outcome = Literal["answer", "suggest", "refuse"]
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Document:
    """
    An entry as the search sees it.

    phrasings: at least one. matter, laws: ids of what it is about and what it rests on.
    """

    id: str
    phrasings: Sequence[str]
    matter: str | None = None
    laws: frozenset[str] = frozenset()
    answer: str = ""


@dataclass(frozen=True)
class Thresholds:
    """
    From which score on an entry may answer, from which it may be offered, and how far ahead of
    the next one an answer must be, as a share of its own score.
    """

    answer: float
    offer: float
    margin: float


FITTED = Thresholds(answer=0.22, offer=0.14, margin=0.2)
"""
Fitted on the content of 2026-11 (352 entries, 1,769 phrasings) and its labelled questions in
tests/acceptance: of 400 unrelated questions 1 % are answered and 21 % get something offered; of 91
citizens' questions that have an entry 32 % are answered, none wrongly, and 49 % offered the right
one. To be fitted anew when the content has doubled.
"""


@dataclass(frozen=True)
class Hit:
    """How near a question comes to an entry (or a matter), in 0..1, and to which phrasing of it."""

    id: str
    score: float
    phrasing: str
    signals: dict[str, float]


@dataclass(frozen=True)
class Found:
    """
    hits: best first, at most SHOWN; none when refused.
    vetoed: what would have been hits, had the question not named another matter or law.
    """

    outcome: Outcome
    hits: tuple[Hit, ...]
    named: Named
    vetoed: tuple[Hit, ...]


class Search:
    """
    Documents, to be found by questions.

    A question that names a matter gets nothing about another matter, one that names a law nothing
    that rests on other laws only: 取水许可证变更 and 排污许可证变更 read almost alike and are
    different errands.
    """

    def __init__(
        self,
        documents: Iterable[Document],
        names: Names,
        thresholds: Thresholds,
        views: Sequence[View] = LEXICAL,
    ) -> None:
        self._documents = tuple(documents)
        self._names = names
        self._thresholds = thresholds
        texts = [
            Text(
                [normalise(phrasing) for phrasing in document.phrasings], normalise(document.answer)
            )
            for document in self._documents
        ]
        self._ranking = Ranking(texts, views)
        self._texts = texts
        self._spelt: dict[str, list[int]] = defaultdict(list)
        for place, text in enumerate(texts):
            for phrasing in text.phrasings:
                self._spelt[phrasing].append(place)
        self._matters = _Subjects([{d.matter} if d.matter else set() for d in self._documents])
        self._laws = _Subjects([d.laws for d in self._documents])

    def find(self, text: str) -> Found:
        """What to say to `text`: an answer, up to SHOWN entries to choose from, or neither."""
        question = normalise(text)
        named = self._names.find(question)
        other = self._matters.other_than(named.matters) | self._laws.other_than(named.laws)
        hits, vetoed = (
            tuple(hit for hit in near if hit.score >= self._thresholds.offer)
            for near in self._nearest(question, (~other, other), SHOWN)
        )
        return Found(self._outcome(hits), hits, named, vetoed)

    def nearest(self, text: str, limit: int) -> tuple[Hit, ...]:
        """The entries nearest to `text`, best first, however far and whatever it names."""
        every = np.ones(len(self._documents), dtype=bool)
        return self._nearest(normalise(text), (every,), limit)[0]

    def _outcome(self, hits: Sequence[Hit]) -> Outcome:
        if not hits:
            return "refuse"
        best, rival = hits[0].score, hits[1].score if len(hits) > 1 else 0.0
        if best == _EXACT > rival:
            return "answer"
        clear = best >= self._thresholds.answer and best - rival >= self._thresholds.margin * best
        return "answer" if clear else "suggest"

    def _nearest(self, question: str, among: Sequence[_Mask], limit: int) -> list[tuple[Hit, ...]]:
        """For each selection of documents in `among`, those of it nearest to the question."""
        if not self._documents or not question:
            return [() for _ in among]
        share, signals = self._ranking.scores(question)
        known = share * len(question)
        scores = np.sqrt(share * known / (known + _EVIDENCE))
        scores[self._spelt.get(question, [])] = _EXACT

        def hit(place: int) -> Hit:
            return Hit(
                self._documents[place].id,
                float(scores[place]),
                nearest_phrasing(question, self._texts[place].phrasings),
                {name: float(signal[place]) for name, signal in signals.items()},
            )

        found = []
        for selected in among:
            found.append(tuple(hit(place) for place in _highest(scores, selected, limit)))
        return found


def _highest(scores: Array, selected: _Mask, limit: int) -> list[int]:
    """The places of the highest scores selected, best first, the earlier of equals first."""
    places = np.flatnonzero(selected)
    if len(places) > limit:
        floor = np.partition(scores[places], -limit)[-limit]
        places = places[scores[places] >= floor]
    order = np.argsort(-scores[places], kind="stable")[:limit]
    return [int(place) for place in places[order]]


class _Subjects:
    """What each document is about, to tell at once which are about something else."""

    def __init__(self, subjects: Sequence[Collection[str]]) -> None:
        self._any = np.array([bool(subject) for subject in subjects], dtype=bool)
        self._about: dict[str, list[int]] = defaultdict(list)
        for document, subject in enumerate(subjects):
            for id in subject:
                self._about[id].append(document)

    def other_than(self, ids: Collection[str]) -> _Mask:
        """The documents that have a subject, none of it in `ids`; none when `ids` is empty."""
        other = self._any.copy() if ids else np.zeros_like(self._any)
        for id in ids:
            other[self._about.get(id, [])] = False
        return other


def nearest_phrasing(question: str, phrasings: Sequence[str]) -> str:
    """The phrasing with the most characters in common, as a share of both."""

    def alike(phrasing: str) -> float:
        return len({*question} & {*phrasing}) / max(len({*question} | {*phrasing}), 1)

    return max(phrasings, key=alike)
