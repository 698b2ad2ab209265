"""What is replaced in Rasa is still there, and the replacement decides as Rasa's own does."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.constants import SHOULD_NOT_BE_SET
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.utils.common import all_subclasses

from bot import hotpath

# Rasa's own, taken before anything is installed: pytest imports every test before it runs one.
RESOLVE = Event.resolve_by_type
POSSIBLE_KEYS = RulePolicy._get_possible_keys
RUN = DaskGraphRunner.run


def replaced() -> list[tuple[type, str]]:
    """Every `Class.method = …` in hotpath.install."""
    (install,) = ast.parse(dedent(inspect.getsource(hotpath.install))).body
    targets = [t for one in ast.walk(install) if isinstance(one, ast.Assign) for t in one.targets]
    assert isinstance(install, ast.FunctionDef) and targets
    return [(getattr(hotpath, ast.unparse(target.value)), target.attr) for target in targets]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for kind, name in replaced():
        monkeypatch.setattr(kind, name, inspect.getattr_static(kind, name))
    hotpath.install()
    yield


@pytest.mark.parametrize(
    ("kind", "name"), replaced(), ids=lambda one: getattr(one, "__name__", one)
)
def test_what_is_replaced_is_a_method_that_rasa_itself_defines(kind, name):
    source = Path(inspect.getsourcefile(kind)).read_text()
    (body,) = [
        one.body
        for one in ast.walk(ast.parse(source))
        if isinstance(one, ast.ClassDef) and one.name == kind.__name__
    ]
    defined = [one.name for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert name in defined
    assert kind.__module__.startswith("rasa.")


def test_installing_again_changes_nothing(installed):
    before = [inspect.getattr_static(kind, name) for kind, name in replaced()]
    hotpath.install()
    after = [inspect.getattr_static(kind, name) for kind, name in replaced()]
    assert [getattr(one, "__func__", one) for one in after] == [
        getattr(one, "__func__", one) for one in before
    ]


def test_rasas_own_methods_are_what_is_compared_with():
    assert RESOLVE.__module__ == "rasa.shared.core.events"
    assert POSSIBLE_KEYS.__module__ == "rasa.core.policies.rule_policy"
    assert RUN.__module__ == "rasa.engine.runner.dask"


@pytest.mark.parametrize("name", sorted({kind.type_name for kind in all_subclasses(Event)}))
def test_every_type_of_event_is_the_class_that_rasa_finds(name):
    assert hotpath._resolve_by_type(name) is RESOLVE(name)
    assert hotpath._resolve_by_type(name, SlotSet) is RESOLVE(name, SlotSet)


def test_an_unknown_event_is_met_as_rasa_meets_it():
    for resolve in (RESOLVE, hotpath._resolve_by_type):
        assert resolve("nonsense", SlotSet) is SlotSet
        assert resolve("topic") is None
        with pytest.raises(ValueError, match="Unknown event name 'nonsense'"):
            resolve("nonsense")


def test_events_are_read_back_with_the_replacement_in_place(installed):
    for event in (UserUttered("你好", {"name": "greet"}), SlotSet("matter", "residence-permit")):
        back = Event.from_parameters(json.loads(json.dumps(event.as_dict())))
        assert back == event


def test_an_event_that_is_defined_later_is_found_too():
    hotpath._resolve_by_type("slot")

    class Later(SlotSet):
        type_name = "defined-later"

    assert hotpath._resolve_by_type("defined-later") is Later is RESOLVE("defined-later")


names = st.sampled_from(["a", "b", "c"])


def states(intents: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "user": st.fixed_dictionaries({}, optional={"intent": intents, "text": names}),
            "prev_action": st.fixed_dictionaries({"action_name": names}),
            "slots": st.fixed_dictionaries({}, optional={"matter": names}),
            "active_loop": st.fixed_dictionaries({"name": names}),
        },
    )


rules = st.lists(
    st.lists(states(names | st.just(SHOULD_NOT_BE_SET)), min_size=1, max_size=3), max_size=6
)


@given(rules, st.lists(states(names), max_size=4))
def test_the_rules_that_apply_are_those_that_rasa_finds(rules, history):
    policy = object.__new__(RulePolicy)  # what decides is in the arguments alone
    lookup = {json.dumps(rule, sort_keys=True): "action_answer" for rule in rules}
    possible = hotpath._possible_keys(policy, lookup, history)
    assert possible == POSSIBLE_KEYS(policy, lookup, history)


def test_a_rule_for_another_intent_is_not_even_tried(monkeypatch):
    tried: list[str] = []
    monkeypatch.setattr(
        RulePolicy, "_is_rule_applicable", lambda self, key, *rest: tried.append(key) or True
    )
    lookup = {
        json.dumps([{"user": {"intent": f"intent {number}"}, "prev_action": {}}]): "action"
        for number in range(50)
    }
    state = {"user": {"intent": "intent 7"}, "prev_action": {"action_name": "action_listen"}}
    hotpath._possible_keys(object.__new__(RulePolicy), lookup, [state])
    assert len(tried) == 1


class Summing(GraphComponent):
    """Adds up what it is given, and notes that it did."""

    done: ClassVar[list[str]] = []

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        made = cls()
        made.adds, made.name = config["adds"], resource.name
        return made

    def sum(self, **numbers: int) -> int:
        Summing.done.append(self.name)
        return self.adds + sum(numbers.values())


def node(adds: int, needs: dict[str, str], target: bool = False) -> SchemaNode:
    return SchemaNode(needs, Summing, "create", "sum", {"adds": adds}, is_target=target)


@pytest.fixture
def runner(tmp_path: Path) -> DaskGraphRunner:
    """A graph in which two nodes share a third, and one needs what is put in."""
    nodes = {
        "first": node(1, {"given": "number"}),
        "left": node(10, {"one": "first"}),
        "right": node(100, {"one": "first"}, target=True),
        "last": node(1000, {"left": "left", "right": "right"}, target=True),
    }
    schema = GraphSchema(nodes)
    context = ExecutionContext(schema)
    Summing.done.clear()
    return DaskGraphRunner.create(schema, LocalModelStorage(tmp_path), context)


@pytest.mark.parametrize("targets", [None, ["last"], ["left"], ["left", "right"], ["first"]])
def test_a_graph_gives_what_rasa_gives_and_runs_each_node_once(runner, targets):
    rasas = RUN(runner, {"number": 5}, targets)
    in_rasas_run = sorted(Summing.done)
    Summing.done.clear()
    assert hotpath._run(runner, {"number": 5}, targets) == rasas
    assert sorted(Summing.done) == in_rasas_run
    assert len(set(Summing.done)) == len(Summing.done)


def test_a_graph_is_run_anew_with_every_input(runner):
    results = [hotpath._run(runner, {"number": n}, ["last"])["last"] for n in (5, 6)]
    assert results[1] - results[0] == 2


def test_weights_lie_otherwise_but_say_the_same(monkeypatch):
    weights = np.arange(12.0).reshape(3, 4)
    saved = SimpleNamespace(clf=SimpleNamespace(coef_=weights))
    monkeypatch.setattr(hotpath, "_load_as_saved", lambda cls, *args, **kwargs: saved)
    loaded = hotpath._load(object)
    assert np.array_equal(loaded.clf.coef_, weights)
    assert loaded.clf.coef_.flags.f_contiguous


def test_a_classifier_that_was_never_trained_is_loaded_too(monkeypatch):
    untrained = SimpleNamespace(clf=SimpleNamespace())
    monkeypatch.setattr(hotpath, "_load_as_saved", lambda cls, *args, **kwargs: untrained)
    assert hotpath._load(object) is untrained
