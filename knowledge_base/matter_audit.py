"""Whether a matter's guide agrees with itself, with the law, and with the other guides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from knowledge_base import citations, credit_code
from knowledge_base.findings import Finding, Weight
from knowledge_base.matters import Basis, Days, Matter
from knowledge_base.model import LawSource
from knowledge_base.statutes import NoProvision, Statutes, UnknownLaw
from knowledge_base.typed_numbers import typed_numbers

RULES = {
    "case_type": "即办件与承诺时限对得上",
    "promised_longer": "承诺时限不长于法定时限",
    "no_limit": "承诺时限写明了",
    "visit_reason": "要到现场的写明原因",
    "online_visits": "全程网办的不用到现场",
    "no_way": "不用到现场的，能网办或者能寄",
    "in_person": "须本人到场的不开视频办",
    "fee": "收费的写明依据、项目和标准",
    "free_payment": "不收费的没有网上支付",
    "phones": "咨询电话和投诉电话不是同一个",
    "audience": "服务对象和主题分类对得上",
    "faq": "行政许可有常见问题",
    "licence": "发证的写明证照名称",
    "material_name": "材料名称说得出是什么",
    "deferral": "容缺受理和材料的必要性对得上",
    "own_words": "说明和问答里的数字与栏目一致",
    "basis_article": "法律依据写明第几条",
    "basis_in_force": "依据在当天有效",
    "code": "编码的位数和校验位",
    "twin_code": "业务办理项编码不重复",
}
"""The rules by name, each as what ought to be; 标准化排查 of the national element standard."""

_NOTHING = re.compile(r"[无／/\-—－]+")
_LICENCE = re.compile("((?<!凭)证|证书|执照)(（[^）]*）)?$")
_NAMELESS = re.compile("((相关|其他|其它|有关)的?)+(证明)?(材料|资料|文件|证明|证件)")
_STATUTE = re.compile("(法|条例|规定|办法|细则|规则)(（[^）]*）)?》?$")
_AT_HOME = {"网上", "快递", "视频办", "上门办"}


def audit(matters: Iterable[Matter], statutes: Statutes, day: date) -> list[Finding]:
    """What is wrong with the guides on `day`; those of cancelled matters are left alone."""
    live = [matter for matter in matters if matter.status != "取消"]
    return [
        *(finding for matter in live for finding in check(matter)),
        *(finding for matter in live for finding in _basis(matter, statutes, day)),
        *(finding for matter in live for finding in _own_words(matter, statutes, day)),
        *_twin_codes(live),
    ]


def check(matter: Matter) -> Iterator[Finding]:
    """What the guide alone tells: its fields against one another."""
    for rule in _RULES:
        for name, field, message, mend, weight in rule(matter):
            yield Finding(matter.id, field, name, message, mend, weight)


_Found = Iterator[tuple[str, str, str, str, Weight]]
"""rule, field, message, mend, weight"""


def _limits(matter: Matter) -> _Found:
    promised, statutory = matter.promised, matter.statutory
    if promised is None:
        message = "没有写承诺时限，小福只能说还没有公布。"
        yield "no_limit", "promised", message, "请向实施部门核实后补上。", "warning"
        return
    if (matter.case_type == "即办件") != (promised.days == 0):
        message = f"{matter.case_type}的承诺时限写着 {promised.days} 天。"
        mend = "即办件的承诺时限是 0 天，承诺件的大于 0 天，请改一处。"
        yield "case_type", "promised.days", message, mend, "error"
    if statutory and _natural(promised) > _natural(statutory):
        message = f"承诺时限 {promised.days} 天比法定 {statutory.days} 天还长。"
        weight: Weight = "error"
        if promised.unit != statutory.unit:  # how many days it really is hangs on the holidays
            message, weight = f"承诺 {promised}，比法定 {statutory}还长。", "warning"
        yield "promised_longer", "promised.days", message, "请核对两个时限和单位。", weight


def _presence(matter: Matter) -> _Found:
    if matter.visits and not matter.visit_reason:
        message = f"要到现场 {matter.visits} 次，没有写必须到现场的原因。"
        yield "visit_reason", "visit_reason", message, "请写明原因；不必到的，次数改 0。", "error"
    if matter.visits and "全程" in (matter.online_depth or ""):
        message = f"网上办理深度是「{matter.online_depth}」，却要到现场 {matter.visits} 次。"
        yield "online_visits", "visits", message, "次数改 0，或者改网上办理深度。", "error"
    if not matter.visits and not _AT_HOME & set(matter.channels):
        message = "不用到现场，又不能网上办，也不能寄。"
        mend = "请在办理形式里补上快递或网上，或者写明要到现场几次。"
        yield "no_way", "channels", message, mend, "warning"
    if matter.in_person and "视频办" in matter.channels:
        message = "须本人到场的事项不能开视频办。"
        yield "in_person", "in_person", message, "请从办理形式里去掉视频办。", "error"


def _money(matter: Matter) -> _Found:
    fee = matter.fee
    if fee.items and not fee.basis:
        yield "fee", "fee.basis", "收费，没有写收费依据。", "请写明依据哪个文件收费。", "error"
    for place, item in enumerate(fee.items):
        if _NOTHING.fullmatch(item.standard):
            message = f"「{item.name}」没有写收费标准。"
            mend = "请写明标准；没公布的，写以窗口公布的为准。"
            yield "fee", f"fee.items.{place}.standard", message, mend, "error"
    if fee.basis and not fee.items and not _NOTHING.fullmatch(fee.basis):
        message = "写了收费依据，没有收费项目。"
        yield "fee", "fee.items", message, "收费的补上项目和标准，不收的去掉依据。", "warning"
    if not fee.items and "网上支付" in matter.offers:
        message = "不收费，却开了网上支付。"
        yield "free_payment", "offers", message, "请去掉网上支付，或者补上收费项目。", "warning"


def _people(matter: Matter) -> _Found:
    consult, complaint = matter.consult_phone, matter.complaint_phone
    if consult and complaint and _digits(consult) == _digits(complaint):
        message = f"咨询电话和投诉电话都是 {consult}。"
        yield "phones", "complaint_phone", message, "请写各自的号码，没有就空着。", "warning"
    if matter.themes or matter.company_themes:
        for field, themes, theirs, who in (
            ("themes", matter.themes, "自然人" in matter.audience, "自然人"),
            ("company_themes", matter.company_themes, {*matter.audience} - {"自然人"}, "法人"),
        ):
            if bool(themes) != bool(theirs):
                message = f"有{who}的主题分类，服务对象里没有{who}。"
                if theirs:
                    message = f"服务对象里有{who}，没有{who}的主题分类。"
                yield "audience", field, message, "请核对服务对象和主题分类。", "warning"
    if matter.kind == "行政许可" and not matter.faq:
        message = "行政许可至少要有一个常见问题。"
        yield "faq", "faq", message, "请把窗口最常被问到的写上。", "warning"


def _papers(matter: Matter) -> _Found:
    if _LICENCE.search(matter.result) and not matter.result_licence:
        message = f"办成拿到「{matter.result}」，没有写是哪一种证照。"
        yield "licence", "result_licence", message, "请写上证照的正式名称。", "warning"
    for place, material in enumerate(matter.materials):
        if _NAMELESS.fullmatch(material.name):
            message = f"材料「{material.name}」说不清要带什么。"
            yield "material_name", f"materials.{place}.name", message, "请写具体名称。", "warning"
        if material.necessity == "必要" and re.search("容缺|后补", material.note or ""):
            message = f"材料「{material.name}」是必要的，说明里却写可以后补。"
            mend = "请把必要性改成容缺后补，或者改说明。"
            yield "deferral", f"materials.{place}.necessity", message, mend, "warning"
    deferred = any(material.necessity == "容缺后补" for material in matter.materials)
    if matter.marks.deferral and not deferred:
        message = "写了容缺受理，没有一样材料可以后补。"
        mend = "请标出哪些材料容缺后补，或者去掉容缺受理。"
        yield "deferral", "marks.deferral", message, mend, "warning"


def _codes(matter: Matter) -> _Found:
    for field, code, length in (
        ("base_code", matter.base_code, 12),
        ("code", matter.code, 31),
        ("item_code", matter.item_code, 33),
    ):
        if code and not re.fullmatch(rf"[0-9A-Z]{{{length}}}", code):
            message = f"编码「{code}」有 {len(code)} 位，应当是 {length} 位数字和大写字母。"
            yield "code", field, message, "请照事项目录重新抄一遍。", "warning"
    code, base, item = matter.code or "", matter.base_code or "", matter.item_code or ""
    owner = (code or item)[: credit_code.LENGTH]
    if owner and not credit_code.is_valid(owner):
        message = f"编码开头的统一社会信用代码「{owner}」校验位不对。"
        yield "code", "code" if code else "item_code", message, "请核对实施主体的代码。", "warning"
    if code and base and not code.endswith(base):
        message = "实施编码的最后 12 位不是基本编码。"
        yield "code", "code", message, "请核对两个编码。", "warning"
    if code and item and not item.startswith(code):
        message = "业务办理项编码的前 31 位不是实施编码。"
        yield "code", "item_code", message, "请核对两个编码。", "warning"


_RULES = (_limits, _presence, _money, _people, _papers, _codes)


def _basis(matter: Matter, statutes: Statutes, day: date) -> Iterator[Finding]:
    """What the matter rests on is in force, and says where."""
    for place, basis in enumerate(matter.basis):
        field = f"basis.{place}"
        if isinstance(basis, LawSource):
            message = _why_not(basis.law, basis.article, statutes, day)
        elif isinstance(basis, Basis):
            message = _not_in_force(basis, statutes, day)
            if basis.article is None and _STATUTE.search(basis.title):
                said, mend = f"依据「{basis.title}」没有写第几条。", "请补上条号。"
                yield Finding(matter.id, field, "basis_article", said, mend, "warning")
        else:
            continue
        if message:
            yield Finding(matter.id, field, "basis_in_force", message, "请改成现行有效的依据。")


def _own_words(matter: Matter, statutes: Statutes, day: date) -> Iterator[Finding]:
    """What the guide says in words agrees with what it says in fields."""
    lawful = citations.numbers_of(matter.basis, statutes, day)
    said = {"summary": matter.summary}
    said |= {f"faq.{n}.answer": one.answer for n, one in enumerate(matter.faq)}
    for field, text in said.items():
        for one in typed_numbers(text, matter, lawful):
            if not one.agrees:
                message = f"这里写着「{one.said}」，前面的栏目里是：{one.says}。"
                yield Finding(
                    matter.id, field, "own_words", message, "请核对哪个对，改一处。", "warning"
                )


def _why_not(law: str, article: str, statutes: Statutes, day: date) -> str | None:
    try:
        provision = statutes.provision(law, article, day)
    except NoProvision as refusal:
        return str(refusal)
    return None if provision.law == law else f"「{law}」的正式名称是「{provision.law}」。"


def _not_in_force(basis: Basis, statutes: Statutes, day: date) -> str | None:
    if basis.effective_from and basis.effective_from > day:
        return f"依据「{basis.title}」到 {basis.effective_from} 才施行。"
    try:
        statutes.last_article(basis.title, day)
    except UnknownLaw:
        return None  # a document the law file never has
    except NoProvision as refusal:
        return str(refusal)
    return None


def _twin_codes(matters: Iterable[Matter]) -> Iterator[Finding]:
    coded = [one for one in matters if one.status == "在用" and one.item_code]
    counts = Counter(one.item_code for one in coded)
    for matter in coded:
        if counts[matter.item_code] > 1:
            message = (
                f"业务办理项编码 {matter.item_code} 有 {counts[matter.item_code]} 个在用事项在用。"
            )
            mend = "请核对是不是同一件事，留一个，其余改编码或者取消。"
            yield Finding(matter.id, "item_code", "twin_code", message, mend)


def _natural(limit: Days) -> Fraction:
    """The limit in days: five working days are about seven."""
    return Fraction(int(limit.days)) * (Fraction(7, 5) if limit.unit == "工作日" else 1)


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)
