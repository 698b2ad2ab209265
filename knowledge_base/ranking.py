"""Ranking: how near every entry is to a question, as a number in 0..1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from knowledge_base.bm25 import Array, Bm25, Piece, Units
from knowledge_base.encoder import Encoder, Questions, Recall, questions
from knowledge_base.text import pinyin, syllable

Places = npt.NDArray[np.int64]


class Text(NamedTuple):
    """An entry as signals read it: the gists of its phrasings, at least one, and its answer."""

    phrasings: Sequence[str]
    answer: str = ""


class Signal(Protocol):
    """One way of comparing a question with the entries it was built from."""

    def scores(self, question: str, among: Places | None = None) -> Array:
        """
        How near every entry is, or those at the places given, in their order: 0 has nothing to do
        with it, 1 is the most, NaN where the signal cannot tell.
        """


class Build(Protocol):
    def __call__(self, texts: Sequence[Text], *, like: Any = None) -> Signal: ...


@dataclass(frozen=True)
class View:
    """
    A signal that can be built from entries, and its weight among the others.

    build: given the entries, and the same view of others (`like`) when it shall weigh as that does.
    among: how many entries it looks at, those that the views before it find nearest; None for all.
    """

    name: str
    weight: float
    build: Build
    among: int | None = None


class Ranking:
    """
    Entries, compared with a question from several views.

    views: their weights sum to 1.
    after: a ranking of the entries that stand before these; its statistics hold for these too.
    """

    def __init__(
        self, texts: Sequence[Text], views: Sequence[View], after: Ranking | None = None
    ) -> None:
        self._weights = np.array([view.weight for view in views])
        self._views, self._size = views, len(texts)
        self._names = {view.name for view in views}
        self._after = after if after and after._signals else None
        before = after._signals if after else {}
        self._signals: dict[str, Signal] = {
            view.name: view.build(texts, like=before.get(view.name)) for view in views if texts
        }

    def scores(self, question: str) -> tuple[Array, dict[str, Array]]:
        """
        The signals' weighted mean for every entry, and each signal by its name.

        Where a signal cannot tell, the others share its weight. A question without a Chinese
        character is told by its meaning as well, for it shares no words with most entries.
        """
        foreign = MEANING in self._names and not _CHINESE.search(question)
        signals: dict[str, Array] = {}
        share: Array = np.zeros(self._size)
        for view in self._views if self._signals else ():
            signal = self._signals[view.name]
            if view.among and view.among < self._size and not foreign:
                nearest = np.sort(np.argpartition(share, -view.among)[-view.among :])
                signals[view.name] = np.zeros(self._size)
                signals[view.name][nearest] = signal.scores(question, nearest)
            else:
                signals[view.name] = signal.scores(question)
            share += view.weight * signals[view.name]  # by BLAS it would wake other threads
        share /= self._weights.sum()  # that 1 is not a little more
        self._share_out(share, signals)
        if foreign and signals:  # squared: any two questions are somewhat alike in meaning
            share = np.fmax(share, signals[MEANING] ** 2)
        if self._after:
            share_before, before = self._after.scores(question)
            signals = {name: np.append(one, signals.get(name, ())) for name, one in before.items()}
            share = np.append(share_before, share)
        return share, signals

    def _share_out(self, share: Array, signals: dict[str, Array]) -> None:
        """Put into `share` what it is without the signals that cannot tell."""
        places = np.flatnonzero(np.isnan(share))
        if len(places):
            heard = np.array([one[places] for one in signals.values()])
            told = ~np.isnan(heard)
            share[places] = self._weights @ np.where(told, heard, 0.0) / (self._weights @ told)


class Wording:
    """
    How alike question and phrasing are worded: BM25, as a share of what both of them hold.

    An entry is as near as its nearest phrasing, 1 when that is the question itself.

    besides, beyond: how much it counts against a phrasing when the question says more than it, and
        when it says more than the question, 1 in sum at least; with beyond 0 a word is a perfect
        match of every phrasing it stands in.
    steepness: from 1 on; the higher, the less it counts to be only somewhat alike.
    """

    def __init__(
        self,
        texts: Sequence[Text],
        units: Units,
        besides: float = 1.0,
        beyond: float = 0.75,
        steepness: float = 1.0,
        like: Wording | None = None,
    ) -> None:
        self._besides, self._beyond, self._steepness = besides, beyond, steepness
        ends = np.cumsum([0, *(len(text.phrasings) for text in texts)])
        self._firsts = ends[:-1]
        phrasings = (phrasing for text in texts for phrasing in text.phrasings)
        pieces = (Piece(number, phrasing) for number, phrasing in enumerate(phrasings))
        # b = 0: taking the share does what length normalisation is for, and does it better.
        self._bm25: Bm25 = Bm25(
            pieces, int(ends[-1]), units, k1=1.2, b=0.0, like=like._bm25 if like else None
        )
        held = self._bm25.held()
        self._longer, self._shorter = beyond * held, (1 - besides) * held

    def scores(self, question: str, among: Places | None = None) -> Array:
        counted = self._bm25.read(question)
        asked = self._bm25.worth(counted)
        # what both hold: the lesser, and of what the greater has beyond that a part
        longer = self._longer + (1 - self._beyond) * asked
        shorter = self._shorter + self._besides * asked
        nearness = self._bm25.shared(counted) / np.maximum(longer, shorter)
        if len(self._firsts) < len(nearness):
            nearness = np.maximum.reduceat(nearness, self._firsts)
        return _picked(np.minimum(nearness, 1.0) ** self._steepness, among)


class Substance:
    """
    How much of a question an entry speaks of anywhere, question, aliases and answer taken
    together: what finds an entry whose phrasings nobody thought of.

    A word in a phrasing counts as much as two in the answer.
    """

    def __init__(self, texts: Sequence[Text], units: Units, like: Substance | None = None) -> None:
        pieces = _pieces(texts)
        self._bm25: Bm25 = Bm25(
            pieces, len(texts), units, k1=2.4, b=0.75, like=like._bm25 if like else None
        )

    def scores(self, question: str, among: Places | None = None) -> Array:
        counted = self._bm25.read(question)
        return _picked(self._bm25.shared(counted) / self._bm25.told(counted), among)


def _picked(nearness: Array, among: Places | None) -> Array:
    return nearness if among is None else nearness[among]


def _pieces(texts: Sequence[Text]) -> Iterator[Piece]:
    for number, text in enumerate(texts):
        for phrasing in text.phrasings:
            yield Piece(number, phrasing, 2)
        yield Piece(number, text.answer)


class Meaning:
    """
    How alike question and phrasing are meant: the cosine of their sentence vectors.

    An entry is as near as its nearest phrasing; it cannot be told where none has a vector. The
    longer a question beyond LONG characters, the less it counts: of a long story the vector keeps
    the mood and loses the matter.

    recall: gives the vectors of phrasings, zeros for those that it does not have yet; without it
        all of them are encoded now.
    like: ignored; there is nothing that other entries would tell about these.
    """

    def __init__(
        self,
        texts: Sequence[Text],
        encoder: Encoder,
        recall: Recall | None = None,
        like: Meaning | None = None,
    ) -> None:
        self._questions: Questions = questions(encoder)
        self._ends = np.cumsum([0, *(len(text.phrasings) for text in texts)])
        phrasings = [as_question(phrasing) for text in texts for phrasing in text.phrasings]
        # A byte for a number is near enough, and a quarter of the memory.
        self._vectors = np.zeros((len(phrasings), encoder.size), dtype=np.int8)
        self._scale = np.zeros(len(phrasings), dtype=np.float32)
        for begin in range(0, len(phrasings), _BATCH):
            some = slice(begin, begin + _BATCH)
            vectors = (recall or encoder.encode)(phrasings[some])
            largest = np.maximum(vectors.max(axis=1), -vectors.min(axis=1))
            self._scale[some] = largest / 127
            steps = np.divide(127, largest, out=np.zeros_like(largest), where=largest > 0)
            stepped = vectors * steps[:, None]
            self._vectors[some] = np.rint(stepped, out=stepped)

    def scores(self, question: str, among: Places | None = None) -> Array:
        begins, ends = self._ends[:-1], self._ends[1:]
        if among is not None:
            begins, ends = begins[among], ends[among]
        widths = ends - begins
        firsts = np.cumsum(widths) - widths
        rows = np.repeat(begins - firsts, widths) + np.arange(widths.sum())
        vector = self._questions.vector(as_question(question))
        scale = self._scale[rows]
        cosines = np.einsum("ij,j->i", self._vectors[rows].astype(np.float32), vector)
        cosines = (cosines * scale).astype(float)
        cosines[scale == 0] = -np.inf
        nearest = np.maximum.reduceat(cosines, firsts)
        told = np.minimum(np.maximum(nearest, 0.0), 1.0)
        told *= min(1.0, LONG / max(length(question), 1))
        return np.where(nearest == -np.inf, np.nan, told)


_BATCH = 1000

LONG = 40
"""Characters or words from which on a question is more of a story."""


def as_question(text: str) -> str:
    """As the encoder reads a normalised text, which has lost its 吗 and its question mark."""
    return f"{text}？"


MEANING = "meaning"
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[a-z]")
_UNIT = re.compile("[a-z]+|[^ ]")


def letters(text: str) -> Sequence[str]:
    """Characters; of languages written with letters, words: no can is in cancel."""
    return _UNIT.findall(text) if _LATIN.search(text) else text.replace(" ", "")


def sounds(text: str) -> Sequence[str]:
    """The characters' syllables; words of letters stand for themselves."""
    if not _LATIN.search(text):
        return pinyin(text)
    return [unit if len(unit) > 1 else syllable(unit) for unit in letters(text)]


