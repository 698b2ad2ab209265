"""Which answer a question gets: where entry, matter, offer and refusal are weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Field = Literal[
    "guide",
    "materials",
    "duration",
    "place",
    "fee",
    "online",
    "steps",
    "conditions",
    "proxy",
    "phone",
    "video",
    "result",
    "basis",
]
"""What about a matter is asked; `guide` is the whole of it, `proxy` whether another may go."""

FIELDS: tuple[Field, ...] = get_args(Field)

RefusalReason = Literal[
    "no_content",
    "own_records",
    "verdict",
    "unclear",
    "out_of_scope",
    "too_long",
    "expired",
    "withdrawn",
]
"""
Why a question gets no answer; each reason has its own next step.

own_records: it asks what stands in the citizen's own file. verdict: it asks how their case ends.
expired, withdrawn: what would have answered it no longer holds, or is not published any more.
"""

SHOWN = 4
"""How many choices a citizen is given at most."""

VERBATIM = 0.97
"""From here on the question is an entry's own phrasing, and nothing weighs more."""

NEARLY_NAMED = 0.4
"""A matter this near was all but named (卫生许可证, new or renewed), an entry all but asked."""

_ALL_BUT_SAID = 0.7
"""Below this, an entry is near to 要带什么 by words that are asked about anything."""

_AS_NEAR = 0.7
"""A guide with this share of the best entry's score may be what was meant just as well."""

_ALL_BUT_NAMED = 0.55
"""A matter this near is what was meant or its sibling; 离婚冷静期 is less like 离婚登记."""

_DESPITE_ALL = 0.18
"""An entry or guide this near is offered even to a question that sounds off topic."""

_WORTH_OFFERING = 0.32
"""Below this, what is near a question of nothing but asking words is near by those words only."""


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
    guide: how near the nearest matter's guide comes, on the scale of the entries' scores.
    bare: whether nothing is left of the question besides matter names and words like 要带什么.
    asks_only: whether it has only words with which people ask that of any matter.
    off_topic: whether it is plainly about something else altogether.
    article: law and number of the article it names.
    beyond: why it is not for 小福 to answer, whatever comes near.
    """

    field: Field | None
    sure: bool
    entries: tuple[Near, ...] = ()
    matter: Near | None = None
    matters: tuple[Near, ...] = ()
    guide: float = 0.0
    bare: bool = False
    asks_only: bool = False
    off_topic: bool = False
    article: tuple[str, str] | None = None
    beyond: RefusalReason | None = None


@dataclass(frozen=True)
class AnswerEntry:
    entry: Near


@dataclass(frozen=True)
class AnswerMatter:
    matter: Near
    field: Field


@dataclass(frozen=True)
class Offer:
    """Let the citizen choose, in this order."""

    matters: tuple[Near, ...] = ()
    entries: tuple[Near, ...] = ()


@dataclass(frozen=True)
class AskWhichMatter:
    """A matter's question without a matter, and none was talked about."""


@dataclass(frozen=True)
class TellArticle:
    """Say how an article reads; entries: those near, of which some may explain it."""

    law: str
    article: str
    entries: tuple[Near, ...] = ()


@dataclass(frozen=True)
class Refuse:
    """entries: those that tell the rule where a verdict, or the way where a record, was wanted."""

    reason: RefusalReason
    entries: tuple[Near, ...] = ()


Decision = AnswerEntry | AnswerMatter | TellArticle | Offer | AskWhichMatter | Refuse


def decide(heard: Heard, remembered: str | None, unheard: RefusalReason = "no_content") -> Decision:
    """
    Weigh what was heard.

    remembered: id of the matter talked about in the last turns; meant only by a question that
        names nothing else.
    unheard: the reason given when nothing fits.
    """
    best = heard.entries[0] if heard.entries else None
    if best and best.score >= VERBATIM:
        return AnswerEntry(best)
    if heard.article:
        return TellArticle(*heard.article, heard.entries)
    if heard.beyond:
        return Refuse(heard.beyond, _bearing_on(heard))
    if heard.matter and _about_it(heard, best):
        return AnswerMatter(heard.matter, heard.field or "guide")
    if heard.field and _nameless(heard, NEARLY_NAMED if remembered else _WORTH_OFFERING):
        return AnswerMatter(Near(remembered, 1.0), heard.field) if remembered else AskWhichMatter()
    if best and heard.sure and not _rather_a_matter(heard, best):
        return AnswerEntry(best)
    if _worth_offering(heard):
        return _offer(heard)
    return Refuse(unheard)


def _about_it(heard: Heard, best: Near | None) -> bool:
    """Whether the matter named is the whole question, or no entry answers it clearly better."""
    if heard.bare or not heard.field:
        return heard.bare
    return not heard.sure or not best or best.score < NEARLY_NAMED


def _bearing_on(heard: Heard) -> tuple[Near, ...]:
    """Entries to show beside a refusal: the rule for a verdict, the way for a record."""
    if heard.beyond == "verdict":
        return heard.entries
    near = tuple(one for one in heard.entries if one.score >= NEARLY_NAMED)
    return heard.entries[:1] if heard.sure else near


def _nameless(heard: Heard, enough: float) -> bool:
    """Whether a question names no matter, so near as `enough`, and nothing an entry is about."""
    if heard.matter:
        return False
    if heard.asks_only:
        nearest = max((one.score for one in heard.matters), default=0.0)
        all_but_said = bool(heard.entries) and heard.entries[0].score >= _ALL_BUT_SAID
        return nearest < enough and not all_but_said
    return heard.bare and not heard.matters


def _rather_a_matter(heard: Heard, best: Near) -> bool:
    """Whether a matter, though none is certain, comes about as near as the best entry."""
    if not heard.matters:
        return False
    named = heard.matters[0].score >= max(_ALL_BUT_NAMED, best.score)
    return named or heard.guide >= _AS_NEAR * best.score


def _worth_offering(heard: Heard) -> bool:
    """Whether something comes near; to what sounds off topic, nearer than to most of that."""
    if heard.off_topic:
        best = heard.entries[0].score if heard.entries else 0.0
        return max(best, heard.guide) >= _DESPITE_ALL
    return bool(heard.matter or heard.matters or heard.entries)


def _offer(heard: Heard) -> Offer:
    """A few to choose from: the nearest, at least one of each kind; matters, if one was wanted."""
    matters = (heard.matter,) if heard.matter else heard.matters
    entries = heard.entries
    if heard.field:
        matters = matters[: max(SHOWN - 1, SHOWN - len(entries))]
        return Offer(matters, entries[: SHOWN - len(matters)])
    nearest = sorted((*matters, *entries), key=lambda one: -one.score)[:SHOWN]
    for_matters = sum(one in matters for one in nearest)
    for_matters = min(max(for_matters, SHOWN - len(entries), 1), SHOWN - bool(entries))
    matters = matters[:for_matters]
    return Offer(matters, entries[: SHOWN - len(matters)])
