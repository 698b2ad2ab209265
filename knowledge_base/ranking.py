"""Ranking: how near every entry is to a question, as a number in 0..1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge_base.text import pinyin

Array = npt.NDArray[np.float64]
Terms = Callable[[str], list[str]]
"""What a normalised text is made of."""


class Text(NamedTuple):
    """An entry as signals read it, normalised: the ways of asking (at least one), and the answer."""

    phrasings: Sequence[str]
    answer: str = ""


class Signal(Protocol):
    """One way of comparing a question with the entries it was built from."""

    def scores(self, question: str) -> Array:
        """How near every entry is, in their order: 0 has nothing to do with it, 1 is the most."""


@dataclass(frozen=True)
class View:
    """A signal that can be built from entries, and its weight among the others."""

    name: str
    weight: float
    build: Callable[[Sequence[Text]], Signal]


class Ranking:
    """
    Entries, compared with a question from several views.

    views: their weights sum to 1.
    """

    def __init__(self, texts: Sequence[Text], views: Sequence[View]) -> None:
        self._weights = np.array([view.weight for view in views])
        self._signals = {view.name: view.build(texts) for view in views}

    def scores(self, question: str) -> tuple[Array, dict[str, Array]]:
        """The signals' weighted mean for every entry, and each signal by its name."""
        signals = {name: signal.scores(question) for name, signal in self._signals.items()}
        return self._weights @ np.array(list(signals.values())), signals


class Wording:
    """
    How alike question and phrasing are worded: BM25, as a share of what both of them hold.

    An entry is as near as its nearest phrasing, 1 when that is the question itself.

    besides, beyond: how much it counts against a phrasing when the question says more than it, and
        when it says more than the question; with beyond 0 a word is a perfect match of every
        phrasing it stands in.
    """

    def __init__(
        self, texts: Sequence[Text], terms: Terms, besides: float = 1.0, beyond: float = 0.75
    ) -> None:
        self._terms, self._besides, self._beyond = terms, besides, beyond
        self._firsts = np.cumsum([0, *(len(text.phrasings) for text in texts)])[:-1]
        phrasings = [terms(phrasing) for text in texts for phrasing in text.phrasings]
        # b = 0: taking the share does what length normalisation is for, and does it better.
        self._bm25 = Bm25(phrasings, k1=1.2, b=0.0)
        self._held = self._bm25.weights.multiply(self._bm25.counts).sum(axis=1).A1

    def scores(self, question: str) -> Array:
        counts = self._bm25.count([self._terms(question)])
        asked = counts.data @ self._bm25.weigh(counts)
        longer = self._held - asked
        both = np.minimum(self._held, asked) + np.where(
            longer > 0, self._beyond * longer, -self._besides * longer
        )
        nearness = np.minimum(self._bm25.shared(counts) / both, 1.0)
        return np.maximum.reduceat(nearness, self._firsts)


class Substance:
    """
    How much of a question an entry speaks of anywhere, question, aliases and answer taken
    together: what finds an entry whose phrasings nobody thought of.

    A word in a phrasing counts as much as two in the answer.
    """

    def __init__(self, texts: Sequence[Text], terms: Terms) -> None:
        self._terms = terms
        entries = [
            [*(term for phrasing in text.phrasings for term in terms(phrasing) * 2)]
            + terms(text.answer)
            for text in texts
        ]
        self._bm25 = Bm25(entries, k1=2.4, b=0.75)

    def scores(self, question: str) -> Array:
        counts = self._bm25.count([self._terms(question)])
        return self._bm25.shared(counts) / (counts.data @ self._bm25.idf[counts.indices])


class Bm25:
    """
    How much every term tells about every text.

    texts: their terms. k1: how late repeats saturate. b: length normalisation, 0 (none) to 1 (full).

    counts, weights: (texts, terms + 1); the last column is for terms that no text has.
    idf: (terms + 1,), what finding a term tells, > 0 and the more the fewer texts have it.

    Source: Robertson & Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond,
    ch. 3. The idf is Lucene's, which adds 1 inside the log so that a term found in most texts
    never counts against them.
    """

    def __init__(self, texts: Sequence[Sequence[str]], k1: float, b: float) -> None:
        self._k1, self._b = k1, b
        distinct = dict.fromkeys(term for text in texts for term in text)
        self._columns = {term: column for column, term in enumerate(distinct)}
        self.counts = self.count(texts)
        having = np.bincount(self.counts.indices, minlength=len(distinct) + 1)
        self.idf = np.log1p((len(texts) - having + 0.5) / (having + 0.5))
        self._length = self.counts.data.sum() / max(len(texts), 1)
        self.weights = self.counts.copy()
        self.weights.data = self.weigh(self.counts)
        self._by_term = self.weights.T.tocsr()

    def count(self, texts: Sequence[Sequence[str]]) -> sparse.csr_matrix:
        counted = [Counter(text) for text in texts]
        unknown = len(self._columns)
        columns = [self._columns.get(term, unknown) for counts in counted for term in counts]
        times = [n for counts in counted for n in counts.values()]
        ends = np.cumsum([0, *map(len, counted)])
        return sparse.csr_matrix(
            (np.array(times, dtype=np.float64), columns, ends), shape=(len(texts), unknown + 1)
        )

    def weigh(self, counts: sparse.csr_matrix) -> Array:
        """The weight of each of the counts."""
        lengths = np.repeat(counts.sum(axis=1).A1, np.diff(counts.indptr))
        damping = self._k1 * (1 - self._b + self._b * lengths / self._length)
        return self.idf[counts.indices] * counts.data / (counts.data + damping)

    def shared(self, counts: sparse.csr_matrix) -> Array:
        """Every text's weights, summed over the terms counted in a question."""
        return (counts @ self._by_term).toarray()[0]


def grams(units: Sequence[str]) -> list[str]:
    """The units, and the pairs of neighbours; where a text begins and ends is a neighbour too."""
    return [*units, *map(" ".join, pairwise(("^", *units, "$")))]


def sounds(text: str) -> list[str]:
    return grams(pinyin(text))


LEXICAL = (
    View("letters", 0.06, partial(Wording, terms=grams)),
    View("sounds", 0.04, partial(Wording, terms=sounds)),
    View("letters of the entry", 0.54, partial(Substance, terms=grams)),
    View("sounds of the entry", 0.36, partial(Substance, terms=sounds)),
)
"""Without a sentence encoder: the spelling, and the sound for what speech recognition mishears."""
