"""
信用承诺: a citizen's written promise that stands in for papers, and what may become of it.

Articles are those of 深圳经济特区社会信用条例. 小福 offers and takes a promise, nothing more: that
one was untrue is reported by an officer, told, may be mended and objected to, and is decided by
another officer. Nothing here knows whether anybody came to a session: a no-show cannot enter it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal

from booking.calendar import SHENZHEN

State = Literal[
    "offered",
    "declined",
    "accepted",
    "withdrawn",
    "kept",
    "reported",
    "notified",
    "objected",
    "mended",
    "dismissed",
    "upheld",
    "exported",
    "repaired",
]
"""
offered (已告知): the notice was shown.
declined (不承诺), withdrawn (已撤回): the matter goes the ordinary way.
accepted (已承诺): by a tap of its own. kept (已履行): checked and true.
reported (有报告): an officer says it was untrue.
notified (已通知): the person was told, may mend and object. objected (有异议).
mended (已改正): in time, nothing enters a record.
dismissed (不成立). upheld (成立): decided to be untrue.
exported (已报送): handed to the credit base. repaired (已修复): 信用修复 is done.
"""

Who = Literal["bot", "citizen", "citizen_or_clerk", "officer", "second", "export"]
"""
bot: 小福 shows the notice. citizen: by their own tap. citizen_or_clerk: the citizen, or a clerk who
puts down what they said. officer: any. second: an officer who is not the one that reported.
export: the command that hands it over.
"""

MOVES: Mapping[State, Mapping[State, Who]] = {
    "offered": {"offered": "bot", "accepted": "citizen", "declined": "citizen"},
    "declined": {"offered": "bot", "accepted": "citizen"},
    "accepted": {"withdrawn": "citizen_or_clerk", "kept": "officer", "reported": "officer"},
    "withdrawn": {},
    "kept": {},
    "reported": {"notified": "officer", "dismissed": "second"},
    "notified": {
        "mended": "officer",
        "objected": "citizen_or_clerk",
        "dismissed": "second",
        "upheld": "second",
    },
    "objected": {"mended": "officer", "dismissed": "second", "upheld": "second"},
    "mended": {},
    "dismissed": {},
    "upheld": {"exported": "export", "repaired": "officer"},
    "exported": {"repaired": "officer"},
    "repaired": {},
}
"""From each state, where a commitment may go and who may take it there: the one table."""

FIELDS: Mapping[State, tuple[str, ...]] = {
    "offered": ("notice", "digest"),
    "accepted": ("digest",),
    "withdrawn": ("reason",),
    "reported": ("untrue", "evidence", "receipt"),
    "notified": ("told", "mend_by"),
    "objected": ("objection",),
    "mended": ("mending", "mended_on", "slight"),
    "dismissed": ("reason",),
    "upheld": ("reason",),
    "repaired": ("reason",),
}
"""
What has to be said with a step. digest: of the notice that was shown. receipt: the number under
which the department's own system has the case, and there the person's identity. told: how the
person was told. mend_by, mended_on: ISO dates. slight: "yes" when the untruth was slight and did no
harm (art. 67).
"""

UNTRUE: tuple[State, ...] = ("upheld", "exported")
"""A person with one of these may not promise again before it is repaired (art. 59, 4)."""

BOT, CITIZEN, EXPORT = "小福", "市民", "报送"
"""Who did a step, where it was no member of staff; no account of staff may have these names."""


class CommitmentRefused(Exception):
    """
    Something cannot be done with a commitment, for a reason one can act on.

    `reason` is stable: what is said about it stands under it. No phone in it.
    """

    reason: ClassVar[str]


class NotOnList(CommitmentRefused):
    """The matter is not on the published list (art. 59, 60): it goes the ordinary way."""

    reason = "not_on_list"


class Excluded(CommitmentRefused):
    """A serious bad record, or an untrue promise not yet repaired (art. 59, 4)."""

    reason = "excluded"


class OtherNotice(CommitmentRefused):
    """What was accepted is not what stands in the notice now: show it again."""

    reason = "other_notice"


class IllegalMove(CommitmentRefused):
    """The state does not allow it, perhaps since somebody else was first."""

    reason = "illegal_move"

    def __init__(self, before: State, after: State) -> None:
        super().__init__(f"a {before} commitment cannot become {after}")
        self.before = before
        self.after = after


class NotYours(CommitmentRefused):
    """Somebody else has to do this."""

    reason = "not_yours"


class SamePerson(CommitmentRefused):
    """Who reported does not decide."""

    reason = "same_person"


class Lacking(CommitmentRefused):
    """Something has to be said with it. name: which of FIELDS."""

    reason = "lacking"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing")
        self.name = name


class TooShort(CommitmentRefused):
    """Less time to mend than the office gives. earliest: the first day it may end on."""

    reason = "too_short"

    def __init__(self, earliest: date) -> None:
        super().__init__(f"time to mend must last until {earliest}")
        self.earliest = earliest


class StillTime(CommitmentRefused):
    """The person has not objected, and may still mend or object. mend_by: the last day."""

    reason = "still_time"

    def __init__(self, mend_by: date) -> None:
        super().__init__(f"there is time until {mend_by}")
        self.mend_by = mend_by


class NotMended(CommitmentRefused):
    """Mended too late, or not slight: it does not end here, the decision weighs it."""

    reason = "not_mended"


@dataclass(frozen=True)
class Step:
    """One step, as the audit keeps it. before: None for the first. said: by FIELDS."""

    at: datetime
    before: State | None
    after: State
    by: str
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Commitment:
    """
    A commitment with all its steps, the first one `offered`.

    code: what it is called outside, nobody can guess one from another. booking_id: the session
    it was offered for. person: the phone under a hash.
    """

    id: int
    code: str
    booking_id: int
    matter_id: str
    matter_name: str
    person: str = field(repr=False)
    steps: tuple[Step, ...]

    @property
    def state(self) -> State:
        return self.steps[-1].after

    @property
    def notice(self) -> str:
        """The text as it was shown last."""
        return self.last("offered").said["notice"]

    @property
    def digest(self) -> str:
        return self.last("offered").said["digest"]

    @property
    def reporter(self) -> str | None:
        return self.last("reported").by if self.went("reported") else None

    @property
    def mend_by(self) -> date | None:
        """The last day to mend, once the person was told."""
        if not self.went("notified"):
            return None
        return date.fromisoformat(self.last("notified").said["mend_by"])

    def went(self, through: State) -> bool:
        return any(step.after == through for step in self.steps)

    def last(self, state: State) -> Step:
        """The last step into `state`; StopIteration when there is none, see `went`."""
        return next(step for step in reversed(self.steps) if step.after == state)

    def step(self, after: State, by: str, now: datetime, mend_days: int, **said: str) -> Step:
        """
        The step that `by` may take now, or the refusal that says why not; nothing is changed.

        mend_days: how many days a person has to mend at least.

        Raises IllegalMove, NotYours, SamePerson, Lacking, OtherNotice, TooShort, StillTime or
        NotMended.
        """
        who = MOVES[self.state].get(after)
        if who is None:
            raise IllegalMove(self.state, after)
        self._check_who(who, by)
        for name in FIELDS.get(after, ()):
            if not said.get(name, "").strip():
                raise Lacking(name)
        today = now.astimezone(SHENZHEN).date()
        match after:
            case "accepted" if said["digest"] != self.digest:
                raise OtherNotice
            case "notified":
                earliest = date.fromordinal(today.toordinal() + mend_days)
                if date.fromisoformat(said["mend_by"]) < earliest:
                    raise TooShort(earliest)
            case "upheld" if self.state == "notified" and self.mend_by and today <= self.mend_by:
                raise StillTime(self.mend_by)
            case "mended":
                mended_on = date.fromisoformat(said["mended_on"])
                in_time = self.mend_by is not None and mended_on <= min(self.mend_by, today)
                if said["slight"] != "yes" or not in_time:
                    raise NotMended
        return Step(now, self.state, after, by, said)

    def _check_who(self, who: Who, by: str) -> None:
        staff = by not in (BOT, CITIZEN, EXPORT)
        allowed = {
            "bot": by == BOT,
            "citizen": by == CITIZEN,
            "citizen_or_clerk": by == CITIZEN or staff,
            "officer": staff,
            "second": staff,
            "export": by == EXPORT,
        }
        if not allowed[who]:
            raise NotYours
        if who == "second" and by == self.reporter:
            raise SamePerson
