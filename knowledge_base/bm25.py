"""BM25: how much the units of a question, and their pairs, tell about every text."""

from __future__ import annotations

import re
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

Array = npt.NDArray[np.float64]
_Whole = npt.NDArray[np.int64]
_Single = npt.NDArray[np.float32]

_EDGE = "\n"
"""Where a piece begins and ends: a neighbour of its first and last unit."""

_BATCH = 1000
"""Pieces that are read in one go; each one by itself would take longer to begin than to read."""

_TABLE = 2**27
"""Entries of the largest table of pairs that is made; with more units pairs are sorted instead."""

_MOST = 255
"""How often a term is counted at most in one text; it has long been saturated by then."""


Units = Callable[[str], Sequence[str]]
"""
What a normalised text is made of, one after another: what its words of Latin letters and its other
characters, each by itself, are made of, at most one unit each. A line break is one of its own.
"""

_WORD = re.compile("[a-z]{2,}")


class Piece(NamedTuple):
    """Some words of a text, by its number, and how many times they count."""

    text: int
    words: str
    times: int = 1


class Counted(NamedTuple):
    """
    The terms of a question.

    columns: (terms,), -1 for one that no text has. times, telling: (terms,), how often each occurs
    in the question, and its idf.
    """

    columns: _Whole
    times: Array
    telling: Array


