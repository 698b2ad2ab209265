import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base import cantonese
from knowledge_base.text import gist, normalise, pinyin, spelt

SPOKEN = st.lists(
    st.one_of(
        st.sampled_from([*cantonese.MANDARIN, "係", "您好", "请问", "谢谢", "啊", "，", " ", "？"]),
        st.sampled_from([*"居住證关系点办几时系统邊個Ａ９abc3个的"]),
        st.characters(),
    ),
    max_size=20,
).map("".join)


@given(SPOKEN)
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(SPOKEN)
def test_a_text_with_a_letter_never_becomes_empty(text):
    spoken = f"税{text}"
    assert normalise(spoken)


@given(st.text(st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Po"])))
def test_a_text_without_letters_has_no_words(text):
    assert normalise(text) == ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("您好，请问一下居住證點樣辦呀？謝謝！", "居住证怎么办"),
        ("嗯……那个，我想问一下医保怎么交啊", "医保怎么交"),
        ("麻烦您，护照在哪里办呢，谢谢", "护照在哪里办"),
        ("小福你好，帮我查一下年报", "年报"),
        ("Ｗｉ－Ｆｉ１２３", "wi fi123"),
        ("粤省事 APP\u200b 登\u0000录\n不了", "粤省事app登录不了"),
        ("i 深圳  app  store", "i深圳app store"),
        ("我的 ID Card 丢了", "我的身份证丢了"),
        ("HK permit怎么续签", "往来港澳通行证怎么续签"),
        ("Ｖｉｓａ 到期了", "签证到期了"),
        ("visage", "visage"),
        ("\ud800居住证\udfff", "居住证"),
        ("你好吗", "你好吗"),
        ("您好", "您好"),
    ],
)
def test_one_spelling_for_what_means_the_same(said, meant):
    assert normalise(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("邊度攞居住證", "哪里拿居住证"),
        ("使唔使預約", "要不要预约"),
        ("冇戶口簿得唔得", "没有户口簿可不可以"),
        ("幾時可以攞到", "什么时候可以拿到"),
        ("要畀幾多錢", "要给多少钱"),
        ("唔使親自嚟", "不用亲自来"),
        ("我哋喺福田，係咪要去搵佢", "我们在福田是不是要去找他"),
        ("点解唔得", "为什么不行"),
        ("而家睇乜嘢", "现在看什么"),
        ("呢个证点办理", "这个证怎么办理"),
        ("社保卡几耐先有", "社保卡多久先有"),
        ("回鄉證同身分證唔見咗", "回乡证同身份证丢了"),
        ("佢哋話畀我知要攞籌", "他们告诉我要取号"),
        ("老細拖糧點投訴", "老板拖欠工资怎么投诉"),
        ("仲有冇得補辦", "还有不能补办"),
        ("阿sir，畀人呃錢點算", "警察被人骗钱怎么办"),
        ("返屋企先至知冇咗荷包", "回家才知没了钱包"),
    ],
)
def test_cantonese_is_read_as_mandarin(said, meant):
    assert normalise(said) == meant


@pytest.mark.parametrize(
    "mandarin",
    [
        *(
            "关系转移",
            "系统升级",
            "联系方式",
            "在网点办理",
            "三点去办",
            "有点解释不清",
            "旁边个体户",
        ),
        *(
            "而家庭困难",
            "十几时",
            "出租屋登记",
            "按规定系绳",
            "发放工资",
            "征收工伤保险费",
            "生成日期",
        ),
        *(
            "通过数据比对",
            "仔细个别说明",
            "规定不明确",
            "打交道",
            "证件相符",
            "电影相关",
            "办紧急手续",
        ),
        *("获得未成年人", "钟点可以", "争议焦点分析", "征求意见工作", "看见工作人员", "仲裁要钱"),
        *("哈尔滨", "喂养证", "小福利", "呢绒", "点心店", "额度", "干嘛", "应急", "那边个人所得税"),
    ],
)
def test_mandarin_stays_as_it_is(mandarin):
    assert normalise(mandarin) == mandarin


def test_every_cantonese_word_becomes_mandarin_at_once():
    again = {word for word in cantonese.MANDARIN.values() if cantonese.to_mandarin(word) != word}
    assert again == set()


@given(SPOKEN)
def test_pinyin_has_a_syllable_for_every_character(text):
    plain = normalise(text)
    sounds = pinyin(plain)
    assert len(sounds) == len(plain.replace(" ", ""))
    assert all(sounds)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("居主证", "居住证"),
        ("工商认定", "工伤认定"),
        ("身分证", "身份证"),
        ("蓝山", "南山"),
        ("金英", "京鹰"),
    ],
)
def test_what_accents_and_speech_recognition_mix_up_sounds_the_same(heard, meant):
    assert pinyin(heard) == pinyin(meant)


def test_different_sounds_stay_different():
    assert pinyin("变更") != pinyin("延续")


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("可以代办吗？", "可以代办"),
        ("這個可以代辦嗎", "这个可以代办"),
        ("周六上班吧", "周六上班"),
        ("可以么", "可以"),
        ("怎么开网吧", "怎么开网吧"),
        ("要带什么", "要带什么"),
        ("行吗", "行吗"),
        ("吗" * 5000, "吗" * 4998),
    ],
)
def test_the_gist_of_a_question_is_what_it_asks_without_its_question_word(said, asked):
    assert gist(said) == asked


@given(SPOKEN)
def test_a_text_with_words_has_a_gist(text):
    assert bool(gist(text)) == bool(normalise(text))


@pytest.mark.parametrize(
    "text", ["須帶《戶口簿》（原件）：一份；不收費！", "Wi-Fi 免費 24 小時？", "𠮷野家"]
)
def test_what_we_write_ourselves_is_spelt_like_a_question(text):
    assert spelt(text) == normalise(text)
