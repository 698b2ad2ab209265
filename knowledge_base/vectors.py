"""Vectors that are kept: what was encoded once is never encoded again, by whichever process."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from threading import Lock
from typing import Protocol

import numpy as np

from knowledge_base.encoder import Encoder, Vectors

AT_ONCE = 100
"""Texts that are encoded while somebody waits: a quarter of a second."""

_BATCH = 500

logger = logging.getLogger(__name__)


class VectorStore(Protocol):
    """Keeps vectors as bytes, by the encoder's name and the digest of the text."""

    def vectors(self, encoder: str, digests: Sequence[str]) -> Mapping[str, bytes]: ...

    def keep_vectors(self, encoder: str, vectors: Mapping[str, bytes]) -> None: ...


class Memory:
    """
    The vectors of texts that may be kept; never those of citizens' questions.

    A few that are missing are encoded at once, more wait for `catch_up`.
    """

    def __init__(self, encoder: Encoder, store: VectorStore) -> None:
        self.encoder = encoder
        self._store = store
        self._waiting: dict[str, str] = {}
        self._changing = Lock()

    @property
    def waiting(self) -> int:
        """How many texts are to be encoded yet."""
        return len(self._waiting)

    def recall(self, texts: Sequence[str]) -> Vectors:
        """(texts, size), zeros for those that wait."""
        digests = [_digest(text) for text in texts]
        kept = self._store.vectors(self.encoder.name, [*{*digests}])
        missing = {
            digest: text for digest, text in zip(digests, texts, strict=True) if digest not in kept
        }
        if len(missing) <= AT_ONCE:
            kept = {**kept, **self._encoded(missing)}
        else:
            with self._changing:
                self._waiting.update(missing)
        nothing = bytes(2 * self.encoder.size)
        rows = b"".join(kept.get(digest, nothing) for digest in digests)
        halves = np.frombuffer(rows, dtype=np.float16).reshape(len(texts), self.encoder.size)
        return halves.astype(np.float32)

    def catch_up(self) -> None:
        """Encode and keep what waits, some at a time."""
        while self._waiting:
            with self._changing:
                batch = dict(islice(self._waiting.items(), _BATCH))
            self._encoded(batch)
            with self._changing:
                # made anew, for an emptied dictionary keeps its size
                self._waiting = {d: t for d, t in self._waiting.items() if d not in batch}
                left = len(self._waiting)
            if left // _TOLD < (left + len(batch)) // _TOLD:
                logger.info("%d texts are to be encoded yet", left)

    def _encoded(self, texts: Mapping[str, str]) -> Mapping[str, bytes]:
        """The vectors of texts, by their digests, once they are kept."""
        if not texts:
            return {}
        rows = self.encoder.encode([*texts.values()]).astype(np.float16)
        vectors = {digest: row.tobytes() for digest, row in zip(texts, rows, strict=True)}
        self._store.keep_vectors(self.encoder.name, vectors)
        return vectors


_TOLD = 5_000
"""Texts between two lines in the log."""


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
