"""Which answer a question gets: the one place where entries, matters and refusal are weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Field = Literal[
    "guide",
    "materials",
    "duration",
    "place",
    "fee",
    "online",
    "steps",
    "conditions",
    "phone",
    "video",
    "result",
    "basis",
]
"""What about a matter is asked; `guide` is the whole of it."""

RefusalReason = Literal["no_content", "out_of_scope", "unclear", "too_long"]

SHOWN = 3
"""How many choices a citizen is given at most."""

VERBATIM = 0.97
"""From here on the question is an entry's own phrasing, and nothing weighs more."""


@dataclass(frozen=True)
class Near:
    """An entry or matter that came near: its id and score, 0..1."""

    id: str
    score: float


@dataclass(frozen=True)
class Heard:
    """
    What was understood of a question.

    field: what about a matter is asked, by the intent; None when the intent is no such question.
    sure: whether the entries found are clear enough to answer from the first.
    entries: near entries, best first. matter: the one named beyond doubt.
    matters: those that come near, when none is certain.
    bare: whether nothing is left of the question besides matter names and words like 要带什么.
    """

    field: Field | None
    sure: bool
    entries: tuple[Near, ...] = ()
    matter: Near | None = None
    matters: tuple[Near, ...] = ()
    bare: bool = False


@dataclass(frozen=True)
class AnswerEntry:
    entry: Near


@dataclass(frozen=True)
class AnswerMatter:
    matter: Near
    field: Field


@dataclass(frozen=True)
class Offer:
    """Let the citizen choose; matters first when only they come near."""

    matters: tuple[Near, ...] = ()
    entries: tuple[Near, ...] = ()


@dataclass(frozen=True)
class AskWhichMatter:
    """A matter's question without a matter, and none was talked about."""


@dataclass(frozen=True)
class Refuse:
    reason: RefusalReason


Decision = AnswerEntry | AnswerMatter | Offer | AskWhichMatter | Refuse


def decide(heard: Heard, remembered: str | None, unheard: RefusalReason = "no_content") -> Decision:
    """
    Weigh what was heard.

    remembered: id of the matter talked about in the last turns.
    unheard: the reason given when nothing fits.
    """
    best = heard.entries[0] if heard.entries else None
    if best and best.score >= VERBATIM:
        return AnswerEntry(best)
    if heard.matter and (heard.bare or (heard.field and not heard.sure)):
        return AnswerMatter(heard.matter, heard.field or "guide")
    if heard.field and heard.bare and not heard.matters:
        return AnswerMatter(Near(remembered, 1.0), heard.field) if remembered else AskWhichMatter()
    if best and heard.sure:
        return AnswerEntry(best)
    if heard.matter and not heard.entries:
        return AnswerMatter(heard.matter, "guide")
    if heard.matter or heard.matters or heard.entries:
        matters = (heard.matter,) if heard.matter else heard.matters[:SHOWN]
        return Offer(matters, heard.entries[: SHOWN - len(matters)])
    return Refuse(unheard)
