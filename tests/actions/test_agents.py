import pytest

from actions.agents import authority_in, for_oneself, principal_in


@pytest.mark.parametrize(
    ("said", "authority"),
    [
        ("帮我妈约个视频办", "letter"),
        ("替老人约视频办", "letter"),
        ("我爸要视频办帮他约", "letter"),
        ("给我老婆预约", "letter"),
        ("幫我阿媽約", "letter"),
        ("帮同事约，有电子授权", "online"),
        ("给我女儿约视频办社保卡", "guardian"),
        ("帮我弟弟约，他未成年", "guardian"),
        ("代办", "letter"),
    ],
)
def test_whoever_books_for_somebody_else_says_so(said, authority):
    assert authority_in(said) == authority


@pytest.mark.parametrize(
    "said", ["帮我约个视频办", "我要预约", "我自己办", "给我约明天", "帮我预约一下", "约明天上午"]
)
def test_whoever_books_for_themselves_is_no_agent(said):
    assert authority_in(said) is None


def test_it_can_be_taken_back():
    assert for_oneself("我自己办")
    assert not for_oneself("帮我妈约")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("李秀英", "李秀英"),
        ("我妈叫李秀英", "李秀英"),
        ("她叫李秀英", "李秀英"),
        ("我妈妈的名字是李秀英", "李秀英"),
        ("我爸", None),
        ("什么意思", None),
    ],
)
def test_the_name_of_whom_it_is_for(said, name):
    assert principal_in(said, surely=False) == name
