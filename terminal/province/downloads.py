"""The national catalogues as files: 1301 drugs, 1302 herbs, 1305 services, 1307 diagnoses,
and the table of trace prefixes (四码合一) of regions that have one.

A file says three times how whole it is: how many rows there are (data_cnt), which version
its name says, and which its rows say. Whoever keeps it compares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from terminal.core.faults import Refused
from terminal.province import messages as m
from terminal.province.files import unpack
from terminal.province.nodes import read_node, written
from terminal.province.session import Session
from terminal.province.statement_answers import CatalogueFile

KINDS = frozenset(f"13{n:02}" for n in range(1, 16)) - {"1304", "1312"}
"""What comes as a file; 1304 and 1312 answer page by page (interface section 9)."""

COLUMNS = {"1301": 97, "1302": 33, "1303": 85, "1305": 20, "1306": 71, "1307": 24}
"""Columns of a row, as far as they are known (interface section 9)."""

DIAGNOSIS_CODE, DIAGNOSIS_NAME = 10, 11
"""Places in a row of 1307. Of its 24 columns no list was found; the sandbox's are these."""

PREFIX_COLUMNS = 5
"""A row of the table of prefixes: prefix, med_list_codg, level, ratio, version."""

_CATALOGUE_FILE = "plc"
"""filename by which 9102 is asked for the files of 1301 to 1319, whatever they are called."""

_NAMED_VERSION = re.compile(r"^[0-9A-Za-z]+?_(?P<version>.+?)(?:\.txt)?(?:\.zip)?$")
"""1301_F001_20250701.txt.zip."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A file as it came, and what was said of it. Nothing of it was checked but its form."""

    infno: str
    rows: tuple[tuple[str, ...], ...]
    data_cnt: int | None
    """Rows that it has, as told before it was fetched; None where nothing was told."""
    version: str
    """By its name; empty where the name has none."""
    row_versions: frozenset[str]
    """By the last column of its rows: a good file has one, and the same as its name."""


class Catalogues:
    """Fetches a kind of the catalogue."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def fetch(self, infno: str, version: str) -> tuple[tuple[str, ...], ...]:
        """The rows newer than a version ("0": all), in the columns of this kind.

        None where there is nothing newer. May be repeated. Raises as `offered` does, and
        Refused `province.no_such_catalogue`.
        """
        if infno not in KINDS:
            raise Refused("province.no_such_catalogue", infno=infno)
        offer = self.offered(infno, version)
        return () if offer is None else offer.rows

    def offered(self, infno: str, version: str) -> Offer | None:
        """The file that is newer than this version ("0": any); None where there is none.

        `infno` is 13xx or the region's own number of the table of prefixes. May be
        repeated. Raises as Session.send and .download do, and Uncertain
        `province.nonsense` for a file beyond the limits, broken, or not UTF-8 (GBK).
        """
        answer = self._session.send(infno, {"data": written(m.CatalogueQuery, ver=version)})
        told = answer.output.get("fileinfo") or answer.output
        if not isinstance(told, dict) or not told.get("file_qury_no"):
            return None
        file = read_node(CatalogueFile, told)
        rows = unpack(self._session.download(file.file_qury_no, _CATALOGUE_FILE))
        named = _NAMED_VERSION.match(file.filename)
        return Offer(
            infno=infno,
            rows=rows,
            data_cnt=file.data_cnt,
            version=named["version"] if named else "",
            row_versions=frozenset(row[-1] for row in rows),
        )
