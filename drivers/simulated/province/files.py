"""Files that travel as transactions: 9101 up, 9102 down (interface section 3).

A file is a ZIP with one UTF-8 text: a row a line, columns parted by tabs, and the word
null where a column is empty.
"""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drivers.simulated.province import sold_file
from drivers.simulated.province.call import TIME, Call, Output
from drivers.simulated.province.rejection import Rejection

CATALOGUE_NAME = "plc"
"""The name 9102 must give for every file of the catalogue."""
_TEXT_BYTES_MAX = 32 * 1024 * 1024
"""A year of a busy clinic is some 2 MB; what unpacks to more than this is no statement."""
_KEPT_DAYS = 1
_EMPTY = "null"
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError),
    *(NotImplementedError, RuntimeError),
)
"""What reading a broken, encrypted or strangely packed ZIP raises."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The answer of 9102: bytes, not an envelope."""

    content: bytes


def upload(call: Call) -> Output:
    """9101: keep a file, for a later transaction to name."""
    if call.data["fixmedins_code"] != call.institution.code:
        raise Rejection("定点医药机构编号不一致", "filecheck_1")
    packed = base64.b64decode(call.data["in"])
    _unpacked(packed)
    return _keep(call, call.data["filename"], packed)


def download(call: Call) -> Stream:
    """9102: a file as it was offered. Raises Rejection when it is not there any more."""
    if call.data["file_qury_no"] == call.manner.sold_digest_file != "":
        return Stream(sold_file.of_today(call))
    row = call.book.row(
        "SELECT * FROM files WHERE file_qury_no = ? AND institution = ?",
        call.data["file_qury_no"],
        call.institution.code,
    )
    if row is None or call.data["filename"] not in row["filename"].split("|"):
        raise Rejection("文件不存在", "filecheck_2")
    if call.time > _end(row["at"]):
        raise Rejection("文件已过下载期限", "filecheck_3")
    return Stream(row["content"])


def offer(
    call: Call, name: str, lines: Sequence[Sequence[str | None]], *, asked_as: str = ""
) -> Output:
    """Keep a file of this province's own; the node that tells how to fetch it.

    `asked_as` is the name 9102 must give for it, when it is not the file's own.
    """
    text = "".join(
        "\t".join(_EMPTY if each in {None, ""} else _clean(str(each)) for each in line) + "\n"
        for line in lines
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # A fixed date, so that the same rows are the same bytes.
        archive.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED)
    told = _keep(call, f"{name}.zip|{asked_as}" if asked_as else f"{name}.zip", packed.getvalue())
    return {
        "file_qury_no": told["file_qury_no"],
        "filename": f"{name}.zip",
        "dld_endtime": told["dld_endtime"],
    }


def content(call: Call, file_qury_no: str) -> list[list[str]]:
    """The rows of a file this institution uploaded. Raises Rejection."""
    row = call.book.row(
        "SELECT content FROM files WHERE file_qury_no = ? AND institution = ?",
        file_qury_no,
        call.institution.code,
    )
    if row is None:
        raise Rejection("文件查询号不存在", "filecheck_2")
    lines = _unpacked(row["content"]).split("\n")
    return [line.rstrip("\r").split("\t") for line in lines if line.strip()]


def _keep(call: Call, name: str, packed: bytes) -> Output:
    number = call.identifier("file")
    call.book.write(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
        number,
        call.institution.code,
        name,
        call.time,
        packed,
    )
    return {
        "file_qury_no": number,
        "filename": name,
        "fixmedins_code": call.institution.code,
        "dld_endtime": _end(call.time),
    }


def _end(kept_at: str) -> str:
    """Until when a file may be fetched; times of the same form sort as texts."""
    moment = datetime.strptime(kept_at, TIME)  # noqa: DTZ007  # The province's own time.
    return (moment + timedelta(days=_KEPT_DAYS)).strftime(TIME)


def _unpacked(packed: bytes) -> str:
    """The one text of a ZIP. Raises Rejection for anything else, a bomb included."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            [inside] = archive.infolist()
            with archive.open(inside) as file:
                text = file.read(_TEXT_BYTES_MAX + 1)
        if len(text) > _TEXT_BYTES_MAX:
            raise Rejection("文件过大", "filecheck_4")
        return text.decode("utf-8")
    except _UNREADABLE:
        raise Rejection("文件格式错误,应为仅含一个UTF-8文本的ZIP", "filecheck_5") from None


def _clean(text: str) -> str:
    return " ".join(text.split())
