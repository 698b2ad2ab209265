from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.asking_words import AskingWords

EXAMPLES = ["要多久", "多少钱", "要带什么", "那要多久", "在哪里", "什么材料", "要办多久"]
WORDS = AskingWords(EXAMPLES * 3)


@pytest.mark.parametrize("asked", ["要多久", "要什么材料", "多少钱", "在哪里"])
def test_asking_words_make_up_a_question(asked):
    assert WORDS.make_up(asked)


@pytest.mark.parametrize("asked", ["护照要多久", "要多久坐牢", "", "驾照"])
def test_what_names_something_is_not_made_up_of_them(asked):
    assert not WORDS.make_up(asked)


@given(st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=4))
def test_examples_one_after_the_other_ask_only(some):
    assert WORDS.make_up("".join(some))


@given(st.text(max_size=30))
def test_without_examples_nothing_does(text):
    assert not AskingWords([]).make_up(text)
