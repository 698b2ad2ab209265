"""Ranking: how much alike a question and every phrasing are, as a number in 0..1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge_base.text import pinyin

Array = npt.NDArray[np.float64]


class Signal(Protocol):
    """One way of comparing a question with the phrasings it was built from."""

    def scores(self, query: str) -> Array:
        """A score in 0..1 for every phrasing, in their order; 1 for the query's own words."""


@dataclass(frozen=True)
class View:
    """A signal that can be built from phrasings, and its weight among the others."""

    name: str
    weight: float
    build: Callable[[Sequence[str]], Signal]


class Ranking:
    """
    Phrasings compared with a question from several views; all texts normalised.

    views: their weights sum to 1, so that the fused score too is in 0..1 and means the same for
        every question.
    """

    def __init__(self, phrasings: Sequence[str], views: Sequence[View]) -> None:
        self._weights = np.array([view.weight for view in views])
        self._signals = {view.name: view.build(phrasings) for view in views}

    def scores(self, query: str) -> tuple[Array, dict[str, Array]]:
        """The fused score of every phrasing, and each signal's own by its name."""
        signals = {name: signal.scores(query) for name, signal in self._signals.items()}
        return self._weights @ np.array(list(signals.values())), signals


class Bm25:
    """
    BM25 over the terms of a text, as a share of what question and phrasing hold together.

    terms: what a text is made of. besides, beyond: how much it counts against a phrasing when the
    question says more than it, and when it says more than the question; with beyond 0 a word is
    a perfect match of every phrasing it stands in.
    """

    def __init__(
        self,
        phrasings: Sequence[str],
        terms: Callable[[str], list[str]],
        k1: float = 1.2,
        besides: float = 1.0,
        beyond: float = 0.75,
    ) -> None:
        self._terms, self._k1, self._besides, self._beyond = terms, k1, besides, beyond
        counted = [Counter(terms(phrasing)) for phrasing in phrasings]
        distinct = dict.fromkeys(term for counts in counted for term in counts)
        self._columns = {term: column for column, term in enumerate(distinct)}
        counts = self._counts(counted)
        self._idf = idf(counts)
        weights = bm25_weights(counts, self._idf, k1)
        self._held = np.asarray(weights.multiply(counts).sum(axis=1)).ravel()
        self._weights = weights.T.tocsr()

    def scores(self, query: str) -> Array:
        counts = self._counts([Counter(self._terms(query))])
        asked = counts.data @ bm25_weights(counts, self._idf, self._k1).data
        shared = (counts @ self._weights).toarray()[0]
        longer = self._held - asked
        whole = np.minimum(self._held, asked) + np.where(
            longer > 0, self._beyond * longer, -self._besides * longer
        )
        return np.minimum(np.divide(shared, whole, out=shared, where=whole > 0), 1)

    def _counts(self, counted: Sequence[Counter[str]]) -> sparse.csr_matrix:
        """(texts, terms + 1); the last column is for terms that no phrasing has."""
        unknown = len(self._columns)
        columns = [self._columns.get(term, unknown) for counts in counted for term in counts]
        times = [n for counts in counted for n in counts.values()]
        ends = np.cumsum([0, *map(len, counted)])
        return sparse.csr_matrix(
            (np.array(times, dtype=np.float64), columns, ends), shape=(len(counted), unknown + 1)
        )


def idf(counts: sparse.csr_matrix) -> Array:
    """
    What finding each term tells, the more the fewer texts have it; always > 0.

    counts: (texts, terms), occurrences of each term in each text.

    The 1 inside the log is Lucene's: a term found in most texts never counts against them.
    """
    texts, terms = counts.shape
    having = np.bincount(counts.indices, minlength=terms)
    return np.log1p((texts - having + 0.5) / (having + 0.5))


def bm25_weights(counts: sparse.csr_matrix, idf: Array, k1: float) -> sparse.csr_matrix:
    """
    Weigh every term in every text; a text scores the sum of its weights over the query's terms.

    counts: (texts, terms). k1: how late repeats saturate; 0 ignores repeats.

    There is no length normalisation (b = 0): Bm25 divides by what both texts hold, which does
    it better (docs/decisions).

    Source: Robertson & Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond,
    ch. 3.
    """
    weights = counts.copy()
    weights.data = idf[counts.indices] * counts.data * (k1 + 1) / (counts.data + k1)
    return weights


def grams(units: Sequence[str]) -> list[str]:
    """The units, and the pairs of neighbours; where a text begins and ends is a neighbour too."""
    return [*units, *map(" ".join, pairwise(("^", *units, "$")))]


def syllable_grams(text: str) -> list[str]:
    return grams(pinyin(text))


LEXICAL = (
    View("characters", 0.6, partial(Bm25, terms=grams)),
    View("pinyin", 0.4, partial(Bm25, terms=syllable_grams)),
)
"""Without a sentence encoder: the spelling, and the sound for what speech recognition mishears."""
