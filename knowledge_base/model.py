"""The ground every record of the knowledge base stands on: strict, frozen, and dated."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConstrainedStr, Extra, root_validator, validator


class Record(BaseModel):
    """A frozen record; an unknown field is an error, so that a typo is never silently lost."""

    class Config:
        extra = Extra.forbid
        frozen = True
        min_anystr_length = 1
        anystr_strip_whitespace = True


if TYPE_CHECKING:
    Id = str
else:

    class Id(ConstrainedStr):
        """What records, links and logs call an item: lower-case words joined by hyphens."""

        regex = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
        max_length = 64


class LawSource(Record):
    """A provision of a law: `article` is its number in digits, `17之一` when inserted later."""

    law: str
    article: str

    @root_validator(skip_on_failure=True)
    def _article_in_digits(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not re.fullmatch(r"[0-9]+(之[一二三四五六七八九十]+)?", values["article"]):
            raise ValueError(f"条号请写数字，如 1079 或 17之一，不是「{values['article']}」")
        return values


class OfficeSource(Record):
    """The office that stands behind an answer, and the public page it was checked on."""

    office: str
    url: str | None = None


_DAY = re.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")


class Dated(Record):
    """A record that is true between two days and was last checked on one."""

    checked_on: date
    valid_from: date | None = None
    valid_until: date | None = None
    review_by: date | None = None

    @validator("checked_on", "valid_from", "valid_until", "review_by", pre=True)
    def _as_a_day(cls, day: Any) -> Any:
        """pydantic takes 20261123 for seconds since 1970."""
        if day is None or isinstance(day, date) or _DAY.fullmatch(str(day)):
            return day
        raise ValueError("日期请写成 2026-11-23")

    @root_validator(skip_on_failure=True)
    def _days_in_order(cls, values: dict[str, Any]) -> dict[str, Any]:
        first, last = values.get("valid_from"), values.get("valid_until")
        if first and last and last < first:
            raise ValueError(f"有效期倒了：从 {first} 到 {last}")
        return values

    def holds_on(self, day: date) -> bool:
        """Whether the record may be spoken on `day`; both ends are included."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and not self.expired_on(day)

    def expired_on(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until < day
