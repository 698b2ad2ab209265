"""好差评: how a session was, in the citizen's eyes, and the case that a low rating opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

Level = Literal[
    "very_satisfied", "satisfied", "fairly_satisfied", "unsatisfied", "very_unsatisfied"
]
"""非常满意, 满意, 基本满意, 不满意, 非常不满意."""

LEVELS: tuple[Level, ...] = get_args(Level)
LOW: tuple[Level, ...] = ("unsatisfied", "very_unsatisfied")
WORDS_LIMIT = 300
NOTE_LIMIT = 500

Stage = Literal["open", "verified", "mended", "called_back", "closed"]
"""
open: nobody has looked yet. verified: what happened has been found out. mended: what was wrong is
put right. called_back: the citizen has been told. closed.
"""

STAGES: tuple[Stage, ...] = get_args(Stage)

NEXT: dict[Stage, tuple[Stage, ...]] = {
    "open": ("verified",),
    "verified": ("mended", "called_back"),  # there may be nothing to mend
    "mended": ("called_back",),
    "called_back": ("closed",),
    "closed": (),
}


class RatingRefused(Exception):
    """A rating cannot be kept, or a case not be moved."""


class NoSuchRating(RatingRefused):
    pass


class AlreadyRated(RatingRefused):
    """One rating a session; the first stands."""


class NoSuchStep(RatingRefused):
    """The case is at another stage by now, or never leads there from where it is."""


class NoteMissing(RatingRefused):
    """Every step says what was done."""


@dataclass(frozen=True)
class Step:
    """One step of a case: who did what, when. by: "citizen" for the rating that opened it."""

    stage: Stage
    by: str
    at: datetime
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class Rating:
    """
    How a session was. words: the citizen's own, personal numbers masked by the caller.
    steps: of the case, in order; none unless the level is low.
    """

    id: int
    booking_id: int
    level: Level
    at: datetime
    words: str = field(default="", repr=False)
    steps: tuple[Step, ...] = ()

    @property
    def stage(self) -> Stage | None:
        """Where the case stands; None when there is none."""
        return self.steps[-1].stage if self.steps else None


def is_low(level: Level) -> bool:
    """Whether somebody must look into it."""
    return level in LOW


def check_step(stage: Stage | None, to: Stage, note: str) -> None:
    """Raise NoSuchStep or NoteMissing unless a case at `stage` may go on to `to`."""
    if stage is None or to not in NEXT[stage]:
        raise NoSuchStep
    if not note.strip():
        raise NoteMissing
