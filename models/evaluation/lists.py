"""The three lists an evaluation goes by: CSV files that somebody else wrote.

pairs      path_a,path_b,same        1 genuine, 0 impostor
protocol   path,identity,role        enrol, probe_known, probe_unknown
labels     path,label[,attack]       real or spoof; the kind of attack is optional

Other columns are ignored. A wrong row is refused with its line: a rate over the rest
would look like one over all.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from terminal.core.faults import Refused

_BYTES_MAX = 128 * 1024 * 1024
"""A million pairs with long names."""

_ROWS_MAX = 1_000_000
"""Beyond this an evaluation takes days on a terminal's two cores."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures, and whether they show one person."""

    first: Path
    second: Path
    same: bool
    line: int


class Role(Enum):
    """What a picture of a protocol is for."""

    ENROL = "enrol"
    PROBE_KNOWN = "probe_known"
    PROBE_UNKNOWN = "probe_unknown"


@dataclass(frozen=True, slots=True)
class Appearance:
    """A picture of a person, enrolled or searched for."""

    path: Path
    identity: str
    role: Role
    line: int


@dataclass(frozen=True, slots=True)
class Presentation:
    """A picture of a live person, or of an attack of some kind."""

    path: Path
    live: bool
    attack: str
    """The kind as the list names it; empty when it does not, or for a live person."""
    line: int


def read_pairs(file: Path, root: Path) -> list[Pair]:
    """Raises Refused `evaluation.list_unreadable`, `evaluation.list_empty`,
    `evaluation.columns_missing`, `evaluation.row_wrong`, `evaluation.outside_root`,
    `evaluation.root_missing`."""
    values = {"1": True, "0": False}
    pairs = []
    for line, row in _rows(file, root, ("path_a", "path_b", "same")):
        if row["same"] not in values:
            raise Refused("evaluation.row_wrong", line=line, column="same")
        first, second = (_inside(root, row[column], line) for column in ("path_a", "path_b"))
        pairs.append(Pair(first, second, values[row["same"]], line))
    return pairs


def read_protocol(file: Path, root: Path) -> list[Appearance]:
    """Raises what `read_pairs` raises, and Refused `evaluation.contradiction` for a picture
    enrolled under two identities, or a known probe of somebody who is not enrolled."""
    roles = {role.value: role for role in Role}
    listed = []
    for line, row in _rows(file, root, ("path", "identity", "role")):
        if row["role"] not in roles:
            raise Refused("evaluation.row_wrong", line=line, column="role")
        role = roles[row["role"]]
        if not row["identity"] and role is not Role.PROBE_UNKNOWN:
            raise Refused("evaluation.row_wrong", line=line, column="identity")
        listed.append(Appearance(_inside(root, row["path"], line), row["identity"], role, line))
    _refuse_contradictions(listed)
    return listed


def read_labels(file: Path, root: Path) -> list[Presentation]:
    """Raises what `read_pairs` raises, and Refused `evaluation.contradiction` for a picture
    that is called both real and spoof."""
    values = {"real": True, "spoof": False}
    seen: dict[Path, bool] = {}
    listed = []
    for line, row in _rows(file, root, ("path", "label")):
        if row["label"].lower() not in values:
            raise Refused("evaluation.row_wrong", line=line, column="label")
        live = values[row["label"].lower()]
        path = _inside(root, row["path"], line)
        if seen.setdefault(path, live) is not live:
            raise Refused("evaluation.contradiction", line=line, what="real and spoof")
        listed.append(Presentation(path, live, "" if live else row.get("attack", ""), line))
    return listed


def _refuse_contradictions(listed: list[Appearance]) -> None:
    enrolled: dict[Path, str] = {}
    for row in listed:
        if row.role is Role.ENROL and enrolled.setdefault(row.path, row.identity) != row.identity:
            what = "enrolled as two people"
            raise Refused("evaluation.contradiction", line=row.line, what=what)
    people = set(enrolled.values())
    for row in listed:
        if row.role is Role.PROBE_KNOWN and row.identity not in people:
            what = "known and not enrolled"
            raise Refused("evaluation.contradiction", line=row.line, what=what)
        if row.role is Role.PROBE_UNKNOWN and row.identity in people:
            what = "unknown and enrolled"
            raise Refused("evaluation.contradiction", line=row.line, what=what)


def _rows(file: Path, root: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each row with the line it ends on; names and values without outer blanks."""
    if not root.is_dir():
        raise Refused("evaluation.root_missing")
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    count = 0
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in needed if name not in header]
        if missing and header:
            raise Refused("evaluation.columns_missing", columns=",".join(missing))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > _ROWS_MAX:
                raise Refused("evaluation.list_unreadable", reason="too many rows", most=_ROWS_MAX)
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            short = next((name for name in needed if name not in row), None)
            if short is not None:
                raise Refused("evaluation.row_wrong", line=reader.line_num, column=short)
            yield reader.line_num, row
    except csv.Error as error:
        raise Refused(
            "evaluation.list_unreadable", line=reader.line_num, reason=str(error)
        ) from None
    if not count:
        raise Refused("evaluation.list_empty")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _BYTES_MAX:
            raise Refused("evaluation.list_unreadable", reason="too large", most=_BYTES_MAX)
        data = file.read_bytes()
    except OSError as error:
        raise Refused("evaluation.list_unreadable", reason=error.strerror) from None
    for encoding in ("utf-8-sig", "gb18030"):  # The second is how a Chinese table program saves.
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("evaluation.list_unreadable", reason="neither UTF-8 nor GB 18030")


def _inside(root: Path, named: str, line: int) -> Path:
    """Return a listed path under the root.

    By its letters only: links inside the root were put there by whoever keeps it, and the
    list may come from somebody else.
    """
    if not named or "\0" in named:
        raise Refused("evaluation.row_wrong", line=line, column="path")
    base = os.path.normpath(root.absolute())
    path = Path(os.path.normpath(Path(base) / named.replace("\\", "/")))
    if not path.is_relative_to(base) or path == Path(base):
        raise Refused("evaluation.outside_root", line=line)
    return path
