from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge_base.ranking import LEXICAL, Ranking, Substance, Text, View, Wording, letters, sounds

WORDS = st.text(
    st.sampled_from("居住证办理身份补换领多久要带什么材料abc 12"), min_size=1, max_size=12
).filter(str.strip)
TEXTS = st.lists(
    st.builds(Text, st.lists(WORDS, min_size=1, max_size=3), st.one_of(st.just(""), WORDS)),
    min_size=1,
    max_size=6,
)


@given(TEXTS, WORDS)
def test_every_entry_gets_a_score_between_0_and_1(texts, question):
    assume(question.strip())
    scores, signals = Ranking(texts, LEXICAL).scores(question)
    for each in (scores, *signals.values()):
        assert each.shape == (len(texts),)
        assert np.all(each >= 0)
        assert np.all(each <= 1)


@given(TEXTS, st.data())
def test_a_phrasing_in_its_own_words_is_a_perfect_match(texts, data):
    place = data.draw(st.integers(0, len(texts) - 1))
    question = data.draw(st.sampled_from(texts[place].phrasings))
    assert Wording(texts, letters).scores(question)[place] == pytest.approx(1)


def test_words_that_no_entry_has_pull_a_question_down():
    texts = [Text(["居住证怎么办"]), Text(["身份证丢了"])]
    for signal in (Wording(texts, letters), Substance(texts, letters)):
        assert signal.scores("居住证怎么办")[0] > signal.scores("居住证怎么办火锅好吃")[0]


def test_an_entry_is_found_by_what_only_its_answer_says():
    texts = [Text(["离婚要等多久"], "三十天是冷静期"), Text(["结婚要带什么"], "带身份证")]
    nearness = Substance(texts, letters).scores("冷静期")
    assert nearness[0] > nearness[1]


def test_what_only_sounds_right_is_found_by_sound():
    texts = [Text(["工伤认定"]), Text(["户口迁入"])]
    assert Wording(texts, sounds).scores("工商认定") == pytest.approx([1, 0])


def test_a_long_phrasing_is_no_match_for_a_word_in_it():
    texts = [Text(["户口"]), Text(["孩子的户口迁到深圳要带什么材料"])]
    short, long = Wording(texts, letters).scores("户口")
    assert short == pytest.approx(1)
    assert long < 0.5


def test_a_signal_of_another_kind_fits_in():
    class Always:
        def scores(self, question):
            return np.array([0.0, 1.0])

    texts = [Text(["居住证"]), Text(["身份证"])]
    views = (
        View("letters", 0.25, partial(Wording, units=letters)),
        View("any", 0.75, lambda t, like=None: Always()),
    )
    scores, signals = Ranking(texts, views).scores("居住证")
    assert set(signals) == {"letters", "any"}
    assert scores[0] == pytest.approx(0.25)
    assert scores[1] > 0.75


@given(TEXTS, TEXTS, WORDS)
def test_entries_that_are_added_leave_the_scores_of_the_others_alone(before, added, question):
    assume(question.strip())
    base = Ranking(before, LEXICAL)
    alone, _ = base.scores(question)
    together, _ = Ranking(added, LEXICAL, after=base).scores(question)
    assert together.shape == (len(before) + len(added),)
    assert together[: len(before)] == pytest.approx(alone)


@given(TEXTS, WORDS)
def test_an_entry_that_is_added_scores_like_the_same_one_before_it(texts, question):
    assume(question.strip())
    base = Ranking(texts, LEXICAL)
    scores, _ = Ranking(texts, LEXICAL, after=base).scores(question)
    assert scores[len(texts) :] == pytest.approx(scores[: len(texts)], abs=1e-6)


def test_a_view_of_a_few_looks_at_the_nearest_only():
    class Asked:
        def scores(self, question, among=None):
            self.among = among
            return np.full(len(among), 1.0)

    asked = Asked()
    texts = [Text(["身份证"]), Text(["居住证怎么办"]), Text(["居住证"])]
    views = (
        View("letters", 0.5, partial(Wording, units=letters)),
        View("few", 0.5, lambda t, like=None: asked, among=2),
    )
    scores, signals = Ranking(texts, views).scores("居住证")
    assert list(asked.among) == [1, 2]
    assert list(signals["few"]) == [0, 1, 1]
    assert scores.argmax() == 2