def length(text: str) -> int:
    """How much a normalised text says: characters, and words of letters."""
    return len(letters(text))


LEXICAL = (
    View("letters", 0.06, partial(Wording, units=letters)),
    View("sounds", 0.04, partial(Wording, units=sounds)),
    View("letters of the entry", 0.54, partial(Substance, units=letters)),
    View("sounds of the entry", 0.36, partial(Substance, units=sounds)),
)
"""Without a sentence encoder: the spelling, and the sound for what speech recognition mishears."""


AMONG = 300
"""Entries whose meaning is looked at: more than share anything with most questions."""


def views(encoder: Encoder | None, recall: Recall | None = None) -> Sequence[View]:
    """What a question is compared by: spelling, sound and, where there is an encoder, meaning."""
    if encoder is None:
        return LEXICAL
    return (
        # Squared: meaning covers what is worded somewhat alike.
        View("letters", 0.125, partial(Wording, units=letters, steepness=2.0)),
        View("sounds", 0.125, partial(Wording, units=sounds, steepness=2.0)),
        View("letters of the entry", 0.225, partial(Substance, units=letters)),
        View("sounds of the entry", 0.225, partial(Substance, units=sounds)),
        View(MEANING, 0.3, partial(Meaning, encoder=encoder, recall=recall), AMONG),
    )
