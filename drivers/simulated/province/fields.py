"""Checks a request against the field tables of data/fields.txt.

A field the tables do not know is refused by its name: that is how a misspelling in a
client is found, which a province that ignores unknown fields would hide for months.
"""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from drivers.simulated.province.rejection import Rejection

ROWS_MAX = 100
"""Rows in one array; implementers cut their uploads at a hundred."""
_EXTENSIONS = ("exp_content", "expContent")
_MOMENTS = {
    "D": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "DT": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"),
}
_NAME_SHOWN_MAX = 40
"""Characters of an unknown field's name that an answer repeats."""


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a field table."""

    name: str
    kind: str
    """C, N, D, DT, B for bytes, or @ for objects of another section."""
    length: int = 0
    decimals: int = 0
    inner: str = ""
    required: str = "-"
    codes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A checked object: every value as text, "" when absent or empty."""

    values: Mapping[str, str]
    inner: Mapping[str, list[Node]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def __contains__(self, name: str) -> bool:
        return bool(self.values.get(name))


@dataclass(frozen=True, slots=True)
class _Section:
    """The fields of one node, whether it is an array, and whether it may be absent."""

    fields: tuple[Field, ...]
    many: bool = False
    optional: bool = False


class FieldTable:
    """Everything data/fields.txt says, ready to check requests against."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        self._codes: dict[str, frozenset[str]] = {}
        self._sections: dict[str, dict[str, _Section]] = {}
        sections = dict(_sections(text))
        for title, lines in sections.items():
            if title.startswith("#"):
                self._codes[title[1:]] = frozenset(" ".join(lines).split())
        for title, lines in sections.items():
            if title.startswith("#"):
                continue
            name, _, same_as = title.partition("] = [")
            infno, _, node = name.partition(" ")
            fields = tuple(self._field(line) for line in sections.get(same_as, lines))
            section = _Section(fields, "*" in node, "?" in node)
            self._sections.setdefault(infno, {})[node.rstrip("*?")] = section

    def __contains__(self, infno: str) -> bool:
        return infno in self._sections

    def envelope(self, body: Mapping[str, object]) -> Node:
        """Check the envelope's own fields; `input` is looked at by `nodes`."""
        own = {name: value for name, value in body.items() if name != "input"}
        return self._object(own, self._sections["envelope"][""])

    def nodes(
        self, infno: str, sent: Mapping[str, object], rows_max: int = ROWS_MAX
    ) -> dict[str, list[Node]]:
        """Check the nodes of one transaction. Raises Rejection with the field's name."""
        sections = self._sections[infno]
        for name in sent:
            if name not in sections:
                raise Rejection(f"未定义的节点:{name[:_NAME_SHOWN_MAX]}", "fieldcheck_7")
        checked: dict[str, list[Node]] = {}
        for name, section in sections.items():
            value = sent.get(name)
            if value is None or value == []:
                if not section.optional:
                    raise Rejection(f"缺少节点:{name}", "fieldcheck_6")
                checked[name] = []
                continue
            rows = value if section.many else [value]
            if not isinstance(rows, list):
                raise Rejection(f"{name}应为数组", "fieldcheck_4")
            if len(rows) > rows_max:
                raise Rejection(f"{name}超过{rows_max}条", "fieldcheck_3")
            checked[name] = [self._object(row, section) for row in rows]
        return checked

    def _object(self, sent: object, section: _Section) -> Node:
        if not isinstance(sent, dict):
            raise Rejection("节点应为对象", "fieldcheck_4")
        known = {each.name for each in section.fields}
        for name in sent:
            if name not in known and name not in _EXTENSIONS:
                raise Rejection(f"未定义的字段:{name[:_NAME_SHOWN_MAX]}", "fieldcheck_1")
        values: dict[str, str] = {}
        inner: dict[str, list[Node]] = {}
        for each in section.fields:
            value = sent.get(each.name)
            if each.kind == "@":
                inner[each.name] = self._inner(each, value)
                continue
            values[each.name] = _checked(each, value, present=each.name in sent)
        for name in _EXTENSIONS:
            values[name] = _checked(Field(name, "C", 4000), sent.get(name), present=True)
        return Node(values, inner)

    def _inner(self, each: Field, value: object) -> list[Node]:
        """Nested objects: an array, or a single object as some provinces send it."""
        if value is None and each.required == "Y":
            raise Rejection(f"{each.name}不能为空", "fieldcheck_2")
        rows = [value] if isinstance(value, dict) else value or []
        if not isinstance(rows, list) or len(rows) > ROWS_MAX:
            raise Rejection(f"{each.name}格式错误", "fieldcheck_4")
        return [self._object(row, self._sections[each.inner][""]) for row in rows]

    def _field(self, line: str) -> Field:
        name, kind, required, *dictionary = line.split()
        codes = self._codes[dictionary[0][1:]] if dictionary else None
        if kind.startswith("@"):
            return Field(name, "@", inner=kind[1:], required=required)
        shape = re.fullmatch(r"(C|N|DT|D|B)(\d*),?(\d*)", kind)
        if shape is None:
            raise ValueError(f"unreadable type in the field table: {line}")
        length, decimals = int(shape[2] or 19), int(shape[3] or 0)
        return Field(name, shape[1], length, decimals, required=required, codes=codes)


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each [title] of the table with its lines; comments and empty lines are left out."""
    title, lines = "", list[str]()
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("["):
            if title:
                yield title, lines
            title, lines = line.strip("[]"), []
        elif line and not line.startswith("#"):
            lines.append(line)
    yield title, lines


def _checked(each: Field, value: object, *, present: bool) -> str:
    """The value as text, or a Rejection that names the field."""
    if value is None or value == "":
        if each.required == "Y" or (each.required == "E" and not present):
            raise Rejection(f"{each.name}不能为空", "fieldcheck_2")
        return ""
    if each.kind == "B":
        return _bytes(each, value)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Rejection(f"{each.name}格式错误", "fieldcheck_4")
    if each.kind == "N":
        return _number(each, value)
    text = value if isinstance(value, str) else str(value)
    if len(text) > each.length:
        raise Rejection(f"{each.name}长度超过{each.length}", "fieldcheck_3")
    # Half of a surrogate pair is legal in JSON and in no database.
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise Rejection(f"{each.name}格式错误", "fieldcheck_4")
    if each.kind in {"D", "DT"}:
        _check_moment(each, text)
    if each.codes is not None and text not in each.codes:
        raise Rejection(f"{each.name}字典值不正确", "fieldcheck_5")
    return text


def _check_moment(each: Field, text: str) -> None:
    """A day, or a second of one, written with all its zeros."""
    if _MOMENTS[each.kind].fullmatch(text):
        with contextlib.suppress(ValueError):
            datetime.fromisoformat(text)
            return
    raise Rejection(f"{each.name}格式错误", "fieldcheck_4")


def _bytes(each: Field, value: object) -> str:
    """Bytes, sent as base64 or as an array of numbers (Java's run from -128), as base64."""
    try:
        if isinstance(value, str):
            return base64.b64encode(base64.b64decode(value, validate=True)).decode("ascii")
        if isinstance(value, list) and all(type(one) is int and one >= -128 for one in value):
            return base64.b64encode(bytes(one + 256 if one < 0 else one for one in value)).decode()
    except ValueError:
        pass
    raise Rejection(f"{each.name}格式错误", "fieldcheck_4")


def _number(each: Field, value: str | int | Decimal) -> str:
    """A number, sent as a number or as text, within the field's digits."""
    digits = each.length - each.decimals
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except (InvalidOperation, ValueError):
        raise Rejection(f"{each.name}格式错误", "fieldcheck_4") from None
    if not number.is_finite():
        raise Rejection(f"{each.name}格式错误", "fieldcheck_4")
    # Looked at before it is written out: 1e999999 is short to send and long to write.
    if number and not -each.length <= number.adjusted() < digits:
        raise Rejection(f"{each.name}长度超过{each.length}", "fieldcheck_3")
    written = number.quantize(Decimal(1).scaleb(-each.decimals))
    if number != written:
        raise Rejection(f"{each.name}小数超过{each.decimals}位", "fieldcheck_3")
    return format(written, "f")
