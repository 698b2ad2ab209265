"""
Forms that mirror a record: what the inputs show, what came back, and the record it makes.

An input is called like the place of its field, `materials.2.name`, and so is its error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import SHAPE_DICT, SHAPE_TUPLE_ELLIPSIS, ModelField

from console.posted import Posted
from console.wording import BLANK, said
from knowledge_base.cells import cell, read_cell
from knowledge_base.matters import Matter
from knowledge_base.model import LawSource, OfficeSource, Record
from knowledge_base.statutes import article_number

R = TypeVar("R", bound=Record)

Values = dict[str, Any]
"""By field: a text, a flag, a list of texts, a Values, or a list of Values (rows)."""
Errors = dict[str, str]
"""By place: what is wrong there, in Chinese."""

_SOURCE = {"law": "name", "article": "detail", "office": "name", "url": "detail"}
_WHOLE_ROW = {"forks": "options"}  # where a row shows what is wrong with all of it
_NO_DATE = "?"


WRITTEN: dict[type[Record], frozenset[str]] = {
    Matter: frozenset(
        {
            "base_code",
            "item_code",
            "edition",
            "delegate",
            "partners",
            "online_steps",
            "window_steps",
            "pauses",
            "online_depth",
            "offers",
            "booking_rule",
            "themes",
            "company_themes",
            "windows",
            "result_kind",
            "result_licence",
            "delivery",
            "basis",
            "extra",
        }
    )
}
"""Fields whose one input holds what a sheet would have in the cell, see knowledge_base/cells.py."""


class Wrong(Exception):
    """What was filled in makes no record; `errors` says where and why."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = errors


def shown(record: Record) -> Values:
    """What the inputs show for `record`."""
    kind = type(record)
    return {name: _input(record, field) for name, field in kind.__fields__.items()}


def blank(kind: type[Record]) -> Values:
    """What the inputs of a new record show: its defaults."""
    written = WRITTEN.get(kind, ())
    return {n: "" if n in written else _blank(field) for n, field in kind.__fields__.items()}


def blank_source() -> Values:
    return {"kind": "office", "name": "", "detail": ""}


def filled(kind: type[Record], form: Posted, prefix: str = "") -> Values:
    """What the inputs of a form showed when it was sent; rows left blank are left out."""
    written = WRITTEN.get(kind, ())
    return {
        name: form.text(prefix + name) if name in written else _filled(field, form, prefix + name)
        for name, field in kind.__fields__.items()
    }


def record(
    kind: type[R],
    values: Values,
    fixed: dict[str, Any],
    place_of: Callable[[str, Values], str],
) -> R:
    """
    The record that `values` make together with the `fixed` fields no input shows.

    place_of: the place of an error that pydantic reports for the whole record, by its message.
    Raises Wrong.
    """
    errors: Errors = {}
    data = _data(kind, {n: v for n, v in values.items() if n not in fixed}, errors, "") | fixed
    try:
        made = kind.parse_obj(data)
    except ValidationError as error:
        for one in error.errors():
            place, sentence = _placed(one, values, place_of)
            if not any(known == place or known.startswith(place + ".") for known in errors):
                errors[place] = sentence
        raise Wrong(errors) from None
    if errors:
        raise Wrong(errors)
    return made


