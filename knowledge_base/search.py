"""Search: the entry that answers a question, a few to choose from, or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from knowledge_base.bm25 import Array
from knowledge_base.encoder import Encoder, Recall
from knowledge_base.names import Named, Names
from knowledge_base.ranking import Ranking, Text, length, views
from knowledge_base.text import gist, normalise, spelt
from knowledge_base.typed_pinyin import TypedPinyin, is_typed

SHOWN = 3
"""How many entries a citizen is given to choose from."""

_EXACT = 1.0
_AS_NEAR = 0.85
"""What comes as near as this, as a share of the best one's score, is offered with it."""
_WORDS = 5
"""Characters up to which a question is no more than a word or two."""

Outcome = Literal["answer", "suggest", "refuse"]
Mask = npt.NDArray[np.bool_]


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

    short: a question of n characters or words must come nearer than that by short / n; two
        questions of five characters are soon alike.
    """

    answer: float
    offer: float
    margin: float
    short: float = 0.0

    def answers_from(self, length: int) -> float:
        """The score from which a question of `length` characters is answered, at most 1."""
        return min(self.answer + self.short / length, _EXACT)

    def offers_from(self, length: int) -> float:
        """The same for being offered; a single word is enough to be offered what speaks of it."""
        return min(self.offer + self.handicap(length), _EXACT)

    def offers_beside(self, best: float, length: int) -> float:
        """The same for what is offered beside an entry with the score `best`."""
        enough = self.offers_from(length)
        return min(enough, _AS_NEAR * best) if best >= enough else enough

    def handicap(self, length: int) -> float:
        """What a question of `length` characters must come nearer than a long one to be offered."""
        return self.short / max(length, _WORDS)

    def outcome(self, scores: Sequence[float], length: int) -> Outcome:
        """What entries with these scores, best first, are good for."""
        best, rival = (*scores[:2], 0.0, 0.0)[:2]
        if not scores or best < self.offers_from(length):
            return "refuse"
        if best == _EXACT > rival:
            return "answer"
        ahead = best - rival >= self.margin * best
        return "answer" if ahead and best >= self.answers_from(length) else "suggest"


FITTED = Thresholds(answer=0.24, offer=0.12, margin=0.22, short=1.2)
"""
With a sentence encoder: fitted on lcqmc, oppo and our 647 entries. Of questions unrelated to the
content 0.8 % are answered (6 of 800), of near ones 11.5 % at most; what citizens get is held in
tests/acceptance. See docs/decisions/0009-meaning.md.
"""

FLOOR = Thresholds(answer=0.095, offer=0.03, margin=0.25, short=1.5)
"""Without one: fitted likewise, when there were 395 entries."""


def fitted(encoder: Encoder | None) -> Thresholds:
    """The thresholds that go with the views of this encoder, or of none."""
    return FITTED if encoder else FLOOR


@dataclass(frozen=True)
class Hit:
    """
    How near a question comes to an entry (or a matter), in 0..1, and to which phrasing of it.

    signals: the views that could tell, by name.
    """

    id: str
    score: float
    phrasing: str
    signals: dict[str, float]


@dataclass(frozen=True)
class Found:
    """
    hits: best first, at most SHOWN; none when refused. Their scores are less the handicap of a
        short question, unless they are 1: so those of long and short questions can be compared.
    vetoed: what would have been hits, had the question not named another matter or law.
    """

    outcome: Outcome
    hits: tuple[Hit, ...]
    named: Named
    vetoed: tuple[Hit, ...]


@dataclass(frozen=True)
class Weighed:
    """
    All that was weighed to find what to say to a question.

    question: as it was read. near: the nearest entries, best first, however far. vetoed: the same
    of those about another matter or law than the question names. answers_from, offers_from: the
    scores needed, offers_beside: the one needed by all but the best, margin: the lead needed as a
    share of the best score.
    """

    question: str
    outcome: Outcome
    near: tuple[Hit, ...]
    named: Named
    vetoed: tuple[Hit, ...]
    answers_from: float
    offers_from: float
    offers_beside: float
    margin: float
    handicap: float

    @property
    def found(self) -> Found:
        return Found(
            self.outcome,
            self._offered(self.near, self.offers_beside),
            self.named,
            self._offered(self.vetoed, self.offers_from),
        )

    def _offered(self, hits: Sequence[Hit], enough: float) -> tuple[Hit, ...]:
        return tuple(self._sure(hit) for hit in hits[:SHOWN] if hit.score >= enough)

    def _sure(self, hit: Hit) -> Hit:
        sure = hit.score if hit.score == _EXACT else hit.score - self.handicap
        return replace(hit, score=sure)


class Search:
    """
    Documents, to be found by questions.

    A question that names a matter gets nothing about another matter, one that names a law nothing
    that rests on other laws only: 取水许可证变更 and 排污许可证变更 read almost alike and are
    different errands.

    thresholds: those fitted for searches with this encoder, or with none, unless others are given.
    recall: gives the vectors of phrasings that may be kept; see ranking.Meaning.
    after, gone: a search to go on from, without those of its documents that are in `gone`. Its
        statistics hold for these documents too, so that a few are added in no time.
    """

    def __init__(
        self,
        documents: Iterable[Document],
        names: Names,
        thresholds: Thresholds | None = None,
        encoder: Encoder | None = None,
        recall: Recall | None = None,
        after: Search | None = None,
        gone: Collection[str] = (),
    ) -> None:
        documents = tuple(documents)
        self._names = names
        self._after = after
        self.thresholds = thresholds or fitted(encoder)
        self._unmeant = thresholds or FLOOR
        texts = [
            Text([gist(phrasing) for phrasing in document.phrasings], spelt(document.answer))
            for document in documents
        ]
        before = after._ids if after else ()
        self._ids: tuple[str, ...] = (*before, *(document.id for document in documents))
        self._standing: Mask = np.array(
            [id not in gone for id in before] + [True] * len(texts), bool
        )
        asked = (text._replace(answer="") for text in texts)  # the answers are in the ranking
        self._texts: list[Text] = [*(after._texts if after else ()), *asked]
        self._views = views(encoder, recall)
        self._ranking: Ranking = Ranking(texts, self._views, after._ranking if after else None)
        self._spelt: _Places = _Places(
            [text.phrasings for text in texts], after._spelt if after else None
        )
        self._matters: _Subjects = _Subjects(
            [{document.matter} if document.matter else set() for document in documents],
            after._matters if after else None,
        )
        self._laws: _Subjects = _Subjects(
            [document.laws for document in documents], after._laws if after else None
        )

    def read(self, text: str) -> str:
        """`text` with characters for the pinyin in it, as the entries have them."""
        if self._after:
            return self._after.read(text)
        plain = normalise(text)
        return self._typed_pinyin.read(plain) if is_typed(plain) else text

    @cached_property
    def _typed_pinyin(self) -> TypedPinyin:
        return TypedPinyin(self.phrasings)

    @property
    def phrasings(self) -> Iterator[str]:
        """Every way of asking that leads to a document."""
        return (phrasing for text in self._texts for phrasing in text.phrasings)

    def find(self, text: str) -> Found:
        """What to say to `text`: an answer, up to SHOWN entries to choose from, or neither."""
        return self.weigh(text).found

    def weigh(self, text: str, limit: int = SHOWN) -> Weighed:
        """What is found for `text`, and why; `limit` entries are shown, SHOWN at least."""
        text = self.read(text)
        question = gist(text)
        named = self._names.find(normalise(text))
        other = self._matters.other_than(named.matters) | self._laws.other_than(named.laws)
        among = (self._standing & ~other, self._standing & other)
        near, vetoed = self._nearest(question, among, max(limit, SHOWN))
        words = max(length(question), 1)
        # where the best has no vector yet, it was found without the encoder
        meant = not near or len(near[0].signals) == len(self._views)
        thresholds = self.thresholds if meant else self._unmeant
        return Weighed(
            question,
            thresholds.outcome([hit.score for hit in near], words),
            near,
            named,
            vetoed,
            thresholds.answers_from(words),
            thresholds.offers_from(words),
            thresholds.offers_beside(near[0].score if near else 0.0, words),
            thresholds.margin,
            thresholds.handicap(words),
        )

    def nearest(self, text: str, limit: int) -> tuple[Hit, ...]:
        """The entries nearest to `text`, best first, however far and whatever it names."""
        return self._nearest(gist(self.read(text)), (self._standing,), limit)[0]

    def _nearest(self, question: str, among: Sequence[Mask], limit: int) -> list[tuple[Hit, ...]]:
        """For each selection of documents in `among`, those of it nearest to the question."""
        if not self._ids or not question:
            return [() for _ in among]
        scores, signals = self._ranking.scores(question)
        scores[self._spelt.of(question)] = _EXACT

        def hit(place: int) -> Hit:
            return Hit(
                self._ids[place],
                float(scores[place]),
                nearest_phrasing(question, self._texts[place].phrasings),
                {name: float(one[place]) for name, one in signals.items() if one[place] >= 0},
            )

        found = []
        for selected in among:
            found.append(tuple(hit(place) for place in highest(scores, selected, limit)))
        return found


def highest(scores: Array, selected: Mask, limit: int) -> list[int]:
    """The places of the highest scores selected, best first, the earlier of equals first."""
    left = np.where(selected, scores, -np.inf)
    places: list[int] = []
    for _ in range(min(limit, np.count_nonzero(selected))):  # few are wanted: no need to sort
        places.append(int(left.argmax()))
        left[places[-1]] = -np.inf
    return places


class _Places:
    """
    In which documents something stands.

    documents: what stands in each. after: the places of those that come before them.
    """

    def __init__(self, documents: Sequence[Collection[str]], after: _Places | None = None) -> None:
        self._after = after
        self._first = after.size if after else 0
        self.size: int = self._first + len(documents)
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, some in enumerate(documents, self._first):
            for one in some:
                self._places[one].append(place)

    def of(self, one: str) -> list[int]:
        own = self._places.get(one, [])
        return [*self._after.of(one), *own] if self._after else own


class _Subjects:
    """
    What each document is about, to tell at once which are about something else.

    after: the same of the documents that come before them.
    """

    def __init__(self, subjects: Sequence[Collection[str]], after: _Subjects | None = None) -> None:
        self._places: _Places = _Places(subjects, after._places if after else None)
        any_here = np.array([bool(subject) for subject in subjects], dtype=bool)
        self._any: Mask = np.append(after._any, any_here) if after else any_here

    def other_than(self, ids: Collection[str]) -> Mask:
        """The documents that have a subject, none of it in `ids`; none when `ids` is empty."""
        other = self._any.copy() if ids else np.zeros_like(self._any)
        for id in ids:
            other[self._places.of(id)] = False
        return other


def nearest_phrasing(question: str, phrasings: Sequence[str]) -> str:
    """The phrasing with the most characters in common, as a share of both."""

    def alike(phrasing: str) -> float:
        return len({*question} & {*phrasing}) / max(len({*question} | {*phrasing}), 1)

    return max(phrasings, key=alike)
