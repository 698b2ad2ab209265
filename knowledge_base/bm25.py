"""BM25: how much the terms of a question tell about every text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

Array = npt.NDArray[np.float64]


class Counted(NamedTuple):
    """The terms of a question: their columns (whole numbers) and how often each occurs."""

    columns: npt.NDArray[np.int64]
    times: Array


class Bm25:
    """
    How much every term tells about every text.

    texts: how often each has its terms.
    k1: how late repeats saturate. b: length normalisation, 0 (none) to 1 (full).

    idf: (terms + 1,), what finding a term tells, > 0 and the more the fewer texts have it; the
        last one is for terms that no text has.
    held: (texts,), what each text is worth to a question in its own words, when b is 0.

    Source: Robertson & Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond,
    ch. 3. The idf is Lucene's, which adds 1 inside the log so that a term found in most texts
    never counts against them.
    """

    def __init__(self, texts: Sequence[Counter[str]], k1: float, b: float) -> None:
        self._k1 = k1
        self._columns = {term: n for n, term in enumerate(dict.fromkeys(chain(*texts)))}
        columns = [self._columns[term] for text in texts for term in text]
        times = np.array([n for text in texts for n in text.values()], dtype=np.float64)
        ends = np.cumsum([0, *map(len, texts)])
        shape = (len(texts), len(self._columns) + 1)
        counts = sparse.csr_matrix((times, columns, ends), shape=shape)
        having = np.bincount(counts.indices, minlength=shape[1])
        self.idf: Array = np.log1p((len(texts) - having + 0.5) / (having + 0.5))
        lengths = counts.sum(axis=1).A1
        mean = max(lengths.sum() / max(len(texts), 1), 1)
        damping = k1 * (1 - b + b * lengths / mean)
        weights = times / (times + np.repeat(damping, np.diff(ends))) * self.idf[columns]
        self._weights = sparse.csr_matrix((weights, columns, ends), shape=shape).tocsc()
        places = np.repeat(np.arange(len(texts)), np.diff(ends))
        self.held = _sums(places, weights * times, len(texts))

    def read(self, terms: Counter[str]) -> Counted:
        columns = [self._columns.get(term, len(self._columns)) for term in terms]
        return Counted(np.array(columns, dtype=np.int64), np.array([*terms.values()], np.float64))

    def worth(self, counted: Counted) -> float:
        """What a text in exactly these words would score."""
        saturated = counted.times / (counted.times + self._k1)
        return float(counted.times @ (saturated * self.idf[counted.columns]))

    def shared(self, counted: Counted) -> Array:
        """Every text's weights, summed over the terms counted."""
        # By hand: the bookkeeping of scipy's matrices takes ten times as long as the sum.
        ends = self._weights.indptr
        slices = [
            slice(*span)
            for span in zip(ends[counted.columns], ends[counted.columns + 1], strict=True)
        ]
        texts = np.concatenate([self._weights.indices[found] for found in slices])
        weights = np.concatenate(
            [self._weights.data[found] * n for found, n in zip(slices, counted.times, strict=True)]
        )
        return _sums(texts, weights, len(self.held))


def _sums(places: npt.NDArray[np.int64], values: Array, size: int) -> Array:
    """(size,), the values summed by their places."""
    return np.bincount(places, values, minlength=size).astype(np.float64)
