"""jieba's tokens of what was meant: normalised first, so that 幾錢 trains and reads like 几钱."""

from __future__ import annotations

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from knowledge_base.text import normalise

_NOTHING = "□"
"""Stands in for a message without a word, such as 😀: a classifier cannot weigh nothing."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class CitizenTokenizer(JiebaTokenizer):
    """Rasa's jieba tokenizer over the normalised text; offsets count in that text."""

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        words = jieba.tokenize(normalise(message.get(attribute)))
        tokens = self._apply_token_pattern([Token(word, start) for word, start, _ in words])
        return tokens or [Token(_NOTHING, 0)]
