"""What is on an offline stick: a list of files with sizes and digests, which is signed.

    clinic-terminal bundle 1
    version 0.1.0
    1f...9c 38696449 weights/face_recognition_sface_2021dec_float.onnx

One line a file, names in order, so that one content has one list. Everything is bounded
here, before a file is opened: a stick is a stranger until its list is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from terminal.core.faults import Refused

LIST = "LIST"
SIGNATURE = "LIST.sm2"
"""The signature of LIST: r and s, 128 hexadecimal digits."""

LIST_BYTES_MAX = 1024 * 1024
FILES_MAX = 5000
FILE_BYTES_MAX = 2 * 1024**3
"""The largest file is a package of some 150 MB; FAT32 takes 4 GiB."""
TOTAL_BYTES_MAX = 8 * 1024**3
_NAME_MAX = 200

_HEAD = "clinic-terminal bundle 1"
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+~-]*")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+~]{0,40}")
_LINE = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,12}) (\S+)")


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a bundle."""

    name: str
    """Relative, with `/`: `packages/clinic-terminal_0.1.0_amd64.deb`."""
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BundleList:
    """What a bundle holds."""

    version: str
    files: tuple[Listed, ...]


def write_list(version: str, files: Iterable[Listed]) -> bytes:
    """The list as it is signed. Raises as `read_list` does, so that no bad one is ever made."""
    ordered = sorted(files, key=lambda listed: listed.name)
    lines = [_HEAD, f"version {version}"]
    lines += [f"{each.sha256} {each.size} {each.name}" for each in ordered]
    text = "\n".join(lines).encode("ascii", "replace") + b"\n"
    read_list(text)
    return text


def read_list(data: bytes) -> BundleList:
    """Read a list whose signature was judged before.

    Raises Refused `bundle.list_wrong`, `bundle.too_large`, `bundle.name_unsafe`.
    """
    if len(data) > LIST_BYTES_MAX:
        raise Refused("bundle.too_large", file=LIST)
    head, version, *lines = _lines(data)
    told, _, number = version.partition(" ")
    if head != _HEAD or told != "version" or not _VERSION.fullmatch(number):
        raise Refused("bundle.list_wrong", line=1)
    if len(lines) > FILES_MAX:
        raise Refused("bundle.too_large", files=len(lines))
    files = tuple(_listed(line, count) for count, line in enumerate(lines, start=3))
    names = [each.name for each in files]
    folded = {name.lower() for name in names}  # A stick's FAT knows no case.
    if names != sorted(names) or len(folded) != len(names):
        raise Refused("bundle.list_wrong", line=0)
    if sum(each.size for each in files) > TOTAL_BYTES_MAX:
        raise Refused("bundle.too_large", file="all")
    return BundleList(number, files)


def _lines(data: bytes) -> list[str]:
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise Refused("bundle.list_wrong", line=0) from None
    lines = text.split("\n")
    if len(lines) < 3 or lines.pop() != "":
        raise Refused("bundle.list_wrong", line=0)
    return lines


def _listed(line: str, number: int) -> Listed:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Refused("bundle.list_wrong", line=number)
    digest, size, name = found.groups()
    parts = name.split("/")
    safe = len(name) <= _NAME_MAX and all(_PART.fullmatch(part) for part in parts)
    if not safe or name in {LIST, SIGNATURE}:
        raise Refused("bundle.name_unsafe", line=number)
    if int(size) > FILE_BYTES_MAX:
        raise Refused("bundle.too_large", line=number)
    return Listed(name, int(size), digest)
