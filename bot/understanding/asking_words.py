"""The words with which people ask about any matter, learnt from the examples that do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import jieba

_COMMON = 3
"""Examples in which a single character must stand by itself to be a word: 要 is, 金 is not."""

_LONGEST = 6


class AskingWords:
    """
    Tells whether a text is made up of such words.

    examples: normalised questions about matters.
    """

    def __init__(self, examples: Iterable[str]) -> None:
        counts = Counter(word for example in examples for word in set(jieba.cut(example)))
        self._words = {word for word, count in counts.items() if len(word) > 1 or count >= _COMMON}

    def make_up(self, text: str) -> bool:
        """Whether `text` (normalised) can be cut into asking words, nothing left over."""
        reached = {0}
        for end in range(1, len(text) + 1):
            begins = range(max(0, end - _LONGEST), end)
            if any(begin in reached and text[begin:end] in self._words for begin in begins):
                reached.add(end)
        return bool(text) and len(text) in reached
