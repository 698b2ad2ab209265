"""Names: which matters, laws, streets and offices a question names, and where in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Literal

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

    after, gone: names to go on from, without those that only ids in `gone` bear.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        after: Names | None = None,
        gone: Mapping[NameKind, Collection[str]] | None = None,
    ) -> None:
        self._after, self._gone = after, gone or {}
        self._bearers: dict[str, tuple[tuple[NameKind, str], ...]] = {}
        for kind, bearers in lexicon.items():
            for id, names in bearers.items():
                for name in map(normalise, names):
                    if len(name) >= _SHORTEST:
                        self._bearers[name] = (*self._bearers.get(name, ()), (kind, id))
        self._matcher: Callable[[str], Iterable[Any]] | None = None
        if self._bearers:
            self._matcher = _matcher(self._bearers)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The names in `text`, in the order in which they stand."""
        return tuple(
            Mention(kind, frozenset(ids), start, end)
            for start, end, bearers in _longest(self._said(normalise(text)))
            for kind, ids in bearers.items()
        )

    def find(self, text: str) -> Named:
        found: dict[str, frozenset[str]] = {}
        for mention in self.mentions(text):
            found[mention.kind] = found.get(mention.kind, frozenset()) | mention.ids
        return Named(**found)

    def _said(self, question: str) -> dict[tuple[int, int], _Bearers]:
        """Where a name is said, and who bears it; names may overlap."""
        said: dict[tuple[int, int], _Bearers] = {}
        if self._after:
            for span, bearers in self._after._said(question).items():
                left = {kind: ids - {*self._gone.get(kind, ())} for kind, ids in bearers.items()}
                if any(left.values()):
                    said[span] = {kind: ids for kind, ids in left.items() if ids}
        for found in self._matcher(question) if self._matcher else ():
            bearers = said.setdefault((found.start_char, found.end_char), {})
            for kind, id in self._bearers[found.text]:
                bearers[kind] = bearers.get(kind, set()) | {id}
        return said


_Bearers = dict[NameKind, set[str]]


def _longest(said: Mapping[tuple[int, int], _Bearers]) -> Iterator[tuple[int, int, _Bearers]]:
    """In the order of the text, what overlaps nothing longer, and of equals the first."""
    taken: list[tuple[int, int]] = []
    for start, end in sorted(said, key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= first or last <= start for first, last in taken):
            taken.append((start, end))
    return ((start, end, said[start, end]) for start, end in sorted(taken))


def _matcher(names: Iterable[str]) -> Callable[[str], Iterable[Any]]:
    """What finds all `names` in a text, as spans of spaCy's."""
    import spacy  # only here: it imports TensorFlow, for which the console has no use
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    vocab = _characters(spacy).vocab
    matcher = PhraseMatcher(vocab, attr="ORTH")

    def document(text: str) -> Doc:
        return Doc(vocab, words=[*text], spaces=[False] * len(text))

    waiting = iter(names)
    while batch := [*islice(waiting, _BATCH)]:  # a document for every name would fill the memory
        matcher.add("name", [document(name) for name in batch])
    return lambda text: matcher(document(text), as_spans=True)


_BATCH = 500


@cache
def _characters(spacy: Any) -> Any:
    """Chinese, character by character; one vocabulary for all matchers of the process."""
    return spacy.blank("zh")
