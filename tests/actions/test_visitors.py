from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.visitors import LONGEST, name_in


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("王芳", "王芳"),
        ("我叫王芳", "王芳"),
        ("叫我王芳吧", "王芳"),
        ("我是刘洋", "刘洋"),
        ("姓名：周海燕", "周海燕"),
        ("王芳女士", "王芳"),
        ("陈女士", "陈女士"),
        ("李大爷", "李大爷"),
        ("我姓陈", "姓陈"),
        ("免贵姓张", "姓张"),
        ("李", "姓李"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("小王", "小王"),
        ("阿强", "阿强"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("John Smith", "John Smith"),
        ("My name is Tom", "Tom"),
        ("call me Peter.", "Peter"),
        ("你好，我叫李建国", "李建国"),
    ],
)
def test_a_name_that_was_asked_for(said, name):
    assert name_in(said, alone=True) == name


NO_NAMES = (
    "不想说 随便 为什么要名字 好的 是的 谢谢 明天上午 不知道 我是她女儿 ok hello 方便 转人工 "
    "居住证怎么办"
)


@pytest.mark.parametrize("said", NO_NAMES.split())
def test_what_is_said_instead_of_a_name(said):
    assert name_in(said, alone=True) is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("我叫李建国电话139****2222明天上午10点视频办居住证", "李建国"),
        ("我叫陈丽想约后天下午两点", "陈丽"),
        ("我是王强，约周四", "王强"),
        ("名字错了，叫王丽", "王丽"),
        ("名字改成王莉", "王莉"),
        ("我叫Tom，约明天", "Tom"),
        ("叫工作人员来", None),
        ("叫救护车", None),
        ("你叫什么名字", None),
        ("王芳", None),
    ],
)
def test_a_name_within_a_sentence_needs_a_word_that_says_so(said, name):
    assert name_in(said, alone=False) == name


@pytest.mark.parametrize(("said", "name"), [("王小明", "王小明"), ("小明", None), ("Tom", None)])
def test_what_may_mean_something_else_must_begin_with_a_surname(said, name):
    assert name_in(said, alone=True, surely=True) == name


@given(st.text(max_size=60), st.booleans(), st.booleans())
def test_a_name_is_short_and_no_number(said, alone, surely):
    name = name_in(said, alone=alone, surely=surely)
    assert name is None or (0 < len(name) <= LONGEST and not any(c.isdigit() for c in name))
