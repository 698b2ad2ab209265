import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text import normalise
from knowledge_base.typed_pinyin import TypedPinyin, is_typed, syllables

KNOWN = (
    "居住证怎么办",
    "社保卡丢了怎么补办",
    "公司拖欠工资怎么办",
    "app登录失败",
    "我想离婚要准备什么",
    "医疗保险断缴了",
)


@pytest.fixture(scope="module")
def typed():
    return TypedPinyin(KNOWN)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("juzhuzheng zenme ban", "居住证怎么办"),
        ("ju zhu zheng zen me ban", "居住证怎么办"),
        ("JuZhuZheng zenmeban?", "居住证怎么办"),
        ("shebao ka diu le", "社保卡丢了"),
        ("sebaoka diule", "社保卡丢了"),
        ("我的shebaoka丢了", "我的社保卡丢了"),
        ("app denglu shibai", "app登录失败"),
        ("yiliao baoxian", "医疗保险"),
    ],
)
def test_typed_pinyin_is_read_as_what_we_speak_of(typed, said, meant):
    assert typed.read(normalise(said)) == meant


@pytest.mark.parametrize(
    "said", ["vip", "change name", "can i bring my wife", "how are you", "wifi", "e", "社保卡app"]
)
def test_what_is_no_pinyin_of_ours_stays(typed, said):
    assert typed.read(said) == said


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("zhuang", ("zhuang",)),
        ("juzhuzheng", ("ju", "zhu", "zheng")),
        ("lvshi", ("lv", "shi")),
        ("visa", None),
        ("", ()),
    ],
)
def test_a_word_is_cut_into_the_fewest_syllables(word, parts):
    assert syllables(word) == parts


@given(st.text(st.sampled_from("abeghijlnosuz 居住证12"), max_size=25))
def test_reading_changes_only_letters(text):
    typed = TypedPinyin(KNOWN)
    plain = normalise(text)
    read = typed.read(plain)
    if not is_typed(plain):
        assert read == plain
    assert [char for char in plain if char in "12"] == [char for char in read if char in "12"]
