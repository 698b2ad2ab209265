"""Matters, laws, streets and offices that a message names, as Rasa entities with their ids."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.understanding.knowing import KnowingComponent
from knowledge_base.names import NameKind

_ENTITY: dict[NameKind, str] = {
    "matters": "matter",
    "laws": "law",
    "streets": "street",
    "offices": "office",
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NameExtractor(KnowingComponent):
    """
    The names come from the knowledge base, so that a matter published today is known today.

    A name that several bear gives an entity for each; start and end count in normalised text.
    """

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
