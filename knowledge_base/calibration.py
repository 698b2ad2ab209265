"""Calibration: the thresholds that suit a labelled set of questions, and what they do to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from knowledge_base.search import SHOWN, Thresholds, Weighed

_MARGINS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
_STEP = 0.005
_KEPT = 0.97
"""Share of the questions whose entry is among the nearest that shall be offered it."""


@dataclass(frozen=True)
class Asked:
    """
    A labelled question, and how near the search came to it.

    length: of the question as it was read. scores: of the nearest entries, best first. right: the
    place of the right one among them; None when it is not, or when no entry answers the question
    (not `known`).
    """

    length: int
    scores: tuple[float, ...]
    right: int | None
    known: bool

    @classmethod
    def of(cls, weighed: Weighed, gold: str | None) -> Asked:
        """gold: the id of the entry that answers the question."""
        near = weighed.near[:SHOWN]
        return cls(
            max(len(weighed.question), 1),
            tuple(hit.score for hit in near),
            next((place for place, hit in enumerate(near) if hit.id == gold), None),
            gold is not None,
        )


@dataclass(frozen=True)
class Outcomes:
    """
    What thresholds do to a set of questions.

    Of the questions with an entry, the shares that are answered from it, answered from another,
    offered it among others, and refused; of those without, the shares that are answered and that
    are offered something all the same. None where there are no such questions.
    """

    answered: float | None
    answered_wrongly: float | None
    offered: float | None
    refused: float | None
    false_answers: float | None
    false_offers: float | None

    @property
    def precision(self) -> float | None:
        """The share of answers to questions with an entry that are from the right one."""
        if self.answered is None or self.answered_wrongly is None:
            return None
        every = self.answered + self.answered_wrongly
        return self.answered / every if every else None


@dataclass(frozen=True)
class Limits:
    """
    wrong: share of the questions with an entry that may be answered from another. accepted: share
    of those without one that may be answered at all.
    """

    wrong: float = 0.01
    accepted: float = 0.01


def measure(asked: Sequence[Asked], thresholds: Thresholds) -> Outcomes:
    known = [one for one in asked if one.known]
    unknown = [one for one in asked if not one.known]
    outcomes = {id(one): thresholds.outcome(one.scores, one.length) for one in asked}

    def is_offered(one: Asked) -> bool:
        enough = thresholds.offers_beside(one.scores[0], one.length)
        return outcomes[id(one)] == "suggest" and (
            one.right is not None and one.scores[one.right] >= enough
        )

    return Outcomes(
        _share(known, lambda one: outcomes[id(one)] == "answer" and one.right == 0),
        _share(known, lambda one: outcomes[id(one)] == "answer" and one.right != 0),
        _share(known, is_offered),
        _share(known, lambda one: outcomes[id(one)] == "refuse"),
        _share(unknown, lambda one: outcomes[id(one)] == "answer"),
        _share(unknown, lambda one: outcomes[id(one)] == "suggest"),
    )


def fit(asked: Sequence[Asked], short: float, limits: Limits) -> Thresholds:
    """
    The thresholds within `limits` that answer the most questions rightly, and that refuse the most
    while they still offer nearly every entry that is among the nearest.

    short: as Thresholds has it; questions all of one length cannot tell it.
    """

    def right(thresholds: Thresholds) -> float:
        return measure(asked, thresholds).answered or 0.0

    answering = [_lowest_answer(asked, margin, short, limits) for margin in _MARGINS]
    best = max(answering, key=right)
    reachable = _share([one for one in asked if one.known], lambda one: one.right is not None)
    return _highest_offer(asked, best, _KEPT * (reachable or 0.0))


def _lowest_answer(
    asked: Sequence[Asked], margin: float, short: float, limits: Limits
) -> Thresholds:
    def within(answer: float) -> bool:
        done = measure(asked, Thresholds(answer, 0.0, margin, short))
        return (done.answered_wrongly or 0.0) <= limits.wrong and (
            done.false_answers or 0.0
        ) <= limits.accepted

    return Thresholds(_first(within), 0.0, margin, short)


def _highest_offer(asked: Sequence[Asked], answering: Thresholds, kept: float) -> Thresholds:
    def loses(offer: float) -> bool:
        done = measure(asked, replace(answering, offer=offer))
        return (done.answered or 0.0) + (done.offered or 0.0) < kept

    offer = min(max(_first(loses) - _STEP, 0.0), answering.answer)
    return replace(answering, offer=round(offer, 3))


def _first(holds: Callable[[float], bool]) -> float:
    """The first step from 0 to 1 at which `holds`, which holds from some step on; else 1."""
    low, high = 0, round(1 / _STEP)
    while low < high:
        middle = (low + high) // 2
        if holds(middle * _STEP):
            high = middle
        else:
            low = middle + 1
    return round(low * _STEP, 3)


def _share(some: Sequence[Asked], holds: Callable[[Asked], bool]) -> float | None:
    return sum(map(holds, some)) / len(some) if some else None
