"""Content as files to review in git: YAML for entries and matters, CSV for places and topics."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from knowledge_base import bindings
from knowledge_base.entries import Entry
from knowledge_base.matters import Matter
from knowledge_base.model import Dated, Record
from knowledge_base.places import Place

try:
    from yaml import CSafeDumper as SafeDumper
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # a PyYAML built without libyaml: the same result, slower
    from yaml import SafeDumper, SafeLoader  # type: ignore[assignment]

R = TypeVar("R", bound=Record)


class Topic(Record):
    """A shelf: `kind` qa or matters, `id` its file or folder, `title` what people read."""

    kind: str
    id: str
    title: str


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file, where, and what to do; `line` counts from 1."""

    file: Path
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file} 第 {self.line} 行"
        return (
            f"{place}「{self.field}」：{self.message}" if self.field else f"{place}：{self.message}"
        )


class ContentError(Exception):
    """Some content cannot be read; `problems` names every place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Content:
    """
    Everything a content folder holds.

    entries, matters: by topic, in file order (the order of ids).
    """

    topics: tuple[Topic, ...]
    places: tuple[Place, ...]
    entries: dict[str, tuple[Entry, ...]]
    matters: dict[str, tuple[Matter, ...]]


def read(folder: Path) -> Content:
    """Read a content folder, or raise ContentError with every problem in it."""
    problems: list[Problem] = []
    topics = _collect(read_csv, folder / "topics.csv", Topic, problems)
    places = _collect(read_csv, folder / "places.csv", Place, problems)
    asked = {path: _collect(read_yaml, path, Entry, problems) for path in _entry_files(folder)}
    guides = {path: _collect(read_yaml, path, Matter, problems) for path in _matter_files(folder)}
    problems += [*_twice(asked), *_twice(guides), *_unbound(asked, guides, places)]
    if problems:
        raise ContentError(problems)
    matters: dict[str, tuple[Matter, ...]] = {}
    for path, found in guides.items():
        matters[path.parent.name] = matters.get(path.parent.name, ()) + found
    return Content(topics, places, {path.stem: found for path, found in asked.items()}, matters)


def write(content: Content, folder: Path) -> None:
    """
    Write a content folder; what is read from it and written again has the same bytes.

    Files of entries and matters that `content` no longer has are removed.
    """
    texts = {
        folder / "topics.csv": dump_csv(Topic, content.topics),
        folder / "places.csv": dump_csv(Place, content.places),
    }
    for topic, entries in content.entries.items():
        in_order = sorted(entries, key=lambda entry: entry.id)
        texts[folder / "qa" / f"{topic}.yml"] = dump_yaml(in_order)
    for theme, matters in content.matters.items():
        for matter in matters:
            texts[folder / "matters" / theme / f"{matter.id}.yml"] = dump_yaml([matter])
    for path, text in texts.items():
        _write(path, text)
    for path in {*_entry_files(folder), *_matter_files(folder)} - texts.keys():
        path.unlink()  # retired or renamed: left behind, it would be loaded again


def read_yaml(path: Path, kind: type[R]) -> tuple[R, ...]:
    """Read a file of one record or a list of them; raise ContentError with line and field."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=SafeLoader)
    except UnicodeDecodeError:
        raise ContentError([_not_utf8(path)]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError([Problem(path, line, "", f"YAML 写法有误（{error.problem}）")]) from None
    except yaml.YAMLError as error:
        raise ContentError([Problem(path, 1, "", f"YAML 里有不能用的字符（{error}）")]) from None
    if node is None:
        return ()
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    records: list[R] = []
    problems: list[Problem] = []
    for item in nodes:
        if not isinstance(item, yaml.MappingNode):
            problems.append(Problem(path, item.start_mark.line + 1, "", "这里应是「字段: 内容」"))
            continue
        problems += _repeated_keys(path, item)
        try:
            records.append(kind.parse_obj(_value(item)))
        except ValidationError as error:
            problems += _problems(path, item, error)
        except (ValueError, yaml.YAMLError) as error:
            said = getattr(error, "problem", None) or error
            problems.append(Problem(path, item.start_mark.line + 1, "", f"读不懂（{said}）"))
    if problems:
        raise ContentError(problems)
    return tuple(records)


def dump_yaml(records: Sequence[Record]) -> str:
    """The canonical text: fields in the model's order, defaults left out, no line folded."""
    plain = [_plain(record) for record in records]
    data = plain[0] if len(plain) == 1 and isinstance(records[0], Matter) else plain
    return yaml.dump(
        data,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=10**6,
        default_flow_style=False,
    )


def read_csv(path: Path, kind: type[R]) -> tuple[R, ...]:
    """Read a table with the record's fields as its header; `a；b` in a cell is a list."""
    records: list[R] = []
    problems: list[Problem] = []
    for line, row in _rows(path):
        cells = {name: cell for name, cell in row.items() if cell}
        listed = {name for name in cells if name in kind.__fields__ and _is_list(kind, name)}
        try:
            records.append(
                kind.parse_obj({n: c.split("；") if n in listed else c for n, c in cells.items()})
            )
        except ValidationError as error:
            problems += [
                Problem(path, line, ".".join(map(str, e["loc"])), in_chinese(e))
                for e in error.errors()
            ]
    if problems:
        raise ContentError(problems)
    return tuple(records)


def dump_csv(kind: type[R], records: Iterable[R]) -> str:
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=_columns(kind), lineterminator="\n")
    table.writeheader()
    for record in records:
        table.writerow({name: _cell(getattr(record, name)) for name in kind.__fields__})
    return text.getvalue()


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table by its header, each with the line it begins on."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        try:
            for row in table:
                broken = sum(cell.count("\n") for cell in row.values() if isinstance(cell, str))
                line = max(2, table.line_num - broken)
                if None in row:
                    raise ContentError([Problem(path, line, "", "这一行比表头多出几格")])
                yield line, row
        except UnicodeDecodeError:
            raise ContentError([_not_utf8(path)]) from None
        except csv.Error as error:
            raise ContentError(
                [Problem(path, table.line_num, "", f"表格有误（{error}）")]
            ) from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "；".join(value) if isinstance(value, tuple) else str(value)


