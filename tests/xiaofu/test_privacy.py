import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xiaofu.privacy import hide_mobile, mask, mask_code

MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
IDENTITY = "440304199001011234"
CARD = "6225888812345678"
FULL_WIDTH = str.maketrans("0123456789ABCXabcx()-", "０１２３４５６７８９ＡＢＣＸａｂｃｘ（）－")
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

digits = st.text("0123456789")
gaps = st.sampled_from(["", "", " ", "-", "－", "—", " - ", ".", "·", "\u3000", "\u200b"])
mobiles = st.from_regex("1[3-9][0-9]{9}", fullmatch=True)
birthdays = st.dates().filter(lambda day: day.year >= 1800).map("{:%Y%m%d}".format)
identities = st.builds(
    "{}{}{}{}".format,
    st.from_regex("[1-9][0-9]{5}", fullmatch=True),
    birthdays.filter(lambda day: day < "2100"),
    st.from_regex("[0-9]{3}", fullmatch=True),
    st.sampled_from("0123456789Xx"),
)
cards = st.from_regex("[46][0-9]{15,18}", fullmatch=True)
around = st.text("我的号码是，。办证abAB", max_size=6)
soup = st.text("0123456789 -—.·()（）０１８ＡX*〔〕［］:/年月日+ABHEGabh，。我\u200b", max_size=60)


@st.composite
def typed(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> tuple[str, str]:
    """A number, and how somebody typed it: with gaps between the digits, or full width."""
    number = draw(numbers)
    written = "".join(digit + draw(gaps) for digit in number[:-1]) + number[-1]
    return number, written.translate(FULL_WIDTH) if draw(st.booleans()) else written


@st.composite
def typed_card(draw: st.DrawFn) -> str:
    card, gap = draw(cards), draw(st.sampled_from(["", " ", "-", "－"]))
    return gap.join(card[place : place + 4] for place in range(0, len(card), 4))


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """A unified social credit code with its right check sign (GB 32100-2015)."""
    body = draw(st.sampled_from(["91440300", "12440304", "92440304", "11440300"]))
    body += draw(st.text(SIGNS, min_size=9, max_size=9))
    weighed = sum(SIGNS.index(sign) * 3**place for place, sign in enumerate(body))
    return body + SIGNS[-weighed % 31]


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@given(typed(mobiles), around, around)
def test_a_mobile_is_hidden_however_it_is_typed(number_typed, before, after):
    number, written = number_typed
    masked = mask(f"{before}{written}{after}")
    assert masked.mobile == number
    assert masked.text == plain(before) + hide_mobile(number) + plain(after)


@given(typed(identities), around)
def test_an_identity_card_is_hidden_however_it_is_typed(number_typed, before):
    _, written = number_typed
    said = mask(f"{before.rstrip('abAB')}{written}，办居住证").text
    assert said.endswith("〔身份证号〕,办居住证")
    assert not re.search(r"\d", said)


@given(typed_card(), around)
def test_a_bank_card_is_hidden_in_one_piece_or_in_groups(written, before):
    said = mask(f"{before.rstrip('abAB')}{written}").text
    assert said.endswith(("〔卡号〕", "〔身份证号〕"))
    assert not re.search(r"\d", said)


@pytest.mark.parametrize(
    "written",
    [
        "A123456(7)",
        "A123456（7）",
        "Ａ１２３４５６（７）",
        "a123456(A)",
        "A 123456 (7)",
        "A-123456-7",
        "A1234567",
        "WX123456(7)",
        "1234567(8)",
        "5/123456/7",
        "H12345678",
        "H 12345678",
        "M1234567801",
        "E12345678",
        "Ｅ１２３４５６７８",
        "EA1234567",
        "G12345678",
        "C12345678",
    ],
)
def test_papers_of_hong_kong_macao_and_abroad_are_hidden(written):
    assert mask(f"我的证件是{written}，谢谢").text == "我的证件是〔证件号〕,谢谢"


@pytest.mark.parametrize(
    "written",
    [
        "+86 13812345678",
        "8613812345678",
        "008613812345678",
        "+86-138-1234-5678",
        "＋86 13812345678",
    ],
)
def test_the_code_of_the_country_goes_with_the_number(written):
    assert mask(f"打{written}找我") == mask("打13812345678找我")


@pytest.mark.parametrize(
    "text",
    [
        "12345",
        "打12345，或者12348，急事110、119、120",
        "打12345 0755-82918333",
        "0755-82918333",
        "075582918333",
        "0755-82918333 82917777",
        "400-830-8888",
        "预约号是482915",
        "预约号 482915，取消",
        "民法典第1079条",
        "2026年11月23日14:30",
        "2026-11-23 14:30:00",
        "2026.11.23-2026.11.25",
        "2026-11-23 2026-11-24",
        "9:00-12:00，14:00-17:45",
        "深府规〔2024〕12号",
        "9144030071526726XG",
        "914403001922038216",
        "91440300708461136T",
        "12440304455755511D",
        "G1234次高铁",
        "社保交了15年零3个月，每月1283.5元",
        "1000000元",
        "M5号线",
        "邮编518048",
    ],
)
def test_public_numbers_are_left_alone(text):
    assert mask(text).text == plain(text)
    assert mask(text).mobile is None


@given(credit_codes(), st.booleans())
def test_a_credit_code_is_public(code, small):
    said = mask(f"公司代码{code.lower() if small else code}").text
    born = re.match(r"\d{6}(1[89]|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dX]", code)
    if born:  # a person's number could read the same: better hidden than told
        assert said == "公司代码〔身份证号〕"
    else:
        assert said.lower() == f"公司代码{code.lower()}"


def test_an_identity_card_that_could_be_a_credit_code_is_hidden():
    body = "11010119900101003"
    weighed = sum(SIGNS.index(sign) * 3**place for place, sign in enumerate(body))
    assert SIGNS[-weighed % 31] == "0"
    assert mask(f"{body}0").text == "〔身份证号〕"


def test_a_booking_number_stays_beside_the_mobile_it_was_booked_with():
    for text in ("482915 13812345678", "482915,13812345678", "13812345678 482915"):
        masked = mask(text)
        assert masked.text == text.replace("13812345678", "138****5678")
        assert masked.mobile == "13812345678"


def test_the_last_mobile_said_is_the_one_to_call():
    said = "不是13800000001，是 139-0000-0002"
    assert mask(said).mobile == "13900000002"
    assert mask(said).text == "不是138****0001,是 139****0002"


def test_numbers_of_several_kinds_in_one_sentence_are_each_hidden():
    said = f"张三，身份证{IDENTITY}，卡{CARD}，电话13812345678，护照E12345678，热线12345"
    assert mask(said).text == (
        "张三,身份证〔身份证号〕,卡〔卡号〕,电话138****5678,护照〔证件号〕,热线12345"
    )


def test_the_end_of_a_card_in_groups_is_not_taken_for_a_mobile():
    masked = mask("卡号6222 0212 1380 0138 000，电话13812345678")
    assert masked.text == "卡号〔卡号〕,电话138****5678"
    assert masked.mobile == "13812345678"


def test_a_mistyped_identity_card_is_hidden_too():
    assert mask("身份证440304199013451234").text == "身份证〔身份证号〕"


def test_words_without_a_digit_come_back_as_they_were():
    text = "我想办居住证，要带什么？（急）"
    assert mask(text).text is text


@given(st.lists(soup | mobiles | digits | gaps, max_size=5).map("".join) | st.text(max_size=60))
@example("13812345678 622588888888")
def test_masking_again_changes_nothing(text):
    once = mask(text)
    assert mask(once.text).text == once.text
    assert mask(once.text).mobile is None


@given(st.lists(soup | mobiles | identities | digits | gaps, max_size=8).map("".join))
def test_no_mobile_survives_whatever_stands_around_it(text):
    assert not MOBILE.search(plain(mask(text).text))


@given(st.lists(soup | identities, max_size=6).map("".join))
def test_no_identity_card_survives_whatever_stands_around_it(text):
    born = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-2]\d{4}[\dXx](?!\d)")
    assert not born.search(plain(mask(text).text))


