"""The nodes that 3201, 3202, 9101 and the catalogues answer with, read tolerantly."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, BeforeValidator, Field, StringConstraints

from terminal.province.answers import Read, Text


class TotalVerdict(Read):
    """3201, node stmtinfo."""

    stmt_rslt: Text
    stmt_rslt_dscr: Annotated[Text, StringConstraints(max_length=1000)] = ""


class File(Read):
    """9101 and 3202 (node fileinfo): where a file is, and what it is called."""

    file_qury_no: Annotated[Text, StringConstraints(min_length=1, max_length=30)]
    filename: Annotated[Text, StringConstraints(max_length=200)] = Field(
        default="", validation_alias=AliasChoices("filename", "fileName")
    )


def _count(told: object) -> int | None:
    return None if told in (None, "") else int(str(told).strip())


class CatalogueFile(File):
    """1301 to 1319 and their kin, flat or in node fileinfo."""

    data_cnt: Annotated[int | None, BeforeValidator(_count)] = None
