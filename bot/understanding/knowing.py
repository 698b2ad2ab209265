"""What the components that look into the knowledge base share: how Rasa builds them."""

from __future__ import annotations

from typing import Any, Self

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from knowledge_base.live import Live
from xiaofu.services import services


class KnowingComponent(GraphComponent):
    """
    A component over the knowledge base; in training it has none, for none belongs in the model.

    It opens the knowledge base when the model is loaded, and sees every later revision.
    """

    def __init__(self, knowledge: Live | None = None) -> None:
        self._knowledge = knowledge

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        return cls()

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        return cls(services().knowledge)
