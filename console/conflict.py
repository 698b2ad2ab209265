"""Two texts of one item side by side, when two people wrote at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.forms import Values
from console.wording import MARK_LABELS


@dataclass(frozen=True)
class Line:
    text: str
    alone: bool  # the other side does not have it


@dataclass(frozen=True)
class Difference:
    """A field the two wrote differently."""

    field: str
    theirs: tuple[Line, ...]
    mine: tuple[Line, ...]


def differences(theirs: Values, mine: Values, labels: dict[str, str]) -> list[Difference]:
    """The fields that differ, in the order and under the names of `labels`."""
    return [
        Difference(label, _lines(theirs[name], mine[name]), _lines(mine[name], theirs[name]))
        for name, label in labels.items()
        if theirs[name] != mine[name]
    ]


def _lines(value: Any, other: Any) -> tuple[Line, ...]:
    elsewhere = set(_spoken(other))
    return tuple(Line(line, line not in elsewhere) for line in _spoken(value))


def _spoken(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["是" if value else "否"]
    if isinstance(value, dict):
        return [
            f"{MARK_LABELS[name]}：{line}" if name in MARK_LABELS else line
            for name, one in value.items()
            for line in _spoken(one)
            if line not in ("law", "office")
        ]
    if isinstance(value, list):
        return [" · ".join(_spoken(one)) if isinstance(one, dict) else one for one in value]
    return str(value).split("\n") if value else []
