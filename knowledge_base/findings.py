"""What an audit finds: the item, the field, what is wrong with it, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Weight = Literal["error", "warning", "unchecked"]


@dataclass(frozen=True)
class Finding:
    """
    Something in an entry or matter that staff should look at; the sentences are Chinese.

    rule: a stable name to count by. weight: an error makes the item say something wrong, a
    warning may be right as it is, and unchecked is what nothing here can be compared with.
    """

    item: str
    field: str
    rule: str
    message: str
    mend: str
    weight: Weight = "error"

    def __str__(self) -> str:
        return f"{self.item}「{self.field}」：{self.message}{self.mend}"
