"""Evaluation: how well the search finds what it should, measured on labelled questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import mannwhitneyu

from knowledge_base.calibration import Asked, Outcomes, measure
from knowledge_base.encoder import Encoder
from knowledge_base.names import Names
from knowledge_base.search import Document, Search, fitted

_DEPTH = 10


class Labelled(NamedTuple):
    """A question with the id of its entry, None when no entry answers it."""

    kind: str
    text: str
    gold: str | None


@dataclass(frozen=True)
class Report:
    """
    top1, top5: share of questions whose entry came first, among the first five. mrr10: mean
    reciprocal rank within ten. oos_auroc: chance that a question with an entry scores higher than
    one without. p50_ms, p95_ms: for a question asked the first time. kinds: top1 by kind of
    question. None where no row asks for it.

    encoder: its name, None when there was none. outcomes: at the thresholds that ship.
    """

    top1: float | None
    top5: float | None
    mrr10: float | None
    oos_auroc: float | None
    p50_ms: float | None
    p95_ms: float | None
    build_s: float
    kinds: Mapping[str, float]
    encoder: str | None
    outcomes: Outcomes


def evaluate(rows: Iterable[Mapping[str, Any]], encoder: Encoder | None = None) -> Report:
    """
    Search the rows of type kb for all the others, by the code that answers citizens.

    Raises ValueError for a row that `read` does not know.
    """
    documents, questions = read(rows)
    begun = perf_counter()
    search = Search(documents, Names({}), encoder=encoder)
    built = perf_counter() - begun

    took: list[float] = []
    asked: list[Asked] = []
    ranks: dict[str, list[float]] = defaultdict(list)
    for kind, text, gold in questions:
        begun = perf_counter()
        weighed = search.weigh(text, _DEPTH)
        took.append((perf_counter() - begun) * 1000)
        asked.append(Asked.of(weighed, gold))
        if gold is not None:
            found = (place for place, hit in enumerate(weighed.near, 1) if hit.id == gold)
            ranks[kind].append(next(found, np.inf))

    rank = np.array([one for of_kind in ranks.values() for one in of_kind])
    return Report(
        top1=_mean(rank == 1),
        top5=_mean(rank <= 5),
        mrr10=_mean(1 / rank),
        oos_auroc=_auroc(_best(asked, known=True), _best(asked, known=False)),
        p50_ms=float(np.percentile(took, 50)) if took else None,
        p95_ms=float(np.percentile(took, 95)) if took else None,
        build_s=built,
        kinds={kind: float(np.mean(np.array(of_kind) == 1)) for kind, of_kind in ranks.items()},
        encoder=encoder.name if encoder else None,
        outcomes=measure(asked, fitted(encoder)),
    )


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Document], list[Labelled]]:
    """
    The entries and the questions of a benchmark.

    rows: {"type": "kb", "id", "question"}, {"type": "query", "text", "gold"}, {"type": "oos",
        "text"} and {"kind", "text", "gold"}, in any order; an id on several kb rows is one entry
        with several phrasings.

    Raises ValueError for any other row.
    """
    phrasings: dict[str, list[str]] = defaultdict(list)
    questions = []
    for row in rows:
        match row:
            case {"type": "kb", "id": id, "question": question}:
                phrasings[str(id)].append(question)
            case {"type": "oos", "text": text}:
                questions.append(Labelled("oos", text, None))
            case {"type": "query", "text": text, "gold": gold}:
                questions.append(Labelled("query", text, str(gold)))
            case {"kind": kind, "text": text, "gold": gold}:
                questions.append(Labelled(kind, text, str(gold)))
            case _:
                raise ValueError(f"neither an entry nor a question: {row}")
    return [Document(id, tuple(texts)) for id, texts in phrasings.items()], questions


def _best(asked: Sequence[Asked], known: bool) -> list[float]:
    return [one.scores[0] if one.scores else 0.0 for one in asked if one.known == known]


def _mean(values: Any) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _auroc(above: Sequence[float], below: Sequence[float]) -> float | None:
    if not above or not below:
        return None
    return float(mannwhitneyu(above, below).statistic) / (len(above) * len(below))