@given(mobiles)
def test_an_owner_knows_a_hidden_mobile_by_its_ends(mobile):
    assert hide_mobile(mobile) == f"{mobile[:3]}****{mobile[7:]}"


codes = st.from_regex("[0-9]{6}", fullmatch=True)
SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")


@given(typed(codes), around)
def test_a_code_is_hidden_however_it_is_typed(code_typed, before):
    code, written = code_typed
    hidden = mask_code(f"{before}{written}，对吗")
    assert hidden.mobile == code
    assert code not in re.sub(r"\D", "", hidden.text)
    assert hidden.text == plain(before) + "〔验证码〕,对吗"


@given(codes)
def test_a_code_is_hidden_however_it_is_spoken(code):
    hidden = mask_code(f"验证码是{code.translate(SPOKEN)}。")
    assert hidden.mobile == code
    assert hidden.text == "验证码是〔验证码〕。"


@pytest.mark.parametrize("mistyped", ["12875", "1287564"])
def test_one_mistyped_by_a_digit_is_hidden_too(mistyped):
    assert mask_code(mistyped).text == "〔验证码〕"


def test_each_of_several_is_hidden():
    assert mask_code("482915 还是 482916").text == "〔验证码〕 还是 〔验证码〕"


@pytest.mark.parametrize(
    "text",
    [
        "预约号482915",
        "取消预约号 482915",
        "打12345",
        "138****1234",
        "2026-11-23",
        "改到11月26日14:30",
        "2026年11月24日",
        "我在三楼",
    ],
)
def test_what_is_no_code_is_left_alone(text):
    assert mask_code(text).text == text
    assert mask_code(text).mobile is None