class Bm25:
    """
    How much every term tells about every text; terms are units and pairs of neighbours.

    pieces: what the texts are made of, text by text; there are `size` of them.
    k1: how late repeats saturate. b: length normalisation, 0 (none) to 1 (full).
    like: weigh every term as this one does, so that the scores of both can be compared; a term it
        does not have tells what a term tells that no text has.

    Source: Robertson & Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond,
    ch. 3. The idf is Lucene's, which adds 1 inside the log so that a term found in most texts
    never counts against them.
    """

    def __init__(
        self,
        pieces: Iterable[Piece],
        size: int,
        units: Units,
        k1: float,
        b: float,
        like: Bm25 | None = None,
    ) -> None:
        self._k1, self._like, self._size, self._split = k1, like, size, units
        self._codes = _Codes({_EDGE: 0})
        row = _Row.of(pieces, size, units, self._codes)
        self._units = len(self._codes)
        self._pairs, pairs = row.pairs(self._units)
        self._ends, self._texts, self._times = _joined(
            _postings(row, row.codes, self._units), _postings(row, pairs, len(self._pairs))
        )
        self._mean: float = like._mean if like else max(row.lengths.sum() / max(size, 1), 1.0)
        self._damping: _Single | float = k1  # with b = 0 the same for all texts
        if b:
            self._damping = (k1 * (1 - b + b * row.lengths / self._mean)).astype(np.float32)

        # the last is that of a term that no text has
        having = np.append(np.diff(self._ends), 0)
        idf = np.log1p((size - having + 0.5) / (having + 0.5))
        self._idf: Array = self._learnt(like) if like else idf

    def read(self, question: str) -> Counted:
        """The terms of a normalised question."""
        terms = _terms(question, self._split)
        columns = theirs = self._columns(terms.units, terms.pairs)
        if self._like:
            theirs = self._like._columns(terms.units, terms.pairs)
        return Counted(columns, terms.times, (self._like or self)._idf[theirs])

    def told(self, counted: Counted) -> float:
        """What finding every term counted would tell."""
        return float(counted.telling @ counted.times)

    def worth(self, counted: Counted) -> float:
        """What a text in exactly these words would score, when b is 0."""
        saturated = counted.times / (counted.times + self._k1)
        return float(counted.times @ (saturated * counted.telling))

    def held(self) -> _Single:
        """(texts,), what each text is worth to a question in its own words, when b is 0."""
        idf = np.repeat(self._idf[:-1].astype(np.float32), np.diff(self._ends))
        worth = self._saturated(self._texts, self._times) * idf * self._times
        return np.bincount(self._texts, worth, self._size).astype(np.float32)

    def shared(self, counted: Counted) -> Array:
        """(texts,), every text's weights, summed over the terms counted."""
        here = counted.columns >= 0
        columns = counted.columns[here]
        spans = zip(self._ends[columns].tolist(), self._ends[columns + 1].tolist(), strict=True)
        slices = [slice(*span) for span in spans]
        if not slices:
            return np.zeros(self._size)
        texts = np.concatenate([self._texts[some] for some in slices])
        times = np.concatenate([self._times[some] for some in slices])
        weights = self._saturated(texts, times)
        found = (counted.telling * counted.times)[here].astype(np.float32).tolist()
        begin = 0
        for tells, some in zip(found, slices, strict=True):
            end = begin + some.stop - some.start
            its = weights[begin:end]
            its *= tells
            begin = end
        return np.bincount(texts, weights, self._size).astype(np.float64, copy=False)

    def _saturated(self, texts: npt.NDArray[np.int32], times: npt.NDArray[np.uint8]) -> _Single:
        """What repeats leave of occurrences in these texts, 0..1."""
        often: _Single = times.astype(np.float32)
        damping: _Single | float = self._damping
        if not isinstance(damping, float):
            damping = damping[texts]
        often /= often + damping
        return often

    def _columns(self, units: Collection[str], pairs: Collection[tuple[str, str]]) -> _Whole:
        """(units + pairs,), the column of each term, -1 for one that no text has."""
        unknown = -(self._units**2)  # so much that no pair with it is one of ours
        code = {unit: self._codes.get(unit, unknown) for unit in (*units, _EDGE)}
        wanted = np.array([code[first] * self._units + code[second] for first, second in pairs])
        before: _Whole = np.searchsorted(self._pairs, wanted)
        found = before < np.searchsorted(self._pairs, wanted, side="right")
        of_pairs = np.where(found, self._units + before, -1)
        return np.append([max(code[unit], -1) for unit in units], of_pairs).astype(np.int64)

    def _learnt(self, like: Bm25) -> Array:
        """The idf of every column, and of none, as `like` weighs it."""
        units = [*self._codes]
        pairs = [(units[pair // self._units], units[pair % self._units]) for pair in self._pairs]
        return np.append(like._idf[like._columns(units, pairs)], like._idf[-1])


class _Terms(NamedTuple):
    """The different units and pairs of a question; times: (units + pairs,), how often each."""

    units: Collection[str]
    pairs: Collection[tuple[str, str]]
    times: Array


@lru_cache(maxsize=64)  # several indexes ask for the same ones in a turn
def _terms(question: str, split: Units) -> _Terms:
    units = split(question)
    single, double = Counter(units), Counter(pairwise((_EDGE, *units, _EDGE)))
    return _Terms(single, double, np.array([*single.values(), *double.values()], np.float64))


class _Codes(dict[str, int]):
    """The code of every unit that was asked for, in the order in which they were."""

    def __missing__(self, unit: str) -> int:
        self[unit] = code = len(self)
        return code


class _CodesOf:
    """The codes of the units of a text; looks at every character once, however often it stands."""

    def __init__(self, units: Units, codes: _Codes) -> None:
        self._units, self._codes = units, codes
        # by character: one more than its code, _NOTHING, or 0 while it was not met
        self._known = np.zeros(sys.maxunicode + 1, dtype=np.int32)

    def __call__(self, text: str) -> npt.NDArray[np.int32]:
        characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        found = self._known[characters]
        if not found.all():
            for character in np.unique(characters[found == 0]):
                self._known[character] = self._code(chr(character))
            found = self._known[characters]
        for word in _WORD.finditer(text):
            found[word.start() : word.end()] = _NOTHING
            found[word.start()] = self._code(word[0])
        codes: npt.NDArray[np.int32] = found[found != _NOTHING] - 1
        return codes

    def _code(self, word: str) -> int:
        return self._codes[unit] + 1 if (unit := "".join(self._units(word))) else _NOTHING


_NOTHING = -1


class _Postings(NamedTuple):
    """
    Which texts have which terms, by column.

    ends: (columns + 1,), where each column begins, and the last one ends. texts, times: who has
    it, in order, and how often.
    """

    ends: _Whole
    texts: npt.NDArray[np.int32]
    times: npt.NDArray[np.uint8]


class _Row(NamedTuple):
    """
    All pieces in a row, an edge before each and after the last.

    codes, times: (places,), of each unit its code and how many times it counts.
    ends: (texts + 1,), where each text begins, and the last one ends. lengths: (texts,), in terms.
    """

    codes: npt.NDArray[np.int32]
    times: npt.NDArray[np.uint16]
    ends: _Whole
    lengths: Array

    @classmethod
    def of(cls, pieces: Iterable[Piece], size: int, units: Units, codes: _Codes) -> _Row:
        codes_of = _CodesOf(units, codes)
        row: list[npt.NDArray[np.int32]] = []
        texts, times = array("i"), array("H")
        waiting = filter(attrgetter("words"), pieces)
        while batch := [*islice(waiting, _BATCH)]:
            numbers, words, counts = zip(*batch, strict=True)
            texts.extend(numbers)
            times.extend(counts)
            row.append(codes_of(_EDGE + _EDGE.join(words)))
        every = np.concatenate([*row, codes_of(_EDGE)])
        widths = np.diff(np.flatnonzero(every == codes[_EDGE]))
        text = np.frombuffer(texts, dtype=np.int32)
        often = np.frombuffer(times, dtype=np.uint16)
        places = np.bincount(text, widths, size).astype(np.int64)
        lengths = np.bincount(text, often * (2 * widths - 1.0), size).astype(np.float64)
        return cls(every, np.repeat(often, widths), np.append(0, np.cumsum(places)), lengths)

    def pairs(self, units: int) -> tuple[_Whole, npt.NDArray[np.int32]]:
        """
        The different pairs of neighbours, as whole numbers below units², in order; and which of
        them begins at each place.
        """
        begun, ended = self.codes[:-1], self.codes[1:]
        if units**2 > _TABLE:
            found, places = np.unique(begun.astype(np.int64) * units + ended, return_inverse=True)
            return found, places.astype(np.int32)
        pairs = begun * units + ended
        table = np.zeros(units**2, dtype=np.int32)
        table[pairs] = 1
        found = np.flatnonzero(table)
        table[found] = np.arange(len(found), dtype=np.int32)
        return found, table[pairs]


def _postings(row: _Row, columns: npt.NDArray[np.int32], size: int) -> _Postings:
    """What stands at the places of a row, by column; there are `size` of these."""
    shape = (len(row.ends) - 1, size)
    by_text = sparse.csr_matrix((row.times, columns[: row.ends[-1]], row.ends), shape=shape)
    by_column = by_text.tocsc()
    by_column.sum_duplicates()
    often = np.minimum(by_column.data, _MOST).astype(np.uint8)
    return _Postings(by_column.indptr.astype(np.int64), by_column.indices.copy(), often)


def _joined(units: _Postings, pairs: _Postings) -> _Postings:
    """One after the other, the edges left out of the units."""
    edges = units.ends[1]
    ends = np.append(units.ends[1:], units.ends[-1] + pairs.ends[1:]) - edges
    return _Postings(
        np.append(0, ends),
        np.append(units.texts[edges:], pairs.texts),
        np.append(units.times[edges:], pairs.times),
    )
