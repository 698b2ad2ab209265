"""A matter (政务服务事项): its guide, field by field, and the checklist of one citizen's case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any, Literal

from pydantic import conint, root_validator

from knowledge_base.model import Dated, Id, LawSource, OfficeSource, Record

Kind = Literal[
    "行政许可", "行政给付", "行政确认", "行政奖励", "行政裁决", "其他行政权力", "公共服务"
]
Channel = Literal["窗口", "网上", "自助", "快递", "视频办", "上门办"]
Count = conint(ge=0)


_SPOKEN = (
    (
        # 帮我查一下 is said to 小福 and tells nothing of who goes
        re.compile(
            "(帮|替|给)(我|我们)?([他她]|[妈爸父母爷奶岳老孩儿女娃弟妹哥姐家亲]|外[公婆]|公公|婆婆"
            "|小孩|朋友|同[事学]|别?人(?!才))|(?<!不)代[办领]"
        ),
        re.compile("(?<!单位)代|(?<!其他)监护|家人|近亲属"),
    ),
    (re.compile("自己|亲自|(?<!不是)(?<!非)本人"), re.compile("本人")),
    (re.compile("上班|工作|打工|做工"), re.compile("就业")),
    (re.compile("上学|读书|念书"), re.compile("就读")),
    (re.compile("(?<!不是)外[地省]|不是深|没有深"), re.compile("非深户")),
    (re.compile("头一次|第一次|新办|没办过"), re.compile("首次|新办|初次")),
)
"""How people say which case is theirs, and the option that means it; the first that fits counts."""

_NOT = "(?<!不是)(?<!没有)(?<![不没非])"
"""Before an option: 不是深户 does not say 深户."""


class Days(Record):
    """A time limit; 0 days is 即办, done while the citizen waits."""

    days: Count  # type: ignore[valid-type]
    unit: Literal["工作日", "自然日"] = "工作日"

    def __str__(self) -> str:
        return "当场办结" if self.days == 0 else f"{self.days} 个{self.unit}"


class Fork(Record):
    """
    A condition of the citizen's case that may change the checklist: 办理人, 户籍, 情形.

    ask: how 小福 asks for it. options: the answers, as shown on the buttons.
    """

    name: str
    ask: str
    options: tuple[str, ...]

    @root_validator(skip_on_failure=True)
    def _has_a_choice(cls, values: dict[str, Any]) -> dict[str, Any]:
        if len(set(values["options"])) < 2:
            raise ValueError("至少要有两个不同的选项")
        return values

    def option_in(self, text: str) -> str | None:
        """The option `text` names, the longest first: 非深户 is not 深户; None without one."""
        longest_first = sorted(self.options, key=len, reverse=True)
        said = [option for option in longest_first if _said(option, text)]
        if not said:
            said = [
                option
                for words, meant in _SPOKEN
                for option in self.options
                if words.search(text) and meant.search(option)
            ]
        return said[0] if said else None


def _said(option: str, text: str) -> bool:
    """Whether `text` names the option; 有 and 没有 stand in every other question, so they alone."""
    if option in ("有", "没有", "是", "不是"):
        return bool(re.fullmatch(rf"\W*{option}[的了啊呀吧]*\W*", text))
    return bool(re.search(f"{_NOT}{re.escape(option)}", text))


class Material(Record):
    """
    Something to bring.

    originals, copies: how many; both 0 when only the electronic form is taken.
    e_licence: the electronic licence (电子证照) that stands in for it, so that it is not handed in.
    when: the case in which it is needed, {fork name: options}; empty means always.
    blank_form, filled_form: where the form and a filled example are (空白表格, 样表).
    standard: what is looked at when it is taken (受理标准). basis: what demands it (要求依据).
    """

    name: str
    kind: Literal["证件证书证明", "申请表格文书", "其他"] = "证件证书证明"
    form: Literal["纸质", "电子", "纸质或电子", "系统自动获取无需提交"] = "纸质或电子"
    originals: Count = 1  # type: ignore[valid-type]
    copies: Count = 0  # type: ignore[valid-type]
    necessity: Literal["必要", "非必要", "容缺后补"] = "必要"
    source: Literal["申请人自备", "政府部门核发", "中介", "其他"] = "申请人自备"
    e_licence: str | None = None
    when: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - pydantic copies its defaults
    note: str | None = None
    size: str | None = None
    blank_form: str | None = None
    filled_form: str | None = None
    standard: str | None = None
    basis: str | None = None

    @property
    def waived(self) -> bool:
        """Whether the citizen need not hand it in: an e-licence or the system brings it."""
        return self.e_licence is not None or self.form == "系统自动获取无需提交"

    def needed_in(self, case: Mapping[str, str]) -> bool:
        """Whether it is needed in `case`; a fork not answered yet leaves it in."""
        return all(case.get(fork, options[0]) in options for fork, options in self.when.items())


class Marks(Record):
    """What saves the citizen a trip; each says in a sentence how."""

    unasked: str | None = None  # 免申即享
    instant: str | None = None  # 秒批 / 智能审批
    deferral: str | None = None  # 容缺受理
    commitment: str | None = None  # 告知承诺
    bundle: str | None = None  # 一件事一次办


class FeeItem(Record):
    name: str
    standard: str
    waiver: str | None = None


class Fee(Record):
    """What it costs; no items means free. `basis` names what the charge rests on."""

    items: tuple[FeeItem, ...] = ()
    basis: str | None = None


class Step(Record):
    """A step of the way (办理流程) with its own time limit and what comes out of it."""

    text: str
    within: Days | None = None
    result: str | None = None

    def __str__(self) -> str:
        return self.text


class Basis(Record):
    """
    What a matter rests on (设定依据) where it is no law of the statute store.

    number: the document's (国发〔2019〕6号). article: as the document counts it.
    """

    title: str
    number: str | None = None
    article: str | None = None
    issuer: str | None = None
    effective_from: date | None = None


class Window(Record):
    """Where and when it is handled, for matters whose place is no record of its own."""

    name: str
    address: str | None = None
    hours: str | None = None
    transport: str | None = None


class Question(Record):
    """A frequent question that belongs to the matter."""

    question: str
    answer: str


class Matter(Dated):
    """
    The guide of one matter, after the national element standard.

    aliases: what people call it (日常用语); the search reads them like the name.
    base_code, code, item_code: 基本编码 (12), 实施编码 (31), 业务办理项编码 (33 characters); None
        while not verified.
    delegate, partners: 受委托部门 and 联办机构.
    statutory, promised: 法定 / 承诺办结时限; None where none is published.
    visits: how often the citizen must come in person; `visit_reason` says why.
    in_person: why law wants the parties themselves there, so that it is never 视频办.
    pauses: procedures whose time is not counted (特别程序). online_depth: 网上办理深度.
    offers, booking_rule: what else can be had, and how a visit is booked ahead.
    themes, company_themes: where the browse menus for people and for companies show it.
    result_kind, result_licence, delivery: 审批结果 by kind, the 证照 it is, how it comes.
    extra: what the source says that has no field here, by its own headings.
    sample: not verified with the office; the reply then names the official channel.
    """

    id: Id
    name: str
    aliases: tuple[str, ...] = ()
    base_code: str | None = None
    code: str | None = None
    item_code: str | None = None
    edition: str | None = None
    kind: Kind
    level: Literal["国家", "省", "市", "区", "街道", "社区"] = "区"
    office: str
    delegate: str | None = None
    partners: tuple[str, ...] = ()
    audience: tuple[
        Literal[
            "自然人", "企业法人", "事业法人", "社会组织法人", "非法人企业", "行政机关", "其他组织"
        ],
        ...,
    ]
    case_type: Literal["即办件", "承诺件"]
    statutory: Days | None = None
    promised: Days | None = None
    summary: str
    conditions: tuple[str, ...]
    forks: tuple[Fork, ...] = ()
    materials: tuple[Material, ...]
    online_steps: tuple[str | Step, ...] = ()
    window_steps: tuple[str | Step, ...] = ()
    pauses: tuple[str, ...] = ()
    visits: Count = 0  # type: ignore[valid-type]
    visit_reason: str | None = None
    in_person: str | None = None
    channels: tuple[Channel, ...]
    online_depth: str | None = None
    offers: tuple[Literal["预约", "代办", "网上支付", "一窗受理"], ...] = ()
    booking_rule: str | None = None
    marks: Marks = Marks()
    scope: str | None = None
    fee: Fee = Fee()
    themes: tuple[str, ...] = ()
    company_themes: tuple[str, ...] = ()
    places: tuple[Id, ...] = ()
    windows: tuple[Window, ...] = ()
    consult_phone: str | None = None
    complaint_phone: str | None = None
    result: str
    result_kind: Literal["证照", "批文", "证明", "资金", "其他"] | None = None
    result_licence: str | None = None
    result_e_licence: bool = False
    delivery: tuple[str, ...] = ()
    basis: tuple[LawSource | Basis | OfficeSource, ...]
    faq: tuple[Question, ...] = ()
    status: Literal["在用", "挂起", "取消", "草稿"] = "在用"
    source: OfficeSource
    sample: bool = False
    extra: dict[str, str] = {}  # noqa: RUF012 - pydantic copies its defaults

    @root_validator(skip_on_failure=True)
    def _can_be_asked(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The conversation rests on the forks; the guide's other rules are in matter_audit."""
        options = {fork.name: fork.options for fork in values["forks"]}
        if len(options) < len(values["forks"]):
            raise ValueError("情形的名称有重复")
        for material in values["materials"]:
            for fork, wanted in material.when.items():
                if not wanted or not set(wanted) <= set(options.get(fork, ())):
                    case = f"{fork}: {'、'.join(wanted)}"
                    raise ValueError(f"材料「{material.name}」的条件「{case}」不在情形选项里")
        return values

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that leads to this matter, the official one first."""
        return (self.name, *self.aliases)

    @property
    def open_to_video(self) -> bool:
        """Never where law wants the parties themselves there, whatever the channels say."""
        return self.status == "在用" and "视频办" in self.channels and not self.in_person

    def case_in(self, text: str) -> dict[str, str]:
        """What `text` says of the citizen's case: {fork name: option}, forks not told left out."""
        told = ((fork.name, fork.option_in(text)) for fork in self.forks)
        return {name: option for name, option in told if option}

    def checklist(self, case: Mapping[str, str]) -> tuple[Material, ...]:
        """The materials for `case` ({fork name: option}); forks not answered leave theirs in."""
        return tuple(material for material in self.materials if material.needed_in(case))

    def open_forks(self, case: Mapping[str, str]) -> tuple[Fork, ...]:
        """The forks not answered yet whose answer still changes the checklist, in order."""
        return tuple(
            fork for fork in self.forks if fork.name not in case and self._decides(fork, case)
        )

    def _decides(self, fork: Fork, case: Mapping[str, str]) -> bool:
        others = [other for other in self.forks if other.name not in case and other is not fork]
        for answers in product(*(other.options for other in others)):
            rest = {**case, **{o.name: a for o, a in zip(others, answers, strict=True)}}
            lists = [self.checklist({**rest, fork.name: option}) for option in fork.options]
            if any(checklist != lists[0] for checklist in lists):
                return True
        return False