def _is_list(kind: type[Record], name: str) -> bool:
    return kind.__fields__[name].outer_type_ is not kind.__fields__[name].type_


def _plain(record: Record) -> dict[str, Any]:
    """The record as YAML shows it: without what equals its default, the days last."""
    return {
        name: _plain_value(getattr(record, name))
        for name in _columns(type(record))
        if record.__fields__[name].required
        or getattr(record, name) != record.__fields__[name].default
    }


def _columns(kind: type[Record]) -> list[str]:
    """The fields in the order people read them: what it is, then until when it holds."""
    return sorted(kind.__fields__, key=lambda name: name in Dated.__fields__)


def _plain_value(value: Any) -> Any:
    if isinstance(value, Record):
        return _plain(value)
    if isinstance(value, (tuple, list)):
        return [_plain_value(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_value(item) for key, item in value.items()}
    return str(value) if isinstance(value, str) else value


class _Loader(SafeLoader):
    """Days stay as they are written, so that a wrong one is a problem of its field."""


def _as_written(loader: Any, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


class _Dumper(SafeDumper):
    """Block style for text of several lines, so that a diff shows the line that changed."""


def _text(dumper: Any, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


_Dumper.add_representer(str, _text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _value(node: yaml.Node) -> Any:
    loader = _Loader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _collect(reader: Any, path: Path, kind: type[R], problems: list[Problem]) -> tuple[R, ...]:
    try:
        return reader(path, kind)  # type: ignore[no-any-return]
    except ContentError as error:
        problems += error.problems
    except FileNotFoundError:
        problems.append(Problem(path, 1, "", "文件不在"))
    return ()


def _entry_files(folder: Path) -> list[Path]:
    return sorted((folder / "qa").glob("*.yml"))


def _matter_files(folder: Path) -> list[Path]:
    return sorted((folder / "matters").glob("*/*.yml"))


def _not_utf8(path: Path) -> Problem:
    return Problem(path, 1, "", "不是 UTF-8 编码，请另存为 UTF-8")


def _twice(files: Mapping[Path, Iterable[Entry | Matter]]) -> Iterator[Problem]:
    """An id that stands twice leads nobody anywhere."""
    seen: dict[str, Path] = {}
    for path, items in files.items():
        for item in items:
            if item.id in seen:
                message = f"编号 {item.id} 在 {seen[item.id].name} 里已经用过"
                yield Problem(path, _line_of(item.id, path), "id", message)
            seen.setdefault(item.id, path)


def _unbound(
    asked: Mapping[Path, Iterable[Entry]],
    guides: Mapping[Path, Iterable[Matter]],
    places: Iterable[Place],
) -> Iterator[Problem]:
    """Answers that bind a matter or a field of it that is not there."""
    matters = {matter.id: matter for found in guides.values() for matter in found}
    halls = {place.id: place.name for place in places}
    for path, entries in asked.items():
        for entry in entries:
            for message in bindings.problems(entry, matters, halls):
                yield Problem(path, _line_of(entry.id, path), "answer", f"{entry.id}：{message}")


def _line_of(id: str, path: Path) -> int:
    """The last line that says it is the item's id, where one that came twice stands again."""
    said = re.compile(rf"(- )?id: *['\"]?{id}['\"]? *")
    lines = path.read_text(encoding="utf-8").splitlines()
    return max(n for n, text in enumerate(lines, 1) if n == 1 or said.fullmatch(text))


def _repeated_keys(path: Path, node: yaml.MappingNode) -> Iterator[Problem]:
    """Keys that stand twice in one mapping, however deep: YAML would keep the last unsaid."""
    waiting: list[yaml.Node] = [node]
    looked_at: set[int] = set()  # an anchor may lead back to where it stands
    while waiting:
        one = waiting.pop()
        if isinstance(one, yaml.ScalarNode) or id(one) in looked_at:
            continue
        looked_at.add(id(one))
        if isinstance(one, yaml.SequenceNode):
            waiting += one.value
            continue
        seen: set[str] = set()
        for key, value in one.value:
            waiting.append(value)
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    yield Problem(path, key.start_mark.line + 1, key.value, "同一项写了两次")
                seen.add(key.value)


def _problems(path: Path, node: yaml.Node, error: ValidationError) -> Iterator[Problem]:
    for one in error.errors():
        where = [part for part in one["loc"] if part != "__root__"]
        line = _line(node, where)
        yield Problem(path, line, ".".join(map(str, where)), in_chinese(one))


def _line(node: yaml.Node, where: Sequence[Any]) -> int:
    """The line on which the field `where` stands, or the nearest one above it."""
    for part in where:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == part), None)
            if pair is None:
                break
            key, node = pair
            if isinstance(node, yaml.ScalarNode):
                return int(key.start_mark.line) + 1
        elif (
            isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value)
        ):
            node = node.value[part]
    return int(node.start_mark.line) + 1


def in_chinese(error: Any) -> str:
    """One of pydantic's errors as a sentence that says what to write."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "value_error.missing":
        return "缺这一项"
    if kind == "value_error.extra":
        return "没有这一项，名称是否写错？"
    if kind == "value_error.const":
        choices = "、".join(map(str, context.get("permitted", ())))
        return f"只能写：{choices}"
    if kind == "value_error.str.regex":
        return "只能用小写字母、数字和连字符"
    if kind.startswith(("value_error.date", "type_error.date")):
        return "日期请写成 2026-11-23"
    if kind == "value_error.any_str.min_length":
        return "不能空着"
    if kind == "value_error.number.not_ge":
        return f"不能小于 {context.get('limit_value')}"
    if kind.startswith("type_error"):
        return f"内容的类型不对（{error['msg']}）"
    return str(error["msg"])
