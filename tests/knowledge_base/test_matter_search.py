import pytest

from knowledge_base.matter_search import MatterSearch
from knowledge_base.names import Names

MATTERS = {
    "food-new": ("食品经营许可新办", "食品经营许可证新办"),
    "food-change": ("食品经营许可变更", "食品经营许可证变更"),
    "food-renewal": ("食品经营许可延续", "食品经营许可证延续", "食品证快到期了"),
    "drain-change": ("排污许可证变更",),
    "permit": ("居住证申领", "办居住证"),
    "permit-renewal": ("居住证签注", "居住证到期"),
    "permit-lost": ("居住证补换领", "居住证丢了"),
    "allowance": ("高龄老人津贴申领", "高龄津贴"),
    "injury": ("工伤认定申请", "工伤怎么认定"),
    "aid": ("法律援助申请", "法律援助", "法援"),
    "company": ("公司设立登记", "营业执照"),
    "shop": ("个体工商户设立登记", "营业执照"),
}


@pytest.fixture(scope="module")
def matters():
    return MatterSearch(MATTERS, Names({"matters": MATTERS}))


def close(found):
    return [hit.id for hit in found.close]


@pytest.mark.parametrize(
    "frame", ["{}", "我想办{}要带什么材料", "请问{}网上能办吗", "我妈问{}多久能办好"]
)
@pytest.mark.parametrize("id", MATTERS)
def test_a_matter_called_by_its_name_is_certain(matters, id, frame):
    assert matters.find(frame.format(MATTERS[id][0])).certain == id


@pytest.mark.parametrize(
    ("said", "id"),
    [
        ("办理居住证要带什么", "permit"),
        ("高林金贴怎么领", "allowance"),
        ("在工地摔断了手想申请工商认定", "injury"),
        ("食品經營許可證變更點辦", "food-change"),
    ],
)
def test_a_name_misheard_or_spelt_otherwise_is_certain_too(matters, said, id):
    assert matters.find(said).certain == id


def test_two_characters_are_never_known_by_sound_alone(matters):
    assert matters.find("法院在哪里").certain is None
    assert matters.find("法援在哪里").certain == "aid"


def test_look_alikes_that_nothing_tells_apart_are_all_offered(matters):
    found = matters.find("食品经营许可证怎么办")
    assert found.certain is None
    assert set(close(found)) == {"food-new", "food-change", "food-renewal"}


def test_a_bare_name_that_others_contain_is_asked_back(matters):
    found = matters.find("居住证怎么办理")
    assert found.certain is None
    assert set(close(found)) == {"permit", "permit-renewal", "permit-lost"}


def test_what_is_to_be_done_tells_look_alikes_apart(matters):
    assert close(matters.find("食品经营许可证下个月过期了"))[0] == "food-renewal"
    assert close(matters.find("居住证被我搞丢了"))[0] == "permit-lost"


@pytest.mark.parametrize(
    "said", ["取水许可证变更", "食品生产许可变更", "居住证注销", "往来台湾通行证申领"]
)
def test_a_matter_we_do_not_have_is_never_taken_for_its_neighbour(matters, said):
    assert matters.find(said).certain is None


def test_a_name_two_matters_bear_is_asked_back(matters):
    assert set(close(matters.find("营业执照在哪里办"))) == {"company", "shop"}


@pytest.mark.parametrize("said", ["", "？", "要带什么", "今天天气好不好"])
def test_what_names_no_matter_finds_none(matters, said):
    found = matters.find(said)
    assert (found.certain, found.close) == (None, ())


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("高龄津贴", True),
        ("请问高龄津贴要带什么材料呀", True),
        ("高龄津贴多久能办好", True),
        ("要带什么", True),
        ("我爸去世了高龄津贴还发吗", False),
    ],
)
def test_a_bare_question_asks_nothing_but_what_is_asked_of_any_matter(matters, said, bare):
    assert matters.bare(said) is bare


def test_no_matters_at_all():
    assert MatterSearch({}, Names({})).find("居住证").certain is None
