import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.calibration import Asked, Limits, fit, measure
from knowledge_base.search import Thresholds

SCORES = st.lists(st.floats(0, 0.99), min_size=1, max_size=3).map(
    lambda some: tuple(sorted(some, reverse=True))
)


@st.composite
def questions(draw):
    scores = draw(SCORES)
    known = draw(st.booleans())
    right = draw(st.none() | st.integers(0, len(scores) - 1)) if known else None
    return Asked(draw(st.integers(1, 40)), scores, right, known)


def known(*scores, right=0):
    return Asked(10, scores, right, True)


def unknown(*scores):
    return Asked(10, scores, None, False)


def test_outcomes_are_counted_as_shares():
    asked = [
        known(0.9, 0.1),
        known(0.9, 0.1, right=1),
        known(0.9, 0.85, right=1),
        known(0.1),
        unknown(0.9, 0.1),
        unknown(0.3),
        unknown(0.1),
        unknown(),
    ]
    outcomes = measure(asked, Thresholds(answer=0.5, offer=0.2, margin=0.2))
    assert (outcomes.answered, outcomes.answered_wrongly) == (0.25, 0.25)
    assert (outcomes.offered, outcomes.refused) == (0.25, 0.25)
    assert (outcomes.false_answers, outcomes.false_offers) == (0.25, 0.25)
    assert outcomes.precision == 0.5


def test_what_was_not_asked_is_not_counted():
    outcomes = measure([unknown(0.1)], Thresholds(0.5, 0.2, 0.2))
    assert (outcomes.answered, outcomes.precision, outcomes.false_answers) == (None, None, 0)


@settings(max_examples=50, deadline=None)
@given(st.lists(questions(), min_size=1, max_size=20), st.sampled_from([0.0, 1.5]))
def test_fitted_thresholds_keep_within_the_limits(asked, short):
    limits = Limits(wrong=0.1, accepted=0.1)
    fitted = fit(asked, short, limits)
    outcomes = measure(asked, fitted)
    assert (outcomes.answered_wrongly or 0) <= limits.wrong
    assert (outcomes.false_answers or 0) <= limits.accepted
    assert 0 <= fitted.offer <= fitted.answer
    assert fitted.short == short


def test_what_can_be_told_apart_is_told_apart():
    asked = [known(score) for score in (0.6, 0.7, 0.8)] + [unknown(s) for s in (0.2, 0.3, 0.4)]
    fitted = fit(asked, 0.0, Limits(0.0, 0.0))
    outcomes = measure(asked, fitted)
    assert (outcomes.answered, outcomes.false_answers, outcomes.false_offers) == (1, 0, 0)


def test_an_answer_must_be_ahead_where_the_second_is_often_right():
    asked = [known(0.8, 0.75, right=1)] * 5 + [known(0.8, 0.3)] * 5
    fitted = fit(asked, 0.0, Limits(0.0, 0.0))
    outcomes = measure(asked, fitted)
    assert fitted.margin > 0.05
    assert (outcomes.answered, outcomes.answered_wrongly) == (pytest.approx(0.5), 0)
    assert outcomes.offered == pytest.approx(0.5)
