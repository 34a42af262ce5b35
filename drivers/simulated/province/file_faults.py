"""What a planted fault does to a file on its way: the ZIP stays whole, its text does not."""

from __future__ import annotations

import io
import re
import zipfile

from drivers.simulated.province.faults import Comes

_VERSION = re.compile(r"[A-Z][0-9]{3}_[0-9]{8}")
_OLD_VERSION = "F000_20200101"
_EVERY = 10
"""One row in so many is missing."""


def spoilt(comes: Comes, packed: bytes) -> bytes:
    """The file as it then comes; as it was for every other fault."""
    if comes not in _SPOILS:
        return packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        [name] = archive.namelist()
        content = archive.read(name)
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), _spoilt(comes, content), zipfile.ZIP_DEFLATED)
    return again.getvalue()


def _spoilt(comes: Comes, content: bytes) -> bytes:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:  # A filter: it can only be cut.
        return content[: len(content) * 3 // 5] if comes is Comes.FILE_CUT else content
    return _SPOILS[comes](text)


def _cut(text: str) -> bytes:
    return text[: len(text) * 3 // 5].rstrip("\t\n").encode()


def _thinned(text: str) -> bytes:
    rows = text.splitlines(keepends=True)
    return "".join(row for number, row in enumerate(rows) if number % _EVERY).encode()


def _of_another_version(text: str) -> bytes:
    return _VERSION.sub(_OLD_VERSION, text).encode()


def _in_gbk(text: str) -> bytes:
    return text.encode("gbk", "replace")


_SPOILS = {
    Comes.FILE_CUT: _cut,
    Comes.FILE_THINNED: _thinned,
    Comes.FILE_OTHER_VERSION: _of_another_version,
    Comes.FILE_GBK: _in_gbk,
}
