"""Articles of law that may bear on a question nobody has answered yet."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from knowledge_base.law_words import law_words, speaks_of_law
from knowledge_base.statutes import Article
from knowledge_base.text import normalise

_log = logging.getLogger(__name__)

FLOOR, FLOOR_WITHOUT = 12.0, 22.0
"""
The BM25 weight from which on articles are shown: for a question with a word of law in it, and for
one without. See docs/decisions/0012.
"""

SHOWN = 3

_K1, _B = 1.2, 0.75
_CHARACTER = 0.5
"""What a single character counts beside a pair of neighbours."""

_NO_WORD = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_SPACE, _LINE = ord(" "), ord("\n")
_PAIR = 16
"""Bits of a character that _NO_WORD leaves; a pair of them is one number."""

_ARTICLES = 20
"""Bits of an article's place."""

_Codes = npt.NDArray[np.uint32]
_Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FoundArticle:
    """score: a BM25 weight, not a share; see FLOOR."""

    law: str
    number: str
    text: str
    score: float


class StatuteSearch:
    """
    BM25 on characters and pairs of them, over law, heading and text of every article.

    The question is read in its own words and in those the law uses for them. Built in one pass of
    numpy: 10,600 articles take less than a second, and 12 MB of arrays.
    """

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = tuple(articles)
        self._from = np.array([one.effective_from.toordinal() for one in self._articles])
        self._to = np.array([(one.effective_to or date.max).toordinal() for one in self._articles])
        told = "\n".join(
            _NO_WORD.sub(" ", f"{one.law} {one.heading} {one.text}") for one in self._articles
        )
        count = len(self._articles)
        codes = _codes(told)
        grams, at = _grams(codes)
        places = np.cumsum(codes == _LINE)[at]
        lengths = np.bincount(places, minlength=count)
        # One sort of a gram and its article in one number brings equals together, in little room.
        pairs = grams.astype(np.int64) << _ARTICLES | places
        pairs.sort()
        firsts = _firsts(pairs)
        times = np.diff(firsts, append=len(pairs))
        pairs = pairs[firsts]
        texts, terms = (pairs & (1 << _ARTICLES) - 1).astype(np.int32), pairs >> _ARTICLES
        begins = _firsts(terms)
        having = np.diff(begins, append=len(terms))
        idf = np.log1p((count - having + 0.5) / (having + 0.5))
        self._terms = terms[begins].astype(np.uint32)
        idf[self._terms < 1 << _PAIR] *= _CHARACTER
        damping = _K1 * (1 - _B + _B * lengths / max(lengths.mean() if count else 1.0, 1.0))
        weights = times / (times + damping[texts]) * np.repeat(idf, having)
        self._texts, self._weights = texts, weights.astype(np.float32)
        self._ends = np.append(begins, len(terms))

    def find(self, question: str, day: date) -> tuple[FoundArticle, ...]:
        """The articles to show for `question`, none when it has too little to do with law."""
        found = self.nearest(question, day)
        floor = FLOOR if speaks_of_law(normalise(question)) else FLOOR_WITHOUT
        return found if found and found[0].score >= floor else ()

    def nearest(self, question: str, day: date, limit: int = SHOWN) -> tuple[FoundArticle, ...]:
        """The articles in force on `day` that share most with `question`, best first."""
        scores = self._scores(normalise(question))
        now = day.toordinal()
        scores[(self._from > now) | (self._to < now)] = 0.0
        best = np.argsort(-scores, kind="stable")[:limit]
        return tuple(
            FoundArticle(one.law, one.number, one.text, float(scores[place]))
            for place in best
            if scores[place] > 0
            for one in [self._articles[place]]
        )

    def _scores(self, question: str) -> npt.NDArray[np.float64]:
        words = _NO_WORD.sub(" ", f"{question} {law_words(question)}")
        grams = np.unique(_grams(_codes(words))[0])
        columns = np.searchsorted(self._terms, grams[np.isin(grams, self._terms)])
        spans = [slice(self._ends[one], self._ends[one + 1]) for one in columns]
        if not spans:
            return np.zeros(len(self._articles))
        texts = np.concatenate([self._texts[span] for span in spans])
        weights = np.concatenate([self._weights[span] for span in spans])
        return np.bincount(texts, weights, minlength=len(self._articles)).astype(np.float64)


T = TypeVar("T")


class InBackground(Generic[T]):
    """Something that takes a while to build; until it is there, there is none."""

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._built: T | None = None
        self._done, self._starting, self._started = Event(), Lock(), False

    def get(self) -> T | None:
        """It, or None while it is being built; the first call begins that."""
        with self._starting:
            if not self._started:
                self._started = True
                Thread(target=self._run, name="statutes", daemon=True).start()
        return self._built

    def wait(self, seconds: float) -> T | None:
        """It, once built; None when that takes longer."""
        self.get()
        self._done.wait(seconds)
        return self._built

    def _run(self) -> None:
        try:
            self._built = self._build()
        except Exception:  # a thread has nobody above it: without this, nobody would know
            _log.exception("法律条文的索引没有建成，相关条文先不提示")
        finally:
            self._done.set()


def _codes(text: str) -> _Codes:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def _firsts(ordered: _Places) -> _Places:
    """Where each value of `ordered` stands first."""
    return np.flatnonzero(np.diff(ordered, prepend=-1))


def _grams(codes: _Codes) -> tuple[_Codes, _Places]:
    """Characters and pairs of neighbours as numbers, and where in the text each begins."""
    word = (codes != _SPACE) & (codes != _LINE)
    alone, paired = np.flatnonzero(word), np.flatnonzero(word[:-1] & word[1:])
    pairs = codes[paired] << _PAIR | codes[paired + 1]
    return np.concatenate([codes[alone], pairs]), np.concatenate([alone, paired])
