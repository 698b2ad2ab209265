"""A matter's guide told to a citizen: one thing asked, one response, one card."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.replies import OFFICIAL_NOTICE, named
from knowledge_base.asking import Field
from knowledge_base.bindings import fees, promised, visits
from knowledge_base.matters import Fork, Material, Matter
from knowledge_base.places import Place

MARKS = {
    "unasked": "免申即享",
    "instant": "秒批",
    "deferral": "容缺受理",
    "commitment": "告知承诺",
    "bundle": "一件事一次办",
}
"""Names of what saves a trip, in the order they are told: the greatest saving first."""

NEXT: dict[Field, str] = {
    "materials": "要带什么",
    "duration": "多久能办好",
    "place": "在哪办",
    "fee": "要钱吗",
    "online": "网上能办吗",
    "steps": "怎么办",
}
"""What a citizen is offered to ask next about a matter."""


@dataclass(frozen=True)
class Telling:
    """What to utter: a response of the domain, its values, and the card drawn beneath it."""

    response: str
    values: Mapping[str, str]
    card: Mapping[str, Any] = field(default_factory=dict)


def tell(matter: Matter, asked: Field, case: Mapping[str, str], places: Sequence[Place]) -> Telling:
    """
    Answer `asked` from the matter's record, what saves a trip first.

    case: the citizen's case, {fork: option}. places: where the matter is handled, in its order.
    """
    response, values, parts = _ABOUT[asked](matter, case, places)
    tags = saving_tags(matter)
    common = {
        "matter": matter.name,
        "lead": f"先说省事的：{'、'.join(tag['label'] for tag in tags)}。" if tags else "",
        "saves": "".join(f"{tag['label']}：{tag['text']}\n" for tag in tags),
        "note": f"{OFFICIAL_NOTICE}。" if matter.sample else "",
    }
    card = {
        "title": matter.name,
        "tags": tags if asked not in ("fee", "phone", "basis") else [],
        "notice": OFFICIAL_NOTICE if matter.sample else None,
        "checked_on": matter.checked_on.isoformat(),
    }
    return Telling(response, common | values, card | parts)


def ask_fork(matter: Matter, fork: Fork, case: Mapping[str, str], *, again: bool) -> Telling:
    """Ask for the one thing about the citizen's case that still changes the checklist."""
    return Telling(
        "utter_matter_fork_again" if again else "utter_matter_fork",
        {"matter": matter.name, "ask": fork.ask, "whose": _whose(matter, case)},
        {"title": matter.name, "tags": saving_tags(matter)},
    )


def saving_tags(matter: Matter) -> list[dict[str, str]]:
    """What saves the citizen a trip, the greatest saving first."""
    tags = [
        {"label": label, "text": text}
        for mark, label in MARKS.items()
        if (text := getattr(matter.marks, mark))
    ]
    if "网上" in matter.channels and matter.visits == 0:
        tags.append({"label": "全程网办", "text": "网上就能办完，一趟都不用跑"})
    waived = [material.e_licence for material in matter.materials if material.e_licence]
    if waived:
        tags.append(
            {"label": "免提交", "text": f"有电子证照的不用交：{'、'.join(dict.fromkeys(waived))}"}
        )
    if matter.open_to_video:
        tags.append({"label": "视频办", "text": "可以约个时间，对着手机跟工作人员办"})
    return tags


_Told = tuple[str, dict[str, str], dict[str, Any]]


