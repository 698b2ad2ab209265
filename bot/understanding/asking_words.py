"""The words with which people ask one thing about any matter, learnt from the examples that do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import jieba

_COMMON = 3
"""Examples in which a single character must stand by itself to be a word: 要 is, 金 is not."""

_ANYWHERE = frozenset("那这个的了吗我您要能会得就是在去到给")
"""Characters that stand in any question."""

_LONGEST = 6
_STORY = 40
"""Characters from which on a text tells more than a bare question does."""


class AskingWords:
    """
    Tells whether a text is made up of such words.

    examples: normalised questions, all about the same, such as what it costs. 手机 is a word of
    those who ask for the way, not of those who ask for the price: 手机多少钱 names a thing.
    """

    def __init__(self, examples: Iterable[str]) -> None:
        counts = Counter(word for example in examples for word in set(jieba.cut(example)))
        common = {word for word, count in counts.items() if len(word) > 1 or count >= _COMMON}
        self._words = common | _ANYWHERE if common else common

    def make_up(self, text: str) -> bool:
        """Whether `text` (normalised) can be cut into asking words, nothing left over."""
        if len(text) > _STORY:
            return False
        reached = {0}
        for end in range(1, len(text) + 1):
            begins = range(max(0, end - _LONGEST), end)
            if any(begin in reached and text[begin:end] in self._words for begin in begins):
                reached.add(end)
        return bool(text) and len(text) in reached
