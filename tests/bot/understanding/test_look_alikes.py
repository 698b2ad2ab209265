"""
Matters whose names are almost the same never answer for one another, however many there are.

Names are made of parts, as official ones are: 市级 + 取水 + 许可证 + 变更. Each has neighbours that
differ from it in one part only.
"""

from __future__ import annotations

import random
from itertools import product

import pytest

from actions.answers import _heard
from actions.messages import Message
from bot.understanding.retriever import look
from knowledge_base.asking import AnswerEntry, AnswerMatter, decide
from knowledge_base.encoder import installed
from knowledge_base.matter_search import MatterSearch
from knowledge_base.names import Names
from knowledge_base.search import Document, Search

OBJECTS = """
取水 排污 排水 食品经营 食品生产 药品经营 药品生产 药品批发 危险化学品经营
危险化学品使用 烟草零售 烟草批发 特种设备使用 特种设备生产 建筑施工 公共场所卫生
饮用水卫生 户外广告设置 道路运输 道路货运 水路运输 网络文化经营 出版物经营 印刷经营
人力资源服务 劳务派遣经营 医疗机构执业 诊所执业 医师执业 护士执业 民办学校办学
校外培训办学 养老机构设立 动物诊疗 兽药经营 农药经营 种子经营 水产养殖 渔业捕捞 林木采伐
占用林地 占用绿地 道路挖掘 夜间施工 建筑垃圾处置 船舶营运 港口经营 电影放映 娱乐场所经营
营业性演出 旅行社经营 旅馆业 典当业
""".split()  # noqa: SIM905 (fifty quoted strings are no easier to read)
PAPERS = ("许可证", "许可", "资质证书", "备案")
ERRANDS = ("新办", "变更", "延续", "注销", "补办", "换发", "核发", "年检")
LEVELS = ("", "市级", "区级", "省级", "临时", "（外商投资）")

NAMES = [
    (level + name) if not level.startswith("（") else (name + level)
    for level, *parts in product(LEVELS, OBJECTS, PAPERS, ERRANDS)
    for name in ["".join(parts)]
]
NUMBERS = {name: number for number, name in enumerate(NAMES)}
FORMS = (("{}", ""), ("{}要带什么材料", "ask_materials"), ("请问{}怎么办理", "ask_steps"))


class Knowledge:
    """Matters of these names, each with an entry of its own; ids are the names' numbers."""

    def __init__(self, names, encoder=None):
        called = {str(NUMBERS[name]): (name,) for name in names}
        known = Names({"matters": called})
        self.matter_search = MatterSearch(called, known)
        documents = [Document(id, (f"{name}怎么办理",), id) for id, (name,) in called.items()]
        self.search = Search(documents, known, encoder=encoder)
        guides = [Document(id, names, id, answer="符合条件") for id, names in called.items()]
        self.guides = Search(guides, known, encoder=encoder)

    def answered(self, said, intent):
        """The number of the matter that is answered from; None when something else is done."""
        found, _ = look(self, said)
        match decide(_heard(Message(said, intent, {}, found, None)), None):
            case AnswerMatter(near, _) | AnswerEntry(near):
                return near.id
        return None


def sample(size, seed):
    return random.Random(seed).sample(NAMES, size)


@pytest.mark.parametrize(
    ("loaded", "asked", "encoder"),
    [(963, 100, installed()), (963, 200, None), (10_000, 100, None)],
    ids=["963 with an encoder", "963", "10000"],
)
def test_a_matter_named_in_full_is_answered_from_itself_alone(loaded, asked, encoder):
    names = sample(loaded, seed=1)
    knowledge = Knowledge(names, encoder)
    wrong = [
        (form.format(name), NAMES[int(answered)])
        for name in random.Random(2).sample(names, asked)
        for form, intent in FORMS
        if (answered := knowledge.answered(form.format(name), intent)) != str(NUMBERS[name])
        and answered is not None
    ]
    assert wrong == []


@pytest.mark.parametrize(("loaded", "asked"), [(963, 200), (5_000, 100)], ids=["963", "5000"])
def test_a_matter_that_is_not_there_is_never_answered_from_its_neighbours(loaded, asked):
    shuffled = sample(len(NAMES), seed=3)
    knowledge = Knowledge(shuffled[:loaded])
    wrong = [
        (form.format(name), NAMES[int(answered)])
        for name in shuffled[loaded : loaded + asked]
        for form, intent in FORMS
        if (answered := knowledge.answered(form.format(name), intent)) is not None
    ]
    assert wrong == []
