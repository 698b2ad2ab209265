"""What 小福 promises and what is promised to her, put together from the settings."""

from __future__ import annotations

from collections.abc import Callable

import yaml
from sqlalchemy.engine import Engine

from booking.credit_records import Signer
from booking.exclusions import ListInFile, NotConnected, SeriousRecords
from booking.notices import Terms, notice_wording
from booking.promises import Promises
from booking.store import CommitmentStore
from booking.wording import TEXTS
from knowledge_base.matters import Matter
from xiaofu.settings import Settings

Key = Callable[[str], bytes]
"""The key for a purpose, see xiaofu.keys."""

KEPT_OUT = TEXTS / "commitment_matters.yml"
"""Matters that art. 59 keeps out though their guide has 告知承诺, each with the reason."""


def promises(
    engine: Engine, settings: Settings, key: Key, matter: Callable[[str], Matter | None]
) -> Promises:
    """matter: what citizens are told of a matter now, by its id."""
    kept_out = kept_out_matters()

    def terms(matter_id: str) -> Terms | None:
        found = matter(matter_id)
        if found is None or not found.marks.commitment or matter_id in kept_out:
            return None
        return Terms(matter_id, found.name, found.marks.commitment, found.conditions)

    serious: SeriousRecords = NotConnected()
    if settings.serious_records:
        serious = ListInFile(settings.serious_records)
    return Promises(
        CommitmentStore(engine),
        terms,
        serious,
        notice_wording(),
        Signer(key("credit records")),
        key("commitments"),
        settings.mend_days,
    )


def kept_out_matters() -> dict[str, str]:
    """By the id of a matter, why it is kept out."""
    read: dict[str, str] = yaml.safe_load(KEPT_OUT.read_text(encoding="utf-8")) or {}
    return read
