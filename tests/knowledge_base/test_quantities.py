"""Numbers are read as people and laws write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.quantities import number, quantities

DIGITS = "零一二三四五六七八九"


def read(text: str) -> list[tuple[str, str]]:
    return [(str(one.amount), one.unit) for one in quantities(text)]


def in_chinese(value: int) -> str:
    """The value, below 10,000, as a law writes it."""
    said, gap = "", False
    for power, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            said += ("零" if gap and said else "") + DIGITS[digit] + sign
            gap = False
        else:
            gap = True
    return said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("收到后十五天内", [("15", "日")]),
        ("7 个工作日", [("7", "工作日")]),
        ("半年以上不满一年", [("6", "月"), ("12", "月")]),
        ("两个半月的工资", [("5/2", "月")]),
        ("一年半", [("18", "月")]),
        ("两周", [("14", "日")]),
        ("两周岁以下", [("2", "岁")]),
        ("满十四不满十六周岁的", [("14", "岁"), ("16", "岁")]),
        ("24小时", [("1440", "分钟")]),
        ("五日以上十日以下", [("5", "日"), ("10", "日")]),
        ("罚200到500元", [("200", "元"), ("500", "元")]),
        ("5至20万元", [("50000", "元"), ("200000", "元")]),
        ("一万二千元", [("12000", "元")]),
        ("1,000块钱", [("1000", "元")]),
        ("按补偿的两倍赔", [("2", "倍")]),
        ("双倍工资", [("2", "倍")]),
        ("百分之二十", [("1/5", "比例")]),
        ("百分之五十到一百的赔偿金", [("1/2", "比例"), ("1", "比例")]),
        ("收三成", [("3/10", "比例")]),
        ("12.5%", [("1/8", "比例")]),
        ("三分之二", [("2/3", "比例")]),
    ],
)
def test_a_quantity_is_read_in_any_writing(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "打12345或者110",
        "1. 带身份证；2. 带户口簿",
        "民法典第1079条",
        "2026年1月1日起，每年10月",
        "二〇二六年三月",
        "第三天",
        "过几天、三五天、几十天",
        "差一天也不行",
        "一般、一起、一样",
        "大学一年级",
        "三成年子女",
        "上百元",
    ],
)
def test_what_is_no_quantity_is_left_alone(text):
    assert read(text) == []


def test_one_length_in_two_writings_is_equal():
    assert set(quantities("半年")) == set(quantities("6 个月"))
    assert set(quantities("一年")) == set(quantities("十二个月"))
    assert set(quantities("三十日")) != set(quantities("一个月"))
    assert set(quantities("七天")) != set(quantities("七个工作日"))


@given(st.integers(1, 9999))
def test_a_number_is_worth_the_same_in_chinese(value):
    assert number(in_chinese(value)) == number(str(value)) == Fraction(value)


@given(st.integers(1, 9999), st.sampled_from(["天", "个月", "元", "倍", "%", "周岁"]))
def test_both_writings_are_found_in_a_sentence(value, unit):
    chinese = f"百分之{in_chinese(value)}" if unit == "%" else f"{in_chinese(value)}{unit}"
    assert read(f"应当在{value}{unit}以内") == read(f"应当在{chinese}以内") != []


@given(st.text(max_size=40))
def test_any_text_can_be_read(text):
    assert all(one.said for one in quantities(text))
