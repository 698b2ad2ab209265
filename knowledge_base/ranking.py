"""Ranking: how near every entry is to a question, as a number in 0..1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np

from knowledge_base.bm25 import Array, Bm25
from knowledge_base.text import pinyin

Terms = Callable[[str], list[str]]
"""What a normalised text is made of."""


class Text(NamedTuple):
    """An entry as signals read it, normalised: the ways of asking, at least one, and the answer."""

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
        phrasings = [Counter(terms(phrasing)) for text in texts for phrasing in text.phrasings]
        # b = 0: taking the share does what length normalisation is for, and does it better.
        self._bm25 = Bm25(phrasings, k1=1.2, b=0.0)

    def scores(self, question: str) -> Array:
        counted = self._bm25.read(Counter(self._terms(question)))
        asked, held = self._bm25.worth(counted), self._bm25.held
        longer = held - asked
        both = np.minimum(held, asked) + np.where(
            longer > 0, self._beyond * longer, -self._besides * longer
        )
        nearness = np.minimum(self._bm25.shared(counted) / both, 1.0)
        return np.maximum.reduceat(nearness, self._firsts)


class Substance:
    """
    How much of a question an entry speaks of anywhere, question, aliases and answer taken
    together: what finds an entry whose phrasings nobody thought of.

    A word in a phrasing counts as much as two in the answer.
    """

    def __init__(self, texts: Sequence[Text], terms: Terms) -> None:
        self._terms = terms
        entries = []
        for text in texts:
            asked = Counter(term for phrasing in text.phrasings for term in terms(phrasing))
            entries.append(asked + asked + Counter(terms(text.answer)))
        self._bm25 = Bm25(entries, k1=2.4, b=0.75)

    def scores(self, question: str) -> Array:
        counted = self._bm25.read(Counter(self._terms(question)))
        told = float(self._bm25.idf[counted.columns] @ counted.times)
        return self._bm25.shared(counted) / told


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
