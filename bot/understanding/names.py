"""Matters, laws, streets and offices that a message names, as Rasa entities with their ids."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from knowledge_base.live import Live
from knowledge_base.names import NameKind
from xiaofu.services import services

_ENTITY: dict[NameKind, str] = {
    "matters": "matter",
    "laws": "law",
    "streets": "street",
    "offices": "office",
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NameExtractor(GraphComponent):
    """
    The names come from the knowledge base, so that a matter published today is known today.

    A name that several bear gives an entity for each; start and end count in normalised text.
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
    ) -> NameExtractor:
        """Built for training, which needs no names: they belong to the knowledge, not the model."""
        return cls()

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NameExtractor:
        return cls(services().knowledge)

    def process(self, messages: list[Message]) -> list[Message]:
        if self._knowledge is None:
            return messages
        names = self._knowledge.current().names
        for message in messages:
            text = message.get(TEXT) or ""
            entities = [
                {
                    "entity": _ENTITY[mention.kind],
                    "value": id,
                    "start": mention.start,
                    "end": mention.end,
                    "extractor": type(self).__name__,
                }
                for mention in names.mentions(text)
                for id in sorted(mention.ids)
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages
