"""A message that is word for word a training example has that example's intent, for certain."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import dump_obj_as_json_to_file, read_json_file

from bot.understanding.asking_words import AskingWords
from knowledge_base.asking import FIELDS
from knowledge_base.text import normalise

ASKS_ONLY = "asks_only"
"""Where components behind this one find for which intents a message only asks, naming nothing."""

_FILE = "examples.json"
_FIELDS = tuple(f"ask_{field}" for field in FIELDS if field != "guide")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ExampleClassifier(GraphComponent):
    """
    Stands after the statistical classifier, which is unsure of 对 or 代办: one character gives it
    hardly anything to weigh. Whoever adds an example can rely on it.

    It also says for which of the questions about matters a message has only words that their
    examples have. 那要多久 has; 护照要多久 has not, and is not about the matter named before.
    """

    def __init__(
        self, storage: ModelStorage, resource: Resource, intents: dict[str, str] | None = None
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._intents = intents or {}
        self._asking = {
            field: AskingWords(text for text, intent in self._intents.items() if intent == field)
            for field in _FIELDS
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ExampleClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ExampleClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, read_json_file(folder / _FILE))

    def train(self, training_data: TrainingData) -> Resource:
        self._intents = {
            normalise(example.get(TEXT)): example.get(INTENT)
            for example in training_data.intent_examples
        }
        with self._storage.write_to(self._resource) as folder:
            dump_obj_as_json_to_file(folder / _FILE, self._intents)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = normalise(message.get(TEXT) or "")
            asked = [field for field, words in self._asking.items() if words.make_up(text)]
            message.set(ASKS_ONLY, asked)
            known = self._intents.get(text)
            if known:
                certain = {INTENT_NAME_KEY: known, "confidence": 1.0}
                message.set(INTENT, certain, add_to_output=True)
                message.set("intent_ranking", [certain], add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data
