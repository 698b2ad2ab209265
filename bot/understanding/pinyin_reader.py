"""Pinyin that citizens type, read as characters before anything else looks at the message."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.understanding.knowing import KnowingComponent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PinyinReader(KnowingComponent):
    """
    Put characters for typed pinyin, by the words of the knowledge base: juzhuzheng zenme ban.

    It stands first, so that classifiers and actions read what was meant.
    """

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            if self._knowledge and not text.startswith("/"):
                read = self._knowledge.current().read(text)
                if read != text:
                    message.set(TEXT, read, add_to_output=True)
        return messages