def _guide(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    rows = [
        _row("办理时限", promised(matter)),
        _row("收费", _fee(matter)),
        _row("要跑几趟", visits(matter)),
        _row("怎么办理", "、".join(matter.channels)),
    ]
    values = {
        "summary": matter.summary,
        "promised": promised(matter),
        "fee": _fee(matter),
        "visits": visits(matter),
    }
    return "utter_matter_guide", values, {"rows": rows}


def _materials(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    checklist = matter.checklist(case)
    needed = [material for material in checklist if not material.waived]
    waived = [material for material in checklist if material.waived]
    items = [
        {"name": material.name, "detail": _detail(material), "waived": material.waived}
        for material in (*needed, *waived)
    ]
    values = {
        "whose": _whose(matter, case),
        "count": str(len(needed)),
        "waived": f"，另有 {len(waived)} 样不用交" if waived else "",
        "waived_names": "".join(f"{material.name}、" for material in waived).rstrip("、"),
        "materials": _numbered(
            [
                f"{item['name']}（{item['detail']}）" if item["detail"] else item["name"]
                for item in items
            ]
        ),
    }
    response = "utter_matter_materials" if needed else "utter_matter_materials_none"
    return response, values, {"checklist": items}


def _duration(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    rows = [_row("承诺时限", str(matter.promised or "还没有公布"))]
    if matter.statutory:
        rows.append(_row("法定时限", str(matter.statutory)))
    statutory = f"法定时限是 {matter.statutory}。\n" if matter.statutory else ""
    values = {"promised": promised(matter), "statutory": statutory}
    return "utter_matter_duration", values, {"rows": rows}


def _place(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    if not places:
        online = "、".join(channel for channel in matter.channels if channel != "窗口")
        return "utter_matter_place_none", {"online": f"可以{online}"}, {}
    rows = [_row(place.name, _whereabouts(place)) for place in places]
    values = {
        "places": "、".join(place.name for place in places[:3]) + ("等" if len(places) > 3 else ""),
        "details": "\n".join(f"{row['label']}：{row['value']}" for row in rows),
    }
    known = all(place.address for place in places)
    return "utter_matter_place_known" if known else "utter_matter_place", values, {"rows": rows}


def _fees(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    if not matter.fee.items:
        return "utter_matter_fee_free", {}, {"rows": [_row("收费", "不收费")]}
    rows = [
        _row(item.name, item.standard + (f"（{item.waiver}）" if item.waiver else ""))
        for item in matter.fee.items
    ]
    return "utter_matter_fee", {"fees": fees(matter)}, {"rows": rows}


def _online(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    values = {"visits": visits(matter)}
    if "网上" in matter.channels:
        values["steps"] = _numbered(matter.online_steps)
        return "utter_matter_online", values, {"steps": list(map(str, matter.online_steps))}
    values["reason"] = matter.in_person or matter.visit_reason or ""
    rows = [_row("怎么办理", "、".join(matter.channels))]
    return "utter_matter_online_no", values, {"rows": rows}


def _steps(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    steps = matter.online_steps or matter.window_steps
    values = {"count": str(len(steps)), "steps": _numbered(steps)}
    return "utter_matter_steps", values, {"steps": list(map(str, steps))}


def _conditions(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    values = {"conditions": _numbered(matter.conditions)}
    return "utter_matter_conditions", values, {"steps": list(matter.conditions)}


def _proxy(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    """Whether somebody else may go, which the checklist knows by a fork with such an option."""
    if matter.in_person:
        return "utter_matter_proxy_no", {"why": matter.in_person}, {}
    for fork in matter.forks:
        option = next((one for one in fork.options if _BY_OTHERS.search(one)), None)
        if option is None:
            continue
        theirs = [m.name for m in matter.materials if option in m.when.get(fork.name, ())]
        more = f"要多带：{'、'.join(theirs)}。" if theirs else "带上您和代办人的身份证件。"
        rows = [_row(option, "可以"), *(_row("要多带", name) for name in theirs)]
        return "utter_matter_proxy", {"by": option, "more": more}, {"rows": rows}
    ways = [{"name": "12345", "text": "政务服务便民热线"}]
    return "utter_matter_proxy_unknown", {}, {"ways": ways}


_BY_OTHERS = re.compile("代办|监护人|近亲属")


def _phone(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    if matter.consult_phone is None:
        ways = [{"name": "12345", "text": "政务服务便民热线"}]
        return "utter_matter_phone_none", {}, {"ways": ways}
    rows = [_row("咨询电话", matter.consult_phone)]
    if matter.complaint_phone:
        rows.append(_row("投诉电话", matter.complaint_phone))
    return "utter_matter_phone", {"phone": matter.consult_phone}, {"rows": rows}


def _video(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    if matter.open_to_video:
        return "utter_matter_video", {}, {}
    values = {"why": matter.in_person or "", "channels": "、".join(matter.channels)}
    return "utter_matter_video_no", values, {"rows": [_row("怎么办理", values["channels"])]}


def _result(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    e_licence = "，同时有电子证照，和纸质的一样用" if matter.result_e_licence else ""
    rows = [_row("办理结果", matter.result)]
    return "utter_matter_result", {"result": matter.result, "e_licence": e_licence}, {"rows": rows}


def _basis(matter: Matter, case: Mapping[str, str], places: Sequence[Place]) -> _Told:
    return "utter_matter_basis", {"basis": "、".join(named(source) for source in matter.basis)}, {}


_ABOUT = {
    "guide": _guide,
    "materials": _materials,
    "duration": _duration,
    "place": _place,
    "fee": _fees,
    "online": _online,
    "steps": _steps,
    "conditions": _conditions,
    "proxy": _proxy,
    "phone": _phone,
    "video": _video,
    "result": _result,
    "basis": _basis,
}


def _whose(matter: Matter, case: Mapping[str, str]) -> str:
    """The case as it was told, in the forks' order: （在深圳就业，代办）."""
    told = [case[fork.name] for fork in matter.forks if fork.name in case]
    return f"（{'，'.join(told)}）" if told else ""


def _detail(material: Material) -> str:
    if material.e_licence:
        return f"有电子{material.e_licence}的不用交"
    if material.form == "系统自动获取无需提交":
        return "系统自动核对，不用交"
    parts = []
    if material.originals:
        parts.append(f"原件 {material.originals} 份")
    if material.copies:
        parts.append(f"复印件 {material.copies} 份")
    if material.necessity == "容缺后补":
        parts.append("可以先办后补")
    if material.necessity == "非必要":
        parts.append("有就带，没有也能办")
    if material.note:
        parts.append(material.note)
    return "，".join(parts)


def _fee(matter: Matter) -> str:
    return "要收费" if matter.fee.items else "不收费"


def _whereabouts(place: Place) -> str:
    known = [part for part in (place.address, place.hours, place.phone) if part]
    return "，".join(known) if known else "地址和时间还在核对，请拨 12345 问最近的一处"


def _numbered(lines: Sequence[object]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def _row(label: str, value: str) -> dict[str, str]:
    return {"label": label, "value": value}
