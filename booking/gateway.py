"""What is sent to a phone, and what a gateway that sends it promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Template = Literal["code", "reminder_day", "reminder_soon"]
"""Which text it is; operators of the gateway register a text of theirs for each."""


@dataclass(frozen=True)
class Message:
    """
    One short message.

    phone: digits only; it stays out of the repr, as do the values, which may hold a code.
    values: what the template's places are filled with. text: the whole sentence, filled in.
    key: the same for the same message, so that a gateway can tell a repetition.
    """

    phone: str = field(repr=False)
    template: Template
    values: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)
    key: str


class NotSent(Exception):
    """The gateway certainly did not take the message: it may be tried again. No phone in it."""


class PerhapsSent(Exception):
    """The gateway did not say whether it took the message: to try again might send it twice."""


class Gateway(Protocol):
    """
    Sends a message, once. Returning means that it was taken, not that it was read.

    Raises NotSent or PerhapsSent, within seconds. visible: messages can be read where the
    process runs, and reach no phone.
    """

    @property
    def visible(self) -> bool: ...

    def send(self, message: Message) -> None: ...