def by_key(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """`key=value` pairs, as the inputs of a mapping hold them, gathered by key."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        found[key] = (*found.get(key, ()), value)
    return found


def choices(kind: type[Record], name: str) -> tuple[str, ...]:
    """What a field offers to choose from."""
    offered = kind.__fields__[name].type_
    assert get_origin(offered) is Literal, f"{name} is no choice"
    return get_args(offered)


def _input(record: Record, field: ModelField) -> Any:
    value = getattr(record, field.name)
    if field.name in WRITTEN.get(type(record), ()):
        return cell(record, field.name)
    return _blank(field) if value is None else _shown(value)


def _shown(value: Any) -> Any:
    if isinstance(value, LawSource):
        return {"kind": "law", "name": value.law, "detail": value.article}
    if isinstance(value, OfficeSource):
        return {"kind": "office", "name": value.office, "detail": value.url or ""}
    if isinstance(value, Record):
        return shown(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return [f"{key}={one}" for key, some in value.items() for one in some]
    if isinstance(value, tuple):
        return [_shown(one) for one in value]
    return str(value)


def _blank(field: ModelField) -> Any:
    if not field.required and field.default is not None:
        return _shown(field.default)
    if _several(field):
        return []
    if _is_source(field):
        return blank_source()
    return blank(field.type_) if _is_record(field) else ""


def _filled(field: ModelField, form: Posted, place: str) -> Any:
    if _is_source(field) or _is_record(field):
        if not _several(field):
            return _filled_row(field, form, place)
        rows = (_filled_row(field, form, f"{place}.{key}") for key in form.rows(place))
        return [row for row in rows if not _left_blank(field, row)]
    if _several(field):
        return form.lines(place)
    return form.text(place) != "" if field.type_ is bool else form.text(place)


def _filled_row(field: ModelField, form: Posted, place: str) -> Values:
    if not _is_source(field):
        return filled(field.type_, form, place + ".")
    kind = "law" if form.text(f"{place}.kind") == "law" else "office"
    return {
        "kind": kind,
        "name": form.text(f"{place}.name"),
        "detail": form.text(f"{place}.detail"),
    }


def _left_blank(field: ModelField, row: Values) -> bool:
    """Whether nothing was typed into a row: choices and counts stand there from the start."""
    if _is_source(field):
        return not row["name"] and not row["detail"]
    fields = field.type_.__fields__
    typed = [name for name in fields if fields[name].type_ is str]
    return not any(row[name] for name in typed or ("days",))


def _data(kind: type[Record], values: Values, errors: Errors, place: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, field in kind.__fields__.items():
        if name not in values:
            continue
        given, here = values[name], place + name
        if name in WRITTEN.get(kind, ()):
            _write(kind, name, given, data, errors, here)
        elif _is_source(field):
            rows = given if _several(field) else [given]
            keys = [f"{here}.{n}" for n in range(len(rows))] if _several(field) else [here]
            made = [_source(row, errors, key) for row, key in zip(rows, keys, strict=True)]
            if None not in made:
                data[name] = made if _several(field) else made[0]
        elif _is_record(field) and _several(field):
            data[name] = [
                _data(field.type_, row, errors, f"{here}.{n}.") for n, row in enumerate(given)
            ]
        elif _is_record(field):
            absent = field.allow_none and _left_blank(field, given)
            data[name] = None if absent else _data(field.type_, given, errors, here + ".")
        elif field.shape == SHAPE_DICT:
            data[name] = by_key(given)
        elif given == "" and field.required:
            errors[here] = BLANK
        elif given != "":
            data[name] = _day(given) if field.type_ is date else given
    return data


def _write(
    kind: type[Record], name: str, text: str, data: dict[str, Any], errors: Errors, place: str
) -> None:
    if text:
        try:
            data[name] = read_cell(kind, name, text)
        except ValueError as error:
            errors[place] = str(error)
    elif kind.__fields__[name].required:
        data[name] = ()


def _source(row: Values, errors: Errors, place: str) -> LawSource | OfficeSource | None:
    name, detail = row["name"], row["detail"]
    if not name:
        errors[f"{place}.name"] = BLANK
    if row["kind"] == "law":
        if not detail:
            errors[f"{place}.detail"] = "请写条号，如 1079"
    elif detail and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", detail):
        errors[f"{place}.detail"] = "网址要以 https:// 或 http:// 开头"
    if any(known.startswith(place + ".") for known in errors):
        return None
    try:
        if row["kind"] == "law":
            return LawSource(law=_bare(name), article=article_number(detail) or detail)
        return OfficeSource(office=name, url=detail or None)
    except ValidationError as error:
        for one in error.errors():
            field = str(one["loc"][0])
            errors[f"{place}.{_SOURCE.get(field, 'detail')}"] = said(one)
        return None


def _bare(law: str) -> str:
    return re.sub(r"[《》]", "", law).strip()


def _day(text: str) -> date | str:
    """pydantic would take 20261123 for seconds since 1970."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return _NO_DATE


def _placed(error: Any, values: Values, place_of: Callable[[str, Values], str]) -> tuple[str, str]:
    """The place of one of pydantic's errors, and the sentence that stands there."""
    parts, sentence = [str(part) for part in error["loc"]], said(error)
    if parts == ["__root__"]:
        return place_of(sentence, values), sentence
    if parts[-1] == "__root__":
        parts[-1] = _WHOLE_ROW.get(parts[0], "name")
    if parts[-1].isdecimal():  # a line of a text with one item a line
        return ".".join(parts[:-1]), f"第 {int(parts[-1]) + 1} 行：{sentence}"
    return ".".join(parts), sentence


def _several(field: ModelField) -> bool:
    return field.shape in (SHAPE_TUPLE_ELLIPSIS, SHAPE_DICT)


def _is_record(field: ModelField) -> bool:
    return isinstance(field.type_, type) and issubclass(field.type_, Record)


def _is_source(field: ModelField) -> bool:
    return field.type_ is OfficeSource or OfficeSource in get_args(field.type_)
