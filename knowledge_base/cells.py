"""Cells: a field of a record as the text that people read and edit in a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Union, get_args, get_origin

import yaml
from pydantic.fields import SHAPE_DICT, SHAPE_SINGLETON, ModelField

from knowledge_base.headings import HEADINGS, fields
from knowledge_base.matters import Days
from knowledge_base.model import LawSource, OfficeSource, Record
from knowledge_base.statutes import article_number

_YES, _NO = "是", "否"
_DAYS = re.compile(r"\s*([0-9]+)\s*个?\s*[（(]?\s*(工作日|自然日|日|天)\s*[）)]?\s*")
_AT_ONCE = ("当场办结", "即办", "即时办结", "马上办")
_LAW = re.compile(r"《([^《》]+)》\s*(第.+条(?:之[一二三四五六七八九十]+)?)")
_SAID_PLAINLY: set[type[Record]] = {Days, LawSource, OfficeSource}
"""Records that a line of plain words can say."""

_LINK = re.compile(r"(.*\S)\s+(https?://\S+)")


def cell(record: Record, name: str) -> str:
    """
    The field `name` as text; empty where it is what the model has by default.

    Plain words where they say all of it, else YAML under the headings of the sheet: what is read
    back is always what was written.
    """
    field = record.__fields__[name]
    value = getattr(record, name)
    if not field.required and value == field.default:
        return ""
    plain = _plainly(value)
    if plain is not None and _reads_as(field, plain, value):
        return plain
    return _yaml(value)


def read_cell(kind: type[Record], name: str, text: str) -> Any:
    """
    What `text` says of the field, for the model to check.

    Raises ValueError, in Chinese, when it is YAML that cannot be read.
    """
    field = kind.__fields__[name]
    if _is_plain_text(field):
        return text
    if _is_yaml(field, text):
        return _from_yaml(text, field)
    if _several(field):
        return [_read_one(field, line) for line in text.split("\n") if line.strip()]
    return _read_one(field, text.strip())


def _read_one(field: ModelField, text: str) -> Any:
    inside = _kinds(field)
    if bool in inside:
        return {_YES: True, _NO: False}.get(text, text)
    if Days in inside and str not in inside:
        return _days(text)
    if OfficeSource in inside:
        return _source(text, LawSource in inside)
    return text


def _days(text: str) -> Any:
    if text in _AT_ONCE:
        return {"days": 0}
    found = _DAYS.fullmatch(text)
    if not found:
        raise ValueError("时限请写成「5个工作日」「30个自然日」或「当场办结」")
    number, unit = found.groups()
    return {"days": int(number), "unit": "自然日" if unit == "自然日" else "工作日"}


def _source(text: str, may_be_law: bool) -> Any:
    law = _LAW.fullmatch(text) if may_be_law else None
    number = article_number(law[2]) if law else None
    if law and number:
        return {"law": law[1], "article": number}
    link = _LINK.fullmatch(text)
    return {"office": link[1], "url": link[2]} if link else {"office": text}


def _plainly(value: Any) -> str | None:
    """The value in plain words; None where they would not do."""
    match value:
        case bool():
            return _YES if value else _NO
        case str() | int() | date():
            return str(value)
        case Days():
            return str(value).replace(" ", "") if value.days else f"0个{value.unit}"
        case LawSource():
            head, _, tail = value.article.partition("之")
            return f"《{value.law}》第{head}条" + (f"之{tail}" if tail else "")
        case OfficeSource():
            return f"{value.office} {value.url}" if value.url else value.office
        case tuple():
            lines = [_plainly(one) for one in value]
            return "\n".join(line for line in lines if line) if all(lines) else None
    return None


def _reads_as(field: ModelField, text: str, value: Any) -> bool:
    """Whether the model makes of `text` the very value."""
    if _is_plain_text(field):
        return True
    if _is_yaml(field, text):
        return False
    try:
        given = (
            [_read_one(field, line) for line in text.split("\n") if line.strip()]
            if _several(field)
            else _read_one(field, text.strip())
        )
    except ValueError:
        return False
    made, errors = field.validate(given, {}, loc=field.name)
    return not errors and made == value


def _is_plain_text(field: ModelField) -> bool:
    """A text is its own cell, whatever it looks like."""
    return field.shape == SHAPE_SINGLETON and _kinds(field) == {str}


def _is_yaml(field: ModelField, text: str) -> bool:
    """Whether `text` is written in YAML: there is no other way, or it begins so."""
    records = _records(field)
    plain = str in _kinds(field) or bool(_SAID_PLAINLY & set(records))
    if field.shape == SHAPE_DICT or (records and not plain):
        return True
    headings = [f"{heading}:" for record in records for heading in fields(record)]
    return text.startswith(("- ", "[", *headings))


def _several(field: ModelField) -> bool:
    return get_origin(field.outer_type_) is tuple


def _kinds(field: ModelField) -> set[Any]:
    """The types a field or its items may have; subclasses of str count as str."""
    found = _inside(field.type_)
    return {str if isinstance(one, type) and issubclass(one, str) else one for one in found}


def _inside(kind: Any) -> Iterator[Any]:
    if get_origin(kind) in (Union, type(int | str)):
        for one in get_args(kind):
            yield from _inside(one)
    elif kind is not type(None):
        yield kind


def _yaml(value: Any) -> str:
    return yaml.dump(
        _named(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6
    ).rstrip("\n")


def _named(value: Any) -> Any:
    """The value with the headings of the sheet for the names of fields."""
    if isinstance(value, Record):
        return {
            HEADINGS[type(value)][name]: _named(getattr(value, name))
            for name, field in value.__fields__.items()
            if field.required or getattr(value, name) != field.default
        }
    if isinstance(value, tuple | list):
        return [_named(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _named(one) for key, one in value.items()}
    return str(value) if isinstance(value, str) else value


def _from_yaml(text: str, field: ModelField) -> Any:
    try:
        read = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"格子里第 {mark.line + 1} 行" if mark else "格子里"
        raise ValueError(f"{where}的写法有误，请照导出的表写") from None
    return _unnamed(read, _records(field))


def _unnamed(value: Any, kinds: list[type[Record]]) -> Any:
    """The value with the names of fields again; `kinds` are the records it may be."""
    if isinstance(value, list):
        return [_unnamed(one, kinds) for one in value]
    if not isinstance(value, dict) or not kinds:
        return value
    kind = max(kinds, key=lambda one: len(fields(one).keys() & value.keys()))
    names = fields(kind)
    return {
        names.get(key, key): _unnamed(one, _records_in(kind, names.get(key, key)))
        for key, one in value.items()
    }


def _records_in(kind: type[Record], name: str) -> list[type[Record]]:
    field = kind.__fields__.get(name)
    return _records(field) if field else []


def _records(field: ModelField) -> list[type[Record]]:
    """The records that a field or its items may be."""
    return [one for one in _kinds(field) if isinstance(one, type) and issubclass(one, Record)]


class _Loader(yaml.SafeLoader):
    """Days stay as they are written, for the model to read."""


def _as_written(loader: Any, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


class _Dumper(yaml.SafeDumper):
    """Block style for text of several lines: a clerk edits it as it reads."""


def _text(dumper: Any, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


_Dumper.add_representer(str, _text)

Cells = Mapping[str, str]
"""A row of a sheet: heading to text."""
