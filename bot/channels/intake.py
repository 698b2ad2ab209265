"""The one door for citizens' words: whatever the channel, they come in through here."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage

from xiaofu.privacy import Masked, mask, mask_code
from xiaofu.services import services

TEXT_LIMIT = 500
"""Characters of one message that are read; more is answered with a request to say it shorter."""

_TAPPED = re.compile(r'/choose\{("(item|fork|option)": ?"[^"{}]{1,80}",? ?)+\}')
"""What a button of ours sends; every other command is only words when a citizen types it."""

_SLASHES = re.compile(r"^[/\s]+")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What no database takes: NUL, and halves of surrogate pairs."""

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


def user_message(
    text: str, sender: str, channel: str, output: OutputChannel, id: str | None = None
) -> UserMessage:
    """
    A citizen's words as Rasa takes them: personal numbers masked, commands disarmed.

    A mobile number is kept in the contact book, as is a one-time code that the visit awaits; the
    message carries the references to them as `metadata["contact"]` and `metadata["code"]`, since
    a booking needs what a conversation must not know.

    id: the message's name in its channel, so that what it does is done once.
    """
    metadata: dict[str, Any] = {}
    text = _UNSTORABLE.sub("", text)
    if len(text) > TEXT_LIMIT:
        metadata["too_long"] = True
    masked = mask(text[: 2 * TEXT_LIMIT])  # more than is read: no half of a number at the end
    if masked.mobile:
        metadata["contact"] = services().keep_contact(masked.mobile)
    masked = _without_code(masked.text, sender)
    if masked.mobile:
        metadata["code"] = services().keep_contact(masked.mobile)
    words = masked.text[:TEXT_LIMIT].strip()
    if words.startswith("/") and not _TAPPED.fullmatch(words):
        words = _SLASHES.sub("", words)
    return UserMessage(
        words, output, sender, input_channel=channel, message_id=id, metadata=metadata
    )


def _without_code(text: str, visit: str) -> Masked:
    """A code that this visit awaits is the citizen's alone, as their number is."""
    hidden = mask_code(text)
    return hidden if hidden.mobile and services().codes.asked(visit) else Masked(text)


class _Collected(CollectingOutputChannel):  # type: ignore[misc]  # rasa is untyped
    """Rasa's would send every paragraph as a message of its own; pages show the first of a text."""

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        await self._persist_message(self._message(recipient_id, text=text.strip()))


async def take_turn(
    on_new_message: OnNewMessage, text: str, sender: str, channel: str, id: str | None = None
) -> list[dict[str, Any]]:
    """
    One turn: the messages to show, in Rasa's REST form, exactly one of them with `custom`.

    Whatever fails on the way, the citizen gets a sentence that says what to do.
    """
    output = _Collected()
    try:
        await on_new_message(user_message(text, sender, channel, output, id))
    except Exception:  # the outermost edge of a turn: logged once, and the citizen is answered
        logger.exception("A turn failed on channel %s", channel)
    if any("custom" in message for message in output.messages):
        return list(output.messages)
    return [_TROUBLE | {"recipient_id": sender}]


_TROUBLE = {
    "text": (
        "对不起，我这边刚刚出了点问题，没能答上来。请再说一次；"
        "着急的话，请找大厅的工作人员或拨 12345。"
    ),
    "custom": {
        "kind": "handoff",
        "id": None,
        "score": None,
        "sources": [],
        "revision": 0,
        "card": {"ways": [{"name": "12345", "text": "政务服务便民热线"}]},
    },
}
"""What is said when the dialogue itself failed, and so cannot say it."""
