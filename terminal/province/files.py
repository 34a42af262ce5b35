"""The files of 3202 and the catalogues: a ZIP of TAB-separated UTF-8 text.

An empty field is the literal `null` (interface section 6.2). What comes packed is
opened with limits, for a few KB can hold gigabytes; beyond a limit it is nonsense.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence

from terminal.core.faults import Uncertain

TEXT_BYTES_MAX = 64 * 1024 * 1024
"""All texts of one file together: twice a province's whole catalogue."""
ENTRIES_MAX = 16
"""Texts in one file; one is usual."""
RATIO_MAX = 200
"""Text by packed size. Tables of figures pack ten to fifty times smaller, bombs a thousand."""
_RATIO_FROM_BYTES = 1024 * 1024
"""Below this a ratio says nothing: an empty table packs well, too."""
_ROWS_MAX = 1_000_000

_EMPTY = "null"
_SEPARATORS = str.maketrans({"\t": " ", "\r": " ", "\n": " "})
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # A way of packing or a version that the library does not know.
    OSError,
    RuntimeError,  # Encrypted.
    ValueError,
)


def pack(name: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A ZIP with one text of these rows."""
    text = "".join(
        "\t".join(cell.translate(_SEPARATORS) or _EMPTY for cell in row) + "\n" for row in rows
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # A date of no meaning, so that the same rows are the same bytes.
        archive.writestr(zipfile.ZipInfo(name), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(packed: bytes) -> tuple[tuple[str, ...], ...]:
    """The rows of every text in a ZIP, `null` as an empty text.

    Raises Uncertain `province.nonsense`: no ZIP, not UTF-8, or beyond a limit.
    """
    try:
        texts = [each.decode("utf-8-sig") for each in _opened(packed)]
    except _UNREADABLE as error:
        raise _nonsense(error) from None
    rows = tuple(row for text in texts for row in _rows(text))
    if len(rows) > _ROWS_MAX:
        raise Uncertain("province.nonsense", reason="too many rows", rows=len(rows))
    return rows


def unpack_one(packed: bytes, most: int) -> bytes:
    """The one file in a ZIP, whatever it holds, of at most so many bytes.

    Raises Uncertain `province.nonsense` as `unpack` does.
    """
    try:
        [inside] = _opened(packed)
    except _UNREADABLE as error:
        raise _nonsense(error) from None
    if len(inside) > most:
        raise Uncertain("province.nonsense", reason="a file too large", bytes=len(inside))
    return inside


def _opened(packed: bytes) -> list[bytes]:
    """What is in a ZIP. Raises one of _UNREADABLE, or Uncertain beyond a limit."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        inside = [each for each in archive.infolist() if not each.is_dir()]
        _refuse_bomb(inside)
        return [_content(archive, each) for each in inside]


def _nonsense(error: Exception) -> Uncertain:
    return Uncertain("province.nonsense", reason="no readable file", error=type(error).__name__)


def _refuse_bomb(inside: Sequence[zipfile.ZipInfo]) -> None:
    """By what the ZIP says of itself; reading stops at the size that it says."""
    size = sum(each.file_size for each in inside)
    if len(inside) > ENTRIES_MAX or size > TEXT_BYTES_MAX:
        raise Uncertain("province.nonsense", reason="a file too large", bytes=size)
    for each in inside:
        if each.file_size > _RATIO_FROM_BYTES and each.file_size > RATIO_MAX * each.compress_size:
            raise Uncertain("province.nonsense", reason="a zip bomb", bytes=each.file_size)
        if each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError(each.compress_type)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        return file.read()


def _rows(text: str) -> Iterator[tuple[str, ...]]:
    for line in text.split("\n"):
        if line.strip():
            yield tuple("" if cell == _EMPTY else cell for cell in line.rstrip("\r").split("\t"))
