"""Names: which matters, laws, streets and offices a question names, and where in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from knowledge_base.text import normalise

NameKind = Literal["matters", "laws", "streets", "offices"]
Lexicon = Mapping[NameKind, Mapping[str, Collection[str]]]
"""For every kind the ids, for every id its names; several ids may go by one name."""

_SHORTEST = 2


@dataclass(frozen=True)
class Mention:
    """A name in a question: `ids` are all that go by it, start and end count in normalised text."""

    kind: NameKind
    ids: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True)
class Named:
    """Everything a question names, by id."""

    matters: frozenset[str] = frozenset()
    laws: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()


class Names:
    """
    The names of a lexicon, to be found in questions letter by letter once both are normalised.

    Where names overlap the longest wins; a name of a single character is not looked for.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._bearers: dict[str, dict[NameKind, set[str]]] = {}
        for kind, bearers in lexicon.items():
            for id, names in bearers.items():
                for name in map(normalise, names):
                    if len(name) >= _SHORTEST:
                        kinds = self._bearers.setdefault(name, defaultdict(set))
                        kinds[kind].add(id)
        if not self._bearers:
            return
        import spacy  # only here: it imports TensorFlow, for which the console has no use
        from spacy.matcher import PhraseMatcher

        self._characters = spacy.blank("zh")
        self._matcher = PhraseMatcher(self._characters.vocab, attr="ORTH")
        for name in self._bearers:
            self._matcher.add(name, [self._characters.make_doc(name)])

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The names in `text`, in the order in which they stand."""
        if not self._bearers:
            return ()
        from spacy.util import filter_spans

        found = self._matcher(self._characters.make_doc(normalise(text)), as_spans=True)
        return tuple(
            Mention(kind, frozenset(ids), span.start_char, span.end_char)
            for span in filter_spans(found)
            for kind, ids in self._bearers[span.label_].items()
        )

    def find(self, text: str) -> Named:
        found: dict[str, frozenset[str]] = {}
        for mention in self.mentions(text):
            found[mention.kind] = found.get(mention.kind, frozenset()) | mention.ids
        return Named(**found)
