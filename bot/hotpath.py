"""
Two places in Rasa 3.6 that do again at every turn what can be done once.

Each is replaced here and nowhere else; tests/bot/test_hotpath.py fails when Rasa's own method
changes its name. Measured in docs/decisions/0004-turns-that-do-not-grow.md.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

_response = Draft7Validator(RemoteAction.action_response_format_spec())


def install() -> None:
    """Put the two in place; doing so again changes nothing."""
    RemoteAction._validate_action_result = _validate_action_result
    Event.resolve_by_type = staticmethod(_resolve_by_type)


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """jsonschema.validate checks the constant schema itself at each call: most of a turn's time."""
    _response.validate(result)
    return True


_types: dict[str, type[Event]] = {}


def _resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """Rasa lists every subclass of Event anew for each event it reads."""
    if type_name not in _types:
        _types.update({kind.type_name: kind for kind in reversed(all_subclasses(Event))})
    found = _types.get(type_name, default)
    if found is None:
        raise ValueError(f"Unknown event name '{type_name}'.")
    return found
