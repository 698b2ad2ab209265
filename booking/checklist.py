"""What a citizen has ready of a booking's checklist."""

from __future__ import annotations

from collections.abc import Collection, Sequence


class NotListed(Exception):
    """The line is none of the booking's checklist. The message is for logs and does not say it."""


def marked(
    checklist: Sequence[str], ticked: Collection[str], line: str, ready: bool
) -> tuple[str, ...]:
    """
    The ticked lines once `line` is ready, or is not after all; in the checklist's order.

    The same again changes nothing. Raises NotListed.
    """
    if line not in checklist:
        raise NotListed(f"none of the {len(checklist)} lines")
    wanted = {*ticked, line} if ready else {*ticked} - {line}
    return tuple(one for one in checklist if one in wanted)
