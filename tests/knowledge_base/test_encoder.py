import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.encoder import Questions, installed
from knowledge_base.ranking import LONG, Meaning, Text


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=8), max_size=4))
def test_every_text_gets_a_vector_of_length_one_and_what_is_empty_none(texts):
    encoder = installed()
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.size)
    assert vectors.dtype == np.float32
    for text, length in zip(texts, np.linalg.norm(vectors, axis=1), strict=True):
        told = text.encode("utf-8", "ignore").decode().strip()
        assert length == pytest.approx(1 if told else 0, abs=1e-4)


def test_what_means_the_same_lies_nearer_than_what_reads_the_same():
    permit, same, other = installed().encode(["工资一直不发", "老板拖欠薪水", "工资条发一下"])
    assert permit @ same > 0.5
    assert permit @ permit == pytest.approx(1, abs=1e-4)
    assert same @ other < permit @ same


def test_there_is_one_encoder_in_a_process():
    assert installed() is installed()


class Fixed:
    """An encoder with a vector for every character; it knows nothing of 无."""

    name, size = "fixed 1", 4

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        rows = [[text.count(char) for char in "甲乙丙丁"] for text in texts]
        vectors = np.array(rows, dtype=np.float32).reshape(len(texts), self.size)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=vectors, where=lengths > 0)


def test_an_entry_is_as_near_as_its_nearest_phrasing():
    meaning = Meaning([Text(["甲", "乙"]), Text(["丙"])], Fixed())
    assert meaning.scores("乙") == pytest.approx([1, 0], abs=0.01)


def test_of_an_entry_without_vectors_nothing_is_told():
    near, unknown, partly = Meaning(
        [Text(["甲"]), Text(["无"]), Text(["无", "甲"])], Fixed()
    ).scores("甲")
    assert near == pytest.approx(1, abs=0.01)
    assert np.isnan(unknown)
    assert partly == pytest.approx(1, abs=0.01)


def test_of_a_long_story_the_meaning_counts_less():
    meaning = Meaning([Text(["甲"])], Fixed())
    assert meaning.scores("甲" * LONG) == pytest.approx([1], abs=0.01)
    assert meaning.scores("甲" * 2 * LONG) == pytest.approx([0.5], abs=0.01)


def test_a_question_is_encoded_once():
    encoder = Fixed()
    questions = Questions(encoder)
    assert questions.vector("甲") is questions.vector("甲")
    assert encoder.asked == ["甲"]
