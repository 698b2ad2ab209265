"""
Five places in Rasa 3.6 that do again at every turn what can be done once, or not at all.

Each is replaced here and nowhere else; tests/bot/test_hotpath.py fails when Rasa's own method
changes its name. Measured in docs/decisions/0004-turns-that-do-not-grow.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import State
from rasa.shared.core.events import Event
from rasa.shared.nlu.constants import INTENT
from rasa.shared.utils.common import all_subclasses

_all_possible_keys = RulePolicy._get_possible_keys
_load_as_saved = LogisticRegressionClassifier.load.__func__


def install() -> None:
    """Put them in place; doing so again changes nothing."""
    RemoteAction._validate_action_result = _trust_action_result
    Event.resolve_by_type = staticmethod(_resolve_by_type)
    RulePolicy._get_possible_keys = _possible_keys
    DaskGraphRunner.run = _run
    LogisticRegressionClassifier.load = classmethod(_load)


def _trust_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Rasa checks what an action server sent against a schema; our actions run in this process."""
    return True


_types: dict[str, type[Event]] = {}


def _resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """Rasa lists every subclass of Event anew for each event it reads."""
    if type_name not in _types:
        _types.update({kind.type_name: kind for kind in reversed(all_subclasses(Event))})
    found = _types.get(type_name, default)
    if found is None and type_name != "topic":  # an event of old that Rasa passes over
        raise ValueError(f"Unknown event name '{type_name}'.")
    return found


def _possible_keys(self: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
    """Rasa tries every rule, although most of them are for another intent than the one said."""
    likely: Iterable[str] = lookup
    if states and PREVIOUS_ACTION in states[-1]:
        said = states[-1].get(USER, {}).get(INTENT)
        by_intent = _by_intent(tuple(lookup))
        likely = by_intent.get(None, ()) + (by_intent.get(said, ()) if said else ())
    possible: set[str] = _all_possible_keys(self, dict.fromkeys(likely, ""), states)
    return possible


@lru_cache(maxsize=8)
def _by_intent(rules: tuple[str, ...]) -> dict[str | None, tuple[str, ...]]:
    """Rules by the intent they must end with; under None those that go with any."""
    sorted_out: dict[str | None, tuple[str, ...]] = {}
    for rule in rules:
        intent = RulePolicy._rule_key_to_state(rule)[-1].get(USER, {}).get(INTENT)
        needed = None if intent == SHOULD_NOT_BE_SET else intent or None
        sorted_out[needed] = (*sorted_out.get(needed, ()), rule)
    return sorted_out


def _run(
    self: DaskGraphRunner, inputs: Mapping[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """Rasa plans the graph anew for every run, and has dask work out an order for it."""
    wanted = tuple(targets or self._graph_schema.target_names)
    done = {name: (name, value) for name, value in (inputs or {}).items()}
    for name, node, needs in _order(self, wanted):
        done[name] = node(*(done[need] for need in needs))
    return dict(done[name] for name in wanted)


@lru_cache(maxsize=8)
def _order(
    runner: DaskGraphRunner, wanted: tuple[str, ...]
) -> list[tuple[str, GraphNode, tuple[str, ...]]]:
    """The nodes that `wanted` need, each after those it needs itself, with the names of those."""
    nodes = runner._graph_schema.nodes
    order: dict[str, tuple[str, GraphNode, tuple[str, ...]]] = {}

    def visit(name: str) -> None:
        if name in order or name not in nodes:  # an input of the run has no node
            return
        needs = tuple(nodes[name].needs.values())
        for need in needs:
            visit(need)
        order[name] = (name, runner._instantiated_nodes[name], needs)

    for name in wanted:
        visit(name)
    return list(order.values())


def _load(
    cls: type[LogisticRegressionClassifier], /, *args: Any, **kwargs: Any
) -> LogisticRegressionClassifier:
    """As saved, the weights lie so that scipy copies them, megabytes, for every message."""
    classifier = _load_as_saved(cls, *args, **kwargs)
    if hasattr(classifier.clf, "coef_"):
        classifier.clf.coef_ = np.asfortranarray(classifier.clf.coef_)
    return classifier
