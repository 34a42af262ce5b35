"""The nodes that 3201, 3202, 9101 and the catalogues answer with, read tolerantly."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field, StringConstraints

from terminal.province.answers import Read, Text


class TotalVerdict(Read):
    """3201, node stmtinfo."""

    stmt_rslt: Text
    stmt_rslt_dscr: Annotated[Text, StringConstraints(max_length=1000)] = ""


class File(Read):
    """9101, 3202 (node fileinfo) and 1301: where a file is, and what it is called."""

    file_qury_no: Annotated[Text, StringConstraints(min_length=1, max_length=30)]
    filename: Annotated[Text, StringConstraints(max_length=200)] = Field(
        default="", validation_alias=AliasChoices("filename", "fileName")
    )
