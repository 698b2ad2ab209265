"""BM25 weighs what the units of a text are, however its words were read."""

from itertools import pairwise
from math import log1p

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge_base.bm25 import Bm25, Piece
from knowledge_base.ranking import letters, sounds

WORDS = st.text(st.sampled_from("居住证办是事abz 12\U00020000"), min_size=1, max_size=10)
UNITS = pytest.mark.parametrize("units", [letters, sounds])


def terms(units):
    return [*units, *pairwise(("\n", *units, "\n"))]


@UNITS
@given(texts=st.lists(WORDS, min_size=1, max_size=5), question=WORDS)
def test_a_text_scores_the_weights_of_the_terms_it_shares(units, texts, question):
    assume(units(question))
    bm25 = Bm25(map(Piece, range(len(texts)), texts), len(texts), units, k1=1.2, b=0.0)
    counted = bm25.read(question)
    told = [terms(units(text)) if text else [] for text in texts]

    def weight(term, text):
        having = sum(term in other for other in told)
        idf = log1p((len(texts) - having + 0.5) / (having + 0.5))
        return idf * text.count(term) / (text.count(term) + 1.2)

    shared = [sum(weight(term, text) for term in terms(units(question))) for text in told]
    assert bm25.shared(counted) == pytest.approx(shared, rel=1e-5)


@UNITS
@given(before=st.lists(WORDS, min_size=1, max_size=4), added=WORDS, question=WORDS)
def test_what_is_added_weighs_terms_as_those_before_it(units, before, added, question):
    assume(units(question))
    base = Bm25(map(Piece, range(len(before)), before), len(before), units, k1=1.2, b=0.75)
    later = Bm25([Piece(0, added)], 1, units, k1=1.2, b=0.75, like=base)
    theirs, own = (each.read(question) for each in (base, later))
    assert later.told(own) == pytest.approx(base.told(theirs))
