"""Matters as 广东政务服务网 hands them over: a JSON object each, 「无」 for nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from knowledge_base.cells import read_cell
from knowledge_base.matters import Kind, Matter

_NOTHING = ("", "无", "暂无", "无。", "/", None)
_READ = frozenset(
    {
        "TASK_CODE",
        "TASK_NAME",
        "DEPT_NAME",
        "matter_type",
        "matter_short",
        "matter_daily",
        "matter_level",
        "co_department",
        "visit_number",
        "handle_location",
        "handle_time",
        "handle_time_limit",
        "accept_standard",
        "consult_phone",
        "complain_phone",
        "courier_service",
        "ONLINECHECK",
        "theme_category",
        "service_object_name",
        "material_intro",
        "URL",
    }
)
"""What has a field of its own; the rest is kept as `extra`, so that nothing is lost."""

_PEOPLE = "自然人"


def matter(row: Mapping[str, Any], checked_on: date) -> tuple[dict[str, Any], tuple[str, ...]]:
    """
    The data of a Matter, and what was odd about the row or left out by it.

    checked_on: when the row was taken from the portal. The matter is a sample until an office has
    looked at it.
    """
    warnings: list[str] = []
    code = str(row["TASK_CODE"])
    name, office = _text(row, "TASK_NAME"), _text(row, "DEPT_NAME")
    audience = _list(row, "service_object_name")
    themes = _list(row, "theme_category")
    promised = _days(row, "handle_time_limit", "承诺办结时限", warnings)
    visits = _number(row, "visit_number", warnings)
    link = _text(row, "URL")
    data = {
        "id": "gd-" + re.sub("[^0-9a-z]+", "-", code.lower()).strip("-"),
        "name": name,
        "aliases": _aliases(row, name),
        "base_code": code[19:31] or None,
        "code": code[:31],
        "item_code": code if len(code) == 33 else None,
        "kind": _kind(row, warnings),
        "level": {"省级": "省", "市级": "市", "区级": "区"}.get(_text(row, "matter_level"), "省"),
        "office": office,
        "partners": [text for text in [_text(row, "co_department")] if text],
        "audience": audience,
        "case_type": "即办件" if promised == {"days": 0} else "承诺件",
        "statutory": _days(row, "handle_time", "法定办结时限", warnings),
        "promised": promised,
        "summary": f"{name}，由{office}办理。",
        "conditions": _lines(row, "accept_standard"),
        "materials": [{"name": one} for one in dict.fromkeys(_list(row, "material_intro"))],
        "visits": visits,
        "channels": _channels(row),
        "themes": themes if _PEOPLE in audience else (),
        "company_themes": themes if set(audience) - {_PEOPLE} else (),
        "windows": _windows(row),
        "consult_phone": _text(row, "consult_phone") or None,
        "complaint_phone": _text(row, "complain_phone") or None,
        "result": "原资料没有写明，以办理部门答复为准",
        "basis": (),
        "source": {"office": office, "url": link if link.startswith("http") else None},
        "sample": True,
        "extra": {key: str(row[key]) for key in row if key not in _READ and _text(row, key)},
        "checked_on": checked_on,
        "review_by": checked_on,
    }
    if not data["conditions"]:
        warnings.append("没有受理条件")
    if not data["materials"]:
        warnings.append("没有材料")
    warnings += ["没有设定依据", "没有审批结果"]
    return {key: value for key, value in data.items() if value is not None}, tuple(warnings)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return "" if value in _NOTHING else str(value).strip()


def _list(row: Mapping[str, Any], key: str) -> list[str]:
    value = row.get(key)
    texts = value if isinstance(value, list) else [value]
    return [text.strip() for text in texts if text not in _NOTHING and text.strip()]


def _lines(row: Mapping[str, Any], key: str) -> list[str]:
    return [line.strip() for line in _text(row, key).splitlines() if line.strip()]


def _aliases(row: Mapping[str, Any], name: str) -> list[str]:
    said = ",".join(_text(row, key) for key in ("matter_short", "matter_daily"))
    words = (word.strip() for word in re.split("[,，、;；\n]", said))
    return [word for word in dict.fromkeys(words) if word and word != name]


def _kind(row: Mapping[str, Any], warnings: list[str]) -> str:
    said = _text(row, "matter_type")
    if said not in get_args(Kind):
        warnings.append(f"事项类型「{said}」不在国家标准里，先记作公共服务")
        return "公共服务"
    return said


def _days(row: Mapping[str, Any], key: str, said: str, warnings: list[str]) -> Any:
    text = _text(row, key)
    if not text:
        warnings.append(f"没有{said}")
        return None
    try:
        return read_cell(Matter, "promised", text)
    except ValueError:
        warnings.append(f"{said}「{text}」读不懂，没有带进来")
        return None


def _number(row: Mapping[str, Any], key: str, warnings: list[str]) -> int:
    text = _text(row, key)
    if not text.isdecimal():
        warnings.append("到现场次数没有写，先记作 0")
        return 0
    return int(text)


def _channels(row: Mapping[str, Any]) -> list[str]:
    window = _text(row, "handle_location") != "无线下办理窗口"
    found = {
        "窗口": window,
        "网上": _text(row, "ONLINECHECK") == "1",
        "快递": _text(row, "courier_service") == "是",
    }
    return [channel for channel, there in found.items() if there]


def _windows(row: Mapping[str, Any]) -> list[dict[str, str]]:
    place = _text(row, "handle_location").removeprefix("办理地点：")
    return [{"name": "办理窗口", "address": place}] if place and "无线下" not in place else []
