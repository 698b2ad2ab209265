"""Evaluation: how well the search finds what it should, measured on labelled questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from scipy.stats import mannwhitneyu

from knowledge_base.names import Names
from knowledge_base.search import FITTED, Document, Search

_DEPTH = 10


@dataclass(frozen=True)
class Report:
    """
    top1, top5: share of questions whose entry came first, among the first five. mrr10: mean
    reciprocal rank within ten. oos_auroc: chance that a question with an entry scores higher than
    one without. kinds: top1 by kind of question. None where no row asks for it.
    """

    top1: float | None
    top5: float | None
    mrr10: float | None
    oos_auroc: float | None
    p50_ms: float | None
    p95_ms: float | None
    build_s: float
    kinds: Mapping[str, float]


def evaluate(rows: Iterable[Mapping[str, Any]]) -> Report:
    """
    Search the rows of type kb for all the others, by the code that answers citizens.

    rows: {"type": "kb", "id", "question"}, {"type": "query", "text", "gold"}, {"type": "oos",
        "text"} and {"kind", "text", "gold"}, in any order; an id on several kb rows is one entry
        with several phrasings.

    Raises ValueError for any other row.
    """
    phrasings: dict[str, list[str]] = defaultdict(list)
    asked: dict[str, list[tuple[str, str]]] = defaultdict(list)
    unanswerable: list[str] = []
    for row in rows:
        match row:
            case {"type": "kb", "id": id, "question": question}:
                phrasings[str(id)].append(question)
            case {"type": "oos", "text": text}:
                unanswerable.append(text)
            case {"type": "query", "text": text, "gold": gold}:
                asked["query"].append((text, str(gold)))
            case {"kind": kind, "text": text, "gold": gold}:
                asked[kind].append((text, str(gold)))
            case _:
                raise ValueError(f"neither an entry nor a question: {row}")

    begun = perf_counter()
    documents = [Document(id, tuple(texts)) for id, texts in phrasings.items()]
    search = Search(documents, Names({}), FITTED)
    built = perf_counter() - begun

    took: list[float] = []
    scores: list[float] = []
    ranks: dict[str, list[float]] = defaultdict(list)
    for kind, questions in asked.items():
        for text, gold in questions:
            took.append(_milliseconds(search, text))
            hits = search.nearest(text, _DEPTH)
            ranks[kind].append(next((n for n, h in enumerate(hits, 1) if h.id == gold), np.inf))
            scores.append(hits[0].score if hits else 0.0)
    below: list[float] = []
    for text in unanswerable:
        took.append(_milliseconds(search, text))
        below += [hit.score for hit in search.nearest(text, 1)] or [0.0]

    rank = np.array([r for of_kind in ranks.values() for r in of_kind])
    return Report(
        top1=_mean(rank == 1),
        top5=_mean(rank <= 5),
        mrr10=_mean(1 / rank),
        oos_auroc=_auroc(scores, below),
        p50_ms=float(np.percentile(took, 50)) if took else None,
        p95_ms=float(np.percentile(took, 95)) if took else None,
        build_s=built,
        kinds={kind: float(np.mean(np.array(of_kind) == 1)) for kind, of_kind in ranks.items()},
    )


def _milliseconds(search: Search, text: str) -> float:
    begun = perf_counter()
    search.find(text)
    return (perf_counter() - begun) * 1000


def _mean(values: Any) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _auroc(above: Sequence[float], below: Sequence[float]) -> float | None:
    if not above or not below:
        return None
    return float(mannwhitneyu(above, below).statistic) / (len(above) * len(below))
