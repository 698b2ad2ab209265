"""The commitments: offered on the published list, taken, reported, decided, exported."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from booking import links
from booking.bookings import Booking, plain_phone
from booking.commitments import (
    BOT,
    CITIZEN,
    EXPORT,
    Commitment,
    Excluded,
    NotOnList,
    State,
)
from booking.credit_records import Signer, record
from booking.exclusions import SeriousRecords
from booking.notices import Notice, Terms, notice
from booking.store.commitments import CommitmentStore
from booking.wording import Wording


@dataclass(frozen=True)
class Promises:
    """
    What citizens, officers and the export do with commitments.

    terms: of a matter by its id, as they are published now; None when it is not on the list.
    serious: who may not promise. key: what phones are hashed with. mend_days: how many days a
    person has to mend, at least.

    Everything raises booking.commitments.CommitmentRefused for what cannot be done.
    """

    store: CommitmentStore
    terms: Callable[[str], Terms | None]
    serious: SeriousRecords
    wording: Wording
    signer: Signer
    key: bytes = field(repr=False)
    mend_days: int = 10

    def offer(self, booking_id: int, matter_id: str, phone: str, now: datetime) -> Commitment:
        """
        Show the notice for a booking's matter; asking again shows it again, with today's text.

        Returns the one the booking has, whatever became of it. Raises NotOnList or Excluded: the
        matter then goes the ordinary way, and that is all the citizen is told.
        """
        person = self._person(phone)
        made = self.store.of_booking(booking_id)
        if made and made.state not in ("offered", "declined"):
            return made
        shown = self._notice(matter_id)
        self._check_person(phone, person)
        if made and made.digest == shown.digest:
            return made
        said = {"notice": shown.text, "digest": shown.digest}
        if made:
            return self._take(made, "offered", BOT, now, **said)
        terms = self.terms(matter_id)
        assert terms is not None, "its notice was made a moment ago"
        return self.store.add(booking_id, matter_id, terms.name, person, said, now)

    def accept(self, commitment_id: int, digest: str, phone: str, now: datetime) -> Commitment:
        """
        The citizen's tap on a notice they were shown; again, it changes nothing.

        digest: of the notice under the tap. Raises OtherNotice when the notice has changed.
        """
        made = self.store.get(commitment_id)
        if made.state == "accepted" and made.digest == digest:
            return made
        if made.state in ("offered", "declined"):
            self._check_person(phone, made.person)
            if self._notice(made.matter_id).digest != made.digest:
                made = self.offer(made.booking_id, made.matter_id, phone, now)
        return self._take(made, "accepted", CITIZEN, now, digest=digest)

    def decline(self, commitment_id: int, now: datetime) -> Commitment:
        """The citizen goes the ordinary way; again, it changes nothing."""
        made = self.store.get(commitment_id)
        return made if made.state == "declined" else self._take(made, "declined", CITIZEN, now)

    def withdraw(
        self, commitment_id: int, reason: str, now: datetime, by: str = CITIZEN
    ) -> Commitment:
        """Take an accepted promise back before the matter is closed (art. 62)."""
        made = self.store.get(commitment_id)
        if made.state == "withdrawn":
            return made
        return self._take(made, "withdrawn", by, now, reason=reason)

    def object(
        self, commitment_id: int, objection: str, now: datetime, by: str = CITIZEN
    ) -> Commitment:
        """Say why the report is wrong, before it is decided."""
        return self._take(self.store.get(commitment_id), "objected", by, now, objection=objection)

    def keep(self, commitment_id: int, by: str, now: datetime) -> Commitment:
        """It was checked and is true (art. 63)."""
        return self._take(self.store.get(commitment_id), "kept", by, now)

    def report(
        self,
        commitment_id: int,
        *,
        untrue: str,
        evidence: str,
        receipt: str,
        by: str,
        now: datetime,
    ) -> Commitment:
        """An officer says what is untrue, and what shows it. receipt: the department's number."""
        return self._take(
            self.store.get(commitment_id),
            "reported",
            by,
            now,
            untrue=untrue,
            evidence=evidence,
            receipt=receipt,
        )

    def notify(
        self, commitment_id: int, *, told: str, mend_by: date, by: str, now: datetime
    ) -> Commitment:
        """The person was told, how, and until when they may mend it."""
        return self._take(
            self.store.get(commitment_id), "notified", by, now, told=told, mend_by=str(mend_by)
        )

    def mend(
        self,
        commitment_id: int,
        *,
        mending: str,
        mended_on: date,
        slight: bool,
        by: str,
        now: datetime,
    ) -> Commitment:
        """It was put right in time, was slight and did no harm: it ends here (art. 67)."""
        return self._take(
            self.store.get(commitment_id),
            "mended",
            by,
            now,
            mending=mending,
            mended_on=str(mended_on),
            slight="yes" if slight else "no",
        )

    def decide(
        self, commitment_id: int, *, upheld: bool, reason: str, by: str, now: datetime
    ) -> Commitment:
        """A second officer decides, after the objection or once the time for it is over."""
        after: State = "upheld" if upheld else "dismissed"
        return self._take(self.store.get(commitment_id), after, by, now, reason=reason)

    def repair(self, commitment_id: int, *, reason: str, by: str, now: datetime) -> Commitment:
        """信用修复 is done: the person may promise again."""
        return self._take(self.store.get(commitment_id), "repaired", by, now, reason=reason)

    def export(self, now: datetime) -> list[str]:
        """
        Every record there is to hand over, in the order in which they were made.

        A case gets its record once; exporting again gives the same lines, new ones after them.
        """
        for case in self.store.all("upheld"):
            step = case.step("exported", EXPORT, now, self.mend_days)
            self.store.export(case, step, record(case, self.signer))
        return self.store.records()

    def _take(
        self, made: Commitment, after: State, by: str, now: datetime, **said: str
    ) -> Commitment:
        return self.store.append(made, made.step(after, by, now, self.mend_days, **said))

    def _notice(self, matter_id: str) -> Notice:
        terms = self.terms(matter_id)
        if terms is None:
            raise NotOnList
        return notice(terms, self.wording)

    def _check_person(self, phone: str, person: str) -> None:
        if self.serious.has(phone) or self.store.untrue_of(person):
            raise Excluded

    def _person(self, phone: str) -> str:
        return hmac.new(self.key, plain_phone(phone).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class PromiseLinks:
    """
    The links to commitments' pages, for the citizens they are of.

    booking: by its id. key: what links are signed with, for nothing else. site: where citizens
    reach the bot, without a slash at the end.
    """

    promises: Promises
    booking: Callable[[int], Booking | None]
    site: str
    key: bytes = field(repr=False)

    def link(self, commitment_id: int) -> str:
        """The page; give it only to who has proven the booking's phone."""
        return f"{self.site}/commitments/{links.token(self.key, commitment_id)}"

    def find(self, token: str) -> Commitment | None:
        """The commitment a link leads to, None for a link we did not make."""
        commitment_id = links.record_id(self.key, token)
        return None if commitment_id is None else self.promises.store.find(commitment_id)

    def accept(self, made: Commitment, digest: str, now: datetime) -> Commitment:
        """See Promises.accept; NotOnList when the booking is gone."""
        booking = self.booking(made.booking_id)
        if booking is None:
            raise NotOnList
        return self.promises.accept(made.id, digest, booking.phone, now)
